//! The function units, beside HeatViT's Table III.

use spec::unit::{Exp, ExpCoefficients, Gelu, Method, PlanSigmoid};
use spec::{Delta, Format, UnitConfig};

use super::{MAX_DEPTH, synthesised};

struct Limit {
    config: UnitConfig,
    dsp: u64,
    lut: u64,
    ff: u64,
}

fn limits() -> Vec<Limit> {
    let limit = |config: UnitConfig, dsp, lut, ff| Limit { config, dsp, lut, ff };
    let method = Method::Table;
    vec![
        limit(Gelu::preset16().into(), 2, 140, 333),
        limit(Gelu { delta1: Delta::HALF, ..Gelu::preset16() }.into(), 2, 140, 333),
        limit(Gelu::preset8().into(), 2, 100, 333),
        limit(Gelu { method, ..Gelu::preset8() }.into(), 0, 40, 9),
        limit(Gelu { lane_dsp: false, ..Gelu::new(Format::signed(16, 11), Format::signed(8, 4)) }.into(), 0, 550, 333),
        limit(PlanSigmoid::preset16().into(), 0, 90, 100),
        limit(PlanSigmoid::preset8().into(), 0, 50, 50),
        limit(PlanSigmoid { method, ..PlanSigmoid::preset8() }.into(), 0, 40, 9),
        limit(Exp::preset16().into(), 2, 200, 333),
        limit(Exp { coefficients: ExpCoefficients::Minimax, ..Exp::preset16() }.into(), 2, 200, 333),
        limit(Exp::preset8().into(), 2, 80, 160),
        limit(Exp { method, ..Exp::preset8() }.into(), 0, 40, 9),
    ]
}

#[test]
fn presets_keep_their_limits() {
    for Limit { config, dsp, lut, ff } in limits() {
        let Some(report) = synthesised(config) else { return };
        // Inverters and shift registers take LUTs as well, whoever counts them.
        let luts = report.lut + report.inv + report.srl;
        assert!(report.dsp <= dsp && luts <= lut && report.ff <= ff && report.depth <= MAX_DEPTH, "{report:#?}");
        assert_eq!((report.latch, report.bram18, report.bram36), (0, 0, 0), "{report:#?}");
    }
}
