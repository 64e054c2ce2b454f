//! From sources to a loaded model: verilate, compile, link, cache.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    Cache, Error, Library, OptLevel, Result, Sources, Verilator, Waves,
    cache::{Key, cannot, hash, write_atomically},
    compiler::Compiler,
    generated,
    library::Traits,
    options::Options,
    runtime,
    sources::Loaded,
};

const SHIM: &str = include_str!("shim.cpp");
const BARE: &str = include_str!("bare.cpp");
const RECORD: &str = "record.json";

/// How to build a model of some sources. Every setting is part of the cache key, so builds of different settings live
/// side by side.
///
/// ```no_run
/// use sim::{Build, Sources, Waves};
///
/// let library = Build::new(Sources::new("counter").file("counter.sv")).waves(Waves::Fst).compile()?;
/// let mut model = library.model()?;
/// let (clock, count) = (model.clock("clk_i")?, model.output("count_o", 8)?);
/// model.ticks(clock, 10)?;
/// println!("{}", model.get(count));
/// # Ok::<(), sim::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Build {
    sources: Sources,
    options: Options,
    cache: Cache,
}

/// What an entry of the cache depends on besides its key, and what Verilator had to say.
#[derive(Serialize, Deserialize)]
struct Record {
    model: String,
    includes: Vec<Include>,
    warnings: String,
}

#[derive(Serialize, Deserialize)]
struct Include {
    path: PathBuf,
    hash: String,
}

impl Build {
    /// A build with the default settings: no waves, assertions on, `-O2 -march=native`, the Verilator and the compiler
    /// that are found, the default cache.
    pub fn new(sources: Sources) -> Self {
        Self { sources, options: Options::default(), cache: Cache::default() }
    }

    /// Which waves the model is able to record.
    #[must_use]
    pub fn waves(mut self, waves: Waves) -> Self {
        self.options.waves = waves;
        self
    }

    /// Whether line and toggle coverage is counted.
    #[must_use]
    pub fn coverage(mut self, on: bool) -> Self {
        self.options.coverage = on;
        self
    }

    /// Whether registers start, and X assignments yield, values drawn from [`Start::Random`](crate::Start::Random).
    #[must_use]
    pub fn random_state(mut self, on: bool) -> Self {
        self.options.random_state = on;
        self
    }

    /// Whether assertions are checked. They are unless switched off.
    #[must_use]
    pub fn assertions(mut self, on: bool) -> Self {
        self.options.assertions = on;
        self
    }

    /// How hard the C++ compiler works.
    #[must_use]
    pub fn opt_level(mut self, level: OptLevel) -> Self {
        self.options.opt_level = level;
        self
    }

    /// Whether the model may use every instruction of this machine (`-march=native`). It may unless told otherwise.
    #[must_use]
    pub fn native(mut self, on: bool) -> Self {
        self.options.native = on;
        self
    }

    /// The C++ compiler: `g++`, `clang++-19` or a path. By default what `CXX` names, else the platform's.
    #[must_use]
    pub fn compiler(mut self, program: impl Into<String>) -> Self {
        self.options.compiler = Some(program.into());
        self
    }

