//! A hardware-construction library.
