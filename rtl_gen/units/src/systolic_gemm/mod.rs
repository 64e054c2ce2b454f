//! Matrix product on a weight-stationary systolic array.
//!
//! | module | what |
//! |---|---|
//! | `gemm_block_*` | up to 8×8 multiply-accumulators; Verilator keeps it a function of its own |
//! | `gemm_array_*` | the grid of blocks, its skews, the way of the weights |
//! | `gemm_column_*` | one column of blocks: accumulator memories, bias, requantisation, output FIFO |
//! | `systolic_gemm_*` | streams, tile sequencers, credits |
//!
//! Weights wait in a second register of each multiplier and are exchanged by a wave that runs ahead of the tile's first
//! activations, so that tiles follow each other without a bubble. Nothing inside the array stalls: a beat that will produce an output
//! is admitted only if a FIFO slot is free for it.

mod array;
mod block;
mod column;
mod issue;
mod load;

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Latency, Module, Sig, Ty};
use num_bigint::BigInt;
use spec::unit::SystolicGemm;

use crate::Error;
use hdl::prim;

/// Sets of column parameters that are held: loaded, in use or on their way through.
const SETS: u32 = 4;

/// Where products of more bits are cut.
const HALF: u32 = 16;

/// The widest addition that takes eight LUT levels without a carry chain.
const SHORT_ADD: u32 = 20;

/// A part of the sums that travel down the array.
pub(crate) struct Part {
    suffix: &'static str,
    lsb: u32,
    term: Ty,
    /// Its sum over all rows.
    ty: Ty,
}

impl Part {
    /// `base` with the part's suffix.
    fn name(&self, base: &str) -> String {
        format!("{base}{}", self.suffix)
    }

    /// What a product contributes.
    fn of<'m>(&self, product: Sig<'m>) -> Sig<'m> {
        match self.term.width() == product.width() {
            true => product,
            false => product.bits(self.lsb + self.term.width() - 1, self.lsb).cast(self.term.clone()),
        }
    }
}

/// The sizes that follow from a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    rows: u32,
    cols: u32,
    block_rows: u32,
    block_cols: u32,
    data: Ty,
    acc: Ty,
    out: Ty,
    max_m: u32,
    ident: &'static str,
}

impl Shape {
    fn new(config: &SystolicGemm) -> Self {
        let largest_divisor = |lanes: u32| (1..=8).rev().find(|d| lanes.is_multiple_of(*d)).unwrap_or(1);
        Self {
            rows: config.rows,
            cols: config.cols,
            block_rows: largest_divisor(config.rows),
            block_cols: largest_divisor(config.cols),
            data: crate::convert::ty(config.data.format()),
            acc: crate::convert::ty(config.data.accumulator()),
            out: crate::convert::ty(config.out()),
            max_m: config.max_m,
            ident: config.data.ident(),
        }
    }

    fn brows(&self) -> u32 {
        self.rows / self.block_rows
    }

    fn bcols(&self) -> u32 {
        self.cols / self.block_cols
    }

    /// Sums over the rows of the array: narrower than an accumulator, which sums over all of K, where that makes a short addition.
    ///
    /// Sums of int8 over more than 16 rows stay as wide as the accumulator: whole words simulate faster.
    fn sum(&self) -> Ty {
        let most = BigInt::from(1) << (2 * self.data.width() - 2);
        let narrow = Ty::range(-(&most * self.rows), most * self.rows).full();
        if 2 * self.data.width() <= HALF && narrow.width() > SHORT_ADD { self.acc.clone() } else { narrow }
    }

    /// What flows down the array, lowest first: the sums, or those of the products' halves apart.
    ///
    /// A product of int8 and its sum are one DSP each. Halves keep the additions of int16 as short, at the price that they
    /// are in LUTs, not in the DSP of their multiplier.
    fn sum_parts(&self) -> Vec<Part> {
        let width = 2 * self.data.width();
        if width <= HALF {
            return vec![Part { suffix: "", lsb: 0, term: Ty::sint(width), ty: self.sum() }];
        }
        let (low, high) = (Ty::uint(HALF), Ty::sint(width - HALF));
        let over_rows = |term: &Ty| Ty::range(term.lo() * self.rows, term.hi() * self.rows).full();
        let low = Part { suffix: "_low", lsb: 0, ty: over_rows(&low), term: low };
        let high = Part { suffix: "_high", lsb: HALF, ty: over_rows(&high), term: high };
        vec![low, high]
    }

    fn address(&self) -> Ty {
        Ty::range(0, self.max_m.max(2) - 1).full()
    }

    /// Whether a job can ask for 8-bit results in 16-bit lanes.
    fn has_narrow(&self) -> bool {
        self.out.width() > 8
    }

    /// Cycles from an activation beat to the output beat that it completes.
    fn latency(&self) -> u32 {
        issue::tag_stages(self) + column::LATENCY + self.bcols()
    }

