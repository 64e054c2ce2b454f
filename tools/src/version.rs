//! Version numbers as tools tell them.

use std::fmt;

use serde::Serialize;

/// A version with a major and a minor part. Verilator writes its minor part with leading zeros: 5.006 is (5, 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Version {
    /// The part before the dot.
    pub major: u32,
    /// The part behind it.
    pub minor: u32,
}

impl Version {
    /// The first version that stands in `text` as a word of its own.
    ///
    /// ```
    /// let found = toolbox::Version::in_text("Verilator 5.006 2023-01-22");
    /// assert_eq!(found, Some(toolbox::Version { major: 5, minor: 6 }));
    /// assert_eq!(toolbox::Version::in_text(" rev vUNKNOWN-built20260516"), None);
    /// ```
    pub fn in_text(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let (major, rest) = word.trim_start_matches('(').split_once('.')?;
            let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
            Some(Self { major: major.parse().ok()?, minor: digits.parse().ok()? })
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
