//! Algorithm 2's loops: which step comes next.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty, prim};

use super::features::Features;
use super::jobs::{Fields, Queue, column_count_bits, field};
use super::shape::{Shape, delayed};
use super::weights::Weights;
use crate::mpca::{DIM, HEADS, MULT, SHIFT};

/// The queue of strips.
pub(super) struct Parts {
    strips: Arc<Design>,
    /// The fields of a strip.
    pub fields: Fields,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let n = Ty::range(0, shape.config.max_n).width();
        let mut fields = vec![("token", shape.token_bits()), ("head", HEADS + 1), ("column", column_count_bits() + 1)];
        fields.extend([("half", 1), ("double", 1), ("last", 1), ("n", n), ("cols", DIM), ("heads", HEADS)]);
        fields.extend([("mult", MULT), ("shift", SHIFT)]);
        let bits = fields.iter().map(|field: &(&str, u32)| field.1).sum();
        Ok(Self { strips: prim::fifo(bits, shape.strips())?, fields })
    }
}

/// What a step asks of the columns of processing elements, and what of the rest.
pub(super) struct Schedule<'m> {
    /// Inputs of a column, by name.
    pub step: Vec<(&'static str, Sig<'m>)>,
    /// The last step of a pass; of a strip of p rows as wide as a tile.
    pub pass_end: Sig<'m>,
    pub strip_end: Sig<'m>,
    /// The strip that is drained: its fields.
    pub strip: Sig<'m>,
    /// A step is issued; it is the first of its job.
    pub fire: Sig<'m>,
    pub job_begins: Sig<'m>,
}

/// What the schedule waits for and lets go.
pub(super) struct Links<'m> {
    /// The buffer of weights that is no longer needed, and of features.
    pub weight_release: Sig<'m>,
    pub weight_of: Sig<'m>,
    pub feature_release: Sig<'m>,
    pub feature_of: Sig<'m>,
    /// A strip has been drained.
    pub strip_back: Sig<'m>,
}

/// Cycles in which a buffer is still read after its last step was issued.
const READING: usize = 5;

