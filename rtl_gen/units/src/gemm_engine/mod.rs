//! Matrix products in int8, two multiply-accumulates per DSP.
//!
//! | module | what |
//! |---|---|
//! | `prim_int8_pair` | two multiply-accumulates in a DSP |
//! | `gemm_engine_block_*` | 8 rows of DSPs with two columns each, and the split of their lanes; Verilator keeps it a function of its own |
//! | `gemm_engine_array_*` | groups of blocks, the packing of weights at their border, the sum over the groups |
//! | `gemm_engine_group_*` | a group's accumulator memories, bias, requantisation, GELU, output FIFO |
//! | `gemm_engine_*` | streams, sequencers, credits, counters |
//!
//! Inside there is only valid: a row that will produce results enters only if the output FIFOs have room for them. The weights of the next
//! pass load behind the present one, into second registers; the exchange runs through the array with the pass's first row, so
//! that passes follow each other without a bubble.

mod array;
mod block;
mod counters;
mod dsp;
mod group;
mod issue;
mod rounds;
mod weights;

use std::sync::Arc;

use hdl::prim;
use hdl::{Bundle, Design, Flow, Latency, Module, Ty};
use spec::unit::{Gelu, GemmEngine};

use crate::{Error, function};

/// Sets of column parameters that are held: loaded, in use or on their way through.
const SETS: u32 = 4;

/// Rounds that wait for their turn.
const ROUNDS: u32 = 4;

/// The sizes that follow from a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    t_i: u32,
    t_o: u32,
    t_h: u32,
    ports: u32,
    max_m: u32,
    out: Ty,
    gelu: Option<Arc<Design>>,
    gelu_latency: u32,
    requantise_dsp: bool,
}

impl Shape {
    fn new(config: &GemmEngine) -> Result<Self, Error> {
        let gelu = config.gelu.clone().map(|gelu| function::gelu(&Gelu { lanes: config.t_o, ..gelu })).transpose()?;
        Ok(Self {
            t_i: config.t_i,
            t_o: config.t_o,
            t_h: config.t_h,
            ports: config.load_rows,
            max_m: config.max_m,
            out: crate::convert::ty(config.out()),
            gelu_latency: gelu.as_ref().map_or(0, |design| group::fixed_latency(design)),
            gelu,
            requantise_dsp: config.requantise_dsp,
        })
    }

    /// Blocks of a group, one below the other.
    fn blocks(&self) -> u32 {
        self.t_i / block::ROWS
    }

    /// Pairs of columns.
    fn pairs(&self) -> u32 {
        self.t_o / 2
    }

    /// Beats of weights of a pass.
    fn beats(&self) -> u32 {
        self.t_i / self.ports
    }

    /// The sum of a group's rows.
    fn sum(&self) -> Ty {
        Ty::sint(dsp::LANE + self.blocks().next_power_of_two().trailing_zeros())
    }

    /// The sum over the groups.
    fn total(&self) -> Ty {
        Ty::sint(self.sum().width() + self.t_h.next_power_of_two().trailing_zeros())
    }

    fn acc(&self) -> Ty {
        crate::convert::ty(GemmEngine::ACCUMULATOR)
    }

    fn address(&self) -> Ty {
        Ty::range(0, self.max_m.max(2) - 1).full()
    }

    /// Columns of a group in use.
    fn cols(&self) -> Ty {
        Ty::range(0, self.t_o).full()
    }

    /// Columns of all groups in use.
    fn all_cols(&self) -> Ty {
        Ty::range(0, self.t_o * self.t_h).full()
    }

    /// Rows of all groups in use.
    fn all_rows(&self) -> Ty {
        Ty::range(0, self.t_i * self.t_h).full()
    }

    /// Whether a job can ask for 8-bit results in 16-bit lanes.
    fn has_narrow(&self) -> bool {
        self.out.width() > 8
    }

    /// Cycles that a tag waits for its sums, which come two cycles later.
    fn tag_stages(&self) -> u32 {
        self.array_latency() - 2
    }

    /// Cycles from an activation beat to the output beat that it completes.
    fn latency(&self) -> u32 {
        self.tag_stages() + self.group_latency() + self.gelu_latency + 1
    }

    /// Output beats that fit into the FIFOs, enough to cover the latency.
    fn slots(&self) -> u32 {
        (self.latency() + 2).next_power_of_two()
    }
}

