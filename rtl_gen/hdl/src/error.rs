//! What can be wrong with a module, with a stable code, both places and a remedy.

use std::fmt;
use std::panic::Location;

/// A place in the Rust code that made a signal, crate-relative.
///
/// ```
/// assert!(hdl::Place::here().to_string().contains(".rs:"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(&'static Location<'static>);

impl Place {
    /// The caller's place.
    ///
    /// ```
    /// let place = hdl::Place::here();
    /// assert!(place.line() > 0);
    /// ```
    #[track_caller]
    pub fn here() -> Self {
        Self(Location::caller())
    }

    /// The file, from its crate's folder on.
    ///
    /// ```
    /// assert!(!hdl::Place::here().file().starts_with('/'));
    /// ```
    pub fn file(&self) -> &'static str {
        let path = self.0.file();
        let Some(source) = path.rfind("/src/").or_else(|| path.rfind("/tests/")) else {
            return path.trim_start_matches('/');
        };
        let start = path[..source].rfind('/').map_or(0, |slash| slash + 1);
        &path[start..]
    }

    /// The line, from 1.
    ///
    /// ```
    /// assert!(hdl::Place::here().line() > 0);
    /// ```
    pub fn line(&self) -> u32 {
        self.0.line()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// The stable code of an error.
        ///
        /// ```
        /// assert_eq!(hdl::Code::NoDriver.to_string(), "H201");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* #[doc = concat!("`", $code, "`.")] $name),+
        }

        impl fmt::Display for Code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $code),+ })
            }
        }
    };
}

codes! {
    /// A value would lose bits where nothing says how.
    LosesBits = "H101",
    /// An operand has the wrong width or sign for the operator.
    OperandType = "H102",
    /// A slice or an index reaches beyond its signal.
    OutOfRange = "H103",
    /// A constant is not exactly representable.
    InexactConstant = "H104",
    /// A signal of another module or loop is used where it is not visible.
    NotVisible = "H105",
    /// Something is assigned that cannot be.
    NotAssignable = "H106",
    /// A signal has no driver.
    NoDriver = "H201",
    /// A signal has several drivers.
    SeveralDrivers = "H202",
    /// A wire of a combinational process is not assigned on every path.
    Latch = "H203",
    /// Combinational logic feeds back into itself.
    CombinationalLoop = "H204",
    /// A signal, or some bits of it, are never used.
    Unused = "H205",
    /// An instance's input is not connected, or a connection names no port.
    Connection = "H206",
    /// A name is not usable in SystemVerilog.
    BadName = "H301",
    /// Two things have the same name.
    DuplicateName = "H302",
    /// An unnamed expression is used more than once.
    UnnamedReuse = "H303",
    /// Values of different pipes, or of a pipe that has ended, meet.
    PipeMismatch = "H401",
    /// A construct stands where it may not.
    Misplaced = "H402",
    /// The library itself broke one of its invariants.
    Internal = "H901",
}

/// One thing that is wrong with a module.
///
/// ```
/// use hdl::{Code, Module, Ty};
/// let errors = Module::build("m", |m| m.output("y", Ty::bit()).set(2)).unwrap_err();
/// let error = &errors.list()[0];
/// assert_eq!(error.code, Code::LosesBits);
/// assert!(!error.hint.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of mistake.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where it was made.
    pub place: Place,
    /// Other places that belong to it, each with what happened there.
    pub related: Vec<(String, Place)>,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}\n  --> {}", self.code, self.message, self.place)?;
        for (what, place) in &self.related {
            write!(f, "\n  {what}: {place}")?;
        }
        write!(f, "\n  help: {}", self.hint)
    }
}

/// All that is wrong with a module; one run reports everything.
///
/// ```
/// let errors = hdl::Module::build("m", |m| {
///     m.wire("w", hdl::Ty::uint(3));
/// }).unwrap_err();
/// assert_eq!(errors.list()[0].code, hdl::Code::NoDriver);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Errors {
    module: String,
    list: Vec<Error>,
}

impl Errors {
    pub(crate) fn new(module: &str, mut list: Vec<Error>) -> Self {
        list.sort_by_key(|e| (e.place, e.code));
        list.dedup();
        Self { module: module.to_owned(), list }
    }

    /// The errors, in the order of their places.
    ///
    /// ```
    /// let errors = hdl::Module::build("Bad Name", |_| {}).unwrap_err();
    /// assert_eq!(errors.list().len(), 1);
    /// ```
    pub fn list(&self) -> &[Error] {
        &self.list
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.list.len() == 1 { "" } else { "s" };
        writeln!(f, "module `{}` has {} error{plural}", self.module, self.list.len())?;
        for error in &self.list {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}
