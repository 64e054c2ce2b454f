//! Programs of networks whose weights are not there.

use spec::Format;
use spec::accel::{Core, Instruction};
use spec::network::{Architecture, Arithmetic, Block, CoreUnits, Linear, Network, Pruning, Units};
use spec::unit::SystolicGemm;

use crate::{CompileError, compile};

/// The program of a dense network of that shape, with nothing at the addresses in it: for what only asks how long it takes.
///
/// ```
/// use spec::accel::{Core, Instruction};
/// use spec::network::{Architecture, Pruning};
/// let program = compile::sketch(&Core::zcu102(), &Architecture::deit(3, Pruning::None))?;
/// assert!(program.len() > 200 && program.last() == Some(&Instruction::End));
/// # Ok::<(), compile::CompileError>(())
/// ```
///
/// # Errors
/// If the network does not fit the core.
pub fn sketch(core: &Core, arch: &Architecture) -> Result<Vec<Instruction>, CompileError> {
    let arch = Architecture { pruning: Pruning::None, ..arch.clone() };
    let norm = core.norm;
    let linear = |inputs, outputs, y| Linear {
        inputs,
        outputs,
        weight: Vec::new(),
        bias: Vec::new(),
        mult: Vec::new(),
        shift: Vec::new(),
        x: norm,
        y,
    };
    let (embed, wide) = (arch.embed, core.residual);
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
    let units = CoreUnits::new(core.array(), core.max_embed, core.t_i);
    let units = CoreUnits { softmax: core.softmax(), layer_norm: core.layer_norm(), ..units };
    let network = Network {
        name: "sketch".into(),
        pixel: Format::signed(8, 8),
        residual: wide,
        norm,
        norm_epsilon: core.epsilon.into(),
        patch: linear(arch.patch_pixels(), embed, wide),
        class_token: Vec::new(),
        position: Vec::new(),
        blocks: vec![block; arch.depth],
        classifiers: Vec::new(),
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
        arithmetic: Arithmetic::Core(Box::new(units)),
        arch,
    };
    Ok(compile(core, &network, false)?.program)
}
