//! The two ends of a stream as the environment plays them.

use sim::{Model, Port};
use spec::manifest::{Module, Role};

use crate::{
    Beat, Failure, Pattern, Result,
    codec::{Codec, Marks},
    pattern::{Player, mix},
};

/// The wires of a stream.
#[derive(Clone, Debug)]
struct Wires {
    valid: Port,
    ready: Port,
    data: Option<Port>,
    last: Option<Port>,
    keep: Option<Port>,
}

impl Wires {
    fn new(model: &Model, module: &Module, stream: &str) -> Result<Self> {
        let port = |role| module.stream_port(stream, role).map(|p| model.port(&p.name)).transpose();
        let must = |role, what: &str| {
            port(role)?
                .ok_or_else(|| Failure::Use(format!("stream `{stream}` of `{}` has no {what} port", module.name)))
        };
        Ok(Self {
            valid: must(Role::Valid, "valid")?,
            ready: must(Role::Ready, "ready")?,
            data: port(Role::Data)?,
            last: port(Role::Last)?,
            keep: port(Role::Keep)?,
        })
    }
}

/// Beats one after the other, as words.
#[derive(Clone, Debug, Default)]
struct Beats {
    words: Vec<u64>,
    marks: Vec<Marks>,
}

impl Beats {
    fn clear(&mut self) {
        self.words.clear();
        self.marks.clear();
    }

    fn get(&self, index: usize, width: usize) -> (&[u64], Marks) {
        (&self.words[index * width..(index + 1) * width], self.marks[index])
    }
}

/// Feeds a stream that the unit takes.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    pub(crate) name: String,
    pub(crate) codec: Codec,
    wires: Wires,
    queue: Beats,
    next: usize,
    offering: bool,
    idle_words: Vec<u64>,
    salt: u64,
    player: Player,
    /// The cycle in which each beat was taken.
    pub(crate) taken: Vec<u64>,
}

impl Driver {
    pub(crate) fn new(model: &Model, module: &Module, name: &str, salt: u64) -> Result<Self> {
        let codec = Codec::new(module, name);
        Ok(Self {
            name: name.to_owned(),
            wires: Wires::new(model, module, name)?,
            queue: Beats::default(),
            next: 0,
            offering: false,
            idle_words: vec![0; codec.words()],
            salt,
            player: Player::new(Pattern::Always, salt),
            taken: Vec::new(),
            codec,
        })
    }

    pub(crate) fn set_pattern(&mut self, pattern: Pattern) {
        self.player = Player::new(pattern, self.salt);
    }

    pub(crate) fn push(&mut self, beat: &Beat) -> Result<()> {
        let marks = self.codec.pack(beat, &mut self.queue.words)?;
        self.queue.marks.push(marks);
        Ok(())
    }

    pub(crate) fn pending(&self) -> usize {
        self.queue.marks.len() - self.next
    }

    pub(crate) fn reset(&mut self, model: &mut Model) {
        self.queue.clear();
        self.taken.clear();
        (self.next, self.offering) = (0, false);
        model.set(self.wires.valid, 0);
    }

    /// Before the clock falls: offers the next beat, or puts noise on the wires, so that a unit that looks at them
    /// without `valid` is found out.
    #[inline]
    pub(crate) fn drive(&mut self, model: &mut Model, cycle: u64) {
        if self.offering {
            return;
        }
        self.offering = self.player.go(true) && self.next < self.queue.marks.len();
        model.set(self.wires.valid, self.offering.into());
        let marks = if self.offering {
            let (words, marks) = self.queue.get(self.next, self.codec.words());
            if let Some(port) = self.wires.data {
                model.set_words(port, words);
            }
            marks
        } else {
            let noise = mix(cycle ^ self.salt);
            if let Some(port) = self.wires.data {
                self.idle_words.iter_mut().zip(1..).for_each(|(word, i)| *word = noise.wrapping_mul(2 * i - 1));
                model.set_words(port, &self.idle_words);
            }
            Marks { last: noise & 1 == 1, keep: noise.into() }
        };
        if let Some(port) = self.wires.last {
            model.set(port, marks.last.into());
        }
        if let Some(port) = self.wires.keep {
            model.set_u128(port, marks.keep);
        }
    }

    /// While the clock is low: whether the beat on offer will be taken by the rising edge.
    #[inline]
    pub(crate) fn sample(&mut self, model: &Model, cycle: u64) -> bool {
        let taken = self.offering && model.get(self.wires.ready) != 0;
        if taken {
            self.offering = false;
            self.next += 1;
            self.taken.push(cycle);
        }
        taken
    }

    pub(crate) fn describe(&self) -> String {
        let (next, total) = (self.next, self.queue.marks.len());
        match (self.offering, self.pending()) {
            (_, 0) => format!("`{}` has handed over all its {total} beats", self.name),
            (true, _) => format!("`{}` offers beat {next} of {total}, its ready is low", self.name),
            (false, _) => format!("`{}` is about to offer beat {next} of {total}", self.name),
        }
    }
}

