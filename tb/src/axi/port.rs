//! One port of a memory: what is on its way, and what it shows.

use std::collections::VecDeque;

use sim::Model;

use super::channel::Wires;
use super::checker::{Checker, Limits};
use super::signals::{Beat, Cycle, Response, WORDS};
use super::timing::Stalls;
use crate::pattern::{Player, mix};

/// A read that waits for its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub address: u64,
    pub left: u64,
    pub due: u64,
}

/// A write whose data is coming.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    pub address: u64,
    pub response: Response,
}

/// The five players of a port.
#[derive(Debug)]
pub(super) struct Players {
    pub ar: Player,
    pub r: Player,
    pub aw: Player,
    pub w: Player,
    pub b: Player,
}

impl Players {
    pub fn new(stalls: &Stalls, salt: u64) -> Self {
        let player = |pattern: &crate::Pattern, i: u64| Player::new(pattern.clone(), salt * 8 + i);
        Self {
            ar: player(&stalls.ar, 1),
            r: player(&stalls.r, 2),
            aw: player(&stalls.aw, 3),
            w: player(&stalls.w, 4),
            b: player(&stalls.b, 5),
        }
    }
}

/// A port, as the memory's side plays it.
#[derive(Debug)]
pub(super) struct MemoryPort {
    pub wires: Wires,
    pub checker: Checker,
    pub players: Players,
    pub salt: u64,
    /// What the port showed last.
    pub seen: Cycle,
    pub reads: VecDeque<Read>,
    pub read: Option<Beat>,
    pub addresses: VecDeque<Write>,
    /// Data that came before its address.
    pub data: VecDeque<Beat>,
    /// Responses and when they are due.
    pub answers: VecDeque<(u64, Response)>,
    pub answer: Option<Response>,
    pub taking_reads: bool,
    pub taking_writes: bool,
    pub taking_data: bool,
}

impl MemoryPort {
    pub fn new(wires: Wires, stalls: &Stalls, salt: u64) -> Self {
        Self {
            checker: Checker::new(Limits::full(wires.beat_bytes as u64)),
            players: Players::new(stalls, salt),
            wires,
            salt,
            seen: Cycle::default(),
            reads: VecDeque::new(),
            read: None,
            addresses: VecDeque::new(),
            data: VecDeque::new(),
            answers: VecDeque::new(),
            answer: None,
            taking_reads: false,
            taking_writes: false,
            taking_data: false,
        }
    }

    pub fn forget(&mut self) {
        self.reads.clear();
        self.addresses.clear();
        self.data.clear();
        self.answers.clear();
        (self.read, self.answer, self.seen) = (None, None, Cycle::default());
        (self.taking_reads, self.taking_writes, self.taking_data) = (false, false, false);
    }

    pub fn is_idle(&self) -> bool {
        self.reads.is_empty()
            && self.read.is_none()
            && self.addresses.is_empty()
            && self.data.is_empty()
            && self.answers.is_empty()
            && self.answer.is_none()
    }

    /// Sets the model's inputs; what is not valid is noise.
    pub fn show(&self, model: &mut Model, cycle: u64) {
        let noise = mix(cycle ^ self.salt << 32);
        if let Some((address, data)) = &self.wires.read {
            model.set(address.ready, self.taking_reads.into());
            model.set(data.valid, self.read.is_some().into());
            let noise = Beat { data: [noise; WORDS], mark: noise & 3, last: noise & 4 != 0 };
            let beat = self.read.as_ref().unwrap_or(&noise);
            model.set_words(data.data, &beat.data[..self.wires.beat_bytes.div_ceil(8)]);
            if let Some(port) = data.mark {
                model.set(port, beat.mark);
            }
            if let Some(port) = data.last {
                model.set(port, beat.last.into());
            }
        }
        if let Some((address, data, answer)) = &self.wires.write {
            model.set(address.ready, self.taking_writes.into());
            model.set(data.ready, self.taking_data.into());
            model.set(answer.valid, self.answer.is_some().into());
            model.set(answer.resp, self.answer.map_or(noise & 3, Response::code));
        }
    }
}
