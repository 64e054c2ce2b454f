//! The comparators of an emitted network, out of Yosys' elaboration of its text.

use std::collections::{BTreeSet, HashMap};
use std::process::Command;

use serde_json::Value;
use toolbox::{Tool, ensure, exec, with_quick_heap};

/// A bit of a netlist: the number of a net, or a constant.
type Bit = String;
/// (element that takes the larger word, element that takes the smaller one).
pub type Comparator = (usize, usize);
pub type Result<T> = std::result::Result<T, String>;

/// The modules of `files` below `top`, elaborated: generate loops unrolled, processes turned into registers.
pub fn elaborate(files: &[(String, String)], top: &str) -> Value {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let script = format!(
        "read_verilog -sv {}; hierarchy -check -top {top}; proc -noopt; \
             setattr -mod -set keep_hierarchy 1 *_stage_*; flatten; write_json net.json",
        names.join(" ")
    );
    let yosys = ensure(Tool::Yosys).unwrap();
    let mut command = Command::new(&yosys.path);
    exec::run(with_quick_heap(&mut command).args(["-q", "-p", &script]).current_dir(dir.path())).unwrap();
    let net: Value = serde_json::from_slice(&std::fs::read(dir.path().join("net.json")).unwrap()).unwrap();
    net["modules"].clone()
}

fn bits(value: &Value) -> Vec<Bit> {
    value.as_array().map_or_else(Vec::new, |bits| {
        bits.iter()
            .map(|bit| bit.as_str().map_or_else(|| bit.to_string(), |constant| format!("const {constant}")))
            .collect()
    })
}

fn words(value: &Value, n: usize) -> Vec<Vec<Bit>> {
    let bits = bits(value);
    bits.chunks(bits.len() / n).map(<[Bit]>::to_vec).collect()
}

fn cells<'a>(module: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = module["cells"].as_object().into_iter().flatten();
    all.map(|(_, cell)| cell).filter(move |cell| cell["type"] == kind)
}

/// The comparators of one stage: `y_o` is `x_i` but for pairs of multiplexers under one comparison of the pair.
fn stage(module: &Value, n: usize) -> Result<Vec<Comparator>> {
    let known = ["$gt", "$mux"];
    for cell in module["cells"].as_object().into_iter().flatten().map(|(_, cell)| cell) {
        let unsigned = |side: &str| cell["parameters"][side].as_str().is_none_or(|bits| !bits.contains('1'));
        if !known.iter().any(|kind| cell["type"] == *kind) || !unsigned("A_SIGNED") || !unsigned("B_SIGNED") {
            return Err(format!("a cell of type {} in a stage", cell["type"]));
        }
    }
    let (x, y) = (words(&module["ports"]["x_i"]["bits"], n), words(&module["ports"]["y_o"]["bits"], n));
    let inputs: HashMap<&Vec<Bit>, usize> = x.iter().zip(0..).collect();
    let input = |bits: &Value| {
        inputs.get(&self::bits(bits)).copied().ok_or_else(|| "an operand is no word of the input".to_owned())
    };
    // swap = x[a] > x[b], by its net.
    let mut swaps = HashMap::new();
    for cell in cells(module, "$gt") {
        let pins = &cell["connections"];
        swaps.insert(bits(&pins["Y"]), (input(&pins["A"])?, input(&pins["B"])?));
    }
    let mut chosen = HashMap::new();
    for cell in cells(module, "$mux") {
        let pins = &cell["connections"];
        let swap = *swaps.get(&bits(&pins["S"])).ok_or("a multiplexer under something else than a comparison")?;
        chosen.insert(bits(&pins["Y"]), (swap, input(&pins["B"])?, input(&pins["A"])?));
    }
    let mut comparators = BTreeSet::new();
    for (i, word) in y.iter().enumerate() {
        let Some(&((larger, smaller), then, other)) = chosen.get(word) else {
            if word != &x[i] {
                return Err(format!("element {i} is neither passed on nor compared"));
            }
            continue;
        };
        // The maximum takes the larger word where it is larger, the minimum the other one.
        comparators.insert(match (then, other) {
            (t, o) if (t, o) == (larger, smaller) => (i, if i == larger { smaller } else { larger }),
            (t, o) if (t, o) == (smaller, larger) => (if i == larger { smaller } else { larger }, i),
            _ => return Err(format!("element {i} takes a word that was not compared")),
        });
        if i != larger && i != smaller {
            return Err(format!("element {i} takes words of others"));
        }
    }
    let mut touched: Vec<usize> = comparators.iter().flat_map(|&(a, b)| [a, b]).collect();
    touched.sort_unstable();
    if touched.windows(2).any(|pair| pair[0] == pair[1]) || comparators.len() != swaps.len() {
        return Err("an element is compared twice, or a comparison stands alone".to_owned());
    }
    Ok(comparators.into_iter().collect())
}

