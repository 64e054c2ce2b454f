//! Configuration of `mpca`.

use serde::{Deserialize, Serialize};

use crate::block_sparse::Layout;
use crate::{ConfigError, Format};

/// In which order an [`Mpca`] multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MpcaOrganisation {
    /// Weight tiles stand still, tokens stream past all of them: N tokens cost N cycles, a kept tile costs its share of them.
    #[default]
    Streamed,
    /// The paper's: Algorithm 2.
    #[serde(rename = "algorithm_2")]
    Algorithm2,
}

impl MpcaOrganisation {
    /// The name, as in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Streamed => "streamed",
            Self::Algorithm2 => "algorithm_2",
        }
    }
}

/// What a job's weights are, by the number that stands in its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MpcaMode {
    /// SBMM: block-sparse, by header; all heads multiply the same X.
    Sparse = 0,
    /// DBMM: dense; all heads multiply the same X.
    Dense = 1,
    /// DHBMM: dense; each head has an X of its own.
    DensePerHead = 2,
}

/// Matrix products Y = requantise(X·W) in int16, of weights from which whole blocks may be missing; one multiply-accumulate per DSP and
/// cycle.
///
/// Source: "Accelerating ViT Inference on FPGA through Static and Dynamic Pruning" (SDP), section V: MPCA, its modes, Algorithm 2.
/// Both organisations take the same jobs and the same words of weights, and give the same results, in an order of their own.
///
/// # Arithmetic
///
/// acc = Σ_k X\[t, k\]·W\[k, c\], exact, 48 bits. y = acc·mult/2^shift, rounded half to even and saturated to 16 bits. Factor and shift are
/// the job's: 16 bits leave room for one scale a tensor. There is no bias: the element-wise lanes that follow add it.
///
/// # A job
///
/// `heads` products of one shape: of `n` tokens with K channels each, X (n×K), and of weights W_h (K×`cols`). A layer is a job of D/D'
/// heads of D' columns, or of one head: it makes no difference to `streamed`. In the modes SBMM and DBMM X is the same for all
/// heads.
///
/// | field of `cmd` | bits | what |
/// |---|---|---|
/// | `mode` | 2 | [`MpcaMode`] |
/// | `double` | 1 | the side b of a block: `tile` or twice that |
/// | `n` | as `max_n` needs | tokens |
/// | `k` | 16 | K |
/// | `cols` | 16 | columns of a head |
/// | `heads` | 8 | heads |
/// | `address` | 32 | where the words of weights begin, in beats |
/// | `beats` | 24 | their beats, directory aside |
/// | `mult`, `shift` | 16, 6 | factor of the requantisation |
///
/// A job is taken and dropped, with no beat on any other stream, if `n`, `k`, `cols`, `heads` or `beats` is 0, `n` > `max_n`, `mode` is 3,
/// or its features have more than `max_rows` slices: ⌈K/`tile`⌉, in DHBMM `heads` times that. `algorithm_2` also drops jobs of more than
/// [`Self::MAX_BLOCK_COLUMNS`] block columns, of all heads.
///
/// # Streams
///
/// | stream | beat |
/// |---|---|
/// | `cmd` | a job |
/// | `feature` | `x`: `feature_rows` *slices* of a token, `tile` values each |
/// | `weight_read` (out) | `address`, `beats`: asks for so many beats of weights from there; at least 1 |
/// | `weight` | `w`: [`Self::weight_words`] words of 16 bits, lowest first, in the order asked for |
/// | `out` | `y`: `out_rows` rows of `tile` results; `token`, `head` and `column` of each row; keep per result, last with the job's last beat |
///
/// - `feature`, job after job: token by token, slice by slice, from channel 0 on; in DHBMM head by head, each from a slice of its own. The
///   last beat of a token is filled up with anything, as is the last slice of K (of a head).
/// - `out`: row r has columns `column`·`tile` … of that head. Every result comes once; results beyond `cols` have keep = 0. All beats
///   of a job come before those of the next. The last beat of a job may keep nothing.
/// - `weight_read`: `streamed` asks for all beats of a job at once; `algorithm_2` for its directory, which must be true, then for a block column at a time.
///
/// # Words of weights
///
/// All parts begin at whole beats. SBMM: block columns, head by head, each as
/// [`BlockSparse::to_words`](crate::block_sparse::BlockSparse::to_words) has it in [`Self::layout`]: header, then tiles; behind the `beats`
/// beats of columns stands the directory, ⌈(number of block columns + 1)/`weight_words`⌉ beats: the beat at which each column
/// begins, counted from `address`, and `beats` itself; `algorithm_2` reads it, `streamed` does not. DBMM and DHBMM: tiles alone, head by
/// head, tile column by tile column ([`dense_words`](crate::block_sparse::dense_words)), whatever `double` says.
///
/// Headers are not trusted. If one names more blocks than there are block rows or a block row that does not exist, or if the beats end before the
/// columns or the other way round, the job's results mean nothing, but it gives each once, takes all its beats, and ends; the port `faults_o` counts such jobs.
///
/// ```
/// use spec::unit::{Mpca, MpcaOrganisation};
/// let ours = Mpca::u250();
/// ours.validate()?;
/// assert_eq!((ours.macs(), ours.lanes(), ours.weight_words()), (6144, 24, 64));
/// assert_eq!(ours.module_name(), "mpca_streamed_h4_t12_c2_p8");
/// let papers = Mpca { organisation: MpcaOrganisation::Algorithm2, ..ours };
/// assert_eq!(papers.validate().unwrap_err().field, "out_rows");
/// assert_eq!(Mpca::u250_algorithm_2().module_name(), "mpca_algorithm_2_h4_t12_c2_p8_o8");
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mpca {
    /// In which order it multiplies.
    #[serde(default)]
    pub organisation: MpcaOrganisation,
    /// p_h, computing head modules.
    pub p_h: u32,
    /// p_t, rows of processing elements of each, over tokens.
    pub p_t: u32,
    /// p_c, columns of processing elements of each, over columns of weights.
    pub p_c: u32,
    /// p_pe, rows and columns of multiply-accumulators of a processing element.
    pub p_pe: u32,
    /// Side of the tiles in which weights are stored and results come: 4, 8 or 16. Blocks are as large, or twice.
    #[serde(default = "default_tile")]
    pub tile: u32,
    /// The most tokens of a job, 2 to 1024.
    #[serde(default = "default_max_n")]
    pub max_n: u32,
    /// Slices of features of a job, of all heads: 1 to 255.
    #[serde(default = "default_max_rows")]
    pub max_rows: u32,
    /// Slices of features in a beat: 1 to `max_rows`.
    #[serde(default = "default_feature_rows")]
    pub feature_rows: u32,
    /// Rows of results in a beat; in `streamed` the groups of lanes, which end one column each at a time, in `algorithm_2` a divisor of p_h·p_c.
    #[serde(default = "default_out_rows")]
    pub out_rows: u32,
}

