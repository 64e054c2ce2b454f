//! What HeatViT's units cost, and what ours may cost.

use spec::manifest::Module;
use toolbox::synth::SynthReport;

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

/// The most LUT levels between registers that any unit may have.
const DEPTH: u64 = 8;

/// What a unit exceeds, in words; empty if it keeps its limits. They hold for the kinds that have any, with inputs of
/// up to 8 and of up to 16 bits.
pub fn over(module: &Module, report: &SynthReport) -> Vec<String> {
    let mut over = Vec::new();
    let mut check = |what: &str, value: u64, most: u64| {
        if value > most {
            over.push(format!("{value} {what}, at most {most}"));
        }
    };
    check("LUT levels", u64::from(report.depth), DEPTH);
    let width = module.params.get("x").and_then(|x| x.as_str()?.parse::<spec::Format>().ok()).map(|x| x.width);
    let narrow = width.is_some_and(|width| width <= 8);
    let (lut, dsp) = match (module.kind.as_str(), width) {
        (_, None | Some(17..)) => return over,
        ("gelu", _) => (if narrow { 100 } else { 140 }, 2),
        ("plan_sigmoid", _) => (if narrow { 50 } else { 90 }, 0),
        ("softmax", _) => (1000, 3),
        _ => return over,
    };
    check("LUT", report.lut, lut);
    check("DSP", report.dsp, dsp);
    if let Some(row) = TABLE_III.iter().find(|row| row.kind == module.kind) {
        check("FF", report.ff, row.approximated.ff - 1);
    }
    over
}
