//! What a test bench finds wrong.

use std::fmt;

/// Result of driving a bench.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a case failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A unit gave another beat than expected.
    #[error("{0}")]
    Divergence(Box<Divergence>),
    /// A unit gave more beats than expected.
    #[error("stream `{stream}` gave an extra beat in cycle {cycle}, after all {expected} expected ones: {beat}")]
    Extra {
        /// The stream.
        stream: String,
        /// When.
        cycle: u64,
        /// How many were expected.
        expected: usize,
        /// What came.
        beat: String,
    },
    /// A unit broke the ready/valid protocol.
    #[error("stream `{stream}` broke the protocol in cycle {cycle}: {what}")]
    Protocol {
        /// The stream.
        stream: String,
        /// When.
        cycle: u64,
        /// How.
        what: String,
    },
    /// Nothing moved for too long.
    #[error("nothing moved for {limit} cycles, until cycle {cycle}: {what}")]
    Stuck {
        /// The limit.
        limit: u64,
        /// When it was reached.
        cycle: u64,
        /// Which streams wait for what.
        what: String,
    },
    /// The model halted: an assertion failed, or `$finish` was reached.
    #[error("cycle {cycle}: {halt}")]
    Halt {
        /// When.
        cycle: u64,
        /// What the model said.
        halt: sim::Halt,
    },
    /// The bench was used wrongly.
    #[error("{0}")]
    Use(String),
    /// The model could not be built or wired up.
    #[error("{0}")]
    Sim(String),
    /// A check of the test's own.
    #[error("{0}")]
    Test(String),
}

impl Failure {
    /// A configuration or a job that there cannot be.
    pub(crate) fn wrong(error: impl fmt::Display) -> Self {
        Self::Use(error.to_string())
    }

    /// The cycle in which it showed, where there is one.
    pub fn cycle(&self) -> Option<u64> {
        match self {
            Self::Divergence(d) => Some(d.cycle),
            Self::Extra { cycle, .. }
            | Self::Protocol { cycle, .. }
            | Self::Stuck { cycle, .. }
            | Self::Halt { cycle, .. } => Some(*cycle),
            Self::Use(_) | Self::Sim(_) | Self::Test(_) => None,
        }
    }
}

impl From<sim::Error> for Failure {
    fn from(error: sim::Error) -> Self {
        Self::Sim(error.to_string())
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Test(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Test(text.to_owned())
    }
}

/// The first beat that differs from the expected one.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The stream.
    pub stream: String,
    /// The beat's number, from 0, since the last reset.
    pub index: usize,
    /// The cycle in which it came.
    pub cycle: u64,
    /// All elements, whether they differ or not.
    pub fields: Vec<FieldPair>,
}

/// One element of a beat, expected and actual.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPair {
    /// `y`, or `y[3]` for an element of an array; also `last` and `keep`.
    pub name: String,
    /// The expected integer.
    pub expected: i64,
    /// The actual integer.
    pub actual: i64,
    /// Bits behind the binary point.
    pub frac: i32,
}

impl FieldPair {
    /// Whether they differ.
    pub fn differs(&self) -> bool {
        self.expected != self.actual
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, index, cycle, fields } = self;
        writeln!(f, "stream `{stream}` diverges at beat {index} in cycle {cycle}:")?;
        writeln!(f, "    {:<12} {:>20} {:>20}  (value)", "field", "expected", "actual")?;
        // Wide beats have hundreds of equal elements, which help nobody.
        let shown = fields.iter().filter(|pair| fields.len() <= 8 || pair.differs()).take(16);
        for pair in shown {
            let FieldPair { name, expected, actual, frac } = pair;
            let mark = if pair.differs() { '>' } else { ' ' };
            write!(f, "  {mark} {name:<12} {expected:>20} {actual:>20}")?;
            if *frac != 0 {
                let scale = (-f64::from(*frac)).exp2();
                write!(f, "  ({} / {})", *expected as f64 * scale, *actual as f64 * scale)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
