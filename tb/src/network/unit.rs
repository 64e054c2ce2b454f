//! A verilated unit that whole jobs are streamed through.

use sim::{Clock, Library, Model, Port};
use spec::manifest::{Field, Module, Role, StreamRole};

use super::NetworkError;

/// Cycles without a beat anywhere after which a unit counts as stuck.
const PATIENCE: u64 = 100_000;
/// Cycles that reset is held.
const RESET_CYCLES: u64 = 4;

/// Beats of one stream, packed as the payload's bits in 64-bit words.
#[derive(Clone, Debug, Default)]
pub(super) struct Beats {
    words: Vec<u64>,
    last: Vec<bool>,
}

impl Beats {
    /// How many.
    pub(super) fn len(&self) -> usize {
        self.last.len()
    }
}

/// How many beats a job gives on a source stream.
#[derive(Clone, Copy, Debug)]
pub(super) enum Want {
    /// So many.
    Count(usize),
    /// Up to the beat with `last`.
    Last,
}

/// One stream of a unit.
#[derive(Debug)]
struct Channel {
    name: String,
    valid: Port,
    ready: Port,
    data: Port,
    last: Option<Port>,
    fields: Vec<Field>,
    words: usize,
}

impl Channel {
    fn new(model: &Model, module: &Module, name: &str) -> Result<Self, NetworkError> {
        let described = |role: Role| module.stream_port(name, role);
        let missing = |what: &str| NetworkError::manifest(module, format!("stream `{name}` has no {what} port"));
        let port = |role: Role, what: &str| -> Result<Port, NetworkError> {
            Ok(model.port(&described(role).ok_or_else(|| missing(what))?.name)?)
        };
        let data = described(Role::Data).ok_or_else(|| missing("data"))?;
        Ok(Self {
            name: name.to_owned(),
            valid: port(Role::Valid, "valid")?,
            ready: port(Role::Ready, "ready")?,
            data: model.port(&data.name)?,
            last: described(Role::Last).map(|p| model.port(&p.name)).transpose()?,
            fields: data.fields.clone(),
            words: data.width.div_ceil(64) as usize,
        })
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Packs the values of one beat after the other.
pub(super) struct Packer<'a> {
    channel: &'a Channel,
    beats: Beats,
}

impl<'a> Packer<'a> {
    /// A new beat of zeros.
    pub(super) fn beat(&mut self, last: bool) {
        self.beats.words.resize(self.beats.words.len() + self.channel.words, 0);
        self.beats.last.push(last);
    }

    /// Sets element `index` of a field of the newest beat, which is all zeros there.
    pub(super) fn set(&mut self, field: &Field, index: usize, value: i64) {
        let from = self.beats.words.len() - self.channel.words;
        let (lsb, width) = (field.lsb as usize + index * field.stride as usize, field.width);
        let bits = value as u64 & mask(width);
        let (word, shift) = (from + lsb / 64, lsb % 64);
        self.beats.words[word] |= bits << shift;
        if shift + width as usize > 64 {
            self.beats.words[word + 1] |= bits >> (64 - shift);
        }
    }

    /// The beats.
    pub(super) fn done(self) -> Beats {
        self.beats
    }

    /// A field of the payload.
    pub(super) fn field(&self, name: &str) -> Result<&'a Field, NetworkError> {
        self.channel.field(name).ok_or_else(|| NetworkError::field(&self.channel.name, name))
    }
}

fn mask(width: u32) -> u64 {
    if width >= 64 { u64::MAX } else { (1 << width) - 1 }
}

/// A unit's model, its streams, and what it has done so far.
#[derive(Debug)]
pub(super) struct Unit {
    model: Model,
    clock: Clock,
    sinks: Vec<Channel>,
    sources: Vec<Channel>,
    name: String,
    kind: String,
    /// Calls of [`Unit::run`].
    pub(super) jobs: u64,
    /// Clock cycles, from the first beat offered to the last one taken.
    pub(super) cycles: u64,
}

impl Unit {
    /// A fresh instance, reset.
    pub(super) fn new(library: &Library, module: &Module) -> Result<Self, NetworkError> {
        let mut model = library.model()?;
        let named = |role: Role| module.ports.iter().find(|p| p.role == role).map(|p| p.name.as_str());
        let clock = named(Role::Clock).ok_or_else(|| NetworkError::manifest(module, "it has no clock".into()))?;
        let clock = model.clock(clock)?;
        let channels = |role: StreamRole| -> Result<Vec<Channel>, NetworkError> {
            let streams = module.streams.iter().filter(|s| s.role == role);
            streams.map(|s| Channel::new(&model, module, &s.name)).collect()
        };
        let (sinks, sources) = (channels(StreamRole::Sink)?, channels(StreamRole::Source)?);
        let reset = named(Role::Reset).map(|name| model.port(name)).transpose()?;
        sinks.iter().for_each(|channel| model.set(channel.valid, 0));
        sources.iter().for_each(|channel| model.set(channel.ready, 1));
        if let Some(reset) = reset {
            model.set(reset, 1);
            model.ticks(clock, RESET_CYCLES)?;
            model.set(reset, 0);
        }
        let (name, kind) = (module.name.clone(), module.kind.clone());
        Ok(Self { model, clock, sinks, sources, name, kind, jobs: 0, cycles: 0 })
    }

    /// Module name and kind.
    pub(super) fn names(&self) -> (&str, &str) {
        (&self.name, &self.kind)
    }

