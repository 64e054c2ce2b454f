//! A compiled model, loaded into the process.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    mem::ManuallyDrop,
    path::Path,
    sync::Arc,
};

use crate::{Direction, Error, Model, PortInfo, Result, Start, Waves};

/// Mirrors `struct PortInfo` of the shim.
#[repr(C)]
struct RawPort {
    name: *const c_char,
    width: u32,
    bytes: u32,
    direction: u32,
}

/// What lives on the C++ side.
#[repr(C)]
pub(crate) struct Instance {
    _opaque: [u8; 0],
}

/// Mirrors `struct Api` of the shim.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Api {
    version: u32,
    port_count: u32,
    ports: *const RawPort,
    pub(crate) create: unsafe extern "C" fn(c_int, *const *const c_char, c_int, c_int) -> *mut Instance,
    pub(crate) destroy: unsafe extern "C" fn(*mut Instance),
    pub(crate) port_pointers: unsafe extern "C" fn(*mut Instance, *mut *mut u8),
    pub(crate) eval: unsafe extern "C" fn(*mut Instance) -> u32,
    pub(crate) tick: unsafe extern "C" fn(*mut Instance, *mut u8, u64, u64) -> u32,
    pub(crate) edge: unsafe extern "C" fn(*mut Instance, *mut u8, u8, u64) -> u32,
    pub(crate) get_time: unsafe extern "C" fn(*const Instance) -> u64,
    pub(crate) set_time: unsafe extern "C" fn(*mut Instance, u64),
    pub(crate) waves_open: unsafe extern "C" fn(*mut Instance, *const c_char) -> u32,
    pub(crate) waves_close: unsafe extern "C" fn(*mut Instance),
    pub(crate) coverage_write: unsafe extern "C" fn(*mut Instance, *const c_char) -> u32,
    pub(crate) take: unsafe extern "C" fn(*mut Instance, Sink, *mut c_void) -> u32,
}

pub(crate) type Sink = unsafe extern "C" fn(*mut c_void, *const c_char, usize);

/// What a model was built with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    pub(crate) waves: Waves,
    pub(crate) coverage: bool,
    pub(crate) random_state: bool,
}

/// A compiled and loaded model, of which any number of instances can be made in any thread.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) api: Api,
    pub(crate) top: String,
    pub(crate) ports: Vec<PortInfo>,
    pub(crate) port_bytes: Vec<u32>,
    pub(crate) traits: Traits,
    warnings: String,
    cached: bool,
}

// SAFETY: the table points to constants and functions of a library that is never unloaded; the functions keep what
// they share between instances in the Verilator runtime, which locks it.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Library {
    pub(crate) fn load(path: &Path, top: &str, traits: Traits, warnings: String, cached: bool) -> Result<Self> {
        let fail = |reason: String| Error::Load { path: path.to_owned(), reason };
        // SAFETY: the library is one that this crate built; its initialisers are those of Verilator's runtime.
        let library = unsafe { libloading::Library::new(path) }.map_err(|e| fail(e.to_string()))?;
        // Never unloaded: the runtime has thread-local state whose destructors run at the ends of threads.
        let library = ManuallyDrop::new(library);
        // SAFETY: the shim defines the symbol with this type.
        let entry = unsafe { library.get::<unsafe extern "C" fn() -> *const Api>(b"espalier_model\0") };
        let entry = entry.map_err(|e| fail(e.to_string()))?;
        // SAFETY: it returns a pointer to a constant table.
        let api = unsafe { *entry() };
        if api.version != 2 {
            return Err(fail(format!("its interface has version {}, not 2", api.version)));
        }
        // SAFETY: the table has `port_count` rows.
        let raw = unsafe { std::slice::from_raw_parts(api.ports, api.port_count as usize) };
        let ports = raw.iter().map(|p| PortInfo {
            // SAFETY: names are string literals of the library.
            name: unsafe { CStr::from_ptr(p.name) }.to_string_lossy().into_owned(),
            width: p.width,
            direction: match p.direction {
                0 => Direction::In,
                1 => Direction::Out,
                _ => Direction::InOut,
            },
        });
        let (ports, port_bytes) = (ports.collect(), raw.iter().map(|p| p.bytes).collect());
        Ok(Self(Arc::new(Inner { api, top: top.to_owned(), ports, port_bytes, traits, warnings, cached })))
    }

    /// An instance that starts from zeroes.
    ///
    /// # Errors
    /// As [`Library::model_with`].
    pub fn model(&self) -> Result<Model> {
        self.model_with(Start::Zero, &[])
    }

    /// An instance with the given start state; `plusargs` are what `$test$plusargs` and `$value$plusargs` see, such as
    /// `+depth=3`.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] if a random start is asked of a build without
    /// [`random_state`](crate::Build::random_state); [`Error::Load`] if the model's constructor fails.
    pub fn model_with(&self, start: Start, plusargs: &[&str]) -> Result<Model> {
        Model::new(self.0.clone(), start, plusargs)
    }

    /// The top module.
    pub fn top(&self) -> &str {
        &self.0.top
    }

    /// The ports.
    pub fn ports(&self) -> &[PortInfo] {
        &self.0.ports
    }

    /// What Verilator warned of when it was built; empty if nothing.
    pub fn warnings(&self) -> &str {
        &self.0.warnings
    }

    /// Whether the cache had it.
    pub fn was_cached(&self) -> bool {
        self.0.cached
    }

    /// Checks that the ports are those of the manifest entry: the same names, widths and directions.
    ///
    /// # Errors
    /// [`Error::NoPort`] or [`Error::PortMismatch`] for the first that differs.
    pub fn check(&self, module: &spec::manifest::Module) -> Result<()> {
        use spec::manifest::Dir;
        for port in &module.ports {
            let direction = if port.dir == Dir::In { Direction::In } else { Direction::Out };
            self.0.find(&port.name, Some(port.width), direction)?;
        }
        let unknown = self.0.ports.iter().find(|p| module.port(&p.name).is_none());
        unknown.map_or(Ok(()), |port| {
            Err(Error::PortMismatch {
                top: self.0.top.clone(),
                port: port.name.clone(),
                found: port.describe(),
                expected: "no such port (the manifest does not list it)".into(),
            })
        })
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("top", &self.0.top).field("ports", &self.0.ports).finish_non_exhaustive()
    }
}

impl Inner {
    /// The index of a port of that name, width (if it matters) and direction.
    pub(crate) fn find(&self, name: &str, width: Option<u32>, direction: Direction) -> Result<usize> {
        let Some(index) = self.ports.iter().position(|p| p.name == name) else {
            return Err(Error::NoPort { top: self.top.clone(), port: name.into(), hint: self.hint(name) });
        };
        let port = &self.ports[index];
        let fits = port.direction == direction || port.direction == Direction::InOut || direction == Direction::InOut;
        if fits && width.is_none_or(|w| w == port.width) {
            return Ok(index);
        }
        Err(Error::PortMismatch {
            top: self.top.clone(),
            port: name.into(),
            found: port.describe(),
            expected: crate::port::describe(width.unwrap_or(port.width), direction),
        })
    }

    fn hint(&self, name: &str) -> String {
        let near = self.ports.iter().map(|p| (strsim::damerau_levenshtein(&p.name, name), &p.name)).min();
        match near {
            Some((distance, near)) if distance <= 1 + name.len() / 3 => format!("; did you mean `{near}`?"),
            Some(_) => {
                let names: Vec<_> = self.ports.iter().map(|p| p.name.as_str()).collect();
                format!("; it has {}", names.join(", "))
            }
            None => "; it has no ports at all".into(),
        }
    }
}
