//! A bitonic network's stages one after the other on a few comparators, the words in banks of LUT RAM.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Ty, Vector, prim};
use spec::unit::TopK;

use super::schedule::{Banks, schedule};
use super::{Streams, doc};
use crate::comparators::{repeat, turnable_exchange};

/// Every cycle one word of each bank is read, in the next they are compared, in the one after that they go back to where
/// they came from. The tokens leave while the keys of the next job take their places.
pub(super) fn shared(config: &TopK) -> Result<Arc<Design>, Errors> {
    let banks = Banks::new(config);
    let (key, count, id) = (config.key_width, config.count_width(), config.id_width());
    let (place, lanes) = (banks.place, banks.count());
    let word = key + id;
    let schedule = schedule(config)?;
    let exchange = turnable_exchange(word)?;
    let output = prim::fifo(2 * id + 2, 2)?;
    Module::build(config.module_name(), |m| {
        doc(m, config);
        m.doc(format!(
            "A bitonic network over up to {} words, its stages one after the other on {} comparators. The words are in {lanes} banks,",
            1 << place,
            banks.units
        ));
        m.doc("of which every cycle gives one each: partners are never in the same. Places without a token hold zeros, so that they");
        m.doc("come last. A word is {key, complement of the index}, so that no two tokens are equal.");
        let s = Streams::new(m, config);

        let (state, [idle, load, wait, sort]) = m.state_machine("state", ["Idle", "Load", "Wait", "Sort"]);
        let job_last = m.reg("job_last", Ty::uint(place));
        let job_k = m.reg("job_k", Ty::uint(count));
        let index = m.reg_init("index", Ty::uint(id), 0);
        let leaving = m.reg_init("leaving", Ty::bit(), 0);
        let leaving_place = m.reg_init("leaving_place", Ty::uint(id), 0);
        let word_valid = m.reg_init("word_valid", Ty::bit(), 0);
        s.cmd.ready().set(state.eq(idle));
        m.comment("A key may come where a token has left.");
        let open = (!leaving | index.lt(leaving_place)).named("open");
        s.keys.ready().set(state.eq(load) & open);
        let fits = s.job_fits(m, config);
        let accept = (s.cmd.fire() & fits).named("accept");
        let fire = s.keys.fire();
        let final_key = (fire & index.eq(job_last)).named("final_key");
        let start = (state.eq(wait) & !leaving & !word_valid).named("start");
        let exchanges = m.instance("schedule", &schedule);
        exchanges.input("start_i", start);
        exchanges.input("last_place_i", job_last);
        let sorted = exchanges.output("done_o");
        m.comb(|| {
            m.when(fire, || index.set((index + 1).wrap(id)));
            m.when(final_key, || {
                index.set(0);
                state.set(wait);
            });
            m.switch(state, |cases| {
                cases.case(idle, || m.when(accept, || state.set(load)));
                cases.case(wait, || m.when(start, || state.set(sort)));
                cases.case(sort, || m.when(sorted, || state.set(idle)));
                cases.default(|| {});
            });
        });
        m.clocked(|| {
            m.when(accept, || {
                job_last.set((s.cmd.field("n") - 1).wrap(count).resize(count.max(place)).bits(place - 1, 0));
                job_k.set(s.cmd.field("k"));
            });
        });

        m.comment("What is exchanged, as it passes the memory, the comparators and the memory again.");
        let rows = [1, 2, 3].map(|age| m.reg_vec(&format!("row_{age}"), lanes, Ty::uint(banks.row()), None));
        let turned = [1, 2].map(|age| m.reg_vec(&format!("turned_{age}"), lanes - 1, Ty::bit(), None));
        let axes = banks.axis().map(|ty| [1, 2, 3].map(|age| m.reg(&format!("axis_{age}"), ty.clone())));
        let valid = [1, 2, 3].map(|age| m.reg_init(&format!("valid_{age}"), Ty::bit(), 0));
        let absent = m.reg_vec("absent", lanes, Ty::bit(), None);
        let shift = |line: &[Sig<'_>]| line.windows(2).for_each(|pair| pair[1].set(pair[0]));
        m.clocked(|| {
            valid[0].set(exchanges.output("valid_o"));
            shift(&valid);
        });
        m.clocked(|| {
            rows[0].whole().set(exchanges.output("row_o"));
            shift(&rows.map(Vector::whole));
            turned[0].whole().set(exchanges.output("turned_o"));
            shift(&turned.map(Vector::whole));
            if let Some(axes) = &axes {
                axes[0].set(exchanges.output("axis_o"));
                shift(axes);
            }
            absent.whole().set(exchanges.output("absent_o"));
        });

        m.comment("The banks: keys come in, words are read, compared and written back, and the order is read.");
        let index_place = index.resize(place.max(id)).bits(place - 1, 0).named("index_place");
        let place_left = leaving_place.resize(place.max(id)).bits(place - 1, 0).named("place_left");
        let index_bank = banks.fold(m, index_place).named("index_bank");
        let rank = s.rank(m, config).named("rank");
        let loaded = m.concat([rank, !index]).named("loaded");
        let tokens = m.instance("tokens", &output);
        let advance = (!word_valid | tokens.output("in_ready_o")).named("advance");
        let words = m.reg_vec("word", lanes, Ty::uint(word), None);
        let back = m.wire_vec("back", lanes, Ty::uint(word));
        m.for_each("bank", 0..lanes.into(), |b| {
            let stored = m.memory("stored", 1 << banks.row(), Ty::uint(word), RamStyle::Distributed);
            let write = (valid[2] | (fire & index_bank.eq(b))).named("write");
            let write_row = valid[2].mux(rows[2].at(b), index_place.bits(place - 1, banks.bank)).named("write_row");
            let read_row = leaving.mux(place_left.bits(place - 1, banks.bank), rows[0].at(b)).named("read_row");
            let present = (leaving | !absent.at(b)).named("present");
            m.clocked(|| {
                m.when(write, || stored.write(write_row, valid[2].mux(back.at(b), loaded)));
                m.when(advance, || words.at(b).set(stored.read(read_row) & present.repeat(word)));
            });
        });

        let compared = units(m, banks, &exchange, words, turned[1], axes.map(|axes| axes[1]));
        let [lower, upper] = ["to_lower", "to_upper"].map(|name| m.reg_vec(name, banks.units, Ty::uint(word), None));
        m.clocked(|| {
            lower.whole().set(compared[0].whole());
            upper.whole().set(compared[1].whole());
        });
        route_back(m, banks, [lower, upper], axes.map(|axes| axes[2]), back);

        m.comment("The order, one token a cycle.");
        let leaving_last = m.reg("leaving_last", Ty::uint(place));
        let leaving_k = m.reg("leaving_k", Ty::uint(count));
        let last = leaving_place.eq(leaving_last).named("last");
        let left = (leaving & advance).named("left");
        m.comb(|| {
            m.when(advance, || word_valid.set(leaving));
            m.when(left, || {
                leaving_place.set((leaving_place + 1).wrap(id));
                m.when(last, || {
                    leaving.set(0);
                    leaving_place.set(0);
                });
            });
            m.when(sorted, || leaving.set(1));
        });
        let word_bank = m.reg("word_bank", Ty::uint(banks.bank));
        let word_place = m.reg("word_place", Ty::uint(id));
        let word_keep = m.reg("word_keep", Ty::bit());
        let word_last = m.reg("word_last", Ty::bit());
        m.clocked(|| {
            m.when(sorted, || {
                leaving_last.set(job_last);
                leaving_k.set(job_k);
            });
            m.when(advance, || {
                word_bank.set(banks.fold(m, place_left));
                word_place.set(leaving_place);
                word_keep.set(leaving_k.gt(leaving_place));
                word_last.set(last);
            });
        });
        let indices = m.wire_vec("word_index", lanes, Ty::uint(id));
        m.for_each("lane", 0..lanes.into(), |b| indices.at(b).set(!words.at(b).bits(id - 1, 0)));
        m.comment("Bit by bit, for a choice among single bits is a plain multiplexer to every synthesiser.");
        let index_bits = m.wire_vec("index_bit", lanes * id, Ty::bit());
        index_bits.whole().set(indices.whole());
        let chosen = m.wire_vec("chosen_bit", id, Ty::bit());
        m.for_each("chosen", 0..id.into(), |bit| {
            let of_banks = m.wire_vec("of_banks", lanes, Ty::bit());
            m.for_each("of_bank", 0..lanes.into(), |b| of_banks.at(b).set(index_bits.at(b * i64::from(id) + bit)));
            chosen.at(bit).set(of_banks.pick(word_bank));
        });
        tokens.input("in_valid_i", word_valid);
        tokens.input("in_data_i", m.concat([word_last, word_keep, word_place, chosen.whole()]));
        tokens.input("out_ready_i", s.out.ready());
        tokens.drive("out_valid_o", s.out.valid());
        let token = tokens.output("out_data_o");
        s.out.field("id_old").set(token.bits(id - 1, 0));
        s.out.field("id_new").set(token.bits(2 * id - 1, id));
        s.out.field("keep").set(token.bit(2 * id));
        s.out.last().set(token.bit(2 * id + 1));
    })
}

/// For every bit r of a bank's number and every comparator u, the banks that u serves if partners differ in r.
fn each_pair(m: &Module, banks: Banks, r: u32, body: impl Fn(hdl::Affine, [hdl::Affine; 2])) {
    let half = 1i64 << r;
    repeat(m, &format!("block_{r}"), 0..i64::from(banks.units) / half, |block| {
        repeat(m, &format!("pair_{r}"), 0..half, |pair| {
            let low = block * (2 * half) + pair;
            body(block * half + pair, [low, low + half]);
        });
    });
}

/// The choice of number `axis`, as a tree of multiplexers.
fn choose<'m>(mut choices: Vec<Sig<'m>>, axis: Option<Sig<'m>>) -> Sig<'m> {
    for bit in axis.iter().flat_map(|axis| (0..axis.width()).map(|bit| axis.bit(bit))) {
        choices = choices.chunks(2).map(|pair| pair.get(1).map_or(pair[0], |&odd| bit.mux(odd, pair[0]))).collect();
    }
    choices[0]
}

/// The comparators: what goes to the lower and to the upper bank of each pair.
fn units<'m>(
    m: &'m Module,
    banks: Banks,
    exchange: &Arc<Design>,
    words: Vector<'m>,
    turned: Vector<'m>,
    axis: Option<Sig<'m>>,
) -> [Vector<'m>; 2] {
    let (units, width) = (banks.units, words.element().width());
    m.comment("Who is whose partner depends on the bit in which their banks differ.");
    let sides: Vec<[Vector<'m>; 3]> = (0..banks.bank)
        .map(|r| {
            let [a, b] = ["lower", "upper"].map(|side| m.wire_vec(&format!("{side}_{r}"), units, Ty::uint(width)));
            let turn = m.wire_vec(&format!("turn_{r}"), units, Ty::bit());
            each_pair(m, banks, r, |unit, [low, high]| {
                a.at(unit).set(words.at(low));
                b.at(unit).set(words.at(high));
                turn.at(unit).set(turned.at(low));
            });
            [a, b, turn]
        })
        .collect();
    let compared = ["smaller_place", "larger_place"].map(|name| m.wire_vec(name, units, Ty::uint(width)));
    repeat(m, "unit", 0..units.into(), |unit| {
        let cell = m.instance("exchange", exchange);
        for (side, (port, name)) in [("a_i", "lower"), ("b_i", "upper"), ("turned_i", "turn")].into_iter().enumerate() {
            let choices = sides.iter().map(|sides| sides[side].at(unit)).collect();
            cell.input(port, choose(choices, axis).named(&format!("{name}_of_unit")));
        }
        cell.drive("a_o", compared[0].at(unit));
        cell.drive("b_o", compared[1].at(unit));
    });
    compared
}

/// From the comparators to the banks that their words came from.
fn route_back<'m>(m: &'m Module, banks: Banks, sides: [Vector<'m>; 2], axis: Option<Sig<'m>>, back: Vector<'m>) {
    let width = back.element().width();
    let choices: Vec<Vector<'m>> = (0..banks.bank)
        .map(|r| {
            let routed = m.wire_vec(&format!("routed_{r}"), banks.count(), Ty::uint(width));
            each_pair(m, banks, r, |unit, pair| {
                pair.into_iter().zip(sides).for_each(|(bank, side)| routed.at(bank).set(side.at(unit)));
            });
            routed
        })
        .collect();
    m.for_each("home", 0..banks.count().into(), |b| {
        back.at(b).set(choose(choices.iter().map(|routed| routed.at(b)).collect(), axis));
    });
}