    /// A packer of beats for the sink `stream`.
    pub(super) fn packer(&self, stream: &str) -> Result<Packer<'_>, NetworkError> {
        let channel = self.sinks.iter().find(|channel| channel.name == stream);
        let channel = channel.ok_or_else(|| NetworkError::stream(&self.name, stream))?;
        Ok(Packer { channel, beats: Beats::default() })
    }

    /// A field of the source `stream`.
    pub(super) fn out_field(&self, stream: &str, field: &str) -> Result<OutField, NetworkError> {
        let channel = self.sources.iter().find(|channel| channel.name == stream);
        let channel = channel.ok_or_else(|| NetworkError::stream(&self.name, stream))?;
        let field = channel.field(field).ok_or_else(|| NetworkError::field(stream, field))?;
        Ok(OutField { field: field.clone(), words: channel.words })
    }

    /// Offers the beats of `feeds`, every stream at its own pace, and takes what comes, one list per entry of `wants`.
    pub(super) fn run(&mut self, feeds: &[(&str, Beats)], wants: &[(&str, Want)]) -> Result<Vec<Beats>, NetworkError> {
        self.jobs += 1;
        let index = |channels: &[Channel], name: &str| {
            channels.iter().position(|c| c.name == name).ok_or_else(|| NetworkError::stream(&self.name, name))
        };
        let feeds: Vec<(usize, &Beats)> = feeds
            .iter()
            .map(|(name, beats)| Ok((index(&self.sinks, name)?, beats)))
            .collect::<Result<_, NetworkError>>()?;
        let wants: Vec<(usize, Want)> = wants
            .iter()
            .map(|(name, want)| Ok((index(&self.sources, name)?, *want)))
            .collect::<Result<_, NetworkError>>()?;
        let mut sent = vec![0; feeds.len()];
        let mut got = vec![Beats::default(); wants.len()];
        let enough = |got: &Beats, want: Want| match want {
            Want::Count(count) => got.len() >= count,
            Want::Last => got.last.last() == Some(&true),
        };
        for (sink, beats) in &feeds {
            self.offer(*sink, beats, 0);
        }
        let mut idle = 0;
        loop {
            let all_sent = sent.iter().zip(&feeds).all(|(sent, (_, beats))| *sent == beats.len());
            if all_sent && got.iter().zip(&wants).all(|(got, (_, want))| enough(got, *want)) {
                return Ok(got);
            }
            self.model.edge(self.clock, false)?;
            idle += 1;
            let mut taken = 0u32;
            for (at, (sink, beats)) in feeds.iter().enumerate() {
                if sent[at] < beats.len() && self.model.get(self.sinks[*sink].ready) == 1 {
                    sent[at] += 1;
                    taken |= 1 << at;
                    idle = 0;
                }
            }
            for (got, (source, _)) in got.iter_mut().zip(&wants) {
                idle = if self.take(*source, got) { 0 } else { idle };
            }
            self.model.edge(self.clock, true)?;
            self.cycles += 1;
            for (at, (sink, beats)) in feeds.iter().enumerate() {
                if taken >> at & 1 == 1 {
                    self.offer(*sink, beats, sent[at]);
                }
            }
            if idle > PATIENCE {
                return Err(NetworkError::Stuck { unit: self.name.clone(), cycles: PATIENCE });
            }
        }
    }

    /// Puts beat `at` on a sink, or takes its valid away when there is none.
    fn offer(&mut self, sink: usize, beats: &Beats, at: usize) {
        let channel = &self.sinks[sink];
        let valid = at < beats.len();
        self.model.set(channel.valid, valid.into());
        if !valid {
            return;
        }
        let words = &beats.words[at * channel.words..][..channel.words];
        if let [word] = words {
            self.model.set(channel.data, *word);
        } else {
            self.model.set_words(channel.data, words);
        }
        if let Some(last) = channel.last {
            self.model.set(last, beats.last[at].into());
        }
    }

    /// Takes a beat of a source, if there is one.
    fn take(&self, source: usize, got: &mut Beats) -> bool {
        let channel = &self.sources[source];
        if self.model.get(channel.valid) == 0 {
            return false;
        }
        let from = got.words.len();
        got.words.resize(from + channel.words, 0);
        if channel.words == 1 {
            got.words[from] = self.model.get(channel.data);
        } else {
            self.model.get_words(channel.data, &mut got.words[from..]);
        }
        got.last.push(channel.last.is_some_and(|last| self.model.get(last) == 1));
        true
    }
}

/// Reads one field of a source's beats.
#[derive(Clone, Debug)]
pub(super) struct OutField {
    field: Field,
    words: usize,
}

impl OutField {
    /// Elements of the field in one beat.
    pub(super) fn count(&self) -> usize {
        self.field.count as usize
    }

    /// Element `index` of beat `beat`.
    pub(super) fn get(&self, beats: &Beats, beat: usize, index: usize) -> i64 {
        let words = &beats.words[beat * self.words..][..self.words];
        let (lsb, width) = (self.field.lsb as usize + index * self.field.stride as usize, self.field.width);
        let (word, shift) = (lsb / 64, lsb % 64);
        let mut bits = words[word] >> shift;
        if shift + width as usize > 64 {
            bits |= words[word + 1] << (64 - shift);
        }
        let bits = bits & mask(width);
        if self.field.signed { ((bits << (64 - width)) as i64) >> (64 - width) } else { bits as i64 }
    }
}
