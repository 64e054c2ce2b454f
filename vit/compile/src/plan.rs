//! The program of a network.

use spec::accel::{Core, Destination, Instruction, MatrixJob, Rows, Source, VectorJob, VectorOp, Weights};
use spec::network::{Arithmetic, Linear, Network, Pruning};
use spec::unit::{TokenClassifier, TokenSelector};

use crate::counts::Counting;
use crate::image::{Compiled, Memory};
use crate::{CompileError, layers};

/// Compiles a network for a core; with `checkpoints`, the residual stream is stored wherever the reference looks at it.
///
/// Every job has another one between itself and what it waits for, so that the array does not wait: layers work on even and
/// on odd rows in turn, one half's layer norm hides behind the other half's products; the scores of heads are computed
/// before the last ones are read; patches are loaded while the array works on those before them.
///
/// ```
/// use spec::accel::{Core, Instruction};
/// let digits = model::named("digits-heatvit")?;
/// let core = digits.core(&Core::small());
/// let compiled = compile::compile(&core, &digits.quantise_for(&core.units())?, false)?;
/// assert_eq!(compiled.program.last(), Some(&Instruction::End));
/// assert_eq!((compiled.patches(), compiled.selections.len(), compiled.layers[0].name.as_str()), (16, 1, "embedding"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the network does not fit the core.
pub fn compile(core: &Core, net: &Network, checkpoints: bool) -> Result<Compiled, CompileError> {
    core.validate()?;
    check(core, net)?;
    let mut plan = Plan::new(core, net, checkpoints);
    plan.embed();
    let mut done = [plan.matrix; 2];
    for (index, block) in net.blocks.iter().enumerate() {
        done = plan.block(index, block, done);
    }
    plan.head();
    Ok(plan.finish())
}

fn check(core: &Core, net: &Network) -> Result<(), CompileError> {
    let arch = &net.arch;
    let fail = |what, value, limit: String, remedy| {
        Err(CompileError::Size { network: net.name.clone(), what, value, limit, remedy })
    };
    if arch.head_width() != core.t_i as usize {
        return fail(
            "a head's width",
            arch.head_width(),
            format!("is built for {}", core.t_i),
            "take a core whose `t_i` is that width",
        );
    }
    if !arch.heads.is_multiple_of(core.t_h as usize) {
        return fail(
            "the number of heads",
            arch.heads,
            format!("works on {} at a time", core.t_h),
            "take a multiple of `t_h`",
        );
    }
    for (what, value, most) in [
        ("the number of tokens", arch.tokens(), core.max_tokens),
        ("the width of a token", arch.embed, core.max_embed),
        ("the width of the hidden layer", arch.mlp, core.max_mlp),
    ] {
        if value > most as usize {
            return fail(what, value, format!("holds {most}"), "take a larger core");
        }
    }
    let words = 4 * arch.patch_pixels().div_ceil(core.word_bytes() as usize);
    if words > core.act_words() as usize {
        let limit = format!("holds {}", core.act_words());
        return fail("the words of four patches", words, limit, "take a larger `max_mlp`");
    }
    let Arithmetic::Core(units) = &net.arithmetic else {
        return Err(CompileError::Formats { network: net.name.clone(), what: "arithmetic" });
    };
    let softmax = core.softmax();
    let same = [
        ("GELU", units.engine.gelu == core.array().gelu),
        ("softmax", units.softmax.x == softmax.x && units.softmax.delta2 == softmax.delta2),
        ("layer norm", units.layer_norm.y == core.norm && units.layer_norm.epsilon == core.epsilon),
        ("token classifier", net.classifiers.is_empty() || same_classifier(&units.classifier, &core.classifier())),
        ("token selector", net.classifiers.is_empty() || same_selector(&units.selector, &core.selector())),
    ];
    if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
        return Err(CompileError::Formats { network: net.name.clone(), what });
    }
    check_classifiers(core, net)
}

/// Whether two classifiers compute the same, whatever their lanes.
fn same_classifier(a: &TokenClassifier, b: &TokenClassifier) -> bool {
    let formats = |unit: &TokenClassifier| (unit.x, unit.mean, unit.feature, unit.logit, unit.s, unit.a, unit.delta2);
    formats(a) == formats(b)
}

fn same_selector(a: &TokenSelector, b: &TokenSelector) -> bool {
    (a.x, a.s, a.a) == (b.x, b.s, b.a)
}

fn check_classifiers(core: &Core, net: &Network) -> Result<(), CompileError> {
    let formats = |what| Err(CompileError::Formats { network: net.name.clone(), what });
    if let Pruning::Sdp { .. } = net.arch.pruning {
        return formats("way to drop tokens");
    }
    let unit = core.classifier();
    for classifier in &net.classifiers {
        if !(0..16).contains(&(net.residual.frac - classifier.x.frac)) {
            return formats("classifier's x");
        }
        if net.residual.frac - classifier.mean.frac != unit.x.frac - unit.mean.frac {
            return formats("classifier's mean");
        }
    }
    let sets = net.arch.heads / core.t_h as usize;
    let words = net.arch.tokens() * (2 * sets + 1);
    if !net.classifiers.is_empty() && words > core.act_words() as usize {
        return Err(CompileError::Size {
            network: net.name.clone(),
            what: "the words of the classifiers' features",
            value: words,
            limit: format!("holds {}", core.act_words()),
            remedy: "take a larger `max_mlp`",
        });
    }
    Ok(())
}