/// The stages between the keys and the order of a module `…_order_…`, found by following its nets. Word i begins as
/// {key i, complement of i}, words keep their places between stages, and the order is the complement of their lower bits.
pub fn comparators(modules: &Value, top: &str, n: usize) -> Result<Vec<Vec<Comparator>>> {
    let module = &modules[top];
    let map = |kind: &str, from: &str, to: &str| -> HashMap<Bit, Bit> {
        let pins = cells(module, kind).map(|cell| &cell["connections"]);
        pins.flat_map(|pins| bits(&pins[to]).into_iter().zip(bits(&pins[from]))).collect()
    };
    // What a register takes when it is enabled.
    let (next, enabled, inverted) = (map("$dff", "D", "Q"), map("$mux", "B", "Y"), map("$not", "A", "Y"));
    let taken = |q: &Bit| next.get(q).map(|d| enabled.get(d).unwrap_or(d));
    let registers = |word: &[Bit]| word.iter().map(|q| taken(q).unwrap_or(q).clone()).collect();
    let keys = words(&module["ports"]["key_i"]["bits"], n);
    let order = words(&module["ports"]["order_o"]["bits"], n);
    let id = order[0].len();
    let first = |(i, key): (usize, &Vec<Bit>)| {
        let complement = (0..id).map(|bit| format!("const {}", 1 - (i >> bit & 1)));
        complement.chain(key.iter().cloned()).collect::<Vec<Bit>>()
    };
    let mut at: Vec<Vec<Bit>> = keys.iter().enumerate().map(first).collect();
    let instances = module["cells"].as_object().into_iter().flatten().map(|(_, cell)| cell);
    let instances = instances.filter(|cell| !cell["connections"]["x_i"].is_null());
    // Each stage with the words that it takes, and those that registers in front of it take.
    let mut waiting: Vec<(&Value, [Vec<Vec<Bit>>; 2])> = instances
        .map(|cell| {
            let x = words(&cell["connections"]["x_i"], n);
            let behind = x.iter().map(|word| registers(word)).collect();
            (cell, [x, behind])
        })
        .collect();
    let mut stages = vec![];
    while !waiting.is_empty() {
        let next = waiting.iter().position(|(_, taken)| taken.contains(&at));
        let (cell, _) = waiting.swap_remove(next.ok_or(format!("nothing follows stage {}", stages.len()))?);
        let kind = cell["type"].as_str().unwrap_or_default();
        stages.push(stage(&modules[kind], n).map_err(|error| format!("{kind}: {error}"))?);
        at = words(&cell["connections"]["y_o"], n);
    }
    for (word, sorted) in order.iter().zip(&at) {
        let source = word.iter().map(|q| taken(q).and_then(|d| inverted.get(d)));
        if !source.eq(sorted[..id].iter().map(Some)) {
            return Err("the order is not the complement of the sorted words' lower bits".to_owned());
        }
    }
    Ok(stages)
}