fn default_tile() -> u32 {
    16
}

fn default_max_n() -> u32 {
    256
}

fn default_max_rows() -> u32 {
    96
}

fn default_feature_rows() -> u32 {
    8
}

fn default_out_rows() -> u32 {
    6
}

const KIND: &str = "mpca";

impl Mpca {
    /// Format of features, weights and results.
    pub const DATA: Format = Format::signed(16, 0);
    /// Format of the accumulators.
    pub const ACCUMULATOR: Format = Format::signed(48, 0);
    /// The largest K and number of columns of a head.
    pub const MAX_DIM: u32 = 65535;
    /// The most heads of a job.
    pub const MAX_HEADS: u32 = 255;
    /// The most block columns of a job, of all heads, in `algorithm_2`.
    pub const MAX_BLOCK_COLUMNS: u32 = 1023;
    /// Beats of weights of a tile.
    pub const TILE_BEATS: u32 = 4;

    /// An array of p_h·p_t·p_c·p_pe² multiply-accumulators, everything else by default.
    pub fn new(p_h: u32, p_t: u32, p_c: u32, p_pe: u32) -> Self {
        Self {
            organisation: MpcaOrganisation::Streamed,
            p_h,
            p_t,
            p_c,
            p_pe,
            tile: default_tile(),
            max_n: default_max_n(),
            max_rows: default_max_rows(),
            feature_rows: default_feature_rows(),
            out_rows: default_out_rows(),
        }
    }

    /// SDP's size on the Alveo U250: 6144 multiply-accumulators, features of 1536 channels.
    pub fn u250() -> Self {
        Self::new(4, 12, 2, 8)
    }

    /// As large, in the paper's organisation: a row of results for each of the 8 columns of processing elements.
    pub fn u250_algorithm_2() -> Self {
        Self { organisation: MpcaOrganisation::Algorithm2, out_rows: 8, ..Self::u250() }
    }

    /// Multiply-accumulates in a cycle.
    pub const fn macs(&self) -> u32 {
        self.p_h * self.p_t * self.p_c * self.p_pe * self.p_pe
    }

    /// DSPs: one a multiply-accumulate, and two for the requantisation of each result of a beat; `algorithm_2` counts products with two more.
    pub const fn dsps(&self) -> u32 {
        let counter = match self.organisation {
            MpcaOrganisation::Streamed => 0,
            MpcaOrganisation::Algorithm2 => 2,
        };
        self.macs() + 2 * self.out_rows * self.tile + counter
    }

