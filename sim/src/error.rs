//! What can go wrong, said so that the reader knows where, why and what to do.

use std::{fmt, io, path::PathBuf};

/// Result of everything in this crate that is not a step of simulation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of finding Verilator, building, loading or wiring up a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No usable Verilator.
    #[error("no usable Verilator: {reason}; {remedy}")]
    NoVerilator {
        /// What was looked at and why it does not do.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// No usable C++ compiler.
    #[error("no usable C++ compiler: {reason}; install g++ or clang++, or name one with the environment variable CXX")]
    NoCompiler {
        /// What the search said.
        reason: String,
    },
    /// A source file cannot be read.
    #[error("cannot read source file {path}: {source}")]
    Source {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The sources are unusable before anything is run.
    #[error("top module `{top}`: {reason}")]
    Sources {
        /// The top module asked for.
        top: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// Verilator refused the sources.
    #[error("Verilator refused `{top}` ({files}):\n{message}")]
    Verilate {
        /// The top module.
        top: String,
        /// The source files, separated by commas.
        files: String,
        /// Verilator's own words.
        message: String,
    },
    /// The C++ compiler or the linker refused what Verilator wrote.
    #[error("{compiler} refused the C++ model of `{what}`:\n{message}")]
    Compile {
        /// The compiler.
        compiler: PathBuf,
        /// The model or runtime object.
        what: String,
        /// The compiler's own words.
        message: String,
    },
    /// What Verilator wrote is not what this crate knows how to read.
    #[error("cannot read Verilator's output for `{top}`: {reason}")]
    Output {
        /// The top module.
        top: String,
        /// What is missing.
        reason: String,
    },
    /// The compiled model cannot be loaded.
    #[error("cannot load the compiled model {path}: {reason}; delete that folder to build it again")]
    Load {
        /// The shared library.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file or folder of the cache cannot be used.
    #[error("cannot {action} {path}: {source}; choose another cache folder with ESPALIER_CACHE")]
    Cache {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The model has no port of that name.
    #[error("`{top}` has no port `{port}`{hint}")]
    NoPort {
        /// The top module.
        top: String,
        /// The name asked for.
        port: String,
        /// The nearest name or all names.
        hint: String,
    },
    /// A port is not what the testbench takes it for.
    #[error("port `{port}` of `{top}` is {found}, the testbench expects {expected}")]
    PortMismatch {
        /// The top module.
        top: String,
        /// The port.
        port: String,
        /// What it is.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// The model was built without what is asked of it.
    #[error("`{top}` was built without {what}; {remedy}")]
    NotBuilt {
        /// The top module.
        top: String,
        /// What is missing.
        what: &'static str,
        /// How to build it in.
        remedy: &'static str,
    },
    /// A file could not be written by the model.
    #[error("`{top}` cannot write {path}: {reason}")]
    Write {
        /// The top module.
        top: String,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The simulation stopped.
    #[error(transparent)]
    Halt(#[from] Halt),
}

/// Why a simulation stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HaltKind {
    /// `$finish`.
    Finish,
    /// `$stop` or a failing assertion.
    Stop,
    /// Something that Verilator's runtime cannot go on from, such as logic that does not settle. The model is dead.
    Fatal,
}

/// The simulation stopped: `$finish`, a failing assertion, or a fatal error of the runtime.
///
/// One word wide, because every evaluation returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt(Box<HaltInfo>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct HaltInfo {
    kind: HaltKind,
    top: String,
    time: u64,
    message: String,
}

impl Halt {
    pub(crate) fn new(kind: HaltKind, top: &str, time: u64, message: String) -> Self {
        Self(Box::new(HaltInfo { kind, top: top.to_owned(), time, message }))
    }

    /// Why.
    pub fn kind(&self) -> HaltKind {
        self.0.kind
    }

    /// Simulation time, in time-precision units.
    pub fn time(&self) -> u64 {
        self.0.time
    }

    /// What the model printed about it: the place and the assertion's text.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.0.kind {
            HaltKind::Finish => "$finish",
            HaltKind::Stop => "$stop or a failing assertion",
            HaltKind::Fatal => "a fatal error of the simulation runtime",
        };
        write!(f, "`{}` halted at time {} by {why}: {}", self.0.top, self.0.time, self.0.message.trim())
    }
}

impl std::error::Error for Halt {}
