//! Classifying digits in float, in the integer reference and in RTL.

mod accelerator;
mod evaluate;
mod layers;
mod picture;
mod report;
mod target;
mod task;
mod units;

pub use evaluate::{Outcome, Verdict, evaluate, judge};
pub use picture::draw;
pub use report::{object, print};
pub use target::Target;
pub use task::{Task, checkpoint};
pub use units::{bar, compile};
