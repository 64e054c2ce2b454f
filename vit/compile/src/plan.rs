//! The program of a network.

use spec::accel::{Core, Destination, Instruction, MatrixJob, Rows, Source, VectorJob, VectorOp, Weights};
use spec::network::{Arithmetic, Block, Linear, Network};

use crate::image::{Compiled, Memory};
use crate::{CompileError, layers};

/// Compiles a network without pruning for a core; with `checkpoints`, the residual stream is stored wherever the
/// reference looks at it.
///
/// Linear layers work on even and on odd rows in turn, so that one half's layer norm hides behind the other half's
/// products. Attention works on the heads of all groups at a time, and on the scores of the next ones before it reads
/// those of the last.
///
/// # Errors
/// If the network does not fit the core.
pub fn compile(core: &Core, net: &Network, checkpoints: bool) -> Result<Compiled, CompileError> {
    core.validate()?;
    check(core, net)?;
    let mut plan = Plan::new(core, net, checkpoints);
    plan.embed();
    for (index, block) in net.blocks.iter().enumerate() {
        plan.block(index, block);
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
    let words = arch.patches() * arch.patch_pixels().div_ceil(core.word_bytes() as usize);
    if words > core.norm_words() as usize {
        return fail(
            "the words of the patches",
            words,
            format!("holds {}", core.norm_words()),
            "take a larger `max_embed`",
        );
    }
    let Arithmetic::Core(units) = &net.arithmetic else {
        return Err(CompileError::Formats { network: net.name.clone(), what: "arithmetic" });
    };
    let softmax = core.softmax();
    let same = [
        ("GELU", units.engine.gelu.as_ref() == Some(&core.gelu)),
        ("softmax", units.softmax.x == softmax.x && units.softmax.delta2 == softmax.delta2),
        ("layer norm", units.layer_norm.y == core.norm && units.layer_norm.epsilon == core.epsilon),
    ];
    if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
        return Err(CompileError::Formats { network: net.name.clone(), what });
    }
    Ok(())
}

