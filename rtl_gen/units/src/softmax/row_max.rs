//! The row buffer: every entry again, with the maximum of its row.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};
use spec::Format;
use spec::unit::Softmax;

use super::{ENTRIES, ROWS};
use crate::{convert, ring};

/// Takes rows of the format `x` and gives each entry again as `x`, with the `max` of its row.
///
/// A ring of twice the longest row holds entries while their row is still arriving; a FIFO holds end and maximum of each
/// complete row. One entry a cycle goes in and one comes out.
pub(super) fn row_max(x: Format) -> Result<Arc<Design>, Errors> {
    let (bits, ty) = (x.width, convert::ty(x));
    let place_bits = ENTRIES.trailing_zeros();
    let memory = prim::held_ram(bits, ENTRIES)?;
    let rows = prim::fifo(place_bits + bits, ROWS)?;
    Module::build(format!("softmax_row_max_{}", x.ident()), |m| {
        m.doc("Row buffer of softmax: gives each entry of a row together with the row's maximum, once the row is complete.");
        let from = m.sink(Bundle::new("in").field("x", ty.clone()).last());
        let to = m.source(Bundle::new("out").field("x", ty.clone()).field("max", ty.clone()).last());

        let write = m.reg_init("write", Ty::uint(place_bits + 1), 0);
        let read = m.reg_init("read", Ty::uint(place_bits + 1), 0);
        let full = ring::full(write, read).named("full");
        let memory = m.instance("entries", &memory);
        let rows = m.instance("rows", &rows);
        from.ready().set(rows.output("in_ready_o") & !full);

        m.comment("The maximum so far; the first entry of a row starts it anew.");
        let x = from.field("x");
        let first = m.reg_init("first", Ty::bit(), 1);
        let max = m.reg("max", ty.clone());
        let larger = (first | x.gt(max)).named("larger");
        let max_with_x = larger.mux(x, max).named("max_with_x");
        let fire = from.fire();
        m.comment("Entries of the row so far, for the assertion alone: longer rows would overflow their sum.");
        let longest = Softmax::MAX_ROW as u32;
        let length = m.reg_init("length", Ty::uint(longest.ilog2() + 1), 0);
        m.clocked(|| {
            m.when(fire, || {
                m.when_else(from.last(), || length.set(0), || length.set((length + 1).wrap(length.width())));
            });
        });
        m.assert(&format!("row_of_at_most_{longest}"), !fire | length.lt(longest));
        m.clocked(|| {
            m.when(fire, || {
                write.set(ring::next(write));
                first.set(from.last());
                max.set(max_with_x);
            });
        });
        memory.input("we_i", fire);
        memory.input("waddr_i", ring::place(write));
        memory.input("wdata_i", x.as_bits());
        rows.input("in_valid_i", fire & from.last());
        rows.input("in_data_i", m.concat([ring::place(write), max_with_x.as_bits()]));

        m.comment("Replay: an entry is read, waits at the memory's output and moves to the output registers.");
        let row = rows.output("out_data_o");
        let row_valid = rows.output("out_valid_o");
        let word_valid = m.reg_init("word_valid", Ty::bit(), 0);
        let word_last = m.reg("word_last", Ty::bit());
        let word_max = m.reg("word_max", ty.clone());
        let out_valid = m.reg_init("out_valid", Ty::bit(), 0);
        let out_last = m.reg("out_last", Ty::bit());
        let out_max = m.reg("out_max", ty.clone());
        let out_x = m.reg("out_x", ty.clone());
        let advance = (to.ready() | !out_valid).named("advance");
        let issue = (row_valid & advance).named("issue");
        let ends = ring::place(read).eq(row.bits(place_bits + bits - 1, bits)).named("ends");
        rows.input("out_ready_i", advance & ends);
        memory.input("re_i", issue);
        memory.input("raddr_i", ring::place(read));
        m.clocked(|| {
            m.when(issue, || read.set(ring::next(read)));
            m.when(advance, || {
                word_valid.set(row_valid);
                word_last.set(ends);
                word_max.set(row.bits(bits - 1, 0).cast(ty.clone()));
                out_valid.set(word_valid);
                out_last.set(word_last);
                out_max.set(word_max);
                out_x.set(memory.output("rdata_o").cast(ty.clone()));
            });
        });
        to.valid().set(out_valid);
        to.last().set(out_last);
        to.field("x").set(out_x);
        to.field("max").set(out_max);
    })
}
