//! The unit configurations that a network asks for.

use spec::Format;
use spec::network::{Architecture, CoreUnits, Pruning, Units};
use spec::unit::{BitonicSort, Gelu, PlanSigmoid, Softmax, SystolicGemm, TokenSelector};

/// Format of probabilities: scores and head weights of the token selector.
const SHARE: Format = Format::unsigned(16, 15);

/// The units of a network whose activations have the formats `format`.
pub(crate) fn units(arch: &Architecture, format: impl Fn(&str) -> Format) -> Units {
    let selects = matches!(arch.pruning, Pruning::Heatvit { .. });
    let selector = || TokenSelector {
        x: format("residual"),
        s: SHARE,
        a: SHARE,
        max_tokens: arch.tokens() as u32,
        max_heads: arch.heads as u32,
        ..TokenSelector::int16(arch.embed as u32, 8)
    };
    Units {
        // The residual stream and the functions' inputs want 16-bit results; no job has more rows than tokens.
        gemm: SystolicGemm {
            out_bits: Some(16),
            max_m: (arch.tokens() as u32).next_power_of_two(),
            ..SystolicGemm::int8(16, 16)
        },
        softmax: Softmax { delta2: arch.delta2, ..Softmax::unnormalised(format("scores")) },
        gelu: Gelu { delta1: arch.delta1, ..Gelu::new(format("gelu.x"), format("gelu.y")) },
        sigmoid: selects.then(|| PlanSigmoid::new(format("sigmoid.x"), SHARE)),
        classifier_softmax: selects.then(|| Softmax::new(format("selector.scores"), SHARE)),
        token_selector: selects.then(selector),
        sorters: sorters(arch),
    }
}

/// The function units among those of a core, in place of `units`' own.
pub(crate) fn of_core(core: &CoreUnits, units: Units) -> Units {
    let selects = units.token_selector.is_some();
    Units {
        softmax: core.softmax.clone(),
        gelu: core.engine.gelu.clone().unwrap_or(units.gelu),
        sigmoid: selects.then(|| core.classifier.sigmoid()),
        classifier_softmax: selects.then(|| core.classifier.softmax()),
        token_selector: selects.then(|| core.selector.clone()),
        ..units
    }
}

/// One sorter per dropping block, for the tokens that reach it; the class token is not sorted.
fn sorters(arch: &Architecture) -> Vec<BitonicSort> {
    let Pruning::Sdp { inside, keep_permille } = &arch.pruning else { return Vec::new() };
    // Attention in u16.15 is at most 1, so a sum over the heads needs these bits.
    let key_width = 16 + (arch.heads as u32).next_power_of_two().ilog2();
    let mut tokens = arch.patches();
    let mut sorters = Vec::new();
    for _ in inside {
        let keep = (tokens * keep_permille).div_ceil(1000);
        sorters.push(BitonicSort { top_k: Some(keep as u32), ..BitonicSort::new(tokens as u32, key_width, 0) });
        tokens = keep + usize::from(keep < tokens);
    }
    sorters
}
