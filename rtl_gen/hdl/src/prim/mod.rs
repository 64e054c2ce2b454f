//! Leaf modules with fixed ports, so that a vendor's primitive can stand in for any of them.

mod fifo;
mod skid;

pub use fifo::fifo;
pub use skid::skid;
