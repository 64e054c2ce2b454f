//! The threshold digit by digit, then a stable partition.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Ty, prim};
use spec::unit::TopK;

use super::{Streams, doc};

const VALUES: u32 = 1 << TopK::DIGIT;

/// The keys are counted by their first digit as they come in, read again for each other digit, and once more to be
/// divided; finding a digit takes 1 to 16 cycles. The tokens leave while the next job runs.
pub(super) fn radix_select(config: &TopK) -> Result<Arc<Design>, Errors> {
    let (n, count, id) = (config.n, config.count_width(), config.id_width());
    let digits = config.key_width.div_ceil(TopK::DIGIT);
    let padded = digits * TopK::DIGIT;
    let output = prim::fifo(2 * id + 2, 2)?;
    Module::build(config.module_name(), |m| {
        doc(m, config);
        m.doc("The k-th key is found digit by digit from the top: the keys that agree with the digits found so far are counted by");
        m.doc("their next digit, and the counts are added up from the highest until they reach k. Then the kept tokens and the");
        m.doc("others are written to their new places, both in the order of their indices.");
        let s = Streams::new(m, config);

        let (state, [idle, load, read, drain, find]) =
            m.state_machine("state", ["Idle", "Load", "Read", "Drain", "Find"]);
        let job_n = m.reg("job_n", Ty::uint(count));
        let job_k = m.reg("job_k", Ty::uint(count));
        let index = m.reg_init("index", Ty::uint(id), 0);
        let digit = m.reg("digit", Ty::range(0, digits.max(2) - 1));
        m.comment("The digits found so far, the lowest last: then the tokens are divided.");
        let known = m.reg_vec("known", digits, Ty::bit(), None);
        let dividing = known.at(0).named("dividing");
        let leaving = m.reg_init("leaving", Ty::bit(), 0);
        s.cmd.ready().set(state.eq(idle));
        s.keys.ready().set(state.eq(load));
        let fits = s.job_fits(m, config);
        let accept = (s.cmd.fire() & fits).named("accept");
        let fire = s.keys.fire();
        m.comment("The old order has to be gone before the new one is written.");
        let reading = (state.eq(read) & !(dividing & leaving)).named("reading");
        let advance = (fire | reading).named("advance");
        let final_key = (advance & (index + 1).eq(job_n)).named("final_key");

        m.comment("One key a cycle, as it comes or out of the memory.");
        let keys = m.memory("keys", n, Ty::uint(config.key_width), RamStyle::Distributed);
        let rank = s.rank(m, config).named("rank");
        let key = m.reg_vec("key", digits, Ty::uint(TopK::DIGIT), None);
        let key_id = m.reg("key_id", Ty::uint(id));
        let key_valid = m.reg_init("key_valid", Ty::bit(), 0);
        m.clocked(|| {
            m.when(fire, || keys.write(index, rank));
            key.whole().set(state.eq(load).mux(rank, keys.read(index)).resize(padded));
            key_id.set(index);
            key_valid.set(advance);
        });

        m.comment("A key agrees if it has the digits found so far.");
        let threshold = m.reg_vec("threshold", digits, Ty::uint(TopK::DIGIT), None);
        let differs = m.wire_vec("differs", digits, Ty::bit());
        m.for_each("place", 0..digits.into(), |d| {
            differs.at(d).set(known.at(d) & key.at(d).ne(threshold.at(d)));
        });
        let agrees = (!differs.whole().reduce_or()).named("agrees");
        let counts = m.reg_vec("count", VALUES, Ty::uint(count), None);
        let value = if digits == 1 { key.at(0) } else { key.pick(digit) }.named("value");
        let counting = (key_valid & agrees & !dividing).named("counting");
        let need = m.reg("need", Ty::uint(count));
        let level = m.reg("level", Ty::uint(TopK::DIGIT));
        let highest = counts.at(i64::from(VALUES) - 1);
        let finding = state.eq(find).named("finding");
        let found = (finding & need.le(highest)).named("found");
        let clear = (accept | found).named("clear");
        m.for_each("digit_value", 0..VALUES.into(), |v| {
            let hit = (counting & value.eq(v)).named("hit");
            let below = m.wire("below", Ty::uint(count));
            m.if_index(v, 0..1, "lowest", || below.set(0), "higher", || below.set(counts.at(v - 1)));
            m.clocked(|| {
                m.when(hit, || counts.at(v).set((counts.at(v) + 1).wrap(count)));
                m.when(finding, || counts.at(v).set(below));
                m.when(clear, || counts.at(v).set(0));
            });
        });
        m.for_each("found_place", 0..digits.into(), |d| {
            m.clocked(|| {
                m.when(found & digit.eq(d), || {
                    threshold.at(d).set(level);
                    known.at(d).set(1);
                });
                m.when(accept, || known.at(d).set(0));
            });
        });

        m.comment("The kept tokens go to the places from 0, the others to those from k; of the keys at the threshold, `need` are kept.");
        let above = key.whole().gt(threshold.whole()).named("above");
        let keep = (above | (agrees & need.is_nonzero())).named("keep");
        let dividing_key = (key_valid & dividing).named("dividing_key");
        let lessens = ((finding & !found) | (dividing_key & agrees & need.is_nonzero())).named("lessens");
        let spent = finding.mux(highest, m.lit(1)).named("spent");
        let kept_place = m.reg("kept_place", Ty::uint(id));
        let lost_place = m.reg("lost_place", Ty::uint(id));
        let order = m.memory("order", n, Ty::uint(id), RamStyle::Distributed);
        let new_place = keep.mux(kept_place, lost_place).named("new_place");
        let few = s.cmd.field("k").gt(s.cmd.field("n")).mux(s.cmd.field("n"), s.cmd.field("k")).named("kept");
        m.clocked(|| {
            m.when(dividing_key, || {
                order.write(new_place, key_id);
                m.when_else(
                    keep,
                    || kept_place.set((kept_place + 1).wrap(id)),
                    || lost_place.set((lost_place + 1).wrap(id)),
                );
            });
            m.when(lessens, || need.set((need - spent).assume_range(0, (1 << count) - 1)));
            m.when(finding & !found, || {
                level.set((level - 1).assume_range(0, VALUES - 1));
            });
            m.when(found, || level.set(VALUES - 1));
            m.when(found & digit.ne(0), || digit.set((digit - 1).assume_range(0, digits.max(2) - 1)));
            m.when(accept, || {
                job_n.set(s.cmd.field("n"));
                job_k.set(few);
                need.set(few);
                digit.set(digits - 1);
                level.set(VALUES - 1);
                kept_place.set(0);
                lost_place.set(few.bits(id - 1, 0));
            });
        });
        let divided = (state.eq(drain) & dividing).named("divided");
        m.comb(|| {
            m.when(advance, || index.set((index + 1).wrap(id)));
            m.when(final_key, || {
                index.set(0);
                state.set(drain);
            });
            m.switch(state, |cases| {
                cases.case(idle, || m.when(accept, || state.set(load)));
                cases.case(drain, || m.when_else(dividing, || state.set(idle), || state.set(find)));
                cases.case(find, || m.when(found, || state.set(read)));
                cases.default(|| {});
            });
        });

        let place = m.reg_init("place", Ty::uint(id), 0);
        let leaving_n = m.reg("leaving_n", Ty::uint(count));
        let leaving_k = m.reg("leaving_k", Ty::uint(count));
        let tokens = m.instance("tokens", &output);
        let step = (leaving & tokens.output("in_ready_o")).named("step");
        let last = (place + 1).eq(leaving_n).named("last");
        m.comb(|| {
            m.when(step, || {
                place.set((place + 1).wrap(id));
                m.when(last, || {
                    place.set(0);
                    leaving.set(0);
                });
            });
            m.when(divided, || leaving.set(1));
        });
        m.clocked(|| {
            m.when(divided, || {
                leaving_n.set(job_n);
                leaving_k.set(job_k);
            });
        });
        tokens.input("in_valid_i", leaving);
        tokens.input("in_data_i", m.concat([last, leaving_k.gt(place), place, order.read(place)]));
        tokens.input("out_ready_i", s.out.ready());
        tokens.drive("out_valid_o", s.out.valid());
        let token = tokens.output("out_data_o");
        s.out.field("id_old").set(token.bits(id - 1, 0));
        s.out.field("id_new").set(token.bits(2 * id - 1, id));
        s.out.field("keep").set(token.bit(2 * id));
        s.out.last().set(token.bit(2 * id + 1));
    })
}
