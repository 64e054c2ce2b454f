//! What the command prints, writes and refuses.

mod bad_input;
mod common;
mod doctor;
mod explore;
mod generate;
mod inspect;
mod new_unit;
mod pipes;
mod report;
mod run;
mod simulate;