    /// Threads that evaluate one model. One is nearly always the fastest; run several models instead.
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.options.threads = threads;
        self
    }

    /// A further argument for Verilator.
    #[must_use]
    pub fn verilator_arg(mut self, argument: impl Into<String>) -> Self {
        self.options.verilator_args.push(argument.into());
        self
    }

    /// The Verilator, instead of the one that [`Verilator::find`] chooses.
    #[must_use]
    pub fn verilator(mut self, verilator: Verilator) -> Self {
        self.options.verilator = Some(verilator);
        self
    }

    /// The cache, instead of the default one.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// The loaded model, built unless the cache has it.
    ///
    /// # Errors
    /// A source that cannot be read, what Verilator or the compiler refuses (in their own words), no Verilator, no
    /// compiler, an unusable cache folder. None of them leaves anything in the cache.
    pub fn compile(&self) -> Result<Library> {
        let (loaded, verilator, compiler) = self.tools()?;
        let key = self.key(&loaded, &verilator, &compiler);
        let build = |dir: &Path| self.build(dir, Target::Library, &loaded, &verilator, &compiler);
        let (entry, built) = self.cache.entry_or_build("models", &key, usable, build)?;
        let record = record_of(&entry)?;
        let Options { waves, coverage, random_state, .. } = self.options;
        let traits = Traits { waves, coverage, random_state };
        Library::load(&entry.join(record.model), &self.sources.top, traits, record.warnings, !built)
    }

    /// The same model, built with the same flags, as a program of its own whose `main` is the C++ text `main` (the model
    /// is the class `Vdut`): the yardstick that tells what the link to Rust costs.
    ///
    /// # Errors
    /// As [`Build::compile`].
    pub fn executable(&self, main: &str) -> Result<PathBuf> {
        let (loaded, verilator, compiler) = self.tools()?;
        let key = Key::default()
            .part("model", self.key(&loaded, &verilator, &compiler))
            .part("main", main)
            .part("bare", BARE);
        let target = Target::Program(main);
        let build = |dir: &Path| self.build(dir, target, &loaded, &verilator, &compiler);
        let (entry, _) = self.cache.entry_or_build("programs", &key.finish(), usable, build)?;
        let record = record_of(&entry)?;
        Ok(entry.join(record.model))
    }

    fn tools(&self) -> Result<(Vec<Loaded>, Verilator, Compiler)> {
        let loaded = self.sources.load()?;
        let verilator = match &self.options.verilator {
            Some(given) => given.clone(),
            None => Verilator::find()?,
        };
        let compiler = Compiler::find(self.options.compiler.as_deref(), self.options.opt_level)?;
        Ok((loaded, verilator, compiler))
    }

    fn key(&self, loaded: &[Loaded], verilator: &Verilator, compiler: &Compiler) -> String {
        let mut key = Key::default()
            .part("crate", env!("CARGO_PKG_VERSION"))
            .part("shim", SHIM)
            .part("runtime", runtime::identity())
            .part("verilator", verilator.stamp())
            .part("flags", self.options.verilator_flags().join("\0"))
            .part("compiler", &compiler.identity)
            .part("compiler flags", compiler.flags().join("\0"))
            .part("top", &self.sources.top);
        if self.options.native {
            key.add("processor", processor());
        }
        for (name, value) in self.sources.defines.iter().chain(&self.sources.parameters) {
            key.add("setting", format!("{name}={value}"));
        }
        key.add("defines", self.sources.defines.len().to_string());
        for source in loaded {
            key.add("name", &source.name);
            key.add("text", &source.bytes);
        }
        // Equal texts in different folders may include different files.
        if !self.sources.include_dirs.is_empty() || loaded.iter().any(Loaded::includes) {
            let dirs = self.sources.include_dirs.iter().map(|d| d.canonicalize().unwrap_or_else(|_| d.clone()));
            for path in dirs.chain(loaded.iter().filter_map(|l| l.path.clone())) {
                key.add("path", path.as_os_str().as_encoded_bytes());
            }
        }
        key.finish()
    }

    fn build(
        &self,
        entry: &Path,
        target: Target<'_>,
        loaded: &[Loaded],
        verilator: &Verilator,
        compiler: &Compiler,
    ) -> Result<()> {
        let work = entry.join("work");
        fs::create_dir(&work).map_err(cannot("create", &work))?;
        for source in loaded.iter().filter(|s| s.path.is_none()) {
            write_atomically(&work.join(&source.name), &source.bytes)?;
        }
        let warnings = self.verilate(&work, loaded, verilator)?;
        let includes = includes(&work, loaded, verilator);
        // A loader that has seen a path once will not look at it again, so another content needs another name.
        let content = includes.iter().fold(Key::default(), |key, i| key.part("include", &i.hash)).finish();
        let model = match target {
            Target::Library => format!("model-{content}.so"),
            Target::Program(_) => "program".to_owned(),
        };
        self.compile_and_link(&work, target, &entry.join(&model), verilator, compiler)?;
        fs::remove_dir_all(&work).map_err(cannot("delete", &work))?;
        let record = serde_json::to_vec_pretty(&Record { model, includes, warnings }).unwrap_or_default();
        write_atomically(&entry.join(RECORD), &record)
    }

    fn verilate(&self, work: &Path, loaded: &[Loaded], verilator: &Verilator) -> Result<String> {
        let mut arguments: Vec<OsString> =
            ["--cc", "--Mdir", "gen", "--prefix", generated::PREFIX].map(Into::into).into();
        arguments.extend(["--top-module".into(), self.sources.top.clone().into()]);
        arguments.extend(self.options.verilator_flags().into_iter().map(OsString::from));
        arguments.extend(self.sources.parameters.iter().map(|(name, value)| format!("-G{name}={value}").into()));
        arguments.extend(self.sources.defines.iter().map(|(name, value)| format!("-D{name}={value}").into()));
        for dir in &self.sources.include_dirs {
            let mut flag = OsString::from("+incdir+");
            flag.push(std::path::absolute(dir).unwrap_or_else(|_| dir.clone()));
            arguments.push(flag);
        }
        for source in loaded {
            if let Some(dir) = source.path.as_deref().and_then(Path::parent).filter(|_| source.includes()) {
                let mut flag = OsString::from("+incdir+");
                flag.push(dir);
                arguments.push(flag);
            }
        }
        arguments.extend(loaded.iter().map(|s| match &s.path {
            Some(path) => path.clone().into(),
            None => OsString::from(&s.name),
        }));
        let output = verilator.run(work, &arguments)?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if output.status.success() {
            return Ok(said);
        }
        let names = loaded.iter().map(|s| s.path.as_ref().map_or(s.name.clone(), |p| p.display().to_string()));
        let files = names.collect::<Vec<_>>().join(", ");
        let message = if said.is_empty() { format!("(it said nothing; {})", output.status) } else { said };
        Err(Error::Verilate { top: self.sources.top.clone(), files, message })
    }

    fn compile_and_link(
        &self,
        work: &Path,
        target: Target<'_>,
        model: &Path,
        verilator: &Verilator,
        compiler: &Compiler,
    ) -> Result<()> {
        let generated_dir = work.join("gen");
        let list = generated::file_list(&generated_dir, &self.sources.top)?;
        let ports = generated::ports(&generated_dir)?;
        let unity: String = list.classes.iter().map(|class| format!("#include \"{class}.cpp\"\n")).collect();
        write_atomically(&generated_dir.join("espalier_ports.inc"), generated::port_table(&ports).as_bytes())?;
        let unity = match target {
            Target::Library => unity + SHIM,
            Target::Program(main) => unity + BARE + main,
        };
        write_atomically(&generated_dir.join("unity.cpp"), unity.as_bytes())?;

        let coverage = self.options.coverage;
        let objects =
            runtime::objects(&self.cache, verilator, self.options.compiler.as_deref(), coverage, &list.runtime)?;
        let libraries = runtime::compression(&self.cache)?;
        let mut arguments = runtime::shared_flags(verilator, coverage);
        arguments.push("-pthread".into());
        let mut processor = String::new();
        if self.options.native {
            arguments.push("-march=native".into());
            processor = self::processor();
        }
        let header = runtime::model_header(&self.cache, verilator, compiler, &arguments, &processor)?;
        arguments.push(format!("-DESPALIER_WAVES={}", self.options.waves as u32).into());
        arguments.push(format!("-DESPALIER_COVERAGE={}", u8::from(coverage)).into());
        for dir in [&generated_dir, &libraries] {
            arguments.extend(["-I".into(), dir.clone().into()]);
        }
        if matches!(target, Target::Library) {
            arguments.push("-shared".into());
        }
        arguments.extend(["-include".into(), header.into(), "-o".into()]);
        arguments.extend([model.into(), generated_dir.join("unity.cpp").into()]);
        arguments.extend(objects.into_iter().map(OsString::from));
        arguments.extend(["libz.a", "liblz4.a"].map(|l| libraries.join(l).into()));
        arguments.extend(["-Wl,--gc-sections", "-Wl,-s", "-Wl,-Bsymbolic"].map(OsString::from));
        compiler.run(work, &self.sources.top, &arguments)
    }
}

