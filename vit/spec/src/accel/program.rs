//! Instructions of the core, 256 bits each.

/// One field of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldLayout {
    /// Its name.
    pub name: &'static str,
    /// Its lowest bit.
    pub lsb: u32,
    /// Its bits.
    pub width: u32,
}

/// Where the fields of one kind of instruction stand, from bit 0 on without gaps.
#[derive(Clone, Copy, Debug)]
pub struct Layout(pub(super) &'static [(&'static str, u32)]);

impl Layout {
    /// Bits of an instruction.
    pub const BITS: u32 = 256;
    /// What every instruction begins with.
    pub const HEAD: Self = Self(&[("opcode", 4), ("after_matrix", 16), ("after_vector", 16)]);
    /// [`Instruction::Matrix`].
    pub const MATRIX: Self = Self(&[
        ("opcode", 4),
        ("after_matrix", 16),
        ("after_vector", 16),
        ("rows", 2),
        ("m", 9),
        ("k", 16),
        ("k_tokens", 1),
        ("n", 16),
        ("n_tokens", 1),
        ("passes", 6),
        ("grouped", 1),
        ("scale", 2),
        ("mult", 16),
        ("shift", 6),
        ("narrow", 1),
        ("gelu", 1),
        ("from", 2),
        ("from_base", 14),
        ("from_stride", 6),
        ("weights", 2),
        ("index", 4),
        ("buffer", 1),
        ("finer", 6),
        ("to", 3),
        ("to_base", 14),
        ("to_stride", 6),
        ("to_row", 1),
        ("weights_at", 28),
        ("weights_beats", 24),
        ("columns_at", 28),
        ("keeps", 1),
        ("reserved", 2),
    ]);
    /// [`Instruction::Vector`].
    pub const VECTOR: Self = Self(&[
        ("opcode", 4),
        ("after_matrix", 16),
        ("after_vector", 16),
        ("op", 4),
        ("rows", 2),
        ("m", 9),
        ("tiles", 10),
        ("base", 14),
        ("stride", 6),
        ("to_row", 1),
        ("at", 28),
        ("means", 14),
        ("drop", 4),
        ("heads", 6),
        ("threshold", 16),
    ]);
    /// [`Instruction::Tokens`].
    pub const TOKENS: Self = Self(&[("opcode", 4), ("after_matrix", 16), ("after_vector", 16), ("m", 9)]);

    /// The fields, from bit 0 on.
    ///
    /// ```
    /// use spec::accel::Layout;
    /// let last = Layout::MATRIX.fields().last().unwrap();
    /// assert!(last.lsb + last.width <= 256);
    /// ```
    pub fn fields(self) -> impl Iterator<Item = FieldLayout> {
        let mut lsb = 0;
        self.0.iter().map(move |&(name, width)| {
            lsb += width;
            FieldLayout { name, lsb: lsb - width, width }
        })
    }

    /// The field of that name.
    pub fn field(self, name: &str) -> Option<FieldLayout> {
        self.fields().find(|field| field.name == name)
    }

    pub(super) fn pack(self, values: &[(&str, u64)]) -> [u64; 4] {
        let mut words = [0u64; 4];
        for field in self.fields() {
            let Some((_, value)) = values.iter().find(|(name, _)| *name == field.name) else { continue };
            let value = u128::from(value & (u64::MAX >> (64 - field.width)));
            let (word, bit) = ((field.lsb / 64) as usize, field.lsb % 64);
            let placed = value << bit;
            words[word] |= placed as u64;
            if bit + field.width > 64 {
                words[word + 1] |= (placed >> 64) as u64;
            }
        }
        words
    }
}

/// Which rows a job works on; the number of tokens N is the core's, at the time when the job is dispatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Rows 0 to m − 1.
    Given(u32),
    /// All N.
    All,
    /// Rows 0, 2, 4 … of N; all N where [`Core::halved_from`](super::Core::halved_from) has it so.
    Even,
    /// Rows 1, 3, 5 … of N, or none.
    Odd,
}

