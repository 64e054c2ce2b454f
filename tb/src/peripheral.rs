//! What stands beside a unit's streams: a memory, a bus.

use std::fmt::Debug;

use sim::Model;

use crate::Result;

/// Drives and watches ports of a unit in every cycle of its [`Bench`](crate::Bench).
///
/// In a cycle `drive` comes first, then the unit's combinational logic settles, then `sample`, then the clock's edge. What is
/// driven may depend on earlier cycles alone.
pub trait Peripheral: Debug {
    /// Forgets what is on its way, and drives what stands for silence.
    fn reset(&mut self, model: &mut Model);

    /// Looks at the ports at the end of reset.
    ///
    /// # Errors
    /// What a unit must not do in reset.
    fn sample_reset(&mut self, model: &Model, cycle: u64) -> Result<()>;

    /// Sets the unit's inputs.
    fn drive(&mut self, model: &mut Model, cycle: u64);

    /// Takes note of the unit's outputs. Tells whether anything was transferred.
    ///
    /// # Errors
    /// A broken protocol.
    fn sample(&mut self, model: &Model, cycle: u64) -> Result<bool>;

    /// Whether it has something to do before a run is over.
    fn is_pending(&self) -> bool;

    /// What it waits for, for a message.
    fn describe(&self) -> String;
}
