//! Which layer normalisations are measured against real arithmetic.

use spec::unit::LayerNorm;

/// The configurations measured, with the largest error allowed.
pub fn measured() -> Vec<(LayerNorm, f64)> {
    let mut all = vec![];
    for (preset, bound) in [(LayerNorm::preset16(1), 4.0), (LayerNorm::preset8(1), 1.0)] {
        all.push((LayerNorm { gamma: None, beta: None, epsilon: 0, ..preset.clone() }, bound));
        all.push((preset, bound));
    }
    all
}
