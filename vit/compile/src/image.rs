//! The memory of a compiled network.

use spec::accel::{Header, Instruction};

use crate::Layer;
use crate::checksum::checksum;

/// Memory that grows beat by beat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    bytes: Vec<u8>,
    beat: usize,
}

impl Memory {
    /// No memory yet, for beats of so many bytes.
    pub fn new(beat: usize) -> Self {
        Self { bytes: Vec::new(), beat }
    }

    /// Appends bytes from the next whole beat on; the number of that beat.
    ///
    /// ```
    /// let mut memory = compile::Memory::new(8);
    /// assert_eq!((memory.push(&[1; 9]), memory.push(&[2; 8])), (0, 2));
    /// assert_eq!(memory.bytes().len(), 24);
    /// ```
    pub fn push(&mut self, bytes: &[u8]) -> u32 {
        let at = self.bytes.len() / self.beat;
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(self.beat), 0);
        at as u32
    }

    /// The first byte of a beat.
    pub fn address(&self, beat: u32) -> u64 {
        u64::from(beat) * self.beat as u64
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Replaces bytes from a beat on.
    pub fn replace(&mut self, beat: u32, bytes: &[u8]) {
        let from = beat as usize * self.beat;
        self.bytes[from..from + bytes.len()].copy_from_slice(bytes);
    }
}

/// A network as a core takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// [`spec::accel::Core::hash`] of the core that it is for.
    pub core: u64,
    /// The instructions.
    pub program: Vec<Instruction>,
    /// Weights, parameters of columns, positions and the place of the image, counted in beats.
    pub memory: Memory,
    /// First beat of the image.
    pub image_at: u32,
    /// Bytes of a patch's row: whole pairs of tiles.
    pub patch_bytes: usize,
    /// Values of a patch.
    pub patch_values: usize,
    /// Index in the image of each value of the patches.
    pub order: Vec<usize>,
    /// Classes.
    pub classes: usize,
    /// Checkpoints of the residual stream, in order: their names, first beats and rows.
    pub stores: Vec<(String, u32, usize)>,
    /// First beats of what the token selectors tell: a bit a token that came in, set if it stays.
    pub selections: Vec<u32>,
    /// First beat of [`spec::accel::Counts`] before the first layer.
    pub counts_at: u32,
    /// Layers in order, and where their counts are.
    pub layers: Vec<Layer>,
    /// Channels of a token.
    pub embed: usize,
}

impl Compiled {
    /// Patches of an image.
    pub fn patches(&self) -> usize {
        self.order.len() / self.patch_values
    }

    /// The program as an accelerator takes it: its header, then [`Self::program_bytes`].
    pub fn program_file(&self) -> Vec<u8> {
        let instructions = self.program_bytes();
        let header =
            Header { hash: self.core, instructions: self.program.len() as u32, checksum: checksum(&instructions) };
        header.encode().into_iter().flat_map(u64::to_le_bytes).chain(instructions).collect()
    }

    /// The instructions' bytes.
    pub fn program_bytes(&self) -> Vec<u8> {
        self.program.iter().flat_map(|instruction| instruction.encode()).flat_map(u64::to_le_bytes).collect()
    }

    /// The bytes of an image's patches, from [`Self::image_at`] on.
    pub fn image_bytes(&self, pixels: &[i32]) -> Vec<u8> {
        let rows = self.order.chunks(self.patch_values);
        rows.flat_map(|row| {
            let values = row.iter().map(|&index| pixels[index] as u8);
            values.chain(std::iter::repeat(0)).take(self.patch_bytes).collect::<Vec<u8>>()
        })
        .collect()
    }
}
