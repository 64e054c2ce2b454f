//! What units that take rows refuse.

/// A row that the unit does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    kind: &'static str,
    reason: String,
}

impl RowError {
    pub(crate) fn new(kind: &'static str, reason: String) -> Self {
        Self { kind, reason }
    }
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a row for this {}: {}", self.kind, self.reason)
    }
}

impl std::error::Error for RowError {}
