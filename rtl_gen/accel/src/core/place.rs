//! Where the tiles of rows stand among words.

use hdl::{Module, Sig, Ty, Vector};

use super::shape::Shape;

/// The place of the tiles that come next.
pub(super) struct Place<'m> {
    /// A bit a bank.
    pub bank: Vector<'m>,
    /// The first of the tiles in its bank.
    pub part: Sig<'m>,
    /// The word.
    pub word: Sig<'m>,
}

/// How a job's rows lie: words from `base` on, `stride` of them a row, `at_once` tiles of a bank a step.
pub(super) struct Rows<'m> {
    pub base: Sig<'m>,
    pub stride: Sig<'m>,
    pub at_once: u32,
}

/// With a bit a group, the one after `group`, which is not the last; a group on its own stays.
pub(super) fn next_group<'m>(m: &'m Module, group: Sig<'m>) -> Sig<'m> {
    match group.width() {
        1 => group,
        groups => m.concat([group.bits(groups - 2, 0), m.lit_of(0, Ty::bit())]),
    }
}

/// The place after each `step`, the last of a row with `row_ends`; `restarts` before a job. Tiles fill a bank, then the
/// next one, then the next word.
pub(super) fn tile_place<'m>(
    m: &'m Module,
    shape: &Shape,
    name: &str,
    rows: &Rows<'m>,
    (step, row_ends): (Sig<'m>, Sig<'m>),
    restarts: Sig<'m>,
) -> Place<'m> {
    let (t_h, parts) = (shape.t_h, shape.head_tiles);
    let Rows { base, stride, at_once } = *rows;
    let part = m.reg(&format!("{name}part"), shape.head_tile());
    let bank = m.reg_vec(&format!("{name}bank"), t_h, Ty::bit(), None);
    let [row_word, word] = ["row_word", "word"].map(|reg| m.reg(&format!("{name}{reg}"), base.ty()));
    let part_last = part.eq(parts - at_once).named(&format!("{name}part_last"));
    let bank_last = bank.at(i64::from(t_h) - 1);
    let next_bank = next_group(m, bank.whole());
    let next_row = (row_word + stride).wrap(row_word.width()).as_bits().named(&format!("{name}next_row"));
    m.clocked(|| {
        m.when_else(
            restarts,
            || {
                part.set(0);
                bank.whole().set(1);
                row_word.set(base);
                word.set(base);
            },
            || {
                m.when(step, || {
                    part.set((part_last | row_ends).mux(0, (part + at_once).wrap(part.width()).as_bits()));
                    m.when_else(
                        row_ends,
                        || {
                            bank.whole().set(1);
                            row_word.set(next_row);
                            word.set(next_row);
                        },
                        || {
                            m.when(part_last, || {
                                bank.whole().set(bank_last.mux(m.lit_of(1, Ty::uint(t_h)), next_bank));
                                m.when(bank_last, || word.set((word + 1).wrap(word.width())));
                            });
                        },
                    );
                });
            },
        );
    });
    Place { bank, part, word }
}
