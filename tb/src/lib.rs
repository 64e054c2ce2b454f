//! Testbench parts.
