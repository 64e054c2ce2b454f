//! How a model is built.

use crate::Verilator;

/// The wave format that a model is able to record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Waves {
    /// None: the fastest model.
    #[default]
    None,
    /// FST: small, for GTKWave and Surfer.
    Fst,
    /// VCD: text, for everything else.
    Vcd,
}

/// How hard the C++ compiler works on the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OptLevel {
    /// `-O0`: compiles fastest.
    O0,
    /// `-O1`.
    O1,
    /// `-O2`: a good bargain for unit tests.
    #[default]
    O2,
    /// `-O3`: for long runs of big arrays.
    O3,
}

impl OptLevel {
    pub(crate) fn digit(self) -> u32 {
        self as u32
    }
}

/// Everything besides the sources that decides what the compiled model is. Every field is part of the cache key.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) waves: Waves,
    pub(crate) coverage: bool,
    pub(crate) random_state: bool,
    pub(crate) assertions: bool,
    pub(crate) opt_level: OptLevel,
    pub(crate) native: bool,
    pub(crate) compiler: Option<String>,
    pub(crate) threads: u32,
    pub(crate) verilator_args: Vec<String>,
    pub(crate) verilator: Option<Verilator>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            waves: Waves::None,
            coverage: false,
            random_state: false,
            assertions: true,
            opt_level: OptLevel::default(),
            native: true,
            compiler: None,
            threads: 1,
            verilator_args: Vec::new(),
            verilator: None,
        }
    }
}

impl Options {
    /// What Verilator is told, sources and top aside.
    pub(crate) fn verilator_flags(&self) -> Vec<String> {
        let mut flags: Vec<String> = Vec::new();
        let mut add = |flag: &str| flags.push(flag.to_owned());
        add("-O3");
        add("-Wno-fatal");
        // Words are copied one by one up to here, wider ones by way of a temporary that has to be read before it has been written.
        add("--expand-limit");
        add("256");
        add("--timescale");
        add("1ns/1ps");
        let x = if self.random_state { "unique" } else { "fast" };
        for option in ["--x-assign", "--x-initial"] {
            add(option);
            add(x);
        }
        add(if self.assertions { "--assert" } else { "--noassert" });
        match self.waves {
            Waves::None => {}
            Waves::Fst => add("--trace-fst"),
            Waves::Vcd => add("--trace"),
        }
        if self.waves != Waves::None {
            for flag in ["--trace-max-array", "1024", "--trace-max-width", "65536"] {
                add(flag);
            }
        }
        if self.coverage {
            add("--coverage");
        }
        if self.threads > 1 {
            add("--threads");
            add(&self.threads.to_string());
        }
        flags.extend(self.verilator_args.iter().cloned());
        flags
    }
}
