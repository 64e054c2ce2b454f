//! What is counted in each layer.

use spec::accel::{Counts, MatrixJob, Rows, VectorJob, VectorOp};

use crate::Compiled;
use crate::plan::Plan;

/// A part of a network that is counted by itself: from behind the last row of what comes before it to its own last row in
/// the array; the last layer to its last result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name, as the reference's checkpoint has it.
    pub name: String,
    /// First beat of [`Counts`] at its end.
    pub at: u32,
}

/// How far counting is.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    /// Where the first counts are.
    pub start: u32,
    pub layers: Vec<Layer>,
    /// The layer whose counts are kept, and not stored yet.
    kept: Option<String>,
    /// The vector job that stored the last ones.
    stored: u32,
}

impl Plan<'_> {
    /// Counts what is there before the first layer.
    pub fn count_start(&mut self) {
        self.counting.start = self.count();
    }

    /// Jobs that end a layer, but for the last one: the counts up to them are kept, once those of the layer before them
    /// are stored.
    pub fn ends_layer(&self, job: MatrixJob) -> MatrixJob {
        MatrixJob { keeps: true, after_vector: job.after_vector.max(self.counting.stored), ..job }
    }

    /// The layer that has ended; [`Self::count_layer`] stores its counts.
    pub fn layer_ended(&mut self, name: String) {
        self.counting.kept = Some(name);
    }

    /// Stores the counts of the layer that ended last. It stands behind the next layer's first vector jobs, so that the
    /// array does not wait for it.
    pub fn count_layer(&mut self) {
        if let Some(name) = self.counting.kept.take() {
            let at = self.count();
            self.counting.layers.push(Layer { name, at });
        }
    }

    fn count(&mut self) -> u32 {
        let at = self.memory.push(&[0; Counts::BYTES]);
        let job = VectorJob::new(VectorOp::Count, Rows::All);
        self.counting.stored = self.vector(VectorJob { after_matrix: self.matrix, at, ..job });
        at
    }
}

impl Compiled {
    /// What was counted in each layer; `read` fills bytes from a beat of memory on.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn layer_counts<E>(
        &self,
        mut read: impl FnMut(u32, &mut [u8]) -> Result<(), E>,
    ) -> Result<Vec<(String, Counts)>, E> {
        let mut counts = |at: u32| {
            let mut bytes = [0; Counts::BYTES];
            read(at, &mut bytes).map(|()| Counts::decode(&bytes))
        };
        let mut before = counts(self.counts_at)?;
        let layer = |layer: &Layer| {
            let now = counts(layer.at)?;
            let since = now.since(&before);
            before = now;
            Ok((layer.name.clone(), since))
        };
        self.layers.iter().map(layer).collect()
    }
}
