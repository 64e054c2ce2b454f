//! How many values a beat of an element-wise unit holds.

use crate::ConfigError;

/// The most lanes of an element-wise unit, for each has a bit in `keep`.
pub(super) const MOST: u32 = 64;

/// One value a beat, the default.
pub(super) fn one() -> u32 {
    1
}

/// Whether `lanes` is the default, which configurations leave out.
pub(super) fn is_one(lanes: &u32) -> bool {
    *lanes == 1
}

/// What a module's name says of it: nothing for the default.
pub(super) fn suffix(lanes: u32) -> String {
    if lanes == 1 { String::new() } else { format!("_l{lanes}") }
}

/// Refuses numbers of lanes that no unit has.
pub(super) fn validate(kind: &'static str, lanes: u32) -> Result<(), ConfigError> {
    if (1..=MOST).contains(&lanes) {
        return Ok(());
    }
    Err(ConfigError::new(kind, "lanes", format!("is {lanes}"), format!("give 1 to {MOST}")))
}
