//! A memory behind AXI4 masters.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use sim::Model;

use super::channel::Wires;
use super::checker::{Checker, Limits, Violation};
use super::port::{MemoryPort, Players, Read, Write};
use super::signals::{Beat, Response, WORDS};
use super::timing::{Stalls, Timing};
use crate::{Bench, Failure, Peripheral, Result};

/// A request that a memory took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The number of its port, in the order in which they were attached.
    pub port: usize,
    /// Whether it writes.
    pub write: bool,
    /// The first byte's address.
    pub address: u64,
    /// Beats.
    pub beats: u64,
    /// The bench's cycle in which it was taken.
    pub cycle: u64,
}

/// What a memory has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Beats read.
    pub reads: u64,
    /// Beats written.
    pub writes: u64,
    /// Cycles in which a beat waited on R, summed over the ports.
    pub read_waits: u64,
    /// The most reads that were on their way at a port at a time.
    pub most_reads: usize,
    /// The most writes that were on their way at a port at a time.
    pub most_writes: usize,
}

/// A memory with any number of AXI4 ports, which share its bandwidth in turn. A handle: clones are the same memory.
///
/// Every port is watched by a [`Checker`]. Beyond its bytes it answers DECERR; where [`Memory::fail`] says so, what that
/// says. Reset forgets what is on its way and keeps the bytes.
///
/// ```
/// use tb::axi::{Memory, Timing};
/// let memory = Memory::new(0x1000, 64, Timing::ideal());
/// memory.write(0x1010, &[7, 8]);
/// assert_eq!(memory.read(0x100f, 4), [0, 7, 8, 0]);
/// ```
#[derive(Clone, Debug)]
pub struct Memory(Rc<RefCell<Inner>>);

#[derive(Debug)]
struct Inner {
    base: u64,
    bytes: Vec<u8>,
    timing: Timing,
    stalls: Stalls,
    failing: Vec<(Range<u64>, Response)>,
    ports: Vec<MemoryPort>,
    /// Thousandths of a byte that may move now; written beats may take it below 0, for they cannot be foreseen.
    credit: i64,
    /// The port that comes first in this cycle.
    turn: usize,
    stats: Stats,
    log: Option<Vec<Request>>,
}

impl Memory {
    /// A memory of `bytes` zeros from the address `base` on.
    pub fn new(base: u64, bytes: usize, timing: Timing) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            base,
            bytes: vec![0; bytes],
            timing,
            stalls: Stalls::default(),
            failing: vec![],
            ports: vec![],
            credit: 0,
            turn: 0,
            stats: Stats::default(),
            log: None,
        })))
    }

    /// Puts the memory behind the masters of a bench whose ports begin with `prefixes`, such as `m_axi`.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such interface.
    pub fn attach(&self, bench: &mut Bench, prefixes: &[&str]) -> Result<()> {
        let mut ports = Vec::new();
        for (prefix, salt) in prefixes.iter().zip(1..) {
            let wires = Wires::new(bench.model(), prefix)?;
            ports.push(MemoryPort::new(wires, &self.0.borrow().stalls, salt));
        }
        self.0.borrow_mut().ports = ports;
        bench.attach(Box::new(self.clone()));
        Ok(())
    }

    /// Stalls the channels of all ports like that from now on.
    pub fn stalls(&self, stalls: &Stalls) {
        let mut inner = self.0.borrow_mut();
        inner.stalls = stalls.clone();
        for port in &mut inner.ports {
            port.players = Players::new(stalls, port.salt);
        }
    }

    /// Lets no port have bursts of more than `max_burst` beats, or more than `outstanding` of them on their way.
    pub fn limit(&self, max_burst: u64, outstanding: usize) {
        for port in &mut self.0.borrow_mut().ports {
            let beat_bytes = port.wires.beat_bytes as u64;
            port.checker = Checker::new(Limits { beat_bytes, max_burst, outstanding });
        }
    }

    /// Answers accesses to these addresses with `response` from now on; the latest such order counts.
    pub fn fail(&self, addresses: Range<u64>, response: Response) {
        self.0.borrow_mut().failing.push((addresses, response));
    }

    /// Answers like a memory again.
    pub fn heal(&self) {
        self.0.borrow_mut().failing.clear();
    }

    /// Keeps a list of the requests from now on.
    pub fn log_requests(&self) {
        self.0.borrow_mut().log = Some(vec![]);
    }

    /// The requests taken since [`Memory::log_requests`].
    pub fn requests(&self) -> Vec<Request> {
        self.0.borrow().log.clone().unwrap_or_default()
    }

    /// What it has done.
    pub fn stats(&self) -> Stats {
        self.0.borrow().stats
    }

    /// The `count` bytes from `address` on; those beyond the memory are 0.
    pub fn read(&self, address: u64, count: usize) -> Vec<u8> {
        let inner = self.0.borrow();
        let byte = |at: u64| inner.index(at).map_or(0, |index| inner.bytes[index]);
        (0..count as u64).map(|i| byte(address + i)).collect()
    }

    /// Sets the bytes from `address` on; those beyond the memory are dropped.
    pub fn write(&self, address: u64, bytes: &[u8]) {
        let mut inner = self.0.borrow_mut();
        for (at, byte) in (address..).zip(bytes) {
            if let Some(index) = inner.index(at) {
                inner.bytes[index] = *byte;
            }
        }
    }

    /// Whether no port has anything on its way.
    pub fn is_idle(&self) -> bool {
        self.0.borrow().ports.iter().all(MemoryPort::is_idle)
    }
}

