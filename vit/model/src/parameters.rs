//! Names and shapes of a network's parameters.

use spec::network::{Architecture, Pruning};

/// Every parameter of a network of this architecture, by name, with its shape. Weights are inputs × outputs, row by
/// row, as `systolic_gemm` takes them; those of a selector's per-head layers have the head in front.
///
/// ```
/// use spec::network::{Architecture, Pruning};
/// let shapes = model::parameters(&Architecture::digits(Pruning::None));
/// let count: usize = shapes.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
/// assert_eq!(count, 77_530);
/// assert!(shapes.contains(&("blocks.3.fc1.weight".to_owned(), vec![48, 96])));
/// ```
pub fn parameters(arch: &Architecture) -> Vec<(String, Vec<usize>)> {
    let mut list = Vec::new();
    let (d, h) = (arch.embed, arch.heads);
    let mut linear = |name: String, lead: &[usize], inputs: usize, outputs: usize| {
        list.push((format!("{name}.weight"), [lead, &[inputs, outputs]].concat()));
        list.push((format!("{name}.bias"), [lead, &[outputs]].concat()));
    };
    linear("patch".into(), &[], arch.patch_pixels(), d);
    for block in 0..arch.depth {
        linear(format!("blocks.{block}.query"), &[], d, d);
        linear(format!("blocks.{block}.key"), &[], d, d);
        linear(format!("blocks.{block}.value"), &[], d, d);
        linear(format!("blocks.{block}.proj"), &[], d, d);
        linear(format!("blocks.{block}.fc1"), &[], d, arch.mlp);
        linear(format!("blocks.{block}.fc2"), &[], arch.mlp, d);
    }
    linear("head".into(), &[], d, arch.classes);
    if let Pruning::Heatvit { before } = &arch.pruning {
        let w = arch.head_width();
        for block in before {
            linear(format!("selectors.{block}.local"), &[h], w, w / 2);
            linear(format!("selectors.{block}.score1"), &[h], w, w / 2);
            linear(format!("selectors.{block}.score2"), &[h], w / 2, w / 4);
            linear(format!("selectors.{block}.score3"), &[h], w / 4, 2);
            linear(format!("selectors.{block}.branch1"), &[], h, h);
            linear(format!("selectors.{block}.branch2"), &[], h, h);
        }
    }
    for block in 0..arch.depth {
        for norm in ["norm1", "norm2"] {
            list.push((format!("blocks.{block}.{norm}.weight"), vec![d]));
            list.push((format!("blocks.{block}.{norm}.bias"), vec![d]));
        }
    }
    list.push(("norm.weight".into(), vec![d]));
    list.push(("norm.bias".into(), vec![d]));
    list.push(("class_token".into(), vec![d]));
    list.push(("position".into(), vec![arch.tokens(), d]));
    list
}
