//! Counters that several parts have alike.

use hdl::{Module, Sig, Ty};

use super::shape::COUNT;

/// Places that are left of `most`: one less when `takes`, one more when `gives`.
pub(super) fn places_left<'m>(m: &'m Module, name: &str, most: u32, takes: Sig<'m>, gives: Sig<'m>) -> Sig<'m> {
    let left = m.reg_init(name, Ty::range(0, most), most);
    m.clocked(|| {
        m.when_else(
            takes & !gives,
            || left.set((left - 1).assume_range(0, most)),
            || m.when(gives & !takes, || left.set((left + 1).assume_range(0, most))),
        );
    });
    left
}

/// Jobs that are done since `restart_i`, on `done_o`.
pub(super) fn jobs_done<'m>(m: &'m Module, ends: Sig<'m>) {
    let done = m.reg_init("done", Ty::uint(COUNT), 0);
    let restart = m.input("restart", Ty::bit());
    m.clocked(|| {
        m.when_else(restart, || done.set(0), || m.when(ends, || done.set((done + 1).wrap(COUNT).as_bits())));
    });
    m.output("done", Ty::uint(COUNT)).set(done);
}
