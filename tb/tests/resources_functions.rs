//! What the function units cost in Yosys 0.23, handshake and pipeline included.

use std::path::PathBuf;

use spec::unit::{Exp, ExpCoefficients, Gelu, Method, PlanSigmoid};
use spec::{Delta, UnitConfig};
use toolbox::Tool;
use toolbox::synth::{self, SynthJob};

/// No path of any unit is deeper than this.
const MAX_DEPTH: u32 = 8;

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
        limit(PlanSigmoid::preset16().into(), 0, 90, 100),
        limit(PlanSigmoid::preset8().into(), 0, 50, 50),
        limit(PlanSigmoid { method, ..PlanSigmoid::preset8() }.into(), 0, 40, 9),
        limit(Exp::preset16().into(), 2, 200, 333),
        limit(Exp { coefficients: ExpCoefficients::Minimax, ..Exp::preset16() }.into(), 2, 200, 333),
        limit(Exp::preset8().into(), 2, 80, 160),
        limit(Exp { method, ..Exp::preset8() }.into(), 0, 40, 9),
    ]
}

/// Writes the unit's files; returns its name and their paths.
fn emitted(dir: &tempfile::TempDir, config: &UnitConfig) -> (String, Vec<PathBuf>) {
    let emission = units::emit(std::slice::from_ref(config), "").unwrap();
    let write = |(name, text): (String, String)| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    (config.module_name(), emission.files.into_iter().map(write).collect())
}

#[test]
fn presets_keep_their_limits() {
    if !toolbox::need::present(Tool::Yosys, "the resources of the function units").unwrap() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for Limit { config, dsp, lut, ff } in limits() {
        let (top, files) = emitted(&dir, &config);
        let report = synth::run(&SynthJob::new(top, files)).unwrap();
        // Inverters and shift registers take LUTs as well, whoever counts them.
        let luts = report.lut + report.inv + report.srl;
        assert!(report.dsp <= dsp && luts <= lut && report.ff <= ff && report.depth <= MAX_DEPTH, "{report:#?}");
        assert_eq!((report.latch, report.bram18, report.bram36), (0, 0, 0), "{report:#?}");
    }
}
