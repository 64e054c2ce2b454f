//! The triangle of registers at the border of a systolic array.

use std::sync::Arc;

use crate::{Design, Errors, Module, Ty};

/// `prim_skew_l<lanes>_w<bits>`: lane i of `x_i` appears on `y_o` i + 1 cycles later.
///
/// Shift registers without reset, one a lane, so that they can become SRLs.
///
/// ```
/// assert_eq!(hdl::prim::skew(16, 8)?.name(), "prim_skew_l16_w8");
/// # Ok::<(), hdl::Errors>(())
/// ```
///
/// # Errors
/// If `lanes` is 0.
pub fn skew(lanes: u32, bits: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("prim_skew_l{lanes}_w{bits}"), |m| {
        m.doc(format!("Delays lane i of {lanes} by i + 1 cycles."));
        let x = m.input_vec("x", lanes, Ty::uint(bits));
        let y = m.output_vec("y", lanes, Ty::uint(bits));
        for lane in 0..lanes {
            let line = m.reg(&format!("lane{lane}"), Ty::uint(bits * (lane + 1)));
            let next = match lane {
                0 => x.at(lane),
                _ => m.concat([line.bits(bits * lane - 1, 0), x.at(lane)]),
            };
            m.clocked(|| line.set(next));
            y.at(lane).set(line.bits(bits * (lane + 1) - 1, bits * lane));
        }
    })
}