impl Rows {
    fn code(self) -> u64 {
        match self {
            Self::Given(_) => 0,
            Self::All => 1,
            Self::Even => 2,
            Self::Odd => 3,
        }
    }

    fn given(self) -> u64 {
        if let Self::Given(m) = self { m.into() } else { 0 }
    }
}

/// Where the left operand of a matrix job comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Words of normalised rows.
    Norm = 0,
    /// Words of activations.
    Act = 1,
    /// Exponentials of scores, with their rows' scales.
    Scores = 2,
    /// Words of activations in the lower half, in the upper half the features' means of heads [`MatrixJob::index`], the
    /// same in every row.
    Features = 3,
}

/// Where the right operand of a matrix job comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Memory: T_h streams, one a group, behind each other.
    Memory {
        /// First beat.
        at: u32,
        /// Beats of a group.
        beats: u32,
    },
    /// The keys of a head of each group, transposed.
    Keys(u32),
    /// The values of a head of each group.
    Values(u32),
}

/// Where the results of a matrix job go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Words of activations.
    Act {
        /// Word of row 0.
        base: u32,
        /// Words of a row.
        stride: u32,
    },
    /// Keys of all heads.
    Keys,
    /// Values of all heads.
    Values,
    /// Scores.
    Scores,
    /// Added to the residual stream, from row `row` on.
    Residual {
        /// Row that row 0 is added to.
        row: u32,
        /// Tiles of a row.
        tiles: u32,
    },
    /// Memory, 16 bits a result.
    Result,
    /// Words of activations, each tile's mean over the rows beside them, for [`VectorOp::Means`].
    Features {
        /// Word of row 0.
        base: u32,
        /// Words of a row.
        stride: u32,
    },
    /// The token selector: of each head four columns, the logits for keeping and for pruning, the gate, and one that is
    /// not looked at.
    Logits,
}

/// A product on the array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixJob {
    /// Matrix jobs, from the program's start, that are done before rows are read.
    pub after_matrix: u32,
    /// Vector jobs that are done before rows are read.
    pub after_vector: u32,
    /// Rows of the left operand.
    pub rows: Rows,
    /// K, or none for the number of tokens.
    pub k: Option<u32>,
    /// N, or none for the number of tokens.
    pub n: Option<u32>,
    /// Passes over K; not heeded where K is the number of tokens.
    pub passes: u32,
    /// One product a group.
    pub grouped: bool,
    /// `scale` of [`crate::unit::GemmEngine`].
    pub scale: u32,
    /// Multiplier and shift of scale 2.
    pub factor: (u16, u8),
    /// Whether results are saturated to 8 bits.
    pub narrow: bool,
    /// Whether results go through the GELU.
    pub gelu: bool,
    /// Left operand.
    pub from: Source,
    /// Its first word.
    pub from_base: u32,
    /// Its words in a row.
    pub from_stride: u32,
    /// Right operand.
    pub weights: Weights,
    /// Heads of a [`Source::Features`]: which word's.
    pub index: u32,
    /// Buffer of scores that is read or written.
    pub buffer: u32,
    /// What is taken from the shift of a row of scores.
    pub finer: u32,
    /// Results.
    pub to: Destination,
    /// Beat in memory of the columns' parameters, or of the results.
    pub columns_at: u32,
    /// Whether what is counted up to its last row is kept for the next [`VectorOp::Count`], which has to be done before
    /// another such job reads rows.
    pub keeps: bool,
}

