//! Payloads: fields to bits and back, as the manifest lays them out.

use spec::manifest::{Module, Port, Role};

use crate::{
    Beat, Failure, Result,
    failure::{Divergence, FieldPair},
};

/// One element of a field.
#[derive(Clone, Debug)]
struct Slot {
    name: String,
    lsb: u32,
    width: u32,
    signed: bool,
    frac: i32,
    /// The bit of `keep` that says whether it counts, in streams whose lanes are this field's elements.
    lane: Option<u32>,
}

/// The layout of one stream's payload.
#[derive(Clone, Debug)]
pub(crate) struct Codec {
    stream: String,
    slots: Vec<Slot>,
    /// Ones where a field lies.
    mask: Vec<u64>,
    has_last: bool,
    keep_width: Option<u32>,
}

/// A payload with its marks, as it lies on the wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Marks {
    pub(crate) last: bool,
    pub(crate) keep: u128,
}

impl Codec {
    pub(crate) fn new(module: &Module, stream: &str) -> Self {
        let data = module.stream_port(stream, Role::Data);
        let keep_width = module.stream_port(stream, Role::Keep).map(|p| p.width);
        let width = data.map_or(0, |p| p.width);
        let mut slots = data.map(|port| slots(port, keep_width)).unwrap_or_default();
        if let Some(port) = data.filter(|p| p.fields.is_empty() && p.width <= 64) {
            // A payload without named parts is one unsigned number.
            let lane = None;
            slots.push(Slot { name: "data".into(), lsb: 0, width: port.width, signed: false, frac: 0, lane });
        }
        let mut mask = vec![0; width.div_ceil(64).max(1) as usize];
        for slot in &slots {
            insert(&mut mask, slot, u64::MAX);
        }
        let has_last = module.stream_port(stream, Role::Last).is_some();
        Self { stream: stream.to_owned(), slots, mask, has_last, keep_width }
    }

    /// 64-bit words of one payload.
    pub(crate) fn words(&self) -> usize {
        self.mask.len()
    }

    /// Names and formats of the elements: name, lowest bit, width, signedness, fraction bits.
    pub(crate) fn elements(&self) -> impl Iterator<Item = (u32, bool)> {
        self.slots.iter().map(|s| (s.width, s.signed))
    }

    /// Appends the beat's words to `words`.
    pub(crate) fn pack(&self, beat: &Beat, words: &mut Vec<u64>) -> Result<Marks> {
        if beat.values.len() != self.slots.len() {
            let (given, wanted) = (beat.values.len(), self.slots.len());
            let names: Vec<_> = self.slots.iter().take(8).map(|s| s.name.as_str()).collect();
            return Err(Failure::Use(format!(
                "a beat for stream `{}` has {given} values, it takes {wanted}: {}{}",
                self.stream,
                names.join(", "),
                if wanted > 8 { ", …" } else { "" }
            )));
        }
        let start = words.len();
        words.resize(start + self.words(), 0);
        for (slot, value) in self.slots.iter().zip(&beat.values) {
            if !slot.holds(*value) {
                return Err(Failure::Use(format!(
                    "{value} does not fit `{}` of stream `{}`: {} bits, {}",
                    slot.name,
                    self.stream,
                    slot.width,
                    if slot.signed { "signed" } else { "unsigned" }
                )));
            }
            insert(&mut words[start..], slot, *value as u64);
        }
        let keep = self.keep_width.map_or(u128::MAX, |width| beat.keep & lanes(width));
        Ok(Marks { last: beat.last && self.has_last, keep })
    }

    pub(crate) fn unpack(&self, words: &[u64], marks: Marks) -> Beat {
        Beat { values: self.slots.iter().map(|s| extract(words, s)).collect(), last: marks.last, keep: marks.keep }
    }

    /// Whether two payloads say the same, bits outside of fields and lanes that are not kept aside.
    pub(crate) fn agree(&self, a: &[u64], b: &[u64], marks_a: Marks, marks_b: Marks) -> bool {
        if marks_a != marks_b {
            return false;
        }
        if self.keep_width.is_some_and(|width| marks_a.keep != lanes(width)) {
            return self.pairs(a, b, marks_a, marks_b).iter().all(|pair| !pair.differs());
        }
        a.iter().zip(b).zip(&self.mask).all(|((a, b), mask)| (a ^ b) & mask == 0)
    }

    pub(crate) fn divergence(
        &self,
        index: usize,
        cycle: u64,
        (expected, expected_marks): (&[u64], Marks),
        (actual, actual_marks): (&[u64], Marks),
    ) -> Failure {
        let fields = self.pairs(expected, actual, expected_marks, actual_marks);
        Failure::Divergence(Box::new(Divergence { stream: self.stream.clone(), index, cycle, fields }))
    }

    fn pairs(&self, expected: &[u64], actual: &[u64], marks_e: Marks, marks_a: Marks) -> Vec<FieldPair> {
        let kept = |s: &&Slot| s.lane.is_none_or(|lane| marks_e.keep >> lane & 1 == 1);
        let pair = |name: &str, expected, actual, frac| FieldPair { name: name.into(), expected, actual, frac };
        let slots = self.slots.iter().filter(kept);
        let mut pairs: Vec<_> =
            slots.map(|s| pair(&s.name, extract(expected, s), extract(actual, s), s.frac)).collect();
        if self.has_last {
            pairs.push(pair("last", marks_e.last.into(), marks_a.last.into(), 0));
        }
        if let Some(width) = self.keep_width {
            pairs.push(pair("keep", marks_e.keep as i64, marks_a.keep as i64, 0));
            if width > 64 {
                pairs.push(pair("keep above", (marks_e.keep >> 64) as i64, (marks_a.keep >> 64) as i64, 0));
            }
        }
        pairs
    }
}

impl Slot {
    fn holds(&self, value: i64) -> bool {
        match (self.signed, self.width) {
            (_, 64) => true,
            (true, width) => (-(1i64 << (width - 1))..1i64 << (width - 1)).contains(&value),
            (false, width) => value >= 0 && value as u64 <= ones(width),
        }
    }
}

fn slots(port: &Port, keep_width: Option<u32>) -> Vec<Slot> {
    let mut slots = Vec::new();
    for field in port.fields.iter().filter(|f| (1..=64).contains(&f.width)) {
        for i in 0..field.count {
            slots.push(Slot {
                name: if field.count == 1 { field.name.clone() } else { format!("{}[{i}]", field.name) },
                lsb: field.lsb + i * field.stride,
                width: field.width,
                signed: field.signed,
                frac: field.frac,
                lane: (keep_width == Some(field.count)).then_some(i),
            });
        }
    }
    slots
}

fn lanes(width: u32) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}

pub(crate) fn ones(width: u32) -> u64 {
    if width >= 64 { u64::MAX } else { (1 << width) - 1 }
}

fn insert(words: &mut [u64], slot: &Slot, value: u64) {
    let (word, shift) = (slot.lsb as usize / 64, slot.lsb % 64);
    let value = value & ones(slot.width);
    words[word] |= value << shift;
    if shift + slot.width > 64 {
        words[word + 1] |= value >> (64 - shift);
    }
}

fn extract(words: &[u64], slot: &Slot) -> i64 {
    let (word, shift) = (slot.lsb as usize / 64, slot.lsb % 64);
    let mut value = words[word] >> shift;
    if shift + slot.width > 64 {
        value |= words[word + 1] << (64 - shift);
    }
    let unused = 64 - slot.width;
    if slot.signed { ((value << unused) as i64) >> unused } else { (value & ones(slot.width)) as i64 }
}
