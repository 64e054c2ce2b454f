//! HeatViT (HPCA 2023), Tables IV and VII.

use spec::accel::Core;
use spec::network::{Architecture, Pruning};

/// A network, the core that it runs on here, and what it runs at in the paper.
pub struct Model {
    pub name: &'static str,
    pub arch: fn(Pruning) -> Architecture,
    pub core: fn() -> Core,
    /// Blocks, from 0, that selectors stand before; the paper does not print them.
    pub before: [usize; 3],
    /// DSPs of the paper's accelerator.
    pub dsp: u32,
    pub rows: [Row; 4],
}

/// Shares of the patches that the stages keep, all of them in the dense baseline; GMACs and frames a second.
pub struct Row {
    pub keep: Option<[f64; 3]>,
    pub gmacs: Option<f64>,
    pub fps: f64,
}

const fn dense(fps: f64) -> Row {
    Row { keep: None, gmacs: None, fps }
}

const fn pruned(keep: [f64; 3], gmacs: f64, fps: f64) -> Row {
    Row { keep: Some(keep), gmacs: Some(gmacs), fps }
}

const HIGH: [f64; 3] = [0.90, 0.84, 0.61];
const MIDDLE: [f64; 3] = [0.70, 0.39, 0.21];
const LOW: [f64; 3] = [0.42, 0.21, 0.13];

pub const MODELS: [Model; 4] = [
    Model {
        name: "deit-t",
        arch: |pruning| Architecture::deit(3, pruning),
        core: Core::zcu102,
        before: [3, 6, 9],
        dsp: 1968,
        rows: [
            dense(78.3),
            pruned([0.85, 0.79, 0.51], 1.00, 183.4),
            pruned([0.76, 0.70, 0.41], 0.90, 198.8),
            pruned(MIDDLE, 0.75, 271.2),
        ],
    },
    Model {
        name: "deit-s",
        arch: |pruning| Architecture::deit(6, pruning),
        core: Core::zcu102,
        before: [3, 6, 9],
        dsp: 1955,
        rows: [dense(25.9), pruned(HIGH, 3.86, 57.0), pruned(MIDDLE, 2.64, 97.1), pruned(LOW, 2.02, 109.2)],
    },
    Model {
        name: "lv-vit-s",
        arch: Architecture::lv_vit_s,
        core: Core::zcu102,
        before: [4, 8, 12],
        dsp: 1955,
        rows: [dense(19.4), pruned(HIGH, 5.49, 62.8), pruned(MIDDLE, 3.77, 72.8), pruned(LOW, 2.88, 89.1)],
    },
    Model {
        name: "deit-b",
        arch: |pruning| Architecture::deit(12, pruning),
        core: Core::zcu102_wide,
        before: [3, 6, 9],
        dsp: 2066,
        rows: [dense(11.2), pruned(HIGH, 14.79, 36.1), pruned(MIDDLE, 10.11, 43.3), pruned(LOW, 7.75, 54.8)],
    },
];

/// Shares of the tokens in Table IV.
pub const KEEP: [f64; 6] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];

/// A row of Table IV: a block of DeiT with so many heads.
pub struct Block {
    pub name: &'static str,
    pub heads: usize,
    pub milliseconds: [f64; 6],
}

pub const BLOCKS: [Block; 2] = [
    Block { name: "DeiT-T", heads: 3, milliseconds: [1.034, 0.945, 0.881, 0.764, 0.702, 0.636] },
    Block { name: "DeiT-S", heads: 6, milliseconds: [3.161, 2.837, 2.565, 2.255, 1.973, 1.682] },
];