/// The fields of a job.
fn cmd_bundle(shape: &Shape) -> Bundle {
    let dim = Ty::uint(16);
    let mut bundle = Bundle::new("cmd")
        .field("m", Ty::range(0, shape.max_m).full())
        .field("k", dim.clone())
        .field("n", dim)
        .field("heads", Ty::uint(8))
        .field("grouped", Ty::bit())
        .field("scale", Ty::uint(2))
        .field("mult", Ty::uint(16))
        .field("shift", Ty::uint(6));
    if shape.has_narrow() {
        bundle = bundle.field("narrow", Ty::bit());
    }
    if shape.gelu.is_some() {
        bundle = bundle.field("gelu", Ty::bit());
    }
    bundle
}

/// Builds the unit; streams, order of beats and arithmetic are those of [`GemmEngine`].
///
/// # Cycles
/// A pass takes M cycles when nobody stalls, and at least `weight_beats` + T_i/8·(1 − 1/`load_rows`) or `weight_beats` + 2, whichever is more.
/// Weights load behind it. A round's column parameters need T_o cycles and are loaded up to four rounds ahead.
///
/// # Counters
/// Ports, all since reset. `cycles_o`: cycles from a job's command to its last result, overlapping jobs counted once. `macs_o`: products of
/// W and A in them. A cycle without a row of A counts once, by its first cause: `draining_o` (the last results are
/// on their way), `no_job_o`, `no_weights_o`, `no_room_o` (results are not
/// taken), `no_columns_o`, `no_rows_o`. All have what happens in a cycle [`GemmEngine::COUNTED`] cycles later.
///
/// # Errors
/// [`Error::Config`] for a configuration that [`GemmEngine::validate`] refuses.
///
/// ```
/// use spec::unit::GemmEngine;
/// let design = units::gemm_engine(&GemmEngine::new(8, 2, 2))?;
/// assert_eq!(design.name(), "gemm_engine_i8_o2_h2");
/// # Ok::<(), units::Error>(())
/// ```
pub fn gemm_engine(config: &GemmEngine) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let shape = Shape::new(config)?;
    let parts = issue::Parts {
        array: array::array(&shape)?,
        groups: (0..shape.t_h).map(|g| group::group(&shape, g == 0)).collect::<Result<_, _>>()?,
        marks: prim::fifo(1 + shape.t_h * shape.cols().width(), shape.slots())?,
    };
    let queues = rounds::Parts::new(&shape)?;
    let design = Module::build(config.module_name(), |m| {
        m.doc(format!(
            "Y = requantise(A*W + bias) for any M*K*N with M <= {}, on {} groups of {} x {} int8 multiply-accumulators.",
            shape.max_m, shape.t_h, shape.t_i, shape.t_o
        ));
        m.doc("Two products in each DSP; weights stand still and are double-buffered, rows of A stream by.");
        m.doc(format!("y = (acc + bias)*mult/2^shift, half to even, saturated to {} bits.", shape.out.width()));
        let cmd = m.sink(cmd_bundle(&shape));
        let weight = m.sink(Bundle::new("weight").lanes("w", Ty::sint(8), shape.t_h * shape.ports * shape.t_o));
        let column = m.sink(
            Bundle::new("column").lanes("bias", shape.acc(), shape.t_h).lanes("mult", Ty::uint(16), shape.t_h).lanes(
                "shift",
                Ty::uint(6),
                shape.t_h,
            ),
        );
        let act = m.sink(
            Bundle::new("act")
                .lanes("a", Ty::sint(8), shape.t_h * shape.t_i)
                .lanes("mult", Ty::uint(16), shape.t_h)
                .lanes("shift", Ty::uint(6), shape.t_h),
        );
        let lanes = shape.t_h * shape.t_o;
        let out = m.source(
            Bundle::new("out")
                .lanes("y", shape.out.clone(), lanes)
                .keep(lanes)
                .last()
                .timing(Latency::Min(shape.latency()), 1)
                .flow(Flow::Credit),
        );

        let rounds = rounds::rounds(m, &shape, &queues, &cmd);
        let begin = m.wire("pass_begins", Ty::bit());
        let tile = weights::weights(m, &shape, &rounds, &weight, begin);
        let sets = weights::columns(m, &shape, &column);
        let issue = issue::issue(m, &shape, &rounds, &tile, &sets, &act, begin);
        issue::datapath(m, &shape, &parts, &tile, &sets, &issue, &act, &out);
        counters::counters(m, &shape, &issue, &rounds);
    })?;
    Ok(design)
}
