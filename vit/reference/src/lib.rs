//! Integer-exact models.
