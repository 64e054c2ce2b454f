//! The sorting network over one vector a beat.

mod network;

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Sig, Ty, Vector};
use spec::unit::BitonicSort;

use crate::comparators::{compare_exchange, exchange, register, repeat};
use crate::convert::flow;
use network::Stage;

/// Builds the sorter; see [`BitonicSort`] for its streams.
///
/// Latency: one cycle for every `register_every` stages of comparators, rounded up; one vector a cycle.
///
/// ```
/// let design = units::bitonic_sort(&spec::unit::BitonicSort::new(5, 4, 0))?;
/// assert_eq!(design.name(), "bitonic_sort_n5_k4_p0");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn bitonic_sort(config: &BitonicSort) -> Result<Arc<Design>, Errors> {
    let words = Words::new(config);
    let stages = words.stages()?;
    let register = register(words.count, words.width())?;
    Module::build(config.module_name(), |m| {
        doc(m, config, stages.len());
        let p = m.pipe(&m.sink(words.input(config)));
        let mut sorted = p.wires("word", words.count, Ty::uint(words.width()), 0);
        words.join(m, config, sorted, p.lanes("key"), (config.payload_width > 0).then(|| p.lanes("payload")));
        let mut registers = 0;
        for (number, stage) in (1u32..).zip(&stages) {
            let instance = m.instance(&format!("stage_{number}"), stage);
            instance.input("x_i", sorted.whole());
            sorted = p.wires(&format!("sorted_{number}"), words.count, Ty::uint(words.width()), registers);
            instance.drive("y_o", sorted.whole());
            if number % config.register_every == 0 || number as usize == stages.len() {
                registers += 1;
                let instance = m.instance(&format!("register_{number}"), &register);
                instance.input("advance_i", p.advance());
                instance.input("d_i", sorted.whole());
                sorted = p.wires(&format!("held_{number}"), words.count, Ty::uint(words.width()), registers);
                instance.drive("q_o", sorted.whole());
            }
        }
        let k = match config.top_k {
            Some(k) => m.lit(k),
            None => p.delay_to(p.field("k"), registers),
        };
        let wires = |name: &str, ty: Ty| p.wires(name, words.count, ty, registers);
        let key = wires("key", key_ty(config));
        let payload = (words.payload > 0).then(|| wires("payload", Ty::uint(words.payload)));
        let id_old = wires("id_old", Ty::uint(words.id));
        let id_new = wires("id_new", Ty::uint(words.id));
        let flag = wires("flag", Ty::bit());
        m.for_each("element", 0..words.count.into(), |i| {
            let word = sorted.at(i);
            key.at(i).set(words.key_of(m, config, word));
            if let Some(payload) = payload {
                payload.at(i).set(word.bits(words.payload - 1, 0));
            }
            id_old.at(i).set(!word.bits(words.payload + words.id - 1, words.payload));
            id_new.at(i).set(i);
            flag.at(i).set(k.gt(i));
        });
        let mut fields = vec![("key", key)];
        fields.extend(payload.map(|payload| ("payload", payload)));
        fields.extend([("id_old", id_old), ("id_new", id_new), ("flag", flag)]);
        p.finish_vectors(Bundle::new("out"), &fields, flow(config.flow));
    })
}

/// The comparators of a network over `count` words.
pub(crate) fn comparators(count: u32) -> usize {
    let n = count.into();
    let groups = network::stages(n).into_iter().flat_map(|stage| stage.groups(n));
    groups.map(|group| group.count as usize * group.pairs.count()).sum()
}

/// The stages of a network over `count` words {key, complement of the index}, as modules from `x_i` to `y_o`.
pub(crate) fn stages(count: u32, key: u32, id: u32) -> Result<Vec<Arc<Design>>, Errors> {
    Words { count, key, id, payload: 0 }.stages()
}

fn doc(m: &Module, config: &BitonicSort, stages: usize) {
    m.doc(format!(
        "Sorts {} {} keys of {} bits, one vector a beat: descending, equal keys by lower index.",
        config.n,
        if config.key_signed { "signed" } else { "unsigned" },
        config.key_width
    ));
    m.doc(
        "Element i of the output is the token of new index i: it came in at index id_old, and its flag is set where i < k.",
    );
    let every = match config.register_every {
        1 => "each".to_owned(),
        count => format!("every {count}"),
    };
    m.doc(format!(
        "Batcher's bitonic network with every comparator pointing the same way: {stages} stages, a register after {every}."
    ));
}

