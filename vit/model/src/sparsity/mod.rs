//! Static weight pruning in blocks (SDP, section IV-B): which blocks a layer keeps, and who multiplies which block column.

mod balance;
mod select;

pub use balance::{Assignment, Balance, balance};
pub use select::{AlternateMasks, RateError, alternate, keep_best};
