//! Integer-exact models.

pub mod num;
