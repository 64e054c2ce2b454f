//! The jobs of a token selector.

use spec::accel::{Destination, Instruction, MatrixJob, Rows, Source, VectorJob, VectorOp};
use spec::network::{Classifier, Linear};

use crate::block::Halves;
use crate::layers::placed;
use crate::plan::Plan;

/// Columns of a head among the logits: keep, prune, gate, and one that fills up.
const COLUMNS: usize = 4;

impl Plan<'_> {
    /// Selects tokens in front of a block; whose even and odd rows are final behind the jobs `input`.
    ///
    /// The heads of a set, one a group, share a product, whose weights are zero between heads. A row of activations has a
    /// word a set, for local features and then for the second layer's, and one for the head-evaluation branch; another
    /// region has a word a set for the first layer's features.
    pub(crate) fn select(&mut self, classifier: &Classifier, input: Halves) {
        let (core, arch) = (self.core, &self.net.arch);
        let (heads, width) = (arch.heads, arch.head_width());
        let (at_a_time, tokens, words) = (core.t_h as usize, arch.tokens() as u32, self.words(arch.embed));
        let sets = (heads / at_a_time) as u32;
        let (word, half) = (core.word_bytes() as usize, core.word_bytes() as usize / 2);
        let (means, row) = (tokens * words, sets + 1);
        let second = tokens * row;
        let of_set = |layers: &'_ [Linear], set: u32| layers[set as usize * at_a_time..][..at_a_time].to_vec();
        let blocks = |layers: &[Linear], inputs: usize| {
            let outputs = layers[0].outputs;
            let input = |head: usize, row: usize| (row / inputs) * half + head * inputs + row % inputs;
            placed(layers, word, at_a_time * outputs, input, |head, column| head * outputs + column)
        };

        let drop = (self.net.residual.frac - classifier.x.frac) as u32;
        let tiles = self.tiles();
        let measure = VectorJob {
            tiles,
            stride: words,
            means,
            drop,
            heads: heads as u32,
            ..VectorJob::new(VectorOp::Measure, Rows::All)
        };
        let mut measured = 0;
        for (rows, after_matrix) in [(Rows::Even, input[0]), (Rows::Odd, input[1])] {
            measured = self.vector(VectorJob { rows, after_matrix, ..measure.clone() });
        }
        self.count_layer();

        let mut last = 0;
        for set in 0..sets {
            let to = Destination::Features { base: set, stride: row };
            let local = blocks(&of_set(&classifier.local, set), width);
            let job = self.linear(&local, Rows::All, Source::Norm, set, to, (0, measured));
            last = self.matrix(MatrixJob { from_stride: words, ..behind_gelu(job) });
        }
        let to = Destination::Act { base: sets, stride: row };
        let branch = self.linear(&classifier.branch1, Rows::All, Source::Norm, means, to, (0, measured));
        self.matrix(behind_gelu(branch));
        let averaged = self.vector(VectorJob {
            after_matrix: last,
            tiles: half as u32 / core.t_o,
            base: core.feature_means(),
            stride: 1,
            ..VectorJob::new(VectorOp::Means, Rows::Given(sets))
        });
        for set in 0..sets {
            let to = Destination::Act { base: second + set, stride: sets };
            let score = blocks(&of_set(&classifier.score1, set), width / 2);
            let job = self.linear(&score, Rows::All, Source::Features, set, to, (0, averaged));
            last = self.matrix(MatrixJob { from_stride: row, index: set, ..behind_gelu(job) });
        }
        let scored = last;
        for set in 0..sets {
            let to = Destination::Act { base: set, stride: row };
            let score = blocks(&of_set(&classifier.score2, set), width / 2);
            let job = self.linear(&score, Rows::All, Source::Act, second + set, to, (scored, 0));
            last = self.matrix(MatrixJob { from_stride: sets, ..behind_gelu(job) });
        }
        let logits = self.logits(classifier, sets as usize, word);
        let logits = self.linear(&logits, Rows::All, Source::Act, 0, Destination::Logits, (last, 0));
        let after_matrix = self.matrix(self.ends_layer(logits));
        let at = self.memory.push(&vec![0; core.beat_bits() as usize / 8]);
        self.selections.push(at);
        let selected = self.vector(VectorJob {
            after_matrix,
            tiles,
            heads: heads as u32,
            threshold: classifier.threshold,
            at,
            ..VectorJob::new(VectorOp::Select, Rows::All)
        });
        self.program.push(Instruction::Wait { after_matrix: 0, after_vector: selected });
        let name = format!("blocks.{}.selected", classifier.before);
        self.store(name.clone());
        self.layer_ended(name);
    }

    /// The last layers of scores and branch as one: of each head keep, prune and gate.
    fn logits(&self, classifier: &Classifier, sets: usize, word: usize) -> Linear {
        let (heads, at_a_time) = (self.net.arch.heads, self.core.t_h as usize);
        let quarter = classifier.score3[0].inputs;
        let layers: Vec<Linear> = classifier.score3.iter().chain([&classifier.branch2]).cloned().collect();
        let input = |layer: usize, row: usize| match layer {
            head if head < heads => head / at_a_time * word + head % at_a_time * quarter + row,
            _ => sets * word + row,
        };
        let output = |layer: usize, column: usize| match layer {
            head if head < heads => COLUMNS * head + column,
            _ => COLUMNS * column + 2,
        };
        placed(&layers, (sets + 1) * word, COLUMNS * heads, input, output)
    }
}

/// The same, GELU behind it.
fn behind_gelu(job: MatrixJob) -> MatrixJob {
    MatrixJob { gelu: true, narrow: false, ..job }
}
