//! The rules of AXI4 (ARM IHI 0022), for one interface with one ID.

use std::collections::VecDeque;
use std::fmt::{self, Debug};

use super::signals::{Burst, Cycle, Handshake, Response};

/// A rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// valid fell before ready came.
    ValidFell,
    /// The payload changed while it waited.
    PayloadChanged,
    /// valid was high in reset.
    ValidInReset,
    /// A burst crosses a border of 4 KiB.
    Crosses4K,
    /// A burst is longer than it may be.
    BurstLength,
    /// A burst is not incrementing, or its beats have not the width of the bus.
    BurstKind,
    /// More bursts are on their way than may be.
    Outstanding,
    /// A read beat came that nobody had asked for.
    ReadUnasked,
    /// RLAST does not stand on the last beat of its burst, or on another.
    ReadLast,
    /// A write response came before the last beat of its burst, or before its address.
    WriteUnasked,
    /// WLAST does not stand on the last beat of its burst, or on another.
    WriteLast,
    /// EXOKAY answers an access that was not exclusive.
    ExOkay,
}

/// A broken rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The channel: `AR`, `R`, `AW`, `W` or `B`.
    pub channel: &'static str,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} on {}: {}", self.rule, self.channel, self.what)
    }
}

/// What an interface has, beyond the rules that hold for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a beat.
    pub beat_bytes: u64,
    /// Beats of the longest burst: 256, or 1 for AXI4-Lite.
    pub max_burst: u64,
    /// Bursts on their way at a time, reads and writes apart.
    pub outstanding: usize,
}

impl Limits {
    /// An interface of that width, with no limits but AXI4's.
    ///
    /// ```
    /// assert_eq!(tb::axi::Limits::full(16).max_burst, 256);
    /// ```
    pub fn full(beat_bytes: u64) -> Self {
        Self { beat_bytes, max_burst: 256, outstanding: usize::MAX }
    }
}

/// Watches an interface cycle by cycle.
///
/// ```
/// use tb::axi::{Burst, Checker, Cycle, Handshake, Limits, Rule};
/// let mut checker = Checker::new(Limits::full(8));
/// let payload = Burst { address: 0xff8, len: 1, size: 3, burst: 1 };
/// let cycle = Cycle { ar: Handshake { valid: true, ready: false, payload }, ..Cycle::default() };
/// assert_eq!(checker.check(&cycle).unwrap_err().rule, Rule::Crosses4K);
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    limits: Limits,
    /// The cycle before, if something waited in it.
    waiting: Option<Cycle>,
    /// Beats left of the reads asked for, oldest first.
    reads: VecDeque<u64>,
    /// Beats of the writes whose address was taken and whose data is not complete.
    addresses: VecDeque<u64>,
    /// Beats of complete bursts of write data whose address has not been taken.
    early: VecDeque<u64>,
    /// Beats so far of the write burst that is coming.
    written: u64,
    /// Writes that are complete and unanswered.
    complete: usize,
}

fn broken<T>(rule: Rule, channel: &'static str, what: impl Into<String>) -> Result<T, Violation> {
    Err(Violation { rule, channel, what: what.into() })
}

fn stable<P: PartialEq + Debug>(
    name: &'static str,
    before: &Handshake<P>,
    now: &Handshake<P>,
) -> Result<(), Violation> {
    if !before.waits() {
        return Ok(());
    }
    if !now.valid {
        return broken(Rule::ValidFell, name, format!("{:x?} was offered and not taken", before.payload));
    }
    if before.payload != now.payload {
        return broken(Rule::PayloadChanged, name, format!("from {:x?} to {:x?}", before.payload, now.payload));
    }
    Ok(())
}

