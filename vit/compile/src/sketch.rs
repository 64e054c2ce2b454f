//! Programs of networks whose weights are not there.

use spec::Format;
use spec::accel::{Core, Instruction};
use spec::network::{Architecture, Arithmetic, Block, Classifier, Linear, Network, Pruning, Units};
use spec::unit::{SystolicGemm, TokenSelector};

use crate::{CompileError, compile};

/// The program of a network of that shape, its token selectors among it, with nothing at the addresses in it: for what only asks how
/// long it takes.
///
/// ```
/// use spec::accel::{Core, Instruction, VectorOp};
/// use spec::network::{Architecture, Pruning};
/// let pruned = Architecture::deit(3, Pruning::Heatvit { before: vec![3, 6, 9] });
/// let program = compile::sketch(&Core::zcu102(), &pruned)?;
/// assert!(program.len() > 200 && program.last() == Some(&Instruction::End));
/// let selects = |one: &&Instruction| matches!(one, Instruction::Vector(job) if job.op == VectorOp::Select);
/// assert_eq!(program.iter().filter(selects).count(), 3);
/// # Ok::<(), compile::CompileError>(())
/// ```
///
/// # Errors
/// If the network does not fit the core.
pub fn sketch(core: &Core, arch: &Architecture) -> Result<Vec<Instruction>, CompileError> {
    let (embed, wide, norm) = (arch.embed, core.residual, core.norm);
    let linear = |inputs, outputs, y| Linear::unweighted(inputs, outputs, norm, y);
    let block = Block {
        query: linear(embed, embed, norm),
        key: linear(embed, embed, norm),
        value: linear(embed, embed, norm),
        score_mult: 1,
        score_shift: 0,
        context: norm,
        proj: linear(embed, embed, wide),
        fc1: linear(embed, arch.mlp, core.gelu.x),
        fc2: linear(arch.mlp, embed, wide),
    };
    let classifiers = match &arch.pruning {
        Pruning::Heatvit { before } => before.iter().map(|&block| classifier(core, arch, block)).collect(),
        Pruning::None | Pruning::Sdp { .. } => Vec::new(),
    };
    let network = Network {
        name: "sketch".into(),
        arch: arch.clone(),
        pixel: Format::signed(8, 8),
        residual: wide,
        norm,
        norm_epsilon: core.epsilon.into(),
        patch: linear(arch.patch_pixels(), embed, wide),
        class_token: Vec::new(),
        position: Vec::new(),
        blocks: vec![block; arch.depth],
        classifiers,
        head: linear(embed, arch.classes, wide),
        units: Units {
            gemm: SystolicGemm::int8(1, 1),
            softmax: core.softmax(),
            gelu: core.gelu.clone(),
            sigmoid: None,
            classifier_softmax: None,
            token_selector: None,
            sorters: Vec::new(),
        },
        arithmetic: Arithmetic::Core(Box::new(core.units())),
    };
    Ok(compile(core, &network, false)?.program)
}

/// The token classifier before a block.
fn classifier(core: &Core, arch: &Architecture, before: usize) -> Classifier {
    let (heads, width) = (arch.heads, arch.head_width());
    let x = Format::signed(8, core.residual.frac);
    let linear = |inputs, outputs, x, y| Linear::unweighted(inputs, outputs, x, y);
    let of_heads = |inputs, outputs, x, y| vec![linear(inputs, outputs, x, y); heads];
    let (hidden, gelu) = (core.gelu.x, core.gelu.y);
    Classifier {
        before,
        threshold: TokenSelector::HALF,
        x,
        mean: core.mean,
        local: of_heads(width, width / 2, x, hidden),
        score1: of_heads(width, width / 2, gelu, hidden),
        score2: of_heads(width / 2, width / 4, gelu, hidden),
        score3: of_heads(width / 4, 2, gelu, core.logit),
        branch1: linear(heads, heads, core.mean, hidden),
        branch2: linear(heads, heads, gelu, core.logit),
    }
}
