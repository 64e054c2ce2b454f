//! What is counted in each layer, against the network's shape and the array's totals.

use compile::Compiled;
use reference::network::Trace;
use sim::Model;
use spec::accel::{Core, Counts};
use spec::network::{Classifier, Network};

/// Sums of useful products and of cycles in which a row enters the array.
#[derive(Debug, Default, PartialEq, Eq)]
struct Work {
    macs: usize,
    mac_cycles: usize,
}

impl Work {
    /// A product of `rows` × `k` × `n`, on all groups.
    fn product(self, core: &Core, rows: usize, k: usize, n: usize) -> Self {
        let passes = n.div_ceil(core.t_o as usize) * k.div_ceil(core.word_bytes() as usize);
        Self { macs: self.macs + rows * k * n, mac_cycles: self.mac_cycles + rows * passes }
    }

    /// Such a product of each of `heads`, a group each.
    fn of_heads(self, core: &Core, heads: usize, [rows, k, n]: [usize; 3]) -> Self {
        let passes = n.div_ceil(core.t_o as usize) * k.div_ceil(core.t_i as usize);
        let sets = heads / core.t_h as usize;
        Self { macs: self.macs + heads * rows * k * n, mac_cycles: self.mac_cycles + rows * sets * passes }
    }

    /// A token selector's: the heads of a set share a product, whose weights are zero between heads.
    fn selector(self, core: &Core, tokens: usize, heads: usize, classifier: &Classifier) -> Self {
        let (word, at_a_time) = (core.word_bytes() as usize, core.t_h as usize);
        let sets = heads / at_a_time;
        let layers = [&classifier.local[0], &classifier.score1[0], &classifier.score2[0]];
        let of_sets = (0..sets)
            .flat_map(|_| layers)
            .fold(self, |work, layer| work.product(core, tokens, word, at_a_time * layer.outputs));
        let branch = of_sets.product(core, tokens, heads, heads);
        branch.product(core, tokens, (sets + 1) * word, 4 * heads)
    }
}

/// Layers by their names: tokens that they leave, and their work.
fn expected(core: &Core, network: &Network, trace: &Trace) -> Vec<(String, usize, Work)> {
    let arch = &network.arch;
    let (d, width, heads) = (arch.embed, arch.head_width(), arch.heads);
    let none = Work::default;
    let mut tokens = arch.tokens();
    let embedding = none().product(core, arch.patches(), arch.patch_pixels(), d);
    let mut layers = vec![("embedding".to_owned(), tokens, embedding)];
    for (block, &left) in trace.tokens.iter().enumerate() {
        if let Some(classifier) = network.classifiers.iter().find(|classifier| classifier.before == block) {
            let work = none().selector(core, tokens, heads, classifier);
            layers.push((format!("blocks.{block}.selected"), left, work));
        }
        tokens = left;
        let layer = |work: Work| work.product(core, tokens, d, d);
        let scores = layer(layer(layer(none()))).of_heads(core, heads, [tokens, width, tokens]);
        let attention = layer(scores.of_heads(core, heads, [tokens, tokens, width]));
        let mlp = none().product(core, tokens, d, arch.mlp).product(core, tokens, arch.mlp, d);
        layers.push((format!("blocks.{block}.attention"), tokens, attention));
        layers.push((format!("blocks.{block}.mlp"), tokens, mlp));
    }
    layers.push(("logits".to_owned(), tokens, none().product(core, 1, d, arch.classes)));
    layers
}

/// The array's totals.
pub fn totals(model: &Model) -> tb::Result<Counts> {
    let get = |name: &str| -> tb::Result<u32> { Ok(model.get(model.port(&format!("{name}_o"))?) as u32) };
    let mut waits = [0; 6];
    for (wait, cause) in waits.iter_mut().zip(Counts::CAUSES) {
        *wait = get(cause)?;
    }
    Ok(Counts { array_cycles: get("cycles")?, macs: get("macs")?, waits, ..Counts::default() })
}

/// Compares what `read` finds in memory with the totals of the image that ran `cycles`.
pub fn check(
    core: &Core,
    network: &Network,
    trace: &Trace,
    compiled: &Compiled,
    read: impl Fn(u32, usize) -> Vec<u8>,
    (cycles, totals): (u64, Counts),
) -> tb::Result<()> {
    let layers = compiled.layer_counts(|at, bytes| -> tb::Result<()> {
        bytes.copy_from_slice(&read(at, bytes.len()));
        Ok(())
    })?;
    let found: Vec<_> = layers
        .iter()
        .map(|(name, counts)| {
            let (macs, mac_cycles) = (counts.macs as usize, counts.mac_cycles() as usize);
            (name.clone(), counts.tokens as usize, Work { macs, mac_cycles })
        })
        .collect();
    assert_eq!(found, expected(core, network, trace));
    let sum = |value: fn(&Counts) -> u32| layers.iter().map(|(_, counts)| value(counts)).sum::<u32>();
    assert_eq!((sum(|c| c.array_cycles), sum(|c| c.macs)), (totals.array_cycles, totals.macs));
    for (cause, name) in Counts::CAUSES.into_iter().enumerate() {
        let waits: u32 = layers.iter().map(|(_, counts)| counts.waits[cause]).sum();
        assert_eq!(waits, totals.waits[cause], "{name}");
    }
    assert!(layers.iter().all(|(_, counts)| counts.array_cycles <= counts.cycles), "{layers:?}");
    assert!(u64::from(sum(|c| c.cycles)) < cycles, "the layers are not longer than the image");
    Ok(())
}