impl Checker {
    /// A checker of a silent interface.
    ///
    /// ```
    /// use tb::axi::{Checker, Cycle, Limits};
    /// assert_eq!(Checker::new(Limits::full(4)).check(&Cycle::default()), Ok(()));
    /// ```
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            waiting: None,
            reads: VecDeque::new(),
            addresses: VecDeque::new(),
            early: VecDeque::new(),
            written: 0,
            complete: 0,
        }
    }

    /// Bursts on their way: reads, writes.
    ///
    /// ```
    /// use tb::axi::{Checker, Limits};
    /// assert_eq!(Checker::new(Limits::full(4)).on_their_way(), (0, 0));
    /// ```
    pub fn on_their_way(&self) -> (usize, usize) {
        let nameless = usize::from(self.written > 0 && self.addresses.is_empty());
        (self.reads.len(), self.addresses.len() + self.early.len() + nameless + self.complete)
    }

    /// A cycle in reset: everything is forgotten, and nothing may be offered.
    ///
    /// # Errors
    /// The first broken rule.
    ///
    /// ```
    /// use tb::axi::{Checker, Cycle, Limits, Rule};
    /// let mut cycle = Cycle::default();
    /// cycle.w.valid = true;
    /// let violation = Checker::new(Limits::full(4)).check_reset(&cycle).unwrap_err();
    /// assert_eq!((violation.rule, violation.channel), (Rule::ValidInReset, "W"));
    /// ```
    pub fn check_reset(&mut self, now: &Cycle) -> Result<(), Violation> {
        *self = Self::new(self.limits);
        let valid =
            [("AR", now.ar.valid), ("R", now.r.valid), ("AW", now.aw.valid), ("W", now.w.valid), ("B", now.b.valid)];
        match valid.iter().find(|(_, valid)| *valid) {
            Some((name, _)) => broken(Rule::ValidInReset, name, "valid is high"),
            None => Ok(()),
        }
    }

    /// A cycle out of reset.
    ///
    /// # Errors
    /// The first broken rule.
    ///
    /// ```
    /// use tb::axi::{Checker, Cycle, Limits, Rule};
    /// let mut cycle = Cycle::default();
    /// cycle.b.valid = true;
    /// let violation = Checker::new(Limits::full(4)).check(&cycle).unwrap_err();
    /// assert_eq!(violation.rule, Rule::WriteUnasked);
    /// ```
    pub fn check(&mut self, now: &Cycle) -> Result<(), Violation> {
        if self.waiting.is_none() && now.is_silent() {
            return Ok(());
        }
        if let Some(before) = &self.waiting {
            stable("AR", &before.ar, &now.ar)?;
            stable("R", &before.r, &now.r)?;
            stable("AW", &before.aw, &now.aw)?;
            stable("W", &before.w, &now.w)?;
            stable("B", &before.b, &now.b)?;
        }
        self.waiting = now.waits().then_some(*now);
        // What is offered is looked at before this cycle's requests count: an answer comes a cycle later at the earliest.
        self.answers(now)?;
        self.requests("AR", &now.ar)?;
        self.requests("AW", &now.aw)?;
        self.writes(now)?;
        if now.ar.fires() {
            self.reads.push_back(now.ar.payload.len + 1);
        }
        let (reads, writes) = self.on_their_way();
        for (name, count) in [("AR", reads), ("AW", writes)] {
            if count > self.limits.outstanding {
                return broken(Rule::Outstanding, name, format!("{count} bursts are on their way"));
            }
        }
        Ok(())
    }

    fn requests(&self, name: &'static str, channel: &Handshake<Burst>) -> Result<(), Violation> {
        let Burst { address, len, size, burst } = channel.payload;
        let bytes = self.limits.beat_bytes;
        if !channel.valid {
            return Ok(());
        }
        if burst != 1 || 1 << size != bytes {
            return broken(Rule::BurstKind, name, format!("burst {burst}, size {size}"));
        }
        if len >= self.limits.max_burst {
            return broken(Rule::BurstLength, name, format!("{} beats", len + 1));
        }
        let first = address - address % bytes;
        if first / 4096 != (first + (len + 1) * bytes - 1) / 4096 {
            return broken(Rule::Crosses4K, name, format!("{} beats from {address:#x}", len + 1));
        }
        Ok(())
    }

    fn answers(&mut self, now: &Cycle) -> Result<(), Violation> {
        let exclusive = Response::ExOkay.code();
        if now.r.valid {
            let Some(left) = self.reads.front_mut() else {
                return broken(Rule::ReadUnasked, "R", "no read is on its way");
            };
            if now.r.payload.last != (*left == 1) {
                return broken(Rule::ReadLast, "R", format!("last is {} with {left} beats left", now.r.payload.last));
            }
            if now.r.payload.mark == exclusive {
                return broken(Rule::ExOkay, "R", "no read was exclusive");
            }
            if now.r.ready {
                *left -= 1;
            }
            if *left == 0 {
                self.reads.pop_front();
            }
        }
        if now.b.valid {
            if self.complete == 0 {
                return broken(Rule::WriteUnasked, "B", "no write is complete");
            }
            if now.b.payload == exclusive {
                return broken(Rule::ExOkay, "B", "no write was exclusive");
            }
            self.complete -= usize::from(now.b.ready);
        }
        Ok(())
    }

    fn writes(&mut self, now: &Cycle) -> Result<(), Violation> {
        if now.aw.fires() {
            let beats = now.aw.payload.len + 1;
            match self.early.pop_front() {
                Some(came) if came != beats => {
                    return broken(Rule::WriteLast, "W", format!("{came} beats were written, {beats} announced"));
                }
                Some(_) => self.complete += 1,
                None => self.addresses.push_back(beats),
            }
        }
        let Some(&wanted) = self.addresses.front() else {
            // The data runs ahead of its address.
            if now.w.fires() {
                self.written += 1;
                if now.w.payload.last {
                    self.early.push_back(std::mem::take(&mut self.written));
                } else if self.written >= self.limits.max_burst {
                    return broken(Rule::WriteLast, "W", format!("{} beats without an end", self.written));
                }
            }
            return Ok(());
        };
        if self.written >= wanted {
            return broken(Rule::WriteLast, "W", format!("{} beats were written, {wanted} announced", self.written));
        }
        if now.w.valid && now.w.payload.last != (self.written + 1 == wanted) {
            let what = format!("last is {} on beat {} of {wanted}", now.w.payload.last, self.written + 1);
            return broken(Rule::WriteLast, "W", what);
        }
        if now.w.fires() {
            self.written += 1;
            if now.w.payload.last {
                self.written = 0;
                self.addresses.pop_front();
                self.complete += 1;
            }
        }
        Ok(())
    }
}
