//! Algorithm 2's loops: which step comes next.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty, prim};

use super::count::{Count, Fields, Queue, bits_of, known};
use super::features::Features;
use super::jobs::column_count_bits;
use super::shape::{Shape, plus};
use super::weights::Weights;
use crate::delay_line::delayed;
use crate::mpca::{HEADS, MULT, SHIFT};

/// The queue of strips.
pub(super) struct Parts {
    strips: Arc<Design>,
    fields: Fields,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let mut fields = vec![("token", shape.strip_bits()), ("head", HEADS + 1), ("column", column_count_bits() + 1)];
        fields.extend([
            ("half", 1),
            ("double", 1),
            ("last", 1),
            ("n", shape.n_bits()),
            ("cols", shape.cols_bits()),
            ("heads", HEADS),
        ]);
        fields.extend([("mult", MULT), ("shift", SHIFT)]);
        Ok(Self { strips: prim::fifo(bits_of(&fields), shape.strips())?, fields })
    }
}

/// What a step asks of the columns of processing elements, and what of the rest.
pub(super) struct Schedule<'m> {
    /// Inputs of a column, by name.
    pub step: Vec<(&'static str, Sig<'m>)>,
    /// The last step of a pass; of a strip of p rows as wide as a tile.
    pub pass_end: Sig<'m>,
    pub strip_end: Sig<'m>,
    /// The strip that is drained.
    pub strip: Queue<'m>,
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
    let last_tile = buffer.mux(weights.last_tile[1], weights.last_tile[0]);
    let block = double.mux(m.lit(2 * tile * p_t), m.lit(tile * p_t)).named("token_group");
    let wrapped = |value: Sig<'m>, bits: u32| value.wrap(bits).as_bits();
    let next_token = known(m, "next_token", wrapped(token + block, token.width()));
    let next_column = known(m, "next_columns", wrapped(column + p_c, column.width()));
    let next_head = known(m, "next_heads", wrapped(head + p_h, head.width()));
    let tile_last = known(m, "tile_last", at.eq(last_tile));
    let token_last = known(m, "token_last", next_token.ge(given("n")));
    let column_last = known(m, "column_last", next_column.ge(given("columns")));
    let head_last = known(m, "head_last", next_head.ge(given("heads")));
    let subrow_last = known(m, "subrow_last", double.mux(subrow.eq(2 * across - 1), subrow.eq(across - 1)));
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

    m.comment(
        "Groups of block columns, and features of jobs, that are there and not begun; strips for which there is room.",
    );
    let groups = Count::new(m, "groups_there", 2, 0);
    let jobs = Count::new(m, "jobs_there", 2, 0);
    let free = Count::new(m, "free_strips", shape.strips(), shape.strips());
    let opens_strip = (pass_end & part_first).named("opens_strip");
    let waits = (group_opens & !groups.any) | (job_opens & !jobs.any) | (opens_strip & !free.any);
    let fire = (job.valid & !waits).named("step");
    let job_begins = (fire & job_opens).named("job_begins");
    groups.set(m, weights.group, (fire & group_opens).named("group_begins"));
    jobs.set(m, features.job, job_begins);
    free.set(m, links.strip_back, (fire & opens_strip).named("strip_taken"));
    job.pop.set(fire & job_end);
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
                token.set(next_token);
                let by = double.mux(m.lit(2 * across), m.lit(across));
                first_subrow.set((first_subrow + by).wrap(first_subrow.width()));
            });
            when(group_end, &|| {
                token.set(0);
                first_subrow.set(0);
                column.set(next_column);
                buffer.set(!buffer);
            });
            when(columns_end, &|| {
                column.set(0);
                head.set(next_head);
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
        ("base", m.concat([of, own_subrow])),
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

    let value = |name: &str| match name {
        "token" => plus(token.bits(shape.token_bits() - 1, shape.p_bits()), subrow, shape.strip_bits()),
        "head" => head,
        "column" => column,
        "half" => half,
        "last" => job_end,
        name => given(name),
    };
    let word = m.concat(parts.fields.iter().rev().map(|field| value(field.0)));
    let strip = Queue::roomy(m, "strips", &parts.strips, &parts.fields, fire & strip_end, word);
    strip.pop.set(links.strip_back);
    Schedule { step, pass_end: pass_ends, strip_end: strip_ends, strip, fire, job_begins }
}
