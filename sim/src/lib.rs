//! The Verilator link.