struct Plan<'a> {
    core: &'a Core,
    net: &'a Network,
    checkpoints: bool,
    program: Vec<Instruction>,
    memory: Memory,
    stores: Vec<(String, u32, usize)>,
    matrix: u32,
    vector: u32,
    image_at: u32,
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
            matrix: 0,
            vector: 0,
            image_at: 0,
        }
    }

    /// Words of a row of so many channels.
    fn words(&self, channels: usize) -> u32 {
        channels.div_ceil(self.core.word_bytes() as usize) as u32
    }

    fn tiles(&self) -> u32 {
        self.net.arch.embed as u32 / self.core.t_o
    }

    fn vector(&mut self, job: VectorJob) -> u32 {
        self.program.push(Instruction::Vector(job));
        self.vector += 1;
        self.vector
    }

    fn matrix(&mut self, job: MatrixJob) -> u32 {
        self.program.push(Instruction::Matrix(job));
        self.matrix += 1;
        self.matrix
    }

    fn patch_tiles(&self) -> u32 {
        (self.net.arch.patch_pixels() as u32).div_ceil(self.core.t_o).next_multiple_of(2)
    }

    fn embed(&mut self) {
        let (arch, t_o) = (&self.net.arch, self.core.t_o);
        self.program.push(Instruction::Tokens(arch.tokens() as u32));
        let patches = arch.patches() as u32;
        let patch_tiles = self.patch_tiles();
        let stride = self.words(arch.patch_pixels());
        self.image_at = self.memory.push(&vec![0; (patches * patch_tiles * t_o) as usize]);
        let tokens: Vec<u8> =
            self.net.class_token.iter().chain(&self.net.position).flat_map(|value| value.to_le_bytes()).collect();
        let positions_at = self.memory.push(&tokens);
        let load = |op, rows, tiles, stride, at| VectorJob {
            after_matrix: 0,
            after_vector: 0,
            op,
            rows,
            tiles,
            base: 0,
            stride,
            at,
        };
        self.vector(load(VectorOp::LoadNorm, Rows::Given(patches), patch_tiles, stride, self.image_at));
        let loaded = self.vector(load(VectorOp::LoadResidual, Rows::All, self.tiles(), 0, positions_at));
        let to = Destination::Residual { row: 1, tiles: self.tiles() };
        let layer = &self.net.patch;
        let job = self.linear(layer, Rows::Given(patches), Source::Norm, 0, to, (0, loaded));
        self.matrix(job);
        self.store("embedding".into());
    }

    /// A layer's job; its weights are appended to memory.
    fn linear(
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
            buffer: 0,
            finer: 0,
            to,
            columns_at,
        }
    }

    fn layer_norm(&mut self, rows: Rows, after_matrix: u32) -> u32 {
        let (tiles, stride) = (self.tiles(), self.words(self.net.arch.embed));
        let after_vector = 0;
        self.vector(VectorJob {
            after_matrix,
            after_vector,
            op: VectorOp::LayerNorm,
            rows,
            tiles,
            base: 0,
            stride,
            at: 0,
        })
    }

    /// Stores the residual stream if the reference's checkpoints are asked for.
    fn store(&mut self, name: String) {
        if !self.checkpoints {
            return;
        }
        let (rows, width) = (self.net.arch.tokens(), self.net.arch.embed);
        let at = self.memory.push(&vec![0; rows * width * 2]);
        self.stores.push((name, at, rows));
        let (after_matrix, tiles) = (self.matrix, self.tiles());
        let op = VectorOp::StoreResidual;
        self.vector(VectorJob { after_matrix, after_vector: 0, op, rows: Rows::All, tiles, base: 0, stride: 0, at });
    }

    /// The job on even rows and on odd rows, each after its own layer norm or product; their numbers.
    fn halves(&mut self, job: &MatrixJob, after: [(u32, u32); 2]) -> [u32; 2] {
        [(Rows::Even, after[0]), (Rows::Odd, after[1])].map(|(rows, (after_matrix, after_vector))| {
            self.matrix(MatrixJob { rows, after_matrix, after_vector, ..job.clone() })
        })
    }

    fn norms(&mut self, after: [u32; 2]) -> [u32; 2] {
        [self.layer_norm(Rows::Even, after[0]), self.layer_norm(Rows::Odd, after[1])]
    }

    fn block(&mut self, index: usize, block: &Block) {
        let arch = &self.net.arch;
        let (tokens, width, groups) = (arch.tokens() as u32, self.words(arch.embed), self.core.t_h as usize);
        let context = tokens * width;
        let last = self.matrix;
        let before = [last.saturating_sub(u32::from(index > 0)), last];
        let normed = self.norms(before)[1];
        let from_norm = (0, normed);
        let keys = self.linear(&block.key, Rows::All, Source::Norm, 0, Destination::Keys, from_norm);
        self.matrix(keys);
        let to = Destination::Act { base: 0, stride: width };
        let query = self.linear(&block.query, Rows::All, Source::Norm, 0, to, from_norm);
        let queried = self.matrix(query);
        let values = self.linear(&block.value, Rows::All, Source::Norm, 0, Destination::Values, from_norm);
        let valued = self.matrix(values);

        let heads = arch.heads / groups;
        let scores = |at: u32| MatrixJob {
            after_matrix: queried,
            after_vector: 0,
            rows: Rows::All,
            k: Some(self.core.t_i),
            n: None,
            passes: 1,
            grouped: true,
            scale: 2,
            factor: (block.score_mult, block.score_shift),
            narrow: false,
            gelu: false,
            from: Source::Act,
            from_base: at,
            from_stride: width,
            weights: Weights::Keys(at),
            buffer: at % 2,
            finer: 0,
            to: Destination::Scores,
            columns_at: 0,
        };
        let finer = (block.context.frac - block.value.y.frac).max(0) as u32;
        let mix = |at: u32, scored: u32| MatrixJob {
            after_matrix: scored.max(valued),
            k: None,
            n: Some(self.core.t_i),
            scale: 1,
            narrow: true,
            from: Source::Scores,
            from_base: 0,
            weights: Weights::Values(at),
            finer,
            to: Destination::Act { base: context + at, stride: width },
            ..scores(at)
        };
        let jobs: Vec<_> = (0..heads as u32).map(|at| (scores(at), mix(at, 0))).collect();
        let mut scored = Vec::new();
        let mut mixed = 0;
        for at in 0..=heads {
            if let Some((scores, _)) = jobs.get(at) {
                let done = self.matrix(scores.clone());
                scored.push(done);
            }
            if at > 0 {
                let (_, mix) = &jobs[at - 1];
                mixed = self.matrix(MatrixJob { after_matrix: mix.after_matrix.max(scored[at - 1]), ..mix.clone() });
            }
        }

        let residual = Destination::Residual { row: 0, tiles: self.tiles() };
        let project = self.linear(&block.proj, Rows::All, Source::Act, context, residual, (0, 0));
        let projected = self.halves(&project, [(mixed, 0); 2]);
        self.store(format!("blocks.{index}.attention"));
        let normed = self.norms(projected);
        let hidden = self.words(arch.mlp);
        let to = Destination::Act { base: 0, stride: hidden };
        let first = self.linear(&block.fc1, Rows::All, Source::Norm, 0, to, (0, 0));
        let first = MatrixJob { gelu: true, narrow: false, ..first };
        let widened = self.halves(&first, normed.map(|vector| (0, vector)));
        let second = self.linear(&block.fc2, Rows::All, Source::Act, 0, residual, (0, 0));
        self.halves(&second, widened.map(|matrix| (matrix, 0)));
        self.store(format!("blocks.{index}.mlp"));
    }

    fn head(&mut self) {
        let normed = self.layer_norm(Rows::Given(1), self.matrix);
        let head = self.linear(&self.net.head, Rows::Given(1), Source::Norm, 0, Destination::Result, (0, normed));
        self.matrix(head);
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
        }
    }
}
