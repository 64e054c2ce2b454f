//! The memory of the program, and what goes into it.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty};
use spec::accel::{Accelerator, Fault, Header, Layout};

use super::check::{code, field, verdict};
use super::crc;

/// Bits of an instruction, and of a header.
const WORD: u32 = Layout::BITS;
/// Bits of a number of beats of a transfer.
pub(super) const LENGTH: u32 = 24;
/// Bits of an instruction's index.
pub(super) const INDEX: u32 = 24;

/// Bits that tell `values` values apart.
fn bits(values: u32) -> u32 {
    values.next_power_of_two().trailing_zeros()
}

/// Reads a program from memory, judges it, keeps it, and gives it to the core.
///
/// `load_i` begins at `address_i`: `request` asks for the header, then for the instructions, which come on `memory`;
/// `over_o` pulses when `fault_o` and `index_o` have the verdict ([`Fault::code`], 0 for a sound program). `play_i` gives
/// the instructions on `code`, beat by beat, from the first on; `index_o` is then the last one given.
///
/// Nothing is given of a program whose header, checksum or any instruction is at fault.
pub(super) fn program(config: &Accelerator) -> Result<Arc<Design>, Errors> {
    let core = &config.core;
    let beat_bits = core.beat_bits();
    let beats = WORD / beat_bits;
    let depth = config.max_instructions * beats;
    Module::build(format!("accelerator_program_{}", core.ident()), |m| {
        m.doc(format!(
            "Reads a program of up to {} instructions from memory, judges it, keeps it, and gives it to the core.",
            config.max_instructions
        ));
        m.doc("");
        m.doc("Header: magic, version, hash of the core's configuration, number of instructions, their CRC-32.");
        let [load, play] = ["load", "play"].map(|name| m.input(name, Ty::bit()));
        let address = m.input("address", Ty::uint(core.address_bits));
        let memory = m.sink(Bundle::new("memory").field("data", Ty::uint(beat_bits)).last());
        let request = m.source(
            Bundle::new("request").field("address", Ty::uint(core.address_bits)).field("beats", Ty::uint(LENGTH)),
        );
        let given = m.source(Bundle::new("code").field("data", Ty::uint(beat_bits)));

        let (state, [idle, ask_header, header, judge, ask_rest, rest, close, over]) =
            m.state_machine("state", ["Idle", "AskHeader", "Header", "Judge", "AskRest", "Rest", "Close", "Over"]);
        m.comment("A word comes in beats, the lowest first; it is whole in the cycle after its last beat.");
        let word = m.reg("word", Ty::uint(WORD));
        let beat = m.reg_init("beat", Ty::uint(bits(beats).max(1)), 0);
        let ends_word = beat.eq(beats - 1).named("ends_word");
        let whole = m.reg_init("whole", Ty::bit(), 0);
        memory.ready().set(state.eq(header) | state.eq(rest));
        let came = memory.fire();
        let data = memory.field("data");
        let next = match beats {
            1 => data,
            _ => m.concat([data, word.bits(WORD - 1, beat_bits)]),
        };
        m.clocked(|| {
            whole.set(came & ends_word);
            m.when(came, || {
                word.set(next);
                beat.set(ends_word.mux(0, (beat + 1).wrap(beat.width()).as_bits()));
            });
        });

        m.comment("The header.");
        let head = |name: &str| field(m, word, Layout::HEADER, name);
        let length = m.reg("length", Ty::uint(bits(config.max_instructions) + 1));
        let checksum = m.reg("checksum", Ty::uint(32));
        let reserved = head("reserved_low").is_nonzero() | head("reserved_high").is_nonzero();
        let count = head("instructions").named("header_count");
        let complaint_of_header = m
            .first(
                [
                    (head("magic").ne(Header::MAGIC), code(m, Fault::Magic)),
                    (head("version").ne(u32::from(Header::VERSION)) | reserved, code(m, Fault::Version)),
                    (head("hash").ne(m.lit_of(core.hash(), Ty::uint(64))), code(m, Fault::Hash)),
                    (!count.is_nonzero() | count.gt(config.max_instructions), code(m, Fault::Length)),
                ],
                0,
            )
            .named("complaint_of_header");
        m.clocked(|| {
            m.when(state.eq(judge), || {
                length.set(count.bits(length.width() - 1, 0));
                checksum.set(head("checksum"));
            });
        });

        m.comment("The instructions go into memory as they come.");
        let place_bits = bits(depth);
        let words = m.memory("words", depth, Ty::uint(beat_bits), RamStyle::Block);
        let place = m.reg("place", Ty::uint(place_bits));
        let remainder = m.reg("crc", Ty::uint(32));
        let sum = crc::next(m, remainder, data);
        let stored = (came & state.eq(rest)).named("stored");
        m.clocked(|| {
            m.when_else(
                state.eq(ask_rest),
                || {
                    place.set(0);
                    remainder.set(u32::MAX);
                },
                || {
                    m.when(stored, || {
                        place.set((place + 1).wrap(place_bits).as_bits());
                        remainder.set(sum);
                    });
                },
            );
        });
        m.clocked(|| m.when(stored, || words.write(place, data)));

        m.comment("They are given to the core from the first on.");
        let gives = m.reg_init("gives", Ty::bit(), 0);
        let valid = m.reg_init("code_valid", Ty::bit(), 0);
        let shown = m.reg("code_beat", Ty::uint(beat_bits));
        let from = m.reg("given_place", Ty::uint(place_bits));
        let fetch = (gives & (!valid | given.ready())).named("fetch");
        let all_beats = match beats {
            1 => length,
            _ => m.concat([length, m.lit_of(0, Ty::uint(bits(beats)))]),
        }
        .named("all_beats");
        let next_place = (from + 1).named("next_place");
        let at_end = next_place.eq(all_beats).named("at_end");
        given.valid().set(valid);
        given.field("data").set(shown);
        m.clocked(|| {
            m.when_else(play, || gives.set(1), || m.when(fetch & at_end, || gives.set(0)));
            m.when(fetch | given.ready(), || valid.set(fetch));
        });
        m.clocked(|| {
            m.when_else(play, || from.set(0), || m.when(fetch, || from.set(next_place.wrap(place_bits).as_bits())));
        });
        m.clocked(|| m.when(fetch, || shown.set(words.read(from))));

        m.comment("Instructions are counted as they are judged, and as they are given; the first complaint stands. A verdict is a long way: what comes of it is a cycle late.");
        let index = m.reg("index", length.ty());
        let fault = m.reg_init("fault", Ty::uint(8), 0);
        let reported = m.reg_init("reported", length.ty(), 0);
        let following = (index + 1).wrap(index.width()).as_bits().named("following");
        let complaint = m.reg("complaint", Ty::uint(8));
        let [is_judged, is_over] = ["is_judged", "is_over"].map(|name| m.reg_init(name, Ty::bit(), 0));
        let judged_index = m.reg("judged_index", length.ty());
        let found = verdict(m, core, word, following.eq(length).named("is_last"));
        let judged = (whole & (state.eq(rest) | state.eq(close))).named("judged");
        let given_beat = m.reg_init("given_beat", Ty::uint(bits(beats).max(1)), 0);
        let given_whole = (given.fire() & given_beat.eq(beats - 1)).named("given_whole");
        let complains = (is_judged & !fault.is_nonzero() & complaint.is_nonzero()).named("complains");
        let corrupted = (state.eq(close) & remainder.ne(!checksum)).named("corrupted");
        m.clocked(|| {
            complaint.set(found.resize(8).as_bits());
            is_judged.set(judged);
            judged_index.set(index);
            is_over.set(state.eq(over));
        });
        m.clocked(|| {
            m.when(state.eq(ask_header) | play, || {
                fault.set(0);
                reported.set(0);
            });
            m.when(state.eq(judge), || fault.set(complaint_of_header));
            m.when(complains, || fault.set(complaint));
            m.when(corrupted, || fault.set(code(m, Fault::Checksum)));
            m.when(complains, || reported.set(judged_index));
            m.when(given_whole, || reported.set(index));
            m.when(given.fire(), || {
                given_beat.set(given_whole.mux(0, (given_beat + 1).wrap(given_beat.width()).as_bits()));
            });
        });
        m.clocked(|| {
            m.when_else(
                state.eq(ask_rest) | play,
                || index.set(0),
                || m.when(judged | given_whole, || index.set(following)),
            );
        });

        m.comment("What is asked for.");
        let is_header = state.eq(ask_header).named("is_header");
        let after = (address + WORD / 8).wrap(core.address_bits).as_bits();
        request.valid().set(is_header | state.eq(ask_rest));
        request.field("address").set(is_header.mux(address, after));
        request.field("beats").set(is_header.mux(beats, all_beats).resize(LENGTH).as_bits());
        let ends = (came & memory.last()).named("ends");
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(load, || state.set(ask_header)));
                cases.case(ask_header, || m.when(request.ready(), || state.set(header)));
                cases.case(header, || m.when(ends, || state.set(judge)));
                cases.case(judge, || {
                    m.when_else(complaint_of_header.is_nonzero(), || state.set(over), || state.set(ask_rest));
                });
                cases.case(ask_rest, || m.when(request.ready(), || state.set(rest)));
                cases.case(rest, || m.when(ends, || state.set(close)));
                cases.case(close, || state.set(over));
                cases.default(|| state.set(idle));
            });
        });
        m.output("over", Ty::bit()).set(is_over);
        m.output("fault", Ty::uint(8)).set(fault);
        m.output("index", Ty::uint(INDEX)).set(reported.resize(INDEX).as_bits());
    })
}
