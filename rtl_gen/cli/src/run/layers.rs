//! What an accelerator counts in each layer.

use serde_json::{Value, json};
use spec::accel::Counts;

use crate::output::table;

/// A layer's sums over images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    name: String,
    tokens: u64,
    macs: u64,
    cycles: u64,
    mac_cycles: u64,
    idle: u64,
    waits: [u64; 6],
}

impl Layer {
    /// A layer of one image.
    pub fn new(name: String, counts: &Counts) -> Self {
        Self {
            name,
            tokens: counts.tokens.into(),
            macs: counts.macs.into(),
            cycles: counts.cycles.into(),
            mac_cycles: counts.mac_cycles().into(),
            idle: counts.idle().into(),
            waits: counts.waits.map(u64::from),
        }
    }

    fn add(&mut self, more: &Self) {
        self.tokens += more.tokens;
        self.macs += more.macs;
        self.cycles += more.cycles;
        self.mac_cycles += more.mac_cycles;
        self.idle += more.idle;
        self.waits.iter_mut().zip(more.waits).for_each(|(sum, waits)| *sum += waits);
    }
}

/// Adds the same layers of other images.
pub fn add(sums: &mut Vec<Layer>, more: Vec<Layer>) {
    if sums.is_empty() {
        *sums = more;
        return;
    }
    sums.iter_mut().zip(&more).for_each(|(sum, layer)| sum.add(layer));
}

/// Prints means over the images.
pub fn print(layers: &[Layer], images: usize) {
    let header = ["  layer", "tokens", "cycles", "MAC cycles", "idle"].into_iter().chain(Counts::CAUSES);
    let row = |layer: &Layer| {
        let mean = |sum: u64| format!("{:.1}", sum as f64 / images as f64);
        let sums = [layer.tokens, layer.cycles, layer.mac_cycles, layer.idle].into_iter().chain(layer.waits);
        std::iter::once(format!("  {}", layer.name)).chain(sums.map(mean)).collect()
    };
    table(&header.collect::<Vec<_>>(), &layers.iter().map(row).collect::<Vec<_>>());
}

/// Means over the images as JSON.
pub fn objects(layers: &[Layer], images: usize) -> Vec<Value> {
    let object = |layer: &Layer| {
        let mean = |sum: u64| sum as f64 / images as f64;
        let waits: serde_json::Map<String, Value> = Counts::CAUSES
            .iter()
            .zip(layer.waits)
            .map(|(cause, sum)| ((*cause).to_owned(), json!(mean(sum))))
            .collect();
        json!({
            "name": layer.name, "tokens": mean(layer.tokens), "cycles": mean(layer.cycles), "macs": mean(layer.macs),
            "mac_cycles": mean(layer.mac_cycles), "idle_cycles": mean(layer.idle), "wait_cycles": waits,
        })
    };
    layers.iter().map(object).collect()
}
