//! `mpca`, streamed: one DSP a multiply-accumulate, two a result for its requantisation.

use spec::unit::Mpca;

use crate::{MAX_FAST_DEPTH, module, synthesised};

/// Everything of a small array.
#[test]
fn a_product_is_a_dsp() {
    let config = Mpca { tile: 4, max_n: 16, max_rows: 4, feature_rows: 2, out_rows: 1, ..Mpca::new(1, 2, 1, 4) };
    let Some(report) = synthesised(config.clone()) else { return };
    assert_eq!(report.dsp, u64::from(config.dsps()), "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH && report.latch == 0, "{report:?}");
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
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}