impl Inner {
    fn index(&self, address: u64) -> Option<usize> {
        let index = usize::try_from(address.checked_sub(self.base)?).ok()?;
        (index < self.bytes.len()).then_some(index)
    }

    /// The index of a beat that begins at `address`, or what is answered instead.
    fn beat(&self, address: u64, bytes: usize) -> Result<usize, Response> {
        let overlaps = |range: &Range<u64>| range.start < address + bytes as u64 && address < range.end;
        if let Some((_, response)) = self.failing.iter().rev().find(|(range, _)| overlaps(range))
            && *response != Response::Okay
        {
            return Err(*response);
        }
        let first = self.index(address).ok_or(Response::DecErr)?;
        if first + bytes <= self.bytes.len() { Ok(first) } else { Err(Response::DecErr) }
    }

    fn read_beat(&self, address: u64, bytes: usize, last: bool) -> Beat {
        let mut data = [0; WORDS];
        let response = match self.beat(address, bytes) {
            Ok(first) => {
                for (word, chunk) in data.iter_mut().zip(self.bytes[first..first + bytes].chunks(8)) {
                    let mut bytes = [0; 8];
                    bytes[..chunk.len()].copy_from_slice(chunk);
                    *word = u64::from_le_bytes(bytes);
                }
                Response::Okay
            }
            Err(response) => {
                data.fill(0xdead_dead_dead_dead);
                if bytes < 8 {
                    data[0] &= (1 << (8 * bytes)) - 1;
                }
                response
            }
        };
        Beat { data, mark: response.code(), last }
    }

    fn write_beat(&mut self, address: u64, bytes: usize, beat: &Beat) -> Response {
        match self.beat(address, bytes) {
            Ok(first) => {
                for i in (0..bytes).filter(|i| beat.mark >> i & 1 == 1) {
                    self.bytes[first + i] = (beat.data[i / 8] >> (8 * (i % 8))) as u8;
                }
                Response::Okay
            }
            Err(response) => response,
        }
    }

    fn refreshing(&self, cycle: u64) -> bool {
        let Timing { refresh_every, refresh_for, .. } = self.timing;
        refresh_every > 0 && cycle % refresh_every < refresh_for
    }

    /// Whether a beat of so many bytes may be read; if so, it counts.
    fn pay(&mut self, bytes: usize) -> bool {
        let cost = bytes as i64 * 1000;
        if self.timing.millibytes == 0 {
            return true;
        }
        let paid = self.credit >= cost;
        self.credit -= if paid { cost } else { 0 };
        paid
    }

    fn drive_port(&mut self, number: usize, cycle: u64, asleep: bool) {
        let wires = &self.ports[number].wires;
        let (reads, writes) = (wires.read.is_some(), wires.write.is_some());
        if writes {
            self.drive_writes(number, cycle, asleep);
        }
        if reads {
            self.drive_reads(number, cycle, asleep);
        }
    }

    fn drive_writes(&mut self, number: usize, cycle: u64, asleep: bool) {
        let port = &mut self.ports[number];
        let room = port.addresses.len() + port.answers.len() < self.timing.queue;
        port.taking_writes = port.players.aw.go(port.seen.aw.waits()) && room;
        // Data may come before its address: some, as a slave with a buffer takes it.
        let takes_data = port.players.w.go(port.seen.w.waits()) && port.data.len() < 32;
        port.taking_data = takes_data && !asleep && (self.credit > 0 || self.timing.millibytes == 0);
        if port.answer.is_none() && port.players.b.go(true) {
            port.answer = port.answers.pop_front_if(|(due, _)| *due <= cycle).map(|(_, response)| response);
        }
    }

    fn drive_reads(&mut self, number: usize, cycle: u64, asleep: bool) {
        let port = &mut self.ports[number];
        port.taking_reads = port.players.ar.go(port.seen.ar.waits()) && port.reads.len() < self.timing.queue;
        let due = port.reads.front().is_some_and(|read| read.due <= cycle);
        let gives = port.read.is_none() && port.players.r.go(true) && due;
        let bytes = port.wires.beat_bytes;
        if gives && !asleep && self.pay(bytes) {
            self.give(number, bytes);
        }
    }

    fn give(&mut self, number: usize, bytes: usize) {
        let port = &mut self.ports[number];
        let Some(read) = port.reads.front_mut() else { return };
        let (address, last) = (read.address, read.left == 1);
        read.address += bytes as u64;
        read.left -= 1;
        if last {
            port.reads.pop_front();
        }
        let beat = self.read_beat(address, bytes, last);
        self.ports[number].read = Some(beat);
    }