/// What a verilated model is compiled into.
#[derive(Clone, Copy)]
enum Target<'a> {
    Library,
    Program(&'a str),
}

impl Loaded {
    fn includes(&self) -> bool {
        self.bytes.windows(8).any(|w| w == b"`include")
    }
}

fn record_of(entry: &Path) -> Result<Record> {
    let fail = || Error::Load { path: entry.into(), reason: format!("{RECORD} cannot be read") };
    read_record(entry).ok_or_else(fail)
}

fn read_record(entry: &Path) -> Option<Record> {
    serde_json::from_slice(&fs::read(entry.join(RECORD)).ok()?).ok()
}

/// Whether an entry is whole and no included file has changed since.
fn usable(entry: &Path) -> bool {
    let unchanged = |i: &Include| fs::read(&i.path).is_ok_and(|bytes| hash(&bytes) == i.hash);
    read_record(entry).is_some_and(|r| entry.join(&r.model).is_file() && r.includes.iter().all(unchanged))
}

/// The files that Verilator read besides the sources and its own.
fn includes(work: &Path, loaded: &[Loaded], verilator: &Verilator) -> Vec<Include> {
    let text = fs::read_to_string(work.join("gen").join(format!("{}__ver.d", generated::PREFIX))).unwrap_or_default();
    let Some((_, dependencies)) = text.rsplit_once(" : ") else { return Vec::new() };
    let root = verilator.root().canonicalize().unwrap_or_else(|_| verilator.root().to_owned());
    let paths = dependencies.split_whitespace().filter_map(|p| work.join(p).canonicalize().ok());
    let foreign = paths.filter(|p| {
        let own = loaded.iter().any(|l| l.path.as_ref() == Some(p));
        let tool = p.starts_with(&root) || p == verilator.program() || p.ends_with("verilator_bin");
        !own && !tool && !p.starts_with(work.canonicalize().unwrap_or_else(|_| work.to_owned()))
    });
    foreign.filter_map(|path| Some(Include { hash: hash(&fs::read(&path).ok()?), path })).collect()
}

/// What `-march=native` depends on.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().find(|line| line.starts_with("flags")).unwrap_or_default().to_owned()
}
