//! Leaf modules with fixed ports, so that a vendor's primitive can stand in for any of them.

mod fifo;
mod held_ram;
mod ram;
mod ram_fifo;
mod skew;
mod skid;

pub use fifo::fifo;
pub use held_ram::{held_lut_ram, held_ram, held_ram_reg};
pub use ram::ram;
pub use ram_fifo::ram_fifo;
pub use skew::skew;
pub use skid::skid;