/// A program that grows.
pub(crate) struct Plan<'a> {
    pub core: &'a Core,
    pub net: &'a Network,
    pub checkpoints: bool,
    pub program: Vec<Instruction>,
    pub memory: Memory,
    pub stores: Vec<(String, u32, usize)>,
    pub selections: Vec<u32>,
    pub counting: Counting,
    pub matrix: u32,
    pub vector: u32,
    pub image_at: u32,
}

impl<'a> Plan<'a> {
    fn new(core: &'a Core, net: &'a Network, checkpoints: bool) -> Self {
        Self {
            core,
            net,
            checkpoints,
            program: Vec::new(),
            memory: Memory::new(core.beat_bits() as usize / 8),
            stores: Vec::new(),
            selections: Vec::new(),
            counting: Counting::default(),
            matrix: 0,
            vector: 0,
            image_at: 0,
        }
    }

    /// Words of a row of so many channels.
    pub fn words(&self, channels: usize) -> u32 {
        channels.div_ceil(self.core.word_bytes() as usize) as u32
    }

    pub fn tiles(&self) -> u32 {
        self.net.arch.embed as u32 / self.core.t_o
    }

    pub fn vector(&mut self, job: VectorJob) -> u32 {
        self.program.push(Instruction::Vector(job));
        self.vector += 1;
        self.vector
    }

    pub fn matrix(&mut self, job: MatrixJob) -> u32 {
        self.program.push(Instruction::Matrix(job));
        self.matrix += 1;
        self.matrix
    }

    pub fn patch_tiles(&self) -> u32 {
        (self.net.arch.patch_pixels() as u32).div_ceil(self.core.t_o).next_multiple_of(2)
    }

    /// A layer's job; its weights are appended to memory.
    pub fn linear(
        &mut self,
        layer: &Linear,
        rows: Rows,
        from: Source,
        base: u32,
        to: Destination,
        after: (u32, u32),
    ) -> MatrixJob {
        let (weights, beats) = layers::weights(self.core, layer);
        let at = self.memory.push(&weights);
        let columns_at = self.memory.push(&layers::columns(self.core, layer));
        MatrixJob {
            after_matrix: after.0,
            after_vector: after.1,
            rows,
            k: Some(layer.inputs as u32),
            n: Some(layer.outputs as u32),
            passes: self.words(layer.inputs),
            grouped: false,
            scale: 0,
            factor: (0, 0),
            narrow: layer.y.width == 8,
            gelu: false,
            from,
            from_base: base,
            from_stride: self.words(layer.inputs),
            weights: Weights::Memory { at, beats },
            index: 0,
            buffer: 0,
            finer: 0,
            to,
            columns_at,
            keeps: false,
        }
    }

    pub fn layer_norm(&mut self, rows: Rows, after_matrix: u32) -> u32 {
        let (tiles, stride) = (self.tiles(), self.words(self.net.arch.embed));
        self.vector(VectorJob { after_matrix, tiles, stride, ..VectorJob::new(VectorOp::LayerNorm, rows) })
    }

    /// Stores the residual stream if the reference's checkpoints are asked for.
    pub fn store(&mut self, name: String) {
        if !self.checkpoints {
            return;
        }
        let (rows, width) = (self.net.arch.tokens(), self.net.arch.embed);
        let at = self.memory.push(&vec![0; rows * width * 2]);
        self.stores.push((name, at, rows));
        let (after_matrix, tiles) = (self.matrix, self.tiles());
        let store = VectorJob::new(VectorOp::StoreResidual, Rows::All);
        self.vector(VectorJob { after_matrix, tiles, at, ..store });
    }

    fn head(&mut self) {
        let normed = self.layer_norm(Rows::Given(1), self.matrix);
        self.count_layer();
        let head = self.linear(&self.net.head, Rows::Given(1), Source::Norm, 0, Destination::Result, (0, normed));
        self.matrix(head);
        self.layer_ended("logits".into());
        self.count_layer();
        self.program.push(Instruction::End);
    }

    fn finish(self) -> Compiled {
        let arch = &self.net.arch;
        Compiled {
            core: self.core.hash(),
            patch_bytes: (self.patch_tiles() * self.core.t_o) as usize,
            patch_values: arch.patch_pixels(),
            order: arch.patch_order().collect(),
            classes: arch.classes,
            embed: arch.embed,
            program: self.program,
            memory: self.memory,
            image_at: self.image_at,
            stores: self.stores,
            selections: self.selections,
            counts_at: self.counting.start,
            layers: self.counting.layers,
        }
    }
}
