//! The C++ compiler, found and flagged by the crate `cc`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use crate::{Error, OptLevel, Result};

/// A C++ compiler with the flags that every object of this crate is compiled with.
#[derive(Clone, Debug)]
pub(crate) struct Compiler {
    pub(crate) path: PathBuf,
    flags: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    pub(crate) gnu: bool,
    /// Its version and target, for cache keys.
    pub(crate) identity: String,
}

type Known = Vec<((Option<String>, OptLevel), Compiler)>;
static KNOWN: Mutex<Known> = Mutex::new(Vec::new());

impl Compiler {
    /// The compiler `name`, or the one that `CXX` names, or the platform's.
    pub(crate) fn find(name: Option<&str>, level: OptLevel) -> Result<Self> {
        let key = (name.map(str::to_owned).or_else(|| std::env::var("CXX").ok()), level);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = known.iter().find(|(k, _)| *k == key) {
            return Ok(found.clone());
        }
        let found = Self::ask(name, level)?;
        known.push((key, found.clone()));
        Ok(found)
    }

    fn ask(name: Option<&str>, level: OptLevel) -> Result<Self> {
        let mut build = cc::Build::new();
        build
            .cpp(true)
            .target(env!("SIM_TARGET"))
            .host(env!("SIM_HOST"))
            .out_dir(std::env::temp_dir())
            .opt_level(level.digit())
            .debug(false)
            .warnings(false)
            .pic(true)
            .std("gnu++17")
            .cargo_metadata(false);
        if let Some(name) = name {
            build.compiler(name);
        }
        let tool = build.try_get_compiler().map_err(|e| Error::NoCompiler { reason: e.to_string() })?;
        let mut version = Command::new(tool.path());
        version.arg("--version").envs(tool.get_envs());
        let version = version
            .output()
            .map_err(|e| Error::NoCompiler { reason: format!("`{}` cannot be run: {e}", tool.path().display()) })?;
        let identity = String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default().to_owned();
        Ok(Self {
            path: tool.path().to_owned(),
            flags: tool.args().to_vec(),
            env: tool.get_envs().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            gnu: tool.is_like_gnu(),
            identity: format!("{} {identity} {}", tool.path().display(), env!("SIM_TARGET")),
        })
    }

    /// The flags, for cache keys.
    pub(crate) fn flags(&self) -> Vec<String> {
        let own = self.own_flags().into_iter().map(str::to_owned);
        self.flags.iter().map(|f| f.to_string_lossy().into_owned()).chain(own).collect()
    }

    fn own_flags(&self) -> Vec<&'static str> {
        let mut flags = vec!["-w", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"];
        // Where in a cache line a function happens to begin makes several percent of a small model's speed.
        flags.push("-falign-functions=64");
        if self.gnu {
            // Unique symbols would be shared by all models of the process, and with them the state behind them.
            flags.push("-fno-gnu-unique");
            // The runtime looks at thread-local state several times per evaluation. Of its external variables none needs
            // a constructor, and descriptors are cheaper than calls of `__tls_get_addr`. (The slow first access of a
            // thread, before which old C libraries lose vector registers, is the shim's, not the generated code's.)
            flags.push("-fno-extern-tls-init");
            if env!("SIM_TARGET").starts_with("x86_64") {
                flags.push("-mtls-dialect=gnu2");
            }
        } else {
            flags.push("-fbracket-depth=4096");
        }
        flags
    }

    /// Runs the compiler in `dir` with its flags and `arguments`; `what` names the result in an error.
    pub(crate) fn run(&self, dir: &Path, what: &str, arguments: &[OsString]) -> Result<()> {
        let mut command = Command::new(&self.path);
        command.current_dir(dir).args(&self.flags).args(self.own_flags()).args(arguments);
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        let output = command.output().map_err(|source| Error::Run { program: self.path.clone(), source })?;
        if output.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let mut lines: Vec<&str> = text.lines().take(40).collect();
        if lines.is_empty() {
            lines.push("(it said nothing; out of memory?)");
        }
        Err(Error::Compile { compiler: self.path.clone(), what: what.into(), message: lines.join("\n") })
    }
}
