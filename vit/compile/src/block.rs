//! An encoder block.

use spec::accel::{Destination, MatrixJob, Rows, Source, Weights};
use spec::network::Block;

use crate::plan::Plan;

/// The matrix jobs behind which the halves of a block's input are final.
pub(crate) type Halves = [u32; 2];

impl Plan<'_> {
    /// A block whose input's even and odd rows are final behind those jobs; gives the same of its output.
    pub fn block(&mut self, index: usize, block: &Block, input: Halves) -> Halves {
        if let Some(classifier) = self.net.classifiers.iter().find(|classifier| classifier.before == index) {
            self.select(classifier, input);
        }
        let normed = self.norms(input);
        let mixed = self.attention(block, normed);
        let residual = Destination::Residual { row: 0, tiles: self.tiles() };
        let (tokens, width) = (self.net.arch.tokens() as u32, self.words(self.net.arch.embed));
        let project = self.linear(&block.proj, Rows::All, Source::Act, tokens * width, residual, (0, 0));
        let projected = self.last_halves(project, mixed, format!("blocks.{index}.attention"));
        let normed = self.norms(projected);
        let hidden = Destination::Act { base: 0, stride: self.words(self.net.arch.mlp) };
        let first = self.linear(&block.fc1, Rows::All, Source::Norm, 0, hidden, (0, 0));
        let first = MatrixJob { gelu: true, narrow: false, ..first };
        let widened = self.halves(&first, normed.map(|normed| (0, normed)));
        let second = self.linear(&block.fc2, Rows::All, Source::Act, 0, residual, (0, 0));
        self.last_halves(second, widened, format!("blocks.{index}.mlp"))
    }

    /// The job that ends a layer, each half behind its matrix job.
    fn last_halves(&mut self, job: MatrixJob, after: Halves, name: String) -> Halves {
        let job = self.ends_layer(job);
        let done = self.halves(&job, after.map(|after| (after, job.after_vector)));
        self.store(name.clone());
        self.layer_ended(name);
        done
    }

    /// The job on even rows and on odd rows, each behind its own matrix and vector jobs; their numbers.
    fn halves(&mut self, job: &MatrixJob, after: [(u32, u32); 2]) -> Halves {
        [(Rows::Even, after[0]), (Rows::Odd, after[1])].map(|(rows, (after_matrix, after_vector))| {
            self.matrix(MatrixJob { rows, after_matrix, after_vector, ..job.clone() })
        })
    }

    fn norms(&mut self, after: Halves) -> [u32; 2] {
        let normed = [self.layer_norm(Rows::Even, after[0]), self.layer_norm(Rows::Odd, after[1])];
        self.count_layer();
        normed
    }

    /// From normalised rows to the context; the jobs behind which its halves are final.
    ///
    /// Even rows of keys and queries come first, while the odd ones are normalised; values last, while the scores' operands
    /// settle. The scores of two groups of heads are in two buffers.
    fn attention(&mut self, block: &Block, normed: [u32; 2]) -> Halves {
        let arch = &self.net.arch;
        let (tokens, width) = (arch.tokens() as u32, self.words(arch.embed));
        let heads = (arch.heads / self.core.t_h as usize) as u32;
        let queries = Destination::Act { base: 0, stride: width };
        let [key, query, value] =
            [(&block.key, Destination::Keys), (&block.query, queries), (&block.value, Destination::Values)]
                .map(|(layer, to)| self.linear(layer, Rows::All, Source::Norm, 0, to, (0, 0)));
        let mut project =
            |job: &MatrixJob, rows, normed| self.matrix(MatrixJob { rows, after_vector: normed, ..job.clone() });
        project(&key, Rows::Even, normed[0]);
        project(&query, Rows::Even, normed[0]);
        project(&value, Rows::Even, normed[0]);
        project(&key, Rows::Odd, normed[1]);
        let queried = project(&query, Rows::Odd, normed[1]);
        let valued = project(&value, Rows::Odd, normed[1]);

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
            index: 0,
            buffer: at % 2,
            finer: 0,
            to: Destination::Scores,
            columns_at: 0,
            keeps: false,
        };
        let finer = (block.context.frac - block.value.y.frac).max(0) as u32;
        let mix = |at: u32| MatrixJob {
            k: None,
            n: Some(self.core.t_i),
            scale: 1,
            narrow: true,
            from: Source::Scores,
            from_base: 0,
            weights: Weights::Values(at),
            finer,
            to: Destination::Act { base: tokens * width + at, stride: width },
            ..scores(at)
        };
        let jobs: Vec<_> = (0..heads).map(|at| (scores(at), mix(at))).collect();
        let behind = |scored: Halves| scored.map(|scored| (scored.max(valued), 0));
        let (mut mixed, mut last) = ([0; 2], None);
        for (scores, mix) in &jobs {
            let scored = self.halves(scores, [(queried, 0); 2]);
            if let Some((mix, scored)) = last.replace((mix, scored)) {
                mixed = self.halves(mix, behind(scored));
            }
        }
        if let Some((mix, scored)) = last {
            mixed = self.halves(mix, behind(scored));
        }
        mixed
    }
}