    /// Output beats that fit into the FIFOs: those on their way, and the one whose slot comes back.
    fn slots(&self) -> u32 {
        (self.latency() + 1).next_power_of_two()
    }
}

/// The widths of a job's fields on the streams.
fn cmd_bundle(shape: &Shape) -> Bundle {
    let dim = Ty::uint(16);
    let bundle = Bundle::new("cmd")
        .field("m", Ty::range(0, shape.max_m).full())
        .field("k", dim.clone())
        .field("n", dim)
        .field("row_scale", Ty::bit());
    if shape.has_narrow() { bundle.field("narrow", Ty::bit()) } else { bundle }
}

/// Builds the unit; streams, order of beats and arithmetic are those of [`SystolicGemm`].
///
/// # Cycles
/// A tile of r rows of weights and M activations takes max(r, M) cycles when nobody stalls, and at least M + 3 if M < 4; weights of
/// the next tile load meanwhile. The parameters of a tile of N need one cycle a column, loaded up to four tiles ahead.
/// A beat of the first tile of K waits until the parameters of its columns are loaded.
/// An output appears rows + ⌈cols/8⌉ + 12 cycles (int16: 13) after the last activation beat it depends on (blocks of 8 columns).
///
/// # Errors
/// [`Error::Config`] for a configuration that [`SystolicGemm::validate`] refuses.
///
/// ```
/// use spec::unit::SystolicGemm;
/// let design = units::systolic_gemm(&SystolicGemm::int8(4, 4))?;
/// assert_eq!(design.name(), "systolic_gemm_r4_c4_int8");
/// # Ok::<(), units::Error>(())
/// ```
pub fn systolic_gemm(config: &SystolicGemm) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let shape = Shape::new(config);
    let array = array::array(&shape)?;
    let column = column::column(&shape)?;
    let parts = Parts::new(&shape)?;
    let design = Module::build(config.module_name(), |m| {
        m.doc(format!(
            "Y = requantise(A*W + bias) for any M*K*N with M <= {}, on {} x {} {} multiply-accumulators.",
            shape.max_m, shape.rows, shape.cols, shape.ident
        ));
        m.doc("Weight-stationary, weights double-buffered.");
        m.doc(format!(
            "Products are summed in {} bits and requantised to {}, rounded half to even and saturated:",
            shape.acc.width(),
            shape.out.width()
        ));
        m.doc("  y = (acc + bias)*mult/2^shift.");

        let cmd = m.sink(cmd_bundle(&shape));
        let weight = m.sink(Bundle::new("weight").lanes("w", shape.data.clone(), shape.cols));
        let columns = m.sink(
            Bundle::new("column")
                .field("bias", shape.acc.clone())
                .field("mult", Ty::uint(16))
                .field("shift", Ty::uint(6)),
        );
        let act = m.sink(
            Bundle::new("act")
                .lanes("a", shape.data.clone(), shape.rows)
                .field("mult", Ty::uint(16))
                .field("shift", Ty::uint(6)),
        );
        let out = m.source(
            Bundle::new("out")
                .lanes("y", shape.out.clone(), shape.cols)
                .keep(shape.cols)
                .last()
                .timing(Latency::Min(shape.latency()), 1)
                .flow(Flow::Credit),
        );

        let jobs = load::dispatch(m, &shape, &parts, &cmd);
        let issue = issue::Issue::declare(m);
        let tile = load::weights(m, &shape, &jobs, &weight, issue.take);
        let set = load::columns(m, &shape, &parts, &jobs, &columns);
        let beat = issue.connect(m, &shape, &jobs, &tile, &set, &act);
        let children = issue::Children { array, column, marks: parts.marks, write_skew: parts.write_skew };
        issue::datapath(m, &shape, &children, &tile, &set, &beat, &out);
    })?;
    Ok(design)
}

/// The FIFOs of the top.
struct Parts {
    weight_jobs: Arc<Design>,
    column_jobs: Arc<Design>,
    act_jobs: Arc<Design>,
    sets: Arc<Design>,
    marks: Arc<Design>,
    write_skew: Arc<Design>,
}

impl Parts {
    fn new(shape: &Shape) -> Result<Self, Errors> {
        let flags = 1 + u32::from(shape.has_narrow());
        let m = Ty::range(0, shape.max_m).width();
        Ok(Self {
            weight_jobs: prim::fifo(33, 2)?,
            column_jobs: prim::fifo(16, 2)?,
            act_jobs: prim::fifo(m + flags, 2)?,
            sets: prim::fifo(shape.cols + 1, SETS)?,
            marks: prim::fifo(shape.cols + 1, shape.slots())?,
            write_skew: prim::skew(shape.bcols(), shape.block_cols)?,
        })
    }
}