fn key_ty(config: &BitonicSort) -> Ty {
    if config.key_signed { Ty::sint(config.key_width) } else { Ty::uint(config.key_width) }
}

/// What travels through the network: {key, complement of the index, payload}, so that one unsigned comparison of key and
/// index orders by key and, among equal keys, by lower index. The sign bit of a signed key is inverted on the way.
struct Words {
    count: u32,
    key: u32,
    id: u32,
    payload: u32,
}

impl Words {
    fn new(config: &BitonicSort) -> Self {
        Self { count: config.n, key: config.key_width, id: config.id_width(), payload: config.payload_width }
    }

    fn width(&self) -> u32 {
        self.key + self.id + self.payload
    }

    fn input(&self, config: &BitonicSort) -> Bundle {
        let mut bundle = Bundle::new("in").lanes("key", key_ty(config), self.count);
        if self.payload > 0 {
            bundle = bundle.lanes("payload", Ty::uint(self.payload), self.count);
        }
        if config.top_k.is_none() { bundle.field("k", Ty::uint(config.k_width())) } else { bundle }
    }

    fn join<'m>(
        &self,
        m: &'m Module,
        config: &BitonicSort,
        word: Vector<'m>,
        key: Vector<'m>,
        payload: Option<Vector<'m>>,
    ) {
        m.for_each("token", 0..self.count.into(), |i| {
            let key = flip_sign(m, config, key.at(i).as_bits());
            let complement = (m.lit((1i64 << self.id) - 1) - i).named("complement");
            let mut parts = vec![key, complement];
            parts.extend(payload.map(|payload| payload.at(i)));
            word.at(i).set(m.concat(parts));
        });
    }

    fn key_of<'m>(&self, m: &'m Module, config: &BitonicSort, word: Sig<'m>) -> Sig<'m> {
        let key = word.bits(self.width() - 1, self.id + self.payload);
        flip_sign(m, config, key).cast(key_ty(config))
    }

    /// The network's stages; equal ones are the same module.
    fn stages(&self) -> Result<Vec<Arc<Design>>, Errors> {
        let mut modules: Vec<(Stage, Arc<Design>)> = vec![];
        for stage in network::stages(self.count.into()) {
            let known = modules.iter().find(|(known, _)| *known == stage).map(|(_, design)| design.clone());
            modules.push((stage, known.map_or_else(|| self.stage_module(stage), Ok)?));
        }
        Ok(modules.into_iter().map(|(_, design)| design).collect())
    }

    /// One stage of comparators, without registers.
    fn stage_module(&self, stage: Stage) -> Result<Arc<Design>, Errors> {
        let rank = self.key + self.id;
        let exchange = exchange(rank, self.payload)?;
        let kind = if stage.mirrored { "mirror" } else { "half" };
        let (n, payload) = (self.count, self.payload);
        let name = format!("bitonic_stage_n{n}_r{rank}_p{payload}_{kind}{}", stage.block);
        Module::build(name, |m| {
            let (offset, factor) = stage.partner();
            m.doc(format!(
                "One stage of a bitonic sorter over {n} words: in blocks of {}, word i meets word {}.",
                stage.block,
                if stage.mirrored { format!("{offset} - i") } else { format!("i + {offset}") },
            ));
            m.doc(format!("The larger word, by its upper {rank} bits, goes to the lower index."));
            m.pragma("verilator no_inline_module");
            let x = m.input_vec("x", n, Ty::uint(self.width()));
            let y = m.output_vec("y", n, Ty::uint(self.width()));
            for (group, suffix) in stage.groups(n.into()).iter().zip(["", "_rest"]) {
                repeat(m, &format!("block{suffix}"), 0..group.count, |block| {
                    repeat(m, &format!("pair{suffix}"), group.pairs.clone(), |pair| {
                        let base = block * stage.block + group.base;
                        let (low, high) = (base + pair, base + offset + pair * factor);
                        let cell = m.instance(&format!("exchange{suffix}"), &exchange);
                        compare_exchange(cell, x, y, [low, high]);
                    });
                });
            }
            let idle = stage.idle(n.into());
            if !idle.is_empty() {
                repeat(m, "idle", idle, |i| y.at(i).set(x.at(i)));
            }
        })
    }
}

fn flip_sign<'m>(m: &'m Module, config: &BitonicSort, key: Sig<'m>) -> Sig<'m> {
    let top = config.key_width - 1;
    match (config.key_signed, top) {
        (false, _) => key,
        (true, 0) => !key,
        (true, _) => m.concat([!key.bit(top), key.bits(top - 1, 0)]),
    }
}
