//! The token selector, the sorters, and the token dropping module.

use spec::UnitConfig;
use spec::unit::{BitonicSort, Organisation, Tdhm, TokenSelector, TopK};

use super::{MAX_DEPTH, MAX_FAST_DEPTH, module, synthesised};

/// Two products of scores, one multiplier a lane, the rest in `exp` and the threshold.
#[test]
fn selectors_stay_small_and_shallow() {
    for (config, lut, ff) in [(TokenSelector::int8(192, 8), 2200, 1600), (TokenSelector::int16(192, 8), 4500, 3000)] {
        let Some(report) = synthesised(config) else { return };
        assert!(report.dsp <= 13 && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert!(report.bram18 == 0 && report.bram36 == 0 && report.latch == 0, "{report:?}");
        assert!(report.depth <= MAX_DEPTH, "{report:?}");
    }
}

#[test]
fn a_selector_whose_lanes_are_in_luts_has_the_dsps_of_its_scores() {
    let config = TokenSelector { lane_dsp: false, ..TokenSelector::int16(32, 2) };
    let Some(report) = synthesised(config) else { return };
    assert_eq!(report.dsp, 5, "{report:?}");
    assert!(report.lut <= 2700 && report.depth <= MAX_DEPTH, "{report:?}");
}

/// Flattened, and, as a large sorter has to be, module by module.
#[test]
fn sorters_are_shallow() {
    for (config, lut) in [(BitonicSort::new(8, 8, 0), 900), (BitonicSort::new(16, 16, 0), 8000)] {
        let config = UnitConfig::from(config);
        let Some(flat) = synthesised(config.clone()) else { return };
        let Some(parts) = module(&config, &config.module_name(), false) else { return };
        assert!(flat.lut <= lut && flat.dsp == 0 && flat.latch == 0, "{flat:?}");
        assert!(flat.depth <= MAX_FAST_DEPTH && parts.depth <= MAX_FAST_DEPTH, "{flat:?} {parts:?}");
    }
}

/// A register after each stage, and little logic between two.
#[test]
fn networks_are_shallow() {
    for organisation in [Organisation::Bitonic, Organisation::MergeExchange] {
        let Some(report) = synthesised(TopK::new(16, 8, organisation)) else { return };
        assert!(report.dsp == 0 && report.bram18 + report.bram36 == 0 && report.latch == 0, "{report:?}");
        assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
    }
}

/// Words in LUT RAM, and as many comparators as were asked for: a fraction of the network that they stand for.
#[test]
fn shared_comparators_are_small() {
    let config = TopK { units: Some(2), ..TopK::new(32, 16, Organisation::BitonicShared) };
    let Some(report) = synthesised(config) else { return };
    assert!(report.lut <= 700 && report.ff <= 400 && report.lutram > 0, "{report:?}");
    assert!(report.dsp == 0 && report.bram18 + report.bram36 == 0 && report.latch == 0, "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}

#[test]
fn radix_select_is_small_and_shallow() {
    let Some(report) = synthesised(TopK::new(64, 16, Organisation::RadixSelect)) else { return };
    assert!(report.lut <= 300 && report.ff <= 260 && report.dsp == 0 && report.latch == 0, "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}

/// One multiplier a lane, tokens in block RAM; the rest is a divider a lane, the selector and small memories.
#[test]
fn token_dropping_is_one_dsp_a_lane() {
    let config = Tdhm { max_tokens: 33, max_heads: 4, ..Tdhm::int16(64, 2) };
    let Some(report) = synthesised(config) else { return };
    assert_eq!(report.dsp, 2, "{report:?}");
    assert!(report.bram18 + report.bram36 > 0 && report.latch == 0, "{report:?}");
    assert!(report.lut <= 2000 && report.ff <= 1500, "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}
