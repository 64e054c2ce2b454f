//! From jobs to rounds: which columns each group works on.

use std::sync::Arc;

use hdl::prim;
use hdl::{Design, Errors, Module, Sig, Sink, Ty};

use super::{ROUNDS, Shape};
use crate::arith::is_size;

/// The queues of rounds.
pub(crate) struct Parts {
    weight: Arc<Design>,
    act: Arc<Design>,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let act = ActRound::fields(shape).iter().map(|f| f.1).sum();
        Ok(Self { weight: prim::fifo(17, ROUNDS)?, act: prim::fifo(act, ROUNDS)? })
    }
}

/// The head of a queue of rounds.
pub(crate) struct Queue<'m> {
    /// Whether there is a round.
    pub valid: Sig<'m>,
    /// Its fields, first lowest.
    pub word: Sig<'m>,
    /// Set when the round is done.
    pub pop: Sig<'m>,
}

/// The rounds as the two sequencers see them.
pub(crate) struct Rounds<'m> {
    /// K and whether the job is grouped.
    pub weight: Queue<'m>,
    /// [`ActRound`].
    pub act: Queue<'m>,
    /// A job comes, or not all of its rounds are dealt.
    pub dealing: Sig<'m>,
}

/// What the rows of A need to know of a round.
pub(crate) struct ActRound;

impl ActRound {
    /// The fields with their widths, lowest first.
    pub fn fields(shape: &Shape) -> Vec<(&'static str, u32)> {
        let mut fields = vec![("m", Ty::range(0, shape.max_m).width()), ("scale", 2)];
        fields.extend((shape.t_h > 1).then_some(("grouped", 1)));
        fields.extend([("mult", 16), ("shift", 6)]);
        fields.extend(shape.has_narrow().then_some(("narrow", 1)));
        fields.extend(shape.gelu.is_some().then_some(("gelu", 1)));
        fields.extend([
            ("cols", shape.t_h * shape.cols().width()),
            ("all_cols", shape.all_cols().width()),
            ("last", 1),
        ]);
        fields
    }

    /// A field of a round.
    pub fn field<'m>(shape: &Shape, word: Sig<'m>, name: &str) -> Sig<'m> {
        let mut lsb = 0;
        for (field, width) in Self::fields(shape) {
            if field == name {
                return word.bits(lsb + width - 1, lsb);
            }
            lsb += width;
        }
        word
    }
}

/// Takes commands, drops those that cannot be done, and deals their tasks to the groups, one a cycle.
pub(crate) fn rounds<'m>(m: &'m Module, shape: &Shape, parts: &Parts, cmd: &Sink<'m>) -> Rounds<'m> {
    m.comment("Jobs become rounds: tiles of columns, each of all heads in turn, are dealt to the groups, one a cycle.");
    let names: Vec<&str> = ["m", "k", "n", "heads", "grouped", "scale", "mult", "shift"]
        .into_iter()
        .chain(shape.has_narrow().then_some("narrow"))
        .chain(shape.gelu.is_some().then_some("gelu"))
        .collect();
    let given = |name: &str| cmd.field(name);
    let fits = is_size(given("m"), shape.max_m) & given("k").is_nonzero() & given("n").is_nonzero();
    let grouped = given("grouped");
    let mut legal = fits & (!grouped | given("heads").is_nonzero());
    if shape.gelu.is_some() {
        legal = legal & !(grouped & given("gelu"));
    }
    let legal = legal.named("legal");
    let all_heads = grouped.mux(given("heads"), m.lit(1)).named("given_heads");
    let busy = m.reg_init("job_busy", Ty::bit(), 0);
    cmd.ready().set(!busy);
    let take = (cmd.fire() & legal).named("job_take");

    let kept: Vec<(&str, Sig<'m>)> =
        names.iter().filter(|n| **n != "n").map(|n| (*n, m.reg(&format!("job_{n}"), given(n).ty()))).collect();
    let job = |name: &str| kept.iter().find(|k| k.0 == name).map_or_else(|| m.lit(0), |k| k.1);
    let heads = m.reg("heads_left", Ty::uint(8));
    let left = m.reg("columns_left", Ty::uint(16));
    let slot = m.reg_init("slot", Ty::uint(shape.t_h), 1);
    let full = m.reg_init("round_full", Ty::bit(), 0);
    let ended = m.reg("round_last", Ty::bit());
    let cols = m.reg_vec("round_cols", shape.t_h, shape.cols(), None);
    let all_cols = m.reg("round_all_cols", shape.all_cols());

    let push = m.wire("round_push", Ty::bit());
    let head_last = heads.eq(1).named("head_is_last");
    let tile_last = left.le(shape.t_o).named("tile_is_last");
    let used = tile_last.mux(left.bits(shape.cols().width() - 1, 0), m.lit(shape.t_o)).named("used_cols");
    let deal = (busy & !full).named("deal");
    let slot_last = (slot.bit(shape.t_h - 1) | !job("grouped")).named("slot_last");
    let first_slot = m.lit_of(1, Ty::uint(shape.t_h));
    m.clocked(|| {
        m.when(take, || {
            busy.set(1);
            for (name, register) in kept.iter().filter(|(name, _)| *name != "heads") {
                register.set(given(name));
            }
            job("heads").set(all_heads);
            heads.set(all_heads);
            left.set(given("n"));
            cols.whole().set(0);
            all_cols.set(0);
        });
        m.when(deal, || {
            all_cols.set((all_cols + used).wrap(all_cols.width()));
            for g in 0..shape.t_h {
                m.when(slot.bit(g), || cols.at(g).set(used));
            }
            heads.set(head_last.mux(job("heads"), (heads - 1).wrap(8).as_bits()));
            m.when(head_last, || left.set(tile_last.mux(0, (left - shape.t_o).wrap(16).as_bits())));
            if shape.t_h > 1 {
                let next = m.concat([slot.bits(shape.t_h - 2, 0), m.lit_of(0, Ty::bit())]);
                slot.set(slot_last.mux(first_slot, next));
            } else {
                slot.set(first_slot);
            }
            full.set(slot_last);
            ended.set(!left.is_nonzero() | (tile_last & head_last));
        });
        m.when(push, || {
            full.set(0);
            cols.whole().set(0);
            all_cols.set(0);
            m.when(ended, || busy.set(0));
        });
    });
    let act_word = {
        let mut words = vec![job("m"), job("scale")];
        words.extend((shape.t_h > 1).then(|| job("grouped")));
        words.extend([job("mult"), job("shift")]);
        words.extend(shape.has_narrow().then(|| job("narrow")));
        words.extend(shape.gelu.is_some().then(|| job("gelu")));
        words.extend([cols.whole(), all_cols, ended]);
        words.reverse();
        m.concat(words)
    };
    let queues =
        [("weight_rounds", &parts.weight, m.concat([job("grouped"), job("k")])), ("act_rounds", &parts.act, act_word)];
    let [weight, act] = queues.map(|(name, design, word)| {
        let queue = m.instance(name, design);
        queue.input("in_valid_i", push);
        queue.input("in_data_i", word);
        let pop = m.wire(&format!("{name}_pop"), Ty::bit());
        queue.input("out_ready_i", pop);
        let ready = queue.output_named("in_ready_o", &format!("{name}_ready"));
        let valid = queue.output_named("out_valid_o", &format!("{name}_valid"));
        let word = queue.output_named("out_data_o", &format!("{name}_word"));
        (ready, Queue { valid, word, pop })
    });
    push.set(full & weight.0 & act.0);
    Rounds { weight: weight.1, act: act.1, dealing: take | busy }
}
