//! A driver of AXI4-Lite slaves.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use sim::Model;

use super::channel::Wires;
use super::checker::{Checker, Limits};
use super::memory::protocol;
use super::port::Players;
use super::signals::{Cycle, Response};
use super::timing::Stalls;
use crate::pattern::mix;
use crate::{Bench, Peripheral, Result};

/// An access to a register, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whether it wrote.
    pub write: bool,
    /// The address.
    pub address: u64,
    /// What was written or read.
    pub data: u64,
    /// The bytes that were to be written.
    pub strobes: u64,
    /// How it went.
    pub response: Response,
}

/// A master on an AXI4-Lite slave: reads and writes that are queued go out side by side, each kind in order. A handle:
/// clones are the same master.
///
/// ```no_run
/// # fn example(bench: &mut tb::Bench) -> tb::Result<()> {
/// let bus = tb::axi::Lite::attach(bench, "s_axi")?;
/// bus.queue_write(0x0c, 1, 0xf);
/// bench.run()?;
/// assert_eq!(bus.read(bench, 0x0c)?.data, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Lite(Rc<RefCell<Inner>>);

#[derive(Debug)]
struct Inner {
    wires: Wires,
    checker: Checker,
    players: Players,
    seen: Cycle,
    reads: Side,
    writes: Side,
    /// How many writes' data has gone out.
    data: usize,
    offering_data: bool,
    taking_r: bool,
    taking_b: bool,
    done: Vec<Access>,
}

/// Accesses of one kind: all that are queued and unanswered, and how many of them have gone out.
#[derive(Debug, Default)]
struct Side {
    queue: VecDeque<Access>,
    gone: usize,
    offering: bool,
}

impl Lite {
    /// Puts a master before the slave of a bench whose ports begin with `prefix`, such as `s_axi`.
    ///
    /// # Errors
    /// [`Failure::Use`](crate::Failure::Use) if there is no such interface.
    pub fn attach(bench: &mut Bench, prefix: &str) -> Result<Self> {
        let wires = Wires::new(bench.model(), prefix)?;
        let limits = Limits { beat_bytes: wires.beat_bytes as u64, max_burst: 1, outstanding: usize::MAX };
        let lite = Self(Rc::new(RefCell::new(Inner {
            wires,
            checker: Checker::new(limits),
            players: Players::new(&Stalls::default(), 1),
            seen: Cycle::default(),
            reads: Side::default(),
            writes: Side::default(),
            data: 0,
            offering_data: false,
            taking_r: false,
            taking_b: false,
            done: vec![],
        })));
        bench.attach(Box::new(lite.clone()));
        Ok(lite)
    }

    /// Gaps before addresses and data, stalls of answers, from now on.
    pub fn stalls(&self, stalls: &Stalls) {
        self.0.borrow_mut().players = Players::new(stalls, 1);
    }

    /// Queues a write of the bytes of `data` that `strobes` marks.
    pub fn queue_write(&self, address: u64, data: u64, strobes: u64) {
        let access = Access { write: true, address, data, strobes, response: Response::Okay };
        self.0.borrow_mut().writes.queue.push_back(access);
    }

    /// Queues a read.
    pub fn queue_read(&self, address: u64) {
        let access = Access { write: false, address, data: 0, strobes: 0, response: Response::Okay };
        self.0.borrow_mut().reads.queue.push_back(access);
    }

    /// What has been answered since this was last asked, in the order of the answers.
    pub fn take_done(&self) -> Vec<Access> {
        std::mem::take(&mut self.0.borrow_mut().done)
    }

    /// Reads a register and runs the bench until the answer is there.
    ///
    /// # Errors
    /// Whatever goes wrong on the bench.
    pub fn read(&self, bench: &mut Bench, address: u64) -> Result<Access> {
        self.queue_read(address);
        self.finish(bench, false)
    }

    /// Writes a whole register and runs the bench until the answer is there.
    ///
    /// # Errors
    /// Whatever goes wrong on the bench.
    pub fn write(&self, bench: &mut Bench, address: u64, data: u64) -> Result<Access> {
        self.queue_write(address, data, 0xf);
        self.finish(bench, true)
    }

    fn finish(&self, bench: &mut Bench, write: bool) -> Result<Access> {
        while self.is_pending() {
            bench.step_watched()?;
        }
        let mut inner = self.0.borrow_mut();
        let at = inner.done.iter().rposition(|access| access.write == write);
        at.map(|at| inner.done.remove(at)).ok_or_else(|| "a bus without an access has nothing to finish".into())
    }
}

