//! One DSP a pair of multiply-accumulates, two a column for its requantisation, two for its GELU; accumulators in block RAM.

use spec::unit::GemmEngine;

use super::{MAX_DEPTH, module, synthesised};

/// The most pins that a net of the small engines drives, clock and reset apart.
const MAX_FANOUT: u64 = 400;

/// Small engines with everything that the presets have: each product sits in a DSP, and nothing else does.
#[test]
fn two_products_are_one_dsp() {
    for preset in [GemmEngine::zcu102(), GemmEngine::deit_b()] {
        let config = GemmEngine { t_i: 16, t_o: 2, t_h: 2, ..preset };
        let Some(report) = synthesised(config.clone()) else { return };
        assert_eq!(report.dsp, u64::from(config.dsps()), "{report:?}");
        assert_eq!(report.bram18 + report.bram36, u64::from(config.t_o * config.t_h), "{report:?}");
        assert!(report.depth <= MAX_DEPTH && report.latch == 0, "{report:?}");
        assert!(report.fanout.pins <= MAX_FANOUT, "{:?}", report.fanout);
    }
}

/// The block that the ZCU102's array is made of: 24 of them are its 1728 DSPs.
#[test]
fn a_block_is_seventy_two_dsps() {
    let Some(report) = module(&GemmEngine::zcu102().into(), "gemm_engine_block_p9_s21", true) else { return };
    assert_eq!((report.dsp, report.latch), (72, 0), "{report:?}");
    assert!(report.depth <= MAX_DEPTH, "{report:?}");
}
