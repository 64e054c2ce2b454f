//! Lines for the user that a test's captured output does not hide.

use std::io::Write;

/// A line on standard error that a test's captured output does not hide.
pub(crate) fn say(line: &str) {
    let mut stderr = std::io::stderr().lock();
    // Whoever closed standard error does not want to know.
    let _ = writeln!(stderr, "{line}");
}
