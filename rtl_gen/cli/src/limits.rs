//! What our units may cost.

use spec::UnitConfig;
use spec::manifest::Module;
use spec::unit::MpcaOrganisation;
use toolbox::synth::SynthReport;

use crate::manifest;
use crate::papers::{TABLE_III, yardstick};

/// The most logic levels between registers that any unit may have: at the 150 MHz of the ZCU102.
const DEPTH: u64 = 8;

/// The same at the 300 MHz of the U250.
const FAST_DEPTH: u64 = 5;

/// Percentage of a part's LUT, BRAM and URAM that an engine may take.
const SHARE: u64 = 80;

/// The most pins that a net of an engine may drive, clock and reset apart.
const FANOUT: u64 = 2000;

/// LUTs of all uses, inverters included.
pub fn luts(report: &SynthReport) -> u64 {
    report.lut + report.lutram + report.srl + report.inv
}

/// BRAM of 36 kbit; one of 18 kbit is half of one.
pub fn bram36(report: &SynthReport) -> f64 {
    report.bram36 as f64 + report.bram18 as f64 / 2.0
}

/// Whether a unit is made for 300 MHz: SDP's are.
fn fast(module: &Module) -> bool {
    matches!(manifest::config(module), Ok(UnitConfig::Mpca(_) | UnitConfig::Tdhm(_) | UnitConfig::TopK(_)))
}

/// Whether it is the paper's own organisation, whose nets are the paper's too.
fn reproduced(module: &Module) -> bool {
    matches!(manifest::config(module), Ok(UnitConfig::Mpca(mpca)) if mpca.organisation == MpcaOrganisation::Algorithm2)
}

/// What a unit exceeds, in words; empty if it keeps its limits. Those of function units hold with inputs of up to 8 and of up to 16
/// bits and one lane, those of engines are a share of the part.
pub fn over(module: &Module, report: &SynthReport) -> Vec<String> {
    let mut over = Vec::new();
    let dsps = match manifest::config(module) {
        Ok(UnitConfig::GemmEngine(engine)) => Some(engine.dsps()),
        Ok(UnitConfig::Mpca(mpca)) => Some(mpca.dsps()),
        _ => None,
    };
    if let Some(dsps) = dsps.filter(|dsps| report.dsp != u64::from(*dsps)) {
        over.push(format!("{} DSP, {dsps} by design", report.dsp));
    }
    let mut check = |what: &str, value: u64, most: u64| {
        if value > most {
            over.push(format!("{value} {what}, at most {most}"));
        }
    };
    check("logic levels", u64::from(report.depth), if fast(module) { FAST_DEPTH } else { DEPTH });
    if let Some(yardstick) = yardstick(&module.kind) {
        let share = |whole: u64| whole * SHARE / 100;
        check("LUT", luts(report), share(yardstick.part.lut));
        check("BRAM36", bram36(report).ceil() as u64, share(yardstick.part.bram36 as u64));
        if !reproduced(module) {
            check("pins on a net", report.fanout.pins, FANOUT);
        }
        check("URAM", report.uram, share(yardstick.part.uram.unwrap_or(0)));
    }
    if module.params.contains_key("lanes") {
        return over;
    }
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