/// What the vector unit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorOp {
    /// Memory to words of activations, two tiles a beat; the number of a row's tiles is even.
    LoadAct = 0,
    /// Memory to the residual stream.
    LoadResidual = 1,
    /// Layer norm of the residual stream into words of normalised rows.
    LayerNorm = 2,
    /// The residual stream to memory.
    StoreResidual = 3,
    /// The residual stream, divided by 2^`drop`, into words of normalised rows; the means of its heads into a word a row
    /// from `means` on.
    Measure = 4,
    /// Means of features over the rows into words of normalised rows, a word for each group of heads.
    Means = 5,
    /// Token selection in the residual stream: sets the number of tokens, and tells memory which of them stay.
    Select = 6,
    /// Stores [`Counts`](super::Counts) at `at`, with the number of `rows`: what the last job with [`MatrixJob::keeps`]
    /// kept, or, if none kept anything since the last `Count`, what is counted by now.
    Count = 7,
}

/// A job of the vector unit.
///
/// ```
/// use spec::accel::{Rows, VectorJob, VectorOp};
/// let job = VectorJob { tiles: 12, stride: 1, ..VectorJob::new(VectorOp::LayerNorm, Rows::Even) };
/// assert_eq!((job.after_matrix, job.base), (0, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorJob {
    /// Matrix jobs that are done before it begins.
    pub after_matrix: u32,
    /// Vector jobs that are done before it begins.
    pub after_vector: u32,
    /// What to do.
    pub op: VectorOp,
    /// Rows.
    pub rows: Rows,
    /// Tiles of a row.
    pub tiles: u32,
    /// First word of the activations that are loaded or of the normalised rows; of a load of the residual stream, half its first
    /// row, times tiles.
    pub base: u32,
    /// Their words in a row.
    pub stride: u32,
    /// Beat in memory.
    pub at: u32,
    /// First word of the heads' means.
    pub means: u32,
    /// Bits that are rounded off, 0 to 15.
    pub drop: u32,
    /// Heads.
    pub heads: u32,
    /// Threshold of [`crate::unit::TokenSelector`].
    pub threshold: u32,
}

impl VectorJob {
    /// A job that waits for nothing, all numbers zero.
    pub const fn new(op: VectorOp, rows: Rows) -> Self {
        Self {
            after_matrix: 0,
            after_vector: 0,
            op,
            rows,
            tiles: 0,
            base: 0,
            stride: 0,
            at: 0,
            means: 0,
            drop: 0,
            heads: 0,
            threshold: 0,
        }
    }
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// The end: once all jobs are done, the core tells so.
    End,
    /// A product.
    Matrix(MatrixJob),
    /// A job of the vector unit.
    Vector(VectorJob),
    /// Sets the number of tokens, none of which is a package.
    Tokens(u32),
    /// Holds the instructions behind it until so many jobs are done: they may depend on the number of tokens.
    Wait {
        /// Matrix jobs from the program's start.
        after_matrix: u32,
        /// Vector jobs.
        after_vector: u32,
    },
}

impl Instruction {
    /// The instruction's 256 bits, least significant word first.
    ///
    /// ```
    /// use spec::accel::Instruction;
    /// assert_eq!(Instruction::Tokens(17).encode()[0], 3 | 17 << 36);
    /// ```
    pub fn encode(&self) -> [u64; 4] {
        match self {
            Self::End => Layout::HEAD.pack(&[("opcode", 0)]),
            Self::Matrix(job) => Layout::MATRIX.pack(&job.values()),
            Self::Vector(job) => Layout::VECTOR.pack(&job.values()),
            Self::Tokens(tokens) => Layout::TOKENS.pack(&[("opcode", 3), ("m", (*tokens).into())]),
            Self::Wait { after_matrix, after_vector } => {
                let counts = [("after_matrix", (*after_matrix).into()), ("after_vector", (*after_vector).into())];
                Layout::HEAD.pack(&[("opcode", 4), counts[0], counts[1]])
            }
        }
    }
}

