//! A comparator network with its registers: keys side by side in, the order of their indices out.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};
use spec::unit::{Organisation, TopK};

use super::merge_exchange;
use crate::bitonic_sort;
use crate::comparators::register;

/// The stages of a configuration's network, as modules over all words.
fn stages(config: &TopK) -> Result<Vec<Arc<Design>>, Errors> {
    let (n, key, id) = (config.n, config.key_width, config.id_width());
    if config.organisation == Organisation::Bitonic {
        return bitonic_sort::stages(n, key, id);
    }
    let top = config.k_max.map(|k| format!("_top{k}")).unwrap_or_default();
    let name = |number| format!("merge_stage_n{n}_r{}{top}_{number}", key + id);
    let stages = merge_exchange::stages(n.into(), config.most_kept().into());
    (1..).zip(stages).map(|(number, stage)| stage.module(name(number), n, key + id)).collect()
}

/// One vector of keys a cycle, with `start_i`; `done_o` is set when its order stands at `order_o`, where it stays up to
/// the next one.
pub(super) fn network(config: &TopK) -> Result<Arc<Design>, Errors> {
    let stages = stages(config)?;
    let register = register(config.n, config.key_width + config.id_width())?;
    let (n, key, id) = (config.n, config.key_width, config.id_width());
    let organisation = config.organisation.name();
    let top = config.k_max.map(|k| format!("_top{k}")).unwrap_or_default();
    let every = config.register_every;
    let mut name = format!("{organisation}_order_n{n}_k{key}{top}");
    if every != 1 {
        name += &format!("_r{every}");
    }
    Module::build(name, |m| {
        m.doc(format!("The indices of {n} keys in descending order of the keys, equal keys by lower index."));
        m.doc(format!(
            "A word is {{key, complement of the index}}, so that no two are equal. {} stages.",
            stages.len()
        ));
        let word = Ty::uint(key + id);
        let start = m.input("start", Ty::bit());
        let keys = m.input_vec("key", n, Ty::uint(key));
        let mut words = m.wire_vec("word", n, word.clone());
        m.for_each("token", 0..n.into(), |i| {
            let complement = (m.lit((1i64 << id) - 1) - i).named("complement");
            words.at(i).set(m.concat([keys.at(i), complement]));
        });
        let mut valid = start;
        for (number, stage) in (1u32..).zip(&stages) {
            let instance = m.instance(&format!("stage_{number}"), stage);
            instance.input("x_i", words.whole());
            words = m.wire_vec(&format!("sorted_{number}"), n, word.clone());
            instance.drive("y_o", words.whole());
            if number % every == 0 && (number as usize) < stages.len() {
                let held = m.instance(&format!("register_{number}"), &register);
                held.input("advance_i", 1);
                held.input("d_i", words.whole());
                words = m.wire_vec(&format!("held_{number}"), n, word.clone());
                held.drive("q_o", words.whole());
                let next = m.reg_init(&format!("valid_{number}"), Ty::bit(), 0);
                m.clocked(|| next.set(valid));
                valid = next;
            }
        }
        m.comment("Only the indices leave; they stay until the next order is there.");
        let order = m.reg_vec("order", n, Ty::uint(id), None);
        let done = m.reg_init("done", Ty::bit(), 0);
        let unused_keys = m.wire_vec("unused_keys", n, Ty::uint(key));
        m.for_each("place", 0..n.into(), |i| {
            unused_keys.at(i).set(words.at(i).bits(key + id - 1, id));
            m.clocked(|| m.when(valid, || order.at(i).set(!words.at(i).bits(id - 1, 0))));
        });
        m.clocked(|| done.set(valid));
        m.output("done", Ty::bit()).set(done);
        m.output_vec("order", n, Ty::uint(id)).whole().set(order.whole());
    })
}
