//! Classifying digits in float, in the integer reference and in RTL.

mod evaluate;
mod picture;
mod report;
mod task;
mod units;

pub use evaluate::{Outcome, evaluate, judge};
pub use picture::draw;
pub use report::{object, print};
pub use task::{Task, checkpoint};
pub use units::{bar, compile};
