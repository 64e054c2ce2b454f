//! What the papers' hardware costs, and what the parts have that they are on.

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

const fn heatvit(name: &'static str, lut: u64, ff: u64, bram36: f64, dsp: u64) -> Total {
    Total { name, lut, ff: Some(ff), dsp, bram36, uram: None }
}

/// ZCU102 and HeatViT's Table VII.
const HEATVIT: Yardstick = Yardstick {
    part: Total { uram: Some(0), ..heatvit("ZCU102 (XCZU9EG)", 274_080, 548_160, 912.0, 2520) },
    papers: &[
        heatvit("HeatViT, Table VII, DeiT-T, whole accelerator", 137_600, 126_000, 355.5, 1968),
        heatvit("HeatViT, Table VII, DeiT-S, whole accelerator", 145_000, 100_400, 338.5, 1955),
        heatvit("HeatViT, Table VII, DeiT-B, whole accelerator", 161_400, 101_800, 528.6, 2066),
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
