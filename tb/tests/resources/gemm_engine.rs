//! One DSP a pair of multiply-accumulates, two a column for its requantisation, two for its GELU; accumulators in block RAM.

use spec::unit::{Gelu, GemmEngine};

use crate::{MAX_DEPTH, module, synthesised};

/// Everything of a small engine.
#[test]
fn two_products_are_one_dsp() {
    let gelu = Gelu::new(spec::Format::signed(16, 11), spec::Format::signed(8, 4));
    let config = GemmEngine { load_rows: 2, gelu: Some(gelu), ..GemmEngine::new(16, 2, 2) };
    let Some(report) = synthesised(config.clone()) else { return };
    assert_eq!(report.dsp, u64::from(config.dsps()), "{report:?}");
    assert_eq!(report.bram18 + report.bram36, u64::from(config.t_o * config.t_h), "{report:?}");
    assert!(report.depth <= MAX_DEPTH && report.latch == 0, "{report:?}");
}

/// The block that the ZCU102's array is made of.
#[test]
fn a_block_is_seventy_two_dsps() {
    let Some(report) = module(&GemmEngine::zcu102().into(), "gemm_engine_block_p9_s21", true) else { return };
    assert_eq!((report.dsp, report.latch), (72, 0), "{report:?}");
    assert!(report.depth <= MAX_DEPTH, "{report:?}");
}
