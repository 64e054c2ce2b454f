//! Generators of the units.