    /// Tiles of weights that `streamed` holds.
    pub const fn lanes(&self) -> u32 {
        self.macs() / (self.tile * self.tile)
    }

    /// Words of 16 bits in a beat of weights: a quarter of a tile.
    pub const fn weight_words(&self) -> u32 {
        self.tile * self.tile / Self::TILE_BEATS
    }

    /// How block columns lie in the memory of weights.
    pub const fn layout(&self) -> Layout {
        Layout { tile: self.tile as usize, align: self.weight_words() as usize }
    }

    /// Slices of features of a job: each ⌈k/`tile`⌉, of all heads if each has its own.
    pub const fn rows(&self, k: u32, heads: u32, per_head: bool) -> u32 {
        k.div_ceil(self.tile) * if per_head { heads } else { 1 }
    }

    /// `mpca_streamed_h4_t12_c2_p8`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let (h, t, c, p) = (self.p_h, self.p_t, self.p_c, self.p_pe);
        let mut name = format!("{KIND}_{}_h{h}_t{t}_c{c}_p{p}", self.organisation.name());
        for (letter, value, default) in [
            ("b", self.tile, default_tile()),
            ("n", self.max_n, default_max_n()),
            ("r", self.max_rows, default_max_rows()),
            ("f", self.feature_rows, default_feature_rows()),
            ("o", self.out_rows, default_out_rows()),
        ] {
            if value != default {
                name += &format!("_{letter}{value}");
            }
        }
        name
    }

    /// Refuses arrays that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fail = |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy));
        for (field, value, most) in
            [("p_h", self.p_h, 16), ("p_t", self.p_t, 64), ("p_c", self.p_c, 16), ("p_pe", self.p_pe, 16)]
        {
            if !(1..=most).contains(&value) {
                return fail(field, format!("is {value}"), &format!("write 1 to {most}"));
            }
        }
        if !matches!(self.tile, 4 | 8 | 16) {
            return fail("tile", format!("is {}", self.tile), "write 4, 8 or 16");
        }
        if !(2..=1024).contains(&self.max_n) {
            return fail("max_n", format!("is {}", self.max_n), "write 2 to 1024, the most tokens of a job");
        }
        if !(1..=255).contains(&self.max_rows) {
            let remedy = "write 1 to 255: the most slices of `tile` channels that a job may have";
            return fail("max_rows", format!("is {}", self.max_rows), remedy);
        }
        if !(1..=self.max_rows).contains(&self.feature_rows) {
            return fail("feature_rows", format!("is {}", self.feature_rows), "write 1 to `max_rows` slices a beat");
        }
        if self.out_rows == 0 || self.out_rows * self.tile > 128 {
            let reason = format!("is {} rows of {} results", self.out_rows, self.tile);
            return fail("out_rows", reason, "write at least 1, and at most 128 results a beat");
        }
        match self.organisation {
            MpcaOrganisation::Streamed => self.validate_streamed(),
            MpcaOrganisation::Algorithm2 => self.validate_algorithm_2(),
        }
    }

    fn validate_algorithm_2(&self) -> Result<(), ConfigError> {
        let fail = |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy));
        if self.p_pe < 2 || !self.tile.is_multiple_of(self.p_pe) {
            let reason = format!("is {} for tiles of {}", self.p_pe, self.tile);
            return fail("p_pe", reason, "write 2, 4, 8 or 16, at most `tile`");
        }
        let columns = self.p_h * self.p_c;
        if !columns.is_multiple_of(self.out_rows) {
            let reason = format!("is {} for {columns} columns of processing elements", self.out_rows);
            return fail("out_rows", reason, "write a divisor of p_h·p_c");
        }
        Ok(())
    }

    fn validate_streamed(&self) -> Result<(), ConfigError> {
        let fail = |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy));
        let (macs, tile) = (self.macs(), self.tile * self.tile);
        if !macs.is_multiple_of(tile) || !(1..=64).contains(&self.lanes()) {
            let reason = format!("makes {macs} multiply-accumulators, for tiles of {tile}");
            return fail("p_pe", reason, "choose p_h·p_t·p_c·p_pe² as 1 to 64 times tile²");
        }
        if !self.lanes().is_multiple_of(self.out_rows) || self.lanes() / self.out_rows > 8 {
            let reason = format!("is {} for {} lanes", self.out_rows, self.lanes());
            return fail("out_rows", reason, "write a divisor of the lanes that leaves groups of at most 8");
        }
        Ok(())
    }
}
