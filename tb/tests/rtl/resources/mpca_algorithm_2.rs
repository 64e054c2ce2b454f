//! `mpca` by Algorithm 2: one DSP a multiply-accumulator, two a result for its requantisation, two for the counter of products; features and weights in block RAM or LUT RAM.

use spec::unit::{Mpca, MpcaOrganisation};

use super::{MAX_FAST_DEPTH, module, synthesised};

/// Everything in a small array.
pub fn small() -> Mpca {
    let organisation = MpcaOrganisation::Algorithm2;
    Mpca { organisation, tile: 4, max_n: 20, max_rows: 6, feature_rows: 2, out_rows: 2, ..Mpca::new(2, 2, 1, 2) }
}

/// Everything of a small array.
#[test]
fn a_multiply_accumulator_is_one_dsp() {
    let small = small();
    let Some(report) = synthesised(small.clone()) else { return };
    assert_eq!(report.dsp, u64::from(small.macs() + 2 * small.out_rows * small.tile + 2), "{report:?}");
    assert!(report.depth <= MAX_FAST_DEPTH && report.latch == 0, "{report:?}");
}

/// The processing element that the U250's array is made of.
#[test]
fn an_element_is_sixty_four_dsps() {
    let config = Mpca::u250_algorithm_2();
    let Some(report) = module(&config.into(), "mpca_pe_p8_b16_d4096", true) else { return };
    assert_eq!((report.dsp, report.uram, report.latch), (64, 8, 0), "{report:?}");
    assert_eq!(report.unregistered, Vec::<String>::new());
    assert!(report.depth <= MAX_FAST_DEPTH, "{report:?}");
}
