//! Local features beside their means over the tokens.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Sig, Ty, prim};
use spec::unit::TokenClassifier;

use super::{JOBS, heads, job, tokens};
use crate::arith::{IN_PARTS, abs_in_parts, add_in_parts};
use crate::convert;
use crate::divider::Divider;

/// Holds a head's features while their sums are divided by the number of tokens, then gives each beat with the means beside it; the next
/// head comes in meanwhile.
pub(super) fn features(config: &TokenClassifier) -> Result<Arc<Design>, Errors> {
    let (lanes, beats, f) = (config.lanes, config.local_beats(), convert::ty(config.feature).with_frac(0));
    let (width, token_ty) = (config.feature.width, tokens(config));
    let token_bits = token_ty.width();
    let place_bits = Ty::range(0, config.max_tokens - 1).width();
    let beat_bits = beats.trailing_zeros();
    let total = width + token_bits;
    let word = lanes * width;
    let words = prim::held_ram(word, 1 << (1 + place_bits + beat_bits))?;
    let commands = prim::fifo(job("cmd", config).bits(), JOBS)?;
    let division = Divider { lanes, denominator: token_bits, quotient: width, signed: true }.build()?;
    let name = format!(
        "token_classifier_features_{}_c{}_l{lanes}_t{}_h{}",
        config.feature.ident(),
        config.head_width,
        config.max_tokens,
        config.max_heads
    );
    Module::build(name, |m| {
        m.doc("Features of a head, and beside each token's the mean over all tokens, rounded half to even.");
        m.doc("Two heads are held: one comes in, the other is divided and goes out.");
        let cmd = m.sink(job("cmd", config));
        let from = m.sink(Bundle::new("local").lanes("f", convert::ty(config.feature), lanes));
        let to = Bundle::new("feature").lanes("local", convert::ty(config.feature), lanes);
        let to = m.source(to.lanes("global", convert::ty(config.feature), lanes).last());
        let commands = m.instance("commands", &commands);
        let words = m.instance("words", &words);
        let dividers = m.instance("dividers", &division);
        commands.feed("in", &cmd);
        let command = commands.output("out_data_o");
        let job_tokens = command.bits(token_bits - 1, 0).named("job_tokens");
        let job_heads = command.bits(token_bits + heads(config).width() - 1, token_bits).named("job_heads");

        m.comment(
            "Heads that came in, that are summed, divided and gone out, modulo four; the lowest bit is the bank.",
        );
        let [came, summed, divided, gone] =
            ["came", "summed", "divided", "gone"].map(|name| m.reg_init(name, Ty::uint(2), 0));
        let up = |count: Sig<'_>| count.set((count + 1).wrap(2));
        let full = ((came - gone).wrap(2).as_bits().eq(2)).named("full");
        let beat = m.reg_init("beat", Ty::uint(beat_bits.max(1)), 0);
        let token = m.reg_init("token", token_ty.clone(), 0);
        let head = m.reg_init("head", heads(config), 0);
        let ends_row = beat.eq(beats - 1).named("ends_row");
        let next_token = (token + 1).wrap(token_bits).as_bits().named("next_token");
        let ends_head = (ends_row & next_token.eq(job_tokens)).named("ends_head");
        let next_head = (head + 1).wrap(head.width()).as_bits().named("next_head");
        let ends_job = (ends_head & next_head.eq(job_heads)).named("ends_job");
        from.ready().set(commands.output("out_valid_o") & !full);
        let fire = from.fire();
        commands.input("out_ready_i", fire & ends_job);
        let counts = m.memory("counts", 2, token_ty.clone(), RamStyle::Distributed);
        m.clocked(|| {
            m.when(fire, || {
                beat.set(ends_row.mux(0, (beat + 1).wrap(beat.width()).as_bits()));
                m.when(ends_row, || token.set(ends_head.mux(0, next_token)));
                m.when(ends_head, || {
                    head.set(ends_job.mux(0, next_head));
                    up(came);
                    counts.write(came.bit(0), job_tokens);
                });
            });
        });
        words.input("we_i", fire);
        words.input("waddr_i", place(m, came, token.bits(place_bits - 1, 0), beat, beats));
        words.input("wdata_i", from.lanes("f").whole());

        m.comment("Sums over the tokens, a cycle behind.");
        let adding = m.reg_init("adding", Ty::bit(), 0);
        let [starting, ending, bank] = ["starting", "ending", "adding_bank"].map(|name| m.reg(name, Ty::bit()));
        let adding_beat = m.reg("adding_beat", beat.ty());
        let addend = m.reg_vec("addend", lanes, f.clone(), None);
        m.clocked(|| {
            adding.set(fire);
            starting.set(!token.is_nonzero());
            ending.set(ends_head);
            bank.set(came.bit(0));
            adding_beat.set(beat);
            addend.whole().set(from.lanes("f").whole());
            m.when(adding & ending, || up(summed));
        });
        let sums = m.memory("sums", 2 * beats.max(2), Ty::uint(lanes * total), RamStyle::Distributed);
        let (old, new) = (m.wire_vec("stored", lanes, Ty::sint(total)), m.wire_vec("updated", lanes, Ty::sint(total)));
        let adding_place = m.concat([bank, adding_beat]).named("adding_place");
        old.whole().set(sums.read(adding_place));
        m.clocked(|| m.when(adding, || sums.write(adding_place, new.whole())));
        m.comment(IN_PARTS);
        m.for_each("lane", 0..lanes.into(), |lane| {
            let so_far = (old.at(lane).as_bits() & (!starting).repeat(total)).named("so_far");
            let term = addend.at(lane).resize(total).as_bits().named("term");
            new.at(lane).set(add_in_parts(m, so_far, term).cast(Ty::sint(total)));
        });

        m.comment("Division, a beat of features after the other.");
        let states = ["Idle", "Read", "Divide", "Wait"];
        let (state, [idle, read, divide, wait]) = m.state_machine("state", states);
        let dividing = m.reg_init("dividing_beat", beat.ty(), 0);
        let ends_division = dividing.eq(beats - 1).named("ends_division");
        let taken = dividers.output("in_ready_o");
        let given = dividers.output("out_valid_o");
        let denominator = m.reg("denominator", token_ty.clone());
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(summed.ne(divided), || state.set(read)));
                cases.case(read, || state.set(divide));
                cases.case(divide, || m.when(taken, || state.set(wait)));
                cases.default(|| {
                    m.when(given, || m.when_else(ends_division, || state.set(idle), || state.set(read)));
                });
            });
        });
        let written = (state.eq(wait) & given).named("written");
        m.clocked(|| {
            m.when(written, || {
                dividing.set(ends_division.mux(0, (dividing + 1).wrap(dividing.width()).as_bits()));
                m.when(ends_division, || up(divided));
            });
        });
        let dividing_place = m.concat([divided.bit(0), dividing]).named("dividing_place");
        let read_sums = m.wire_vec("read_sum", lanes, Ty::sint(total));
        read_sums.whole().set(sums.read(dividing_place));
        let numerators = m.wire_vec("numerator", lanes, Ty::uint(total + 1));
        m.clocked(|| m.when(state.eq(read), || denominator.set(counts.read(divided.bit(0)))));
        m.for_each("sum", 0..lanes.into(), |lane| {
            let magnitude = m.reg("magnitude", Ty::uint(total));
            let negative = m.reg("negative", Ty::bit());
            let dividend = read_sums.at(lane).named("dividend");
            m.clocked(|| {
                m.when(state.eq(read), || {
                    magnitude.set(abs_in_parts(m, dividend));
                    negative.set(dividend.is_neg());
                });
            });
            numerators.at(lane).set(m.concat([negative, magnitude]));
        });
        dividers.input("in_valid_i", state.eq(divide));
        dividers.input("in_data_i", m.concat([denominator.as_bits(), numerators.whole()]));
        dividers.input("out_ready_i", state.eq(wait));
        let globals = m.memory("globals", 2 * beats.max(2), Ty::uint(word), RamStyle::Distributed);
        m.clocked(|| m.when(written, || globals.write(dividing_place, dividers.output("out_data_o").as_bits())));

        m.comment("Replay: a beat is read, waits at the memory's output and moves to the output registers.");
        let out_beat = m.reg_init("out_beat", beat.ty(), 0);
        let out_token = m.reg_init("out_token", token_ty.clone(), 0);
        let held = m.reg_init("word_valid", Ty::bit(), 0);
        let out_valid = m.reg_init("out_valid", Ty::bit(), 0);
        let advance = (to.ready() | !out_valid).named("advance");
        let there = divided.ne(gone).named("there");
        let reads = (there & advance).named("reads");
        let out_ends_row = out_beat.eq(beats - 1).named("out_ends_row");
        let next_out = (out_token + 1).wrap(token_bits).as_bits().named("next_out");
        let out_ends = (out_ends_row & next_out.eq(counts.read(gone.bit(0)))).named("out_ends");
        words.input("re_i", reads);
        words.input("raddr_i", place(m, gone, out_token.bits(place_bits - 1, 0), out_beat, beats));
        let [word_last, out_last] = ["word_last", "out_last"].map(|name| m.reg(name, Ty::bit()));
        let [word_global, out_global, out_local] =
            ["word_global", "out_global", "out_local"].map(|name| m.reg(name, Ty::uint(word)));
        m.clocked(|| {
            m.when(reads, || {
                out_beat.set(out_ends_row.mux(0, (out_beat + 1).wrap(out_beat.width()).as_bits()));
                m.when(out_ends_row, || out_token.set(out_ends.mux(0, next_out)));
                m.when(out_ends, || up(gone));
            });
            m.when(advance, || {
                held.set(there);
                word_last.set(out_ends_row);
                word_global.set(globals.read(m.concat([gone.bit(0), out_beat])));
                out_valid.set(held);
                out_last.set(word_last);
                out_local.set(words.output("rdata_o"));
                out_global.set(word_global);
            });
        });
        to.valid().set(out_valid);
        to.last().set(out_last);
        to.lanes("local").whole().set(out_local);
        to.lanes("global").whole().set(out_global);
    })
}

/// The address of a beat: bank, token, beat within the token, where there are several.
fn place<'m>(m: &'m Module, heads: Sig<'m>, token: Sig<'m>, beat: Sig<'m>, beats: u32) -> Sig<'m> {
    let bank = heads.bit(0);
    if beats == 1 { m.concat([bank, token]) } else { m.concat([bank, token, beat]) }
}
