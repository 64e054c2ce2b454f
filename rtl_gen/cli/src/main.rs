//! The command `espalier`.

fn main() {}
