//! From primitives to resources.

use std::collections::BTreeMap;

use super::{Deepest, Fanout, SynthReport};

/// A report with the primitives added up.
pub(super) fn count(top: &str, tool: &str, cells: BTreeMap<String, u64>) -> SynthReport {
    let sum = |weight: fn(&str) -> u64| cells.iter().map(|(name, count)| weight(name) * count).sum();
    SynthReport {
        top: top.to_owned(),
        tool: tool.to_owned(),
        lut: sum(lut),
        inv: sum(|name| u64::from(name == "INV")),
        ff: sum(|name| u64::from(matches!(name.trim_end_matches("_1"), "FDRE" | "FDSE" | "FDCE" | "FDPE"))),
        latch: sum(|name| u64::from(name.starts_with("LDCE") || name.starts_with("LDPE"))),
        dsp: sum(|name| u64::from(name.starts_with("DSP48"))),
        bram18: sum(|name| u64::from(name.starts_with("RAMB18"))),
        bram36: sum(|name| u64::from(name.starts_with("RAMB36"))),
        uram: sum(|name| u64::from(name.starts_with("URAM"))),
        carry: sum(|name| u64::from(name == "CARRY4" || name == "CARRY8")),
        lutram: sum(lutram),
        srl: sum(|name| u64::from(name.starts_with("SRL"))),
        depth: 0,
        deepest: Deepest::default(),
        fanout: Fanout::default(),
        unregistered: Vec::new(),
        cells,
        seconds: 0.0,
        cached: false,
    }
}

fn lut(name: &str) -> u64 {
    let rest = name.strip_prefix("LUT").unwrap_or_default();
    u64::from(matches!(rest, "1" | "2" | "3" | "4" | "5" | "6" | "6_2"))
}

/// LUTs that a distributed RAM takes (UG974).
fn lutram(name: &str) -> u64 {
    match name.trim_end_matches("_1") {
        "RAM32X1S" | "RAM64X1S" => 1,
        "RAM32X1D" | "RAM64X1D" | "RAM128X1S" => 2,
        "RAM32M" | "RAM64M" | "RAM128X1D" | "RAM256X1S" => 4,
        "RAM32M16" | "RAM64M8" | "RAM256X1D" | "RAM512X1S" => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primitives_fall_into_their_resources() {
        let cells = [("LUT2", 3), ("LUT6", 2), ("INV", 5), ("FDRE", 7), ("FDSE_1", 1), ("RAM32M16", 2), ("CARRY4", 4)];
        let report = count("t", "y", cells.map(|(name, count)| (name.to_owned(), count)).into());
        assert_eq!((report.lut, report.inv, report.ff, report.lutram, report.carry), (5, 5, 8, 16, 4));
        assert_eq!((report.dsp, report.bram18, report.bram36, report.uram, report.srl), (0, 0, 0, 0, 0));
    }
}