    fn sample_port(&mut self, number: usize, model: &Model, cycle: u64) -> Result<bool> {
        let port = &mut self.ports[number];
        let bytes = port.wires.beat_bytes as u64;
        let now = &mut port.seen;
        port.wires.look(model, now);
        port.checker.check(now).map_err(|violation| protocol(&port.wires.prefix, cycle, &violation))?;
        self.stats.read_waits += u64::from(now.r.waits());
        if !now.fires() {
            return Ok(false);
        }
        let (reads, writes) = port.checker.on_their_way();
        self.stats.most_reads = self.stats.most_reads.max(reads);
        self.stats.most_writes = self.stats.most_writes.max(writes);
        if now.r.fires() {
            port.read = None;
            self.stats.reads += 1;
        }
        if now.b.fires() {
            port.answer = None;
        }
        if now.ar.fires() {
            let address = now.ar.payload.address & !(bytes - 1);
            port.reads.push_back(Read { address, left: now.ar.payload.len + 1, due: cycle + self.timing.latency });
        }
        if now.aw.fires() {
            let address = now.aw.payload.address & !(bytes - 1);
            port.addresses.push_back(Write { address, response: Response::Okay });
        }
        if now.w.fires() {
            port.data.push_back(now.w.payload);
            self.credit -= bytes as i64 * 1000;
        }
        for (write, channel) in [(false, &now.ar), (true, &now.aw)] {
            if let (true, Some(log)) = (channel.fires(), &mut self.log) {
                let (address, beats) = (channel.payload.address, channel.payload.len + 1);
                log.push(Request { port: number, write, address, beats, cycle });
            }
        }
        self.store(number, cycle);
        Ok(true)
    }

    /// Writes the data that has its address.
    fn store(&mut self, number: usize, cycle: u64) {
        let bytes = self.ports[number].wires.beat_bytes;
        while let Some(write) = self.ports[number].addresses.front().copied() {
            let Some(beat) = self.ports[number].data.pop_front() else { break };
            let response = write.response.max(self.write_beat(write.address, bytes, &beat));
            self.stats.writes += 1;
            let port = &mut self.ports[number];
            if beat.last {
                port.addresses.pop_front();
                port.answers.push_back((cycle + self.timing.latency, response));
            } else {
                port.addresses[0] = Write { address: write.address + bytes as u64, response };
            }
        }
    }
}

/// A violation as a failure of the interface's channel.
pub(super) fn protocol(prefix: &str, cycle: u64, violation: &Violation) -> Failure {
    Failure::Protocol { stream: format!("{prefix}.{}", violation.channel), cycle, what: violation.to_string() }
}

impl Peripheral for Memory {
    fn reset(&mut self, model: &mut Model) {
        let mut inner = self.0.borrow_mut();
        (inner.credit, inner.turn) = (0, 0);
        for port in &mut inner.ports {
            port.forget();
            port.show(model, 0);
        }
    }

    fn sample_reset(&mut self, model: &Model, cycle: u64) -> Result<()> {
        for port in &mut self.0.borrow_mut().ports {
            port.wires.look(model, &mut port.seen);
            port.checker
                .check_reset(&port.seen)
                .map_err(|violation| protocol(&port.wires.prefix, cycle, &violation))?;
        }
        Ok(())
    }

    fn drive(&mut self, model: &mut Model, cycle: u64) {
        let inner = &mut *self.0.borrow_mut();
        let count = inner.ports.len();
        let asleep = inner.refreshing(cycle);
        let widest = inner.ports.iter().map(|port| port.wires.beat_bytes as u64).max().unwrap_or_default();
        if !asleep {
            let gain = i64::try_from(inner.timing.millibytes).unwrap_or(i64::MAX / 2);
            inner.credit = (inner.credit + gain).min(gain + widest as i64 * 1000);
        }
        for number in (inner.turn..count).chain(0..inner.turn) {
            inner.drive_port(number, cycle, asleep);
        }
        inner.turn = if inner.turn + 1 < count { inner.turn + 1 } else { 0 };
        for port in &inner.ports {
            port.show(model, cycle);
        }
    }

    fn sample(&mut self, model: &Model, cycle: u64) -> Result<bool> {
        let mut inner = self.0.borrow_mut();
        let mut moved = false;
        for number in 0..inner.ports.len() {
            moved |= inner.sample_port(number, model, cycle)?;
        }
        Ok(moved)
    }

    fn is_pending(&self) -> bool {
        !self.is_idle()
    }

    fn describe(&self) -> String {
        let inner = self.0.borrow();
        let port = |port: &MemoryPort| {
            let (reads, writes) = port.checker.on_their_way();
            format!("`{}` has {reads} reads and {writes} writes on their way", port.wires.prefix)
        };
        inner.ports.iter().map(port).collect::<Vec<_>>().join("; ")
    }
}
