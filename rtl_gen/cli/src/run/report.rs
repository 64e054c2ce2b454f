//! What a run prints.

use std::path::Path;

use serde_json::{Value, json};

use super::evaluate::Outcome;
use super::{Task, layers, picture};
use crate::output::table;

/// The outcome as JSON.
pub fn object(outcome: &Outcome, task: &Task) -> Value {
    let arch = &outcome.net.arch;
    let images = outcome.verdicts.len();
    let kept: Vec<Value> = outcome
        .kept()
        .into_iter()
        .map(|(mean, deviation)| {
            json!({ "mean": mean, "standard_deviation": deviation, "ratio": mean / arch.patches() as f64 })
        })
        .collect();
    let units: Vec<Value> = outcome
        .counts
        .iter()
        .map(|unit| {
            let per_image = unit.cycles as f64 / images as f64;
            json!({ "module": unit.module, "kind": unit.kind, "cycles": unit.cycles, "cycles_per_image": per_image })
        })
        .collect();
    let per_image: Vec<Value> = outcome
        .verdicts
        .iter()
        .map(|verdict| {
            let [float, reference, rtl] = Outcome::classes(verdict);
            let kept: Vec<usize> = verdict.rtl.kept.iter().map(Vec::len).collect();
            json!({
                "class_float": float, "class_reference": reference, "class_rtl": rtl,
                "tokens_kept": kept, "logits": verdict.rtl.logits,
            })
        })
        .collect();
    let mut object = json!({
        "model": outcome.net.name,
        "delta1": arch.delta1,
        "delta2": arch.delta2,
        "images": images,
        "logits_equal": outcome.equal(),
        "tokens_kept": kept,
        "units": units,
        "layers": layers::objects(&outcome.layers, images),
        "seconds": outcome.time.as_secs_f64(),
        "results": per_image,
    });
    if task.labelled {
        let [float, reference, rtl] = outcome.accuracies(&task.images).map(|percent| percent / 100.0);
        object["accuracy_float"] = json!(float);
        object["accuracy_reference"] = json!(reference);
        object["accuracy_rtl"] = json!(rtl);
    }
    object
}

/// The outcome for a person; `picture` is where the pruned tokens were drawn, `by_layer` asks what each layer takes.
pub fn print(outcome: &Outcome, task: &Task, picture: &Path, by_layer: bool) {
    let arch = &outcome.net.arch;
    let images = outcome.verdicts.len();
    outln!("{}  (δ1 = {}, δ2 = {}, {images} images)", outcome.net.name, arch.delta1, arch.delta2);
    if task.labelled {
        let [float, reference, rtl] = outcome.accuracies(&task.images);
        outln!("  accuracy  float {float:.2} %, reference {reference:.2} %, RTL {rtl:.2} %");
    } else {
        for verdict in &outcome.verdicts {
            let [float, reference, rtl] = Outcome::classes(verdict);
            outln!("  class  float {float}, reference {reference}, RTL {rtl}");
        }
    }
    match outcome.difference() {
        None => outln!("  logits  RTL equals the reference on all {}", images * arch.classes),
        Some(_) => outln!("  logits  RTL DIFFERS from the reference"),
    }
    for (stage, (mean, deviation)) in outcome.kept().into_iter().enumerate() {
        let patches = arch.patches();
        let ratio = mean / patches as f64;
        outln!(
            "  tokens  after pruning {}: {mean:.2} of {patches} kept (ratio {ratio:.2}, standard deviation {deviation:.2})",
            stage + 1
        );
    }
    let rows: Vec<Vec<String>> = outcome
        .counts
        .iter()
        .map(|unit| {
            let per_image = unit.cycles as f64 / images as f64;
            vec![format!("  {}", unit.module), format!("{per_image:.0}"), unit.cycles.to_string()]
        })
        .collect();
    table(&["  unit", "cycles per image", "cycles"], &rows);
    if by_layer && !outcome.layers.is_empty() {
        layers::print(&outcome.layers, images);
    }
    outln!("  on the host: {}", outcome.on_host);
    outln!("{}", picture::text(outcome, task).trim_end_matches('\n'));
    outln!("  pruned tokens drawn in {}", picture.display());
    outln!("  wall time {:.1} s\n", outcome.time.as_secs_f64());
}
