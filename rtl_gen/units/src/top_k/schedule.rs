//! Which words meet when, in a bitonic network of few comparators.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};
use spec::unit::TopK;

/// Sizes of the memory that the comparators share.
///
/// A word of place i stands in bank fold(i), at row ⌊i / banks⌋, where fold is the exclusive or of i's groups of as many bits as a
/// bank's number has. So the words whose places differ in any such window of consecutive bits are in different banks, and
/// partners at distance 2^j in banks that differ in bit j mod (bits of a bank) alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Banks {
    /// Bits of a place.
    pub place: u32,
    /// Bits of a bank's number.
    pub bank: u32,
    /// Comparators, half as many as banks.
    pub units: u32,
}

impl Banks {
    pub fn new(config: &TopK) -> Self {
        let units = config.shared_units();
        Self { place: config.places().trailing_zeros(), bank: units.trailing_zeros() + 1, units }
    }

    pub fn count(self) -> u32 {
        2 * self.units
    }

    /// Bits of a row.
    pub fn row(self) -> u32 {
        self.place - self.bank
    }

    /// The number of a bit of a bank's number, where there is more than one.
    pub fn axis(self) -> Option<Ty> {
        (self.bank > 1).then(|| Ty::uint(Ty::range(0, self.bank - 1).width()))
    }

    /// The bank of a place.
    pub fn fold<'m>(self, m: &'m Module, place: Sig<'m>) -> Sig<'m> {
        let residue = |r: u32| (r..self.place).step_by(self.bank as usize).map(|t| place.bit(t));
        let bits = (0..self.bank).rev().filter_map(|r| residue(r).reduce(|a, b| a ^ b));
        m.concat(bits.collect::<Vec<_>>())
    }
}

/// The exchanges of a job, as many a cycle as there are comparators, from the cycle after `start_i` on; `done_o` is set in the
/// third cycle after the last ones.
///
/// Between stages of the network come two cycles of rest, so that a word that is read in the cycle after its row is given,
/// compared in the next and written in the one after that is there for the next stage.
pub(super) fn schedule(config: &TopK) -> Result<Arc<Design>, Errors> {
    let banks = Banks::new(config);
    let (place, bank) = (banks.place, banks.bank);
    Module::build(format!("bitonic_schedule_n{}_p{}", 1 << place, banks.units), |m| {
        m.doc(format!(
            "Exchanges of a bitonic network over up to {} words in {} banks, one word of each bank a cycle.",
            1 << place,
            banks.count()
        ));
        m.doc("Block, distance and window have a bit of a place each. Blocks whose places have the block's bit are sorted upwards, the");
        m.doc("others downwards; partners differ in the distance's bit; the words of a cycle differ in the window's bits alone.");
        let start = m.input("start", Ty::bit());
        let last_place = m.input("last_place", Ty::uint(place));

        let (state, [idle, issue, rest, step]) = m.state_machine("state", ["Idle", "Issue", "Rest", "Step"]);
        m.comment("The places that take part: up to the next power of two, at least 2.");
        let used = m.reg("used", Ty::uint(place));
        let smeared = (1..place).fold(last_place, |bits, by| bits | last_place.drop_low(by).resize(place)) | 1;
        let block = m.reg("block", Ty::uint(place));
        let distance = m.reg("distance", Ty::uint(place));
        let window = m.reg("window", Ty::uint(place));
        let group = m.reg("group", Ty::uint(place));
        let fold = m.reg("fold", Ty::uint(bank));
        let fresh = m.reg("fresh", Ty::bit());
        let lowest = (1i64 << bank) - 1;

        let next_group = (((group | window) + 1).wrap(place) & !window).named("next_group");
        let pass_ends = (group | window | !used).reduce_and().named("pass_ends");
        let level_ends = distance.bit(0);
        let job_ends = (level_ends & !(block & used).is_nonzero()).named("job_ends");
        let halved = m.concat([m.lit_of(0, Ty::bit()), distance.bits(place - 1, 1)]);
        let next_distance = level_ends.mux(block, halved).named("next_distance");
        let reach = (1..bank).fold(next_distance, |bits, by| bits | next_distance.drop_low(by).resize(place));
        let low = next_distance.bits(bank - 1, 0).is_nonzero().named("low");
        let next_window = (reach | (low.repeat(place) & m.lit_of(lowest, Ty::uint(place)))).named("next_window");
        let done = m.reg_init("done", Ty::bit(), 0);
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(start, || state.set(issue)));
                cases.case(issue, || m.when(pass_ends, || state.set(rest)));
                cases.case(rest, || state.set(step));
                cases.default(|| m.when_else(job_ends, || state.set(idle), || state.set(issue)));
            });
        });
        m.clocked(|| {
            done.set(state.eq(step) & job_ends);
            m.switch(state, |cases| {
                cases.case(idle, || {
                    used.set(smeared);
                    block.set(2);
                    distance.set(1);
                    window.set(lowest);
                    fresh.set(1);
                });
                cases.case(step, || {
                    m.when(level_ends, || block.set(m.concat([block.bits(place - 2, 0), m.lit_of(0, Ty::bit())])));
                    distance.set(next_distance);
                    window.set(next_window);
                    fresh.set(0);
                });
                cases.default(|| {});
            });
            m.when_else(
                state.eq(issue),
                || {
                    group.set(next_group);
                    fold.set(banks.fold(m, next_group));
                },
                || {
                    group.set(0);
                    fold.set(0);
                },
            );
        });

        m.output("valid", Ty::bit()).set(state.eq(issue));
        m.output("done", Ty::bit()).set(done);
        if let Some(axis) = banks.axis() {
            m.comment("The bit in which the banks of partners differ.");
            let bit = |x: u32| {
                let has = (0..place).filter(|t| ((t % bank) >> x) & 1 == 1).map(|t| distance.bit(t));
                has.reduce(|a, b| a | b)
            };
            let number = m.concat((0..axis.width()).rev().filter_map(bit).collect::<Vec<_>>());
            m.output("axis", axis).set(number);
        }
        let (row, turned, absent) = (
            m.output_vec("row", banks.count(), Ty::uint(banks.row())),
            m.output_vec("turned", banks.count() - 1, Ty::bit()),
            m.output_vec("absent", banks.count(), Ty::bit()),
        );
        m.comment("The places in the banks; absent: there is no such token, and nothing was written yet.");
        let at = m.wire_vec("at", banks.count(), Ty::uint(place));
        m.for_each("bank", 0..banks.count().into(), |b| {
            let offset = (fold ^ b).wrap(bank).named("offset");
            let spread = m.concat((0..place).rev().map(|t| offset.bit(t % bank)).collect::<Vec<_>>());
            at.at(b).set(group | (window & spread));
            row.at(b).set(at.at(b).bits(place - 1, bank));
            absent.at(b).set(fresh & at.at(b).gt(last_place));
        });
        m.comment(
            "Turned: the larger word goes to the upper of the two banks, of which the last is never the lower one.",
        );
        m.for_each("lower", 0..i64::from(banks.count()) - 1, |b| {
            let upper = (at.at(b) & distance).is_nonzero().named("upper");
            let rising = (at.at(b) & block).is_nonzero().named("rising");
            turned.at(b).set(upper ^ rising);
        });
    })
}
