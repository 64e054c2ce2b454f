//! Integer-exact models.

mod bitonic_sort;
pub mod num;

pub use bitonic_sort::{Sorted, bitonic_sort};