impl Inner {
    fn show(&self, model: &mut Model, cycle: u64) {
        let noise = mix(cycle);
        if let Some((address, data)) = &self.wires.read {
            let next = self.reads.queue.get(self.reads.gone).filter(|_| self.reads.offering);
            model.set(address.valid, next.is_some().into());
            model.set(address.address, next.map_or(noise, |access| access.address));
            model.set(data.ready, self.taking_r.into());
        }
        if let Some((address, data, answer)) = &self.wires.write {
            let next = self.writes.queue.get(self.writes.gone).filter(|_| self.writes.offering);
            model.set(address.valid, next.is_some().into());
            model.set(address.address, next.map_or(noise, |access| access.address));
            let next = self.writes.queue.get(self.data).filter(|_| self.offering_data);
            model.set(data.valid, next.is_some().into());
            model.set(data.data, next.map_or(noise, |access| access.data));
            if let Some(strobes) = data.mark {
                model.set(strobes, next.map_or(noise, |access| access.strobes));
            }
            model.set(answer.ready, self.taking_b.into());
        }
    }
}

impl Peripheral for Lite {
    fn reset(&mut self, model: &mut Model) {
        let inner = &mut *self.0.borrow_mut();
        (inner.reads, inner.writes, inner.data) = (Side::default(), Side::default(), 0);
        (inner.offering_data, inner.taking_r, inner.taking_b) = (false, false, false);
        inner.seen = Cycle::default();
        inner.done.clear();
        inner.show(model, 0);
    }

    fn sample_reset(&mut self, model: &Model, cycle: u64) -> Result<()> {
        let inner = &mut *self.0.borrow_mut();
        inner.wires.look(model, &mut inner.seen);
        inner.checker.check_reset(&inner.seen).map_err(|violation| protocol(&inner.wires.prefix, cycle, &violation))
    }

    fn drive(&mut self, model: &mut Model, cycle: u64) {
        let inner = &mut *self.0.borrow_mut();
        let Inner { reads, writes, players, .. } = inner;
        let (ar, aw, w) = (players.ar.go(true), players.aw.go(true), players.w.go(true));
        reads.offering |= ar && reads.gone < reads.queue.len();
        writes.offering |= aw && writes.gone < writes.queue.len();
        inner.offering_data |= w && inner.data < writes.queue.len();
        inner.taking_r = players.r.go(inner.seen.r.waits());
        inner.taking_b = players.b.go(inner.seen.b.waits());
        inner.show(model, cycle);
    }

    fn sample(&mut self, model: &Model, cycle: u64) -> Result<bool> {
        let inner = &mut *self.0.borrow_mut();
        let now = &mut inner.seen;
        inner.wires.look(model, now);
        inner.checker.check(now).map_err(|violation| protocol(&inner.wires.prefix, cycle, &violation))?;
        if !now.fires() {
            return Ok(false);
        }
        if now.ar.fires() {
            (inner.reads.offering, inner.reads.gone) = (false, inner.reads.gone + 1);
        }
        if now.aw.fires() {
            (inner.writes.offering, inner.writes.gone) = (false, inner.writes.gone + 1);
        }
        if now.w.fires() {
            (inner.offering_data, inner.data) = (false, inner.data + 1);
        }
        if now.r.fires()
            && let Some(access) = inner.reads.queue.pop_front()
        {
            inner.reads.gone -= 1;
            let response = Response::of(now.r.payload.mark);
            inner.done.push(Access { data: now.r.payload.data[0], response, ..access });
        }
        if now.b.fires()
            && let Some(access) = inner.writes.queue.pop_front()
        {
            (inner.writes.gone, inner.data) = (inner.writes.gone - 1, inner.data - 1);
            inner.done.push(Access { response: Response::of(now.b.payload), ..access });
        }
        Ok(true)
    }

    fn is_pending(&self) -> bool {
        let inner = self.0.borrow();
        !inner.reads.queue.is_empty() || !inner.writes.queue.is_empty()
    }

    fn describe(&self) -> String {
        let inner = self.0.borrow();
        let (reads, writes) = (inner.reads.queue.len(), inner.writes.queue.len());
        format!("`{}` has {reads} reads and {writes} writes unanswered", inner.wires.prefix)
    }
}
