//! Whether the products of a unit's lanes are in DSPs, which is the default, or in LUTs.

/// In DSPs.
pub(crate) fn yes() -> bool {
    true
}

/// Whether it is the default, which configurations leave out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(crate) fn is_yes(lane_dsp: &bool) -> bool {
    *lane_dsp
}

/// What a module's name says of it: nothing for the default.
pub(crate) fn suffix(lane_dsp: bool) -> &'static str {
    if lane_dsp { "" } else { "_lut" }
}
