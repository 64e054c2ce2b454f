//! From an image in memory to the first block's tokens.

use spec::accel::{Destination, Instruction, MatrixJob, Rows, Source, VectorJob, VectorOp};

use crate::plan::Plan;

/// Patches that are loaded, then multiplied, at a time.
struct Chunk {
    first: u32,
    patches: u32,
}

impl Plan<'_> {
    /// The patches' product, added to the positions; each chunk is loaded while the array works on the last one.
    ///
    /// Where the words of activations do not hold all patches, chunks take one half of them and the other in turn.
    pub fn embed(&mut self) {
        let (arch, t_o, tiles) = (&self.net.arch, self.core.t_o, self.tiles());
        self.program.push(Instruction::Tokens(arch.tokens() as u32));
        self.count_start();
        let patch_tiles = self.patch_tiles();
        let stride = self.words(arch.patch_pixels());
        self.image_at = self.memory.push(&vec![0; arch.patches() * (patch_tiles * t_o) as usize]);
        let tokens: Vec<u8> =
            self.net.class_token.iter().chain(&self.net.position).flat_map(|value| value.to_le_bytes()).collect();
        let positions_at = self.memory.push(&tokens);
        let destination = Destination::Residual { row: 1, tiles };
        let product = self.linear(&self.net.patch, Rows::All, Source::Act, 0, destination, (0, 0));
        let load = |op, rows, tiles, at| VectorJob { tiles, stride, at, ..VectorJob::new(op, Rows::Given(rows)) };
        let (chunks, held) = (self.chunks(), self.held_patches());
        let last = chunks.len().saturating_sub(1);
        let fits = held >= arch.patches() as u32;
        let mut jobs = Vec::new();
        for (number, Chunk { first, patches }) in chunks.into_iter().enumerate() {
            // The row of the class token comes with the first patches'; the others begin with an even row.
            let row = if first == 0 { 0 } else { first + 1 };
            let rows = first + patches + 1 - row;
            let positions = load(VectorOp::LoadResidual, rows, tiles, positions_at + row * tiles);
            self.vector(VectorJob { base: row / 2 * tiles, ..positions });
            let image = load(VectorOp::LoadAct, patches, patch_tiles, self.image_at + first * patch_tiles / 2);
            let base = if fits { first } else { number as u32 % 2 * half(held) } * stride;
            let after_matrix = if fits || number < 2 { 0 } else { jobs[number - 2] };
            let loaded = self.vector(VectorJob { base, after_matrix, ..image });
            let job = MatrixJob {
                rows: Rows::Given(patches),
                from_base: base,
                to: Destination::Residual { row: first + 1, tiles },
                after_vector: loaded,
                ..product.clone()
            };
            jobs.push(self.matrix(if number == last { self.ends_layer(job) } else { job }));
        }
        self.store("embedding".into());
        self.layer_ended("embedding".into());
    }

    /// Patches that the words of activations hold.
    fn held_patches(&self) -> u32 {
        self.core.act_words() / self.words(self.net.arch.patch_pixels())
    }

    /// Few patches first, then as many as load while the array works on the last ones. The first chunk has an odd number of
    /// patches, for the class token comes with it; the others an even one.
    fn chunks(&self) -> Vec<Chunk> {
        let all = self.net.arch.patches() as u32;
        let held = self.held_patches();
        let most = if held < all { half(held) } else { all };
        let least = self.core.halved_from(false) / 2;
        let load = self.tiles() + self.patch_tiles() / 2;
        let work = self.tiles() * self.words(self.net.arch.patch_pixels());
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut first = 0;
        while first < all {
            let left = all - first;
            let wanted = chunks.last().map_or(least, |last| (last.patches * work / load).max(least));
            let wanted = wanted.next_multiple_of(2).min(most);
            let wanted = if first == 0 && wanted % 2 == 0 { wanted - 1 } else { wanted };
            let patches = if left < wanted + least && left <= most { left } else { left.min(wanted) };
            chunks.push(Chunk { first, patches });
            first += patches;
        }
        chunks
    }
}

/// An even number, at most half of `patches`.
fn half(patches: u32) -> u32 {
    patches / 4 * 2
}