impl MatrixJob {
    fn values(&self) -> Vec<(&'static str, u64)> {
        let (weights, index, at, beats) = match self.weights {
            Weights::Memory { at, beats } => (0, self.index, at, beats),
            Weights::Keys(index) => (1, index, 0, 0),
            Weights::Values(index) => (2, index, 0, 0),
        };
        let (to, base, stride, row) = match self.to {
            Destination::Act { base, stride } => (0, base, stride, 0),
            Destination::Keys => (1, 0, 0, 0),
            Destination::Values => (2, 0, 0, 0),
            Destination::Scores => (3, 0, 0, 0),
            Destination::Residual { row, tiles } => (4, row / 2 * tiles, tiles, row % 2),
            Destination::Result => (5, 0, 0, 0),
            Destination::Features { base, stride } => (6, base, stride, 0),
            Destination::Logits => (7, 0, 0, 0),
        };
        let pairs: [(&'static str, u32); 29] = [
            ("opcode", 1),
            ("after_matrix", self.after_matrix),
            ("after_vector", self.after_vector),
            ("k", self.k.unwrap_or(0)),
            ("k_tokens", self.k.is_none().into()),
            ("n", self.n.unwrap_or(0)),
            ("n_tokens", self.n.is_none().into()),
            ("passes", self.passes),
            ("grouped", self.grouped.into()),
            ("scale", self.scale),
            ("mult", self.factor.0.into()),
            ("shift", self.factor.1.into()),
            ("narrow", self.narrow.into()),
            ("gelu", self.gelu.into()),
            ("from", self.from as u32),
            ("from_base", self.from_base),
            ("from_stride", self.from_stride),
            ("weights", weights),
            ("index", index),
            ("buffer", self.buffer),
            ("finer", self.finer),
            ("to", to),
            ("to_base", base),
            ("to_stride", stride),
            ("to_row", row),
            ("weights_at", at),
            ("weights_beats", beats),
            ("columns_at", self.columns_at),
            ("keeps", self.keeps.into()),
        ];
        let mut values: Vec<_> = pairs.iter().map(|&(name, value)| (name, value.into())).collect();
        values.extend([("rows", self.rows.code()), ("m", self.rows.given())]);
        values
    }
}

impl VectorJob {
    fn values(&self) -> Vec<(&'static str, u64)> {
        let pairs: [(&'static str, u32); 12] = [
            ("opcode", 2),
            ("after_matrix", self.after_matrix),
            ("after_vector", self.after_vector),
            ("op", self.op as u32),
            ("tiles", self.tiles),
            ("base", self.base),
            ("stride", self.stride),
            ("at", self.at),
            ("means", self.means),
            ("drop", self.drop),
            ("heads", self.heads),
            ("threshold", self.threshold),
        ];
        let mut values: Vec<_> = pairs.iter().map(|&(name, value)| (name, value.into())).collect();
        values.extend([("rows", self.rows.code()), ("m", self.rows.given())]);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_job_comes_back_from_its_place() {
        let job = VectorJob {
            after_matrix: 0x1234,
            after_vector: 0x5678,
            op: VectorOp::LayerNorm,
            rows: Rows::Given(0x155),
            tiles: 0x2aa,
            base: 0x1555,
            stride: 0x2a,
            at: 0x0555_5555,
            means: 0x2aaa,
            drop: 5,
            heads: 0x2a,
            threshold: 0x5555,
        };
        let words = Instruction::Vector(job.clone()).encode();
        let read = |name: &str| {
            let field = Layout::VECTOR.field(name).unwrap();
            (0..field.width)
                .map(|i| (words[((field.lsb + i) / 64) as usize] >> ((field.lsb + i) % 64) & 1) << i)
                .sum::<u64>()
        };
        for (name, value) in job.values() {
            assert_eq!(read(name), value, "{name}");
        }
    }

    #[test]
    fn instructions_fit() {
        for layout in [Layout::MATRIX, Layout::VECTOR, Layout::TOKENS] {
            let last = layout.fields().last().unwrap();
            assert!(last.lsb + last.width <= 256);
            assert!(layout.fields().zip(Layout::HEAD.fields()).all(|(a, b)| a == b));
        }
    }
}
