//! `mpca`, streamed: one DSP a multiply-accumulate, two a result for its requantisation.

use spec::unit::Mpca;

use crate::{MAX_DEPTH, module, synthesised};

/// Everything of a small array.
#[test]
fn a_product_is_a_dsp() {
    let config = Mpca { tile: 4, max_n: 16, max_rows: 4, feature_rows: 2, out_rows: 1, ..Mpca::new(1, 2, 1, 4) };
    let Some(report) = synthesised(config.clone()) else { return };
    assert_eq!(report.dsp, u64::from(config.macs() + 2 * config.out_rows * config.tile), "{report:?}");
    assert!(report.depth <= MAX_DEPTH && report.latch == 0, "{report:?}");
}

/// The column of four lanes that the U250's array is made of.
#[test]
fn four_lanes_are_sixty_four_dsps() {
    let Some(report) = module(&Mpca::u250().into(), "mpca_dots_b16_l4", true) else { return };
    assert_eq!((report.dsp, report.latch), (64, 0), "{report:?}");
    assert!(report.depth <= MAX_DEPTH, "{report:?}");
}
