//! Tools that only a distribution has: skipped, visibly, where they are missing, unless they are required.

use crate::notice::say;
use crate::{Error, Found, Result, Tool, find};

/// Whether a missing tool is an error: `ESPALIER_REQUIRE_TOOLS` is set to anything but `0`.
pub fn required() -> bool {
    std::env::var_os("ESPALIER_REQUIRE_TOOLS").is_some_and(|value| !value.is_empty() && value != "0")
}

/// For tests: whether `tool` is there. If not, a line that not even a test's captured output hides says what is
/// skipped and how to get the tool.
///
/// # Errors
/// The tool is missing and [`required`].
///
/// ```no_run
/// if !toolbox::need::present(toolbox::Tool::Icarus, "the four-state run of gelu")? {
///     return Ok(());
/// }
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn present(tool: Tool, what: &str) -> Result<bool> {
    match reason_to_skip(&find::ensure(tool))? {
        None => Ok(true),
        Some(reason) => {
            say(&format!("SKIPPED {what}: {reason}"));
            Ok(false)
        }
    }
}

/// Why what needs the tool is skipped; none if it is there.
pub(crate) fn reason_to_skip(found: &Result<Found>) -> Result<Option<String>> {
    match found {
        Ok(_) => Ok(None),
        Err(Error::Missing { tool }) if required() => Err(Error::Missing { tool: *tool }),
        Err(error) if error.is_missing() && !required() => Ok(Some(error.to_string())),
        Err(error) => Err(Error::Run { program: "the tool".into(), reason: error.to_string() }),
    }
}