/// Takes what a unit gives, watches the protocol, and compares with what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    pub(crate) name: String,
    pub(crate) codec: Codec,
    wires: Wires,
    received: Beats,
    expected: Option<Beats>,
    current: Vec<u64>,
    held: Vec<u64>,
    held_marks: Option<Marks>,
    ready: bool,
    salt: u64,
    player: Player,
    /// The cycle in which each beat came.
    pub(crate) came: Vec<u64>,
}

impl Monitor {
    pub(crate) fn new(model: &Model, module: &Module, name: &str, salt: u64) -> Result<Self> {
        let codec = Codec::new(module, name);
        Ok(Self {
            name: name.to_owned(),
            wires: Wires::new(model, module, name)?,
            received: Beats::default(),
            expected: None,
            current: vec![0; codec.words()],
            held: vec![0; codec.words()],
            held_marks: None,
            ready: false,
            salt,
            player: Player::new(Pattern::Always, salt),
            came: Vec::new(),
            codec,
        })
    }

    pub(crate) fn set_pattern(&mut self, pattern: Pattern) {
        self.player = Player::new(pattern, self.salt);
    }

    pub(crate) fn expect(&mut self, beat: &Beat) -> Result<()> {
        let expected = self.expected.get_or_insert_default();
        let marks = self.codec.pack(beat, &mut expected.words)?;
        expected.marks.push(marks);
        Ok(())
    }

    /// From now on a beat that is not expected is an error.
    pub(crate) fn expect_no_more(&mut self) {
        self.expected.get_or_insert_default();
    }

    pub(crate) fn reset(&mut self, model: &mut Model) {
        self.received.clear();
        self.came.clear();
        (self.expected, self.held_marks, self.ready) = (None, None, false);
        model.set(self.wires.ready, 0);
    }

    #[inline]
    pub(crate) fn drive(&mut self, model: &mut Model) {
        self.ready = self.player.go(self.held_marks.is_some());
        model.set(self.wires.ready, self.ready.into());
    }

    /// While the clock is low: looks at what the unit gives.
    #[inline]
    pub(crate) fn sample(&mut self, model: &Model, cycle: u64) -> Result<bool> {
        if model.get(self.wires.valid) == 0 {
            return match self.held_marks {
                Some(_) => Err(self.broken(cycle, "valid fell before the beat was taken".into())),
                None => Ok(false),
            };
        }
        if let Some(port) = self.wires.data {
            model.get_words(port, &mut self.current);
        }
        let marks = Marks {
            last: self.wires.last.is_some_and(|port| model.get(port) != 0),
            keep: self.wires.keep.map_or(u128::MAX, |port| model.get_u128(port)),
        };
        if let Some(held) = self.held_marks.filter(|held| *held != marks || self.held != self.current) {
            let (before, now) = (self.codec.unpack(&self.held, held), self.codec.unpack(&self.current, marks));
            let what = format!("the beat changed while it waited, from {} to {}", show(&before), show(&now));
            return Err(self.broken(cycle, what));
        }
        if !self.ready {
            self.held.copy_from_slice(&self.current);
            self.held_marks = Some(marks);
            return Ok(false);
        }
        self.held_marks = None;
        self.receive(marks, cycle)?;
        Ok(true)
    }

    fn receive(&mut self, marks: Marks, cycle: u64) -> Result<()> {
        let index = self.received.marks.len();
        self.received.words.extend_from_slice(&self.current);
        self.received.marks.push(marks);
        self.came.push(cycle);
        let Some(expected) = &self.expected else { return Ok(()) };
        if index >= expected.marks.len() {
            let beat = show(&self.codec.unpack(&self.current, marks));
            return Err(Failure::Extra { stream: self.name.clone(), cycle, expected: expected.marks.len(), beat });
        }
        let (words, wanted) = expected.get(index, self.codec.words());
        if self.codec.agree(words, &self.current, wanted, marks) {
            return Ok(());
        }
        Err(self.codec.divergence(index, cycle, (words, wanted), (&self.current, marks)))
    }

    pub(crate) fn count(&self) -> usize {
        self.received.marks.len()
    }

    /// Expected beats that have not come.
    pub(crate) fn missing(&self) -> usize {
        self.expected.as_ref().map_or(0, |e| e.marks.len().saturating_sub(self.count()))
    }

    pub(crate) fn beats_from(&self, first: usize) -> Vec<Beat> {
        (first..self.count())
            .map(|i| {
                let (words, marks) = self.received.get(i, self.codec.words());
                self.codec.unpack(words, marks)
            })
            .collect()
    }

    fn broken(&self, cycle: u64, what: String) -> Failure {
        Failure::Protocol { stream: self.name.clone(), cycle, what }
    }

    pub(crate) fn describe(&self) -> String {
        let wanted = match &self.expected {
            Some(expected) => format!(" of {}", expected.marks.len()),
            None => String::new(),
        };
        let state = if self.held_marks.is_some() { "a beat waits for ready" } else { "its valid is low" };
        format!("`{}` has given {}{wanted} beats, {state}", self.name, self.count())
    }
}

/// A beat in a message.
fn show(beat: &Beat) -> String {
    let values: Vec<_> = beat.values.iter().take(8).map(i64::to_string).collect();
    let more = if beat.values.len() > 8 { ", …" } else { "" };
    let last = if beat.last { " (last)" } else { "" };
    format!("[{}{more}]{last}", values.join(", "))
}