/// Issues steps, one a cycle.
pub(super) fn schedule<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: &Parts,
    job: &Queue<'m>,
    weights: &Weights<'m>,
    features: &Features<'m>,
    links: &Links<'m>,
) -> Schedule<'m> {
    m.comment("Algorithm 2: groups of heads, of block columns, of token blocks; in a block strips, in a strip passes, in a pass steps.");
    let (p_h, p_t, p_c, rows) = (shape.config.p_h, shape.config.p_t, shape.config.p_c, shape.row_bits());
    let (tile, across, count) = (shape.tile, shape.across(), column_count_bits());
    let given = |name: &str| job.field(name);
    let double = given("double");
    let zero = |name: &str, bits: u32| m.reg_init(name, Ty::uint(bits), 0);
    let channel = zero("channel", shape.tile_bits());
    let at = zero("tile_at", rows);
    let part = (across > 1).then(|| zero("part_at", shape.across_bits()));
    let half = zero("half_at", 1);
    let subrow = zero("subrow", shape.across_bits() + 1);
    let token = zero("token_from", shape.token_bits());
    let first_subrow = zero("first_subrow", shape.subrow_bits() + 1);
    let column = zero("columns_at", count + 1);
    let head = zero("heads_at", HEADS + 1);
    let (buffer, of) = (zero("weights_of", 1), zero("features_of", 1));
    let (job_opens, group_opens) = (m.reg_init("job_opens", Ty::bit(), 1), m.reg_init("group_opens", Ty::bit(), 1));

    m.comment("Ends of the outer loops are known long before they are needed.");
    let fullest = buffer.mux(weights.fullest[1], weights.fullest[0]);
    let block = double.mux(m.lit(2 * tile * p_t), m.lit(tile * p_t)).named("token_group");
    let next_token = (token + block).named("next_token");
    let next_column = (column + p_c).named("next_columns");
    let next_head = (head + p_h).named("next_heads");
    let known = |name: &str, value: Sig<'m>| {
        let register = m.reg(name, Ty::bit());
        m.clocked(|| register.set(value));
        register
    };
    let tile_last = known("tile_last", (at + 1).eq(fullest));
    let token_last = known("token_last", next_token.ge(given("n")));
    let column_last = known("column_last", next_column.ge(given("columns")));
    let head_last = known("head_last", next_head.ge(given("heads")));
    let subrow_last = known("subrow_last", double.mux(subrow.eq(2 * across - 1), subrow.eq(across - 1)));
    let one = m.lit_of(1, Ty::bit());
    let (part_first, part_last) =
        part.map_or((one, one), |part| ((!part.is_nonzero()).named("part_first"), part.eq(across - 1)));
    let channel_end = channel.eq(tile - 1).named("channel_end");
    let pass_end = (channel_end & tile_last).named("pass_end");
    let strip_end = (pass_end & part_last).named("strip_end");
    let half_end = (strip_end & half.eq(double)).named("half_end");
    let block_end = (half_end & subrow_last).named("block_end");
    let group_end = (block_end & token_last).named("group_end");
    let columns_end = (group_end & column_last).named("columns_end");
    let job_end = (columns_end & head_last).named("job_end");

    let free = m.reg_init("free_strips", Ty::range(0, shape.strips()), shape.strips());
    let no_weights = group_opens & !buffer.mux(weights.full[1], weights.full[0]);
    let no_features = job_opens & !of.mux(features.full[1], features.full[0]);
    let opens_strip = (pass_end & part_first).named("opens_strip");
    let no_room = opens_strip & !free.is_nonzero();
    let fire = (job.valid & !no_weights & !no_features & !no_room).named("step");
    job.pop.set(fire & job_end);
    count_of(m, free, links.strip_back, (fire & opens_strip).named("strip_taken"));
    let up = |register: Sig<'m>| register.set((register + 1).wrap(register.width()));
    let when = |condition: Sig<'m>, then: &dyn Fn()| m.when(condition, then);
    m.clocked(|| {
        when(fire, &|| {
            up(channel);
            job_opens.set(job_end);
            group_opens.set(group_end);
            when(channel_end, &|| up(at));
            when(pass_end, &|| {
                at.set(0);
                part.into_iter().for_each(up);
            });
            when(strip_end, &|| half.set(!half));
            when(half_end, &|| {
                half.set(0);
                up(subrow);
            });
            when(block_end, &|| {
                subrow.set(0);
                token.set(next_token.wrap(token.width()));
                let by = double.mux(m.lit(2 * across), m.lit(across));
                first_subrow.set((first_subrow + by).wrap(first_subrow.width()));
            });
            when(group_end, &|| {
                token.set(0);
                first_subrow.set(0);
                column.set(next_column.wrap(column.width()));
                buffer.set(!buffer);
            });
            when(columns_end, &|| {
                column.set(0);
                head.set(next_head.wrap(head.width()));
            });
            when(job_end, &|| {
                head.set(0);
                of.set(!of);
            });
        });
    });
    let late = |name: &str, value: Sig<'m>, reset: bool| delayed(m, name, value, READING, reset)[READING];
    links.weight_release.set(late("weights_done", fire & group_end, true));
    links.weight_of.set(late("weights_done_of", buffer, false));
    links.feature_release.set(late("features_done", fire & job_end, true));
    links.feature_of.set(late("features_done_of", of, false));

    let own_subrow = (first_subrow + subrow).wrap(shape.subrow_bits()).as_bits();
    let base = shape.feature_base(m, "step_from", of, own_subrow);
    let first = !(channel.is_nonzero() | at.is_nonzero());
    let depth = shape.depth_bits();
    let mut values = vec![
        ("sparse", given("sparse")),
        ("double", double),
        ("buffer", buffer),
        ("half", half),
        ("slices", given("slices")),
        ("tile", at),
        ("beat", channel.bits(shape.tile_bits() - 1, depth)),
        ("base", base),
    ];
    values.extend((depth > 0).then(|| ("lane", channel.bits(depth - 1, 0))));
    values.extend(part.map(|part| ("part", part)));
    let registered = |name: &'static str, value: Sig<'m>, reset: bool| {
        let full = format!("step_{name}");
        let register = if reset { m.reg_init(&full, value.ty(), 0) } else { m.reg(&full, value.ty()) };
        m.clocked(|| register.set(value));
        (name, register)
    };
    let mut step: Vec<_> = values.into_iter().map(|(name, value)| registered(name, value, false)).collect();
    step.extend([registered("valid", fire, true), registered("first", fire & first, true)]);
    let pass_ends = registered("ends_pass", fire & pass_end, true).1;
    let strip_ends = registered("ends_strip", fire & strip_end, true).1;

    let queue = m.instance("strips", &parts.strips);
    queue.output_named("in_ready_o", "unused_strips_ready");
    queue.output_named("out_valid_o", "unused_strips_valid");
    queue.input("in_valid_i", fire & strip_end);
    let rows_of = m.concat([subrow, m.lit_of(0, Ty::uint(shape.p_bits()))]);
    let value = |name: &str| match name {
        "token" => (token + rows_of).wrap(shape.token_bits()).as_bits(),
        "head" => head,
        "column" => column,
        "half" => half,
        "last" => job_end,
        name => given(name),
    };
    queue.input("in_data_i", m.concat(parts.fields.iter().rev().map(|field| value(field.0))));
    queue.input("out_ready_i", links.strip_back);
    let strip = queue.output_named("out_data_o", "strip");
    Schedule { step, pass_end: pass_ends, strip_end: strip_ends, strip, fire, job_begins: fire & job_opens }
}

impl<'m> Schedule<'m> {
    /// A field of the strip that is drained.
    pub fn strip(&self, parts: &Parts, name: &str) -> Sig<'m> {
        field(self.strip, &parts.fields, name)
    }
}

/// A counter of what there is: `more` and `less` by one.
pub(super) fn count_of<'m>(m: &'m Module, value: Sig<'m>, more: Sig<'m>, less: Sig<'m>) {
    let ty = value.ty();
    let (lo, hi) = (ty.lo().clone(), ty.hi().clone());
    m.clocked(|| {
        m.when_else(
            more & !less,
            || value.set((value + 1).assume_range(lo.clone(), hi.clone())),
            || m.when(less & !more, || value.set((value - 1).assume_range(lo.clone(), hi.clone()))),
        );
    });
}
