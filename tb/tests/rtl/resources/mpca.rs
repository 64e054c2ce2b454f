//! `mpca`, streamed: one DSP a multiply-accumulate, two a result for its requantisation.

use spec::UnitConfig;
use spec::unit::Mpca;

use super::{MAX_FAST_DEPTH, module, synthesised};

/// The most pins that a net of the U250's array drives, clock and reset apart.
const MAX_FANOUT: u64 = 2000;

/// Everything in a small array.
pub fn small() -> Mpca {
    Mpca { tile: 4, max_n: 16, max_rows: 4, feature_rows: 2, out_rows: 1, ..Mpca::new(1, 2, 1, 4) }
}

/// Everything of a small array.
#[test]
fn a_product_is_a_dsp() {
    let config = small();
    let Some(report) = synthesised(config.clone()) else { return };
    assert_eq!(report.dsp, u64::from(config.dsps()), "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH && report.latch == 0, "{report:?}");
}

/// All parts of the U250's array, and the paths from one to another; a sixth of its features, for that is where the time goes.
#[test]
fn the_whole_array_keeps_its_limits() {
    let config = Mpca { max_rows: 16, ..Mpca::u250() };
    let top = UnitConfig::from(config.clone()).module_name();
    let Some(report) = module(&config.clone().into(), &top, false) else { return };
    assert_eq!((report.dsp, report.latch), (u64::from(config.dsps()), 0), "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH && report.fanout.pins <= MAX_FANOUT, "{report:?}");
}

/// A sixth of the crossbar between the slices of features and one of the U250's 24 lanes.
#[test]
fn a_lane_chooses_among_sixteen_slices() {
    let config = Mpca { max_rows: 16, ..Mpca::u250() };
    let Some(report) = module(&config.into(), "mpca_select_b16_r16", true) else { return };
    assert!(report.lut <= 2000 && report.depth <= MAX_FAST_DEPTH, "{report:?}");
}

/// The column of four lanes that the U250's array is made of.
#[test]
fn four_lanes_are_sixty_four_dsps() {
    let Some(report) = module(&Mpca::u250().into(), "mpca_dots_b16_l4", true) else { return };
    assert_eq!((report.dsp, report.latch), (64, 0), "{report:?}");
    assert_eq!(report.unregistered, Vec::<String>::new());
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}
