//! What the papers' hardware costs, and what the parts have that they are on.

use spec::heatvit::{Accelerator, MODELS, Model};

/// Resources of a unit.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Flip-flops.
    pub ff: u64,
    /// LUTs.
    pub lut: u64,
    /// DSP slices.
    pub dsp: u64,
}

/// A row of HeatViT's Table III.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Our kind of unit.
    pub kind: &'static str,
    /// With the approximated functions.
    pub approximated: Cost,
    /// From HLS without approximation.
    pub original: Cost,
}

/// HeatViT, Table III.
pub const TABLE_III: &[Row] = &[
    Row {
        kind: "gelu",
        approximated: Cost { ff: 334, lut: 438, dsp: 4 },
        original: Cost { ff: 191_116, lut: 160_909, dsp: 139 },
    },
    Row {
        kind: "plan_sigmoid",
        approximated: Cost { ff: 1015, lut: 1512, dsp: 0 },
        original: Cost { ff: 2334, lut: 2333, dsp: 3 },
    },
    Row {
        kind: "softmax",
        approximated: Cost { ff: 1939, lut: 2364, dsp: 2 },
        original: Cost { ff: 2464, lut: 2476, dsp: 3 },
    },
];

/// Resources of an accelerator or of a part; none where a paper prints none.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    /// Whose they are.
    pub name: &'static str,
    /// LUTs.
    pub lut: u64,
    /// Flip-flops.
    pub ff: Option<u64>,
    /// DSP slices.
    pub dsp: u64,
    /// BRAM of 36 kbit.
    pub bram36: f64,
    /// URAM blocks.
    pub uram: Option<u64>,
}

/// What an engine is measured against.
#[derive(Debug)]
pub struct Yardstick {
    /// The part.
    pub part: Total,
    /// The paper's whole accelerators on it.
    pub papers: &'static [Total],
}

const fn heatvit(name: &'static str, model: &Model) -> Total {
    let Accelerator { lut, ff, bram36, dsp } = model.accelerator;
    Total { name, lut, ff: Some(ff), dsp: dsp as u64, bram36, uram: None }
}

/// ZCU102 and HeatViT's Table VII.
static HEATVIT: Yardstick = Yardstick {
    part: Total { name: "ZCU102 (XCZU9EG)", lut: 274_080, ff: Some(548_160), dsp: 2520, bram36: 912.0, uram: Some(0) },
    papers: &[
        heatvit("HeatViT, Table VII, DeiT-T, whole accelerator", &MODELS[0]),
        heatvit("HeatViT, Table VII, DeiT-S, whole accelerator", &MODELS[1]),
        heatvit("HeatViT, Table VII, DeiT-B, whole accelerator", &MODELS[3]),
    ],
};

/// Alveo U250 and SDP's Table IV, which prints more URAM than the part has.
const SDP: Yardstick = Yardstick {
    part: Total {
        name: "Alveo U250 (XCU250)",
        lut: 1_728_000,
        ff: Some(3_456_000),
        dsp: 12_288,
        bram36: 2688.0,
        uram: Some(1280),
    },
    papers: &[Total {
        name: "SDP, Table IV, whole accelerator",
        lut: 798_000,
        ff: None,
        dsp: 7088,
        bram36: 960.0,
        uram: Some(1728),
    }],
};

/// What engines of this kind are measured against.
pub fn yardstick(kind: &str) -> Option<&'static Yardstick> {
    match kind {
        "gemm_engine" => Some(&HEATVIT),
        "mpca" => Some(&SDP),
        _ => None,
    }
}
