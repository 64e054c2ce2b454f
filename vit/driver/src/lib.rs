//! The driver of an accelerator: the same code starts a simulated one and one on a board.
//!
//! A [`Bus`] is how registers and memory are reached. An [`Accelerator`] on one loads a compiled network and runs images:
//!
//! ```no_run
//! # fn example<B: driver::Bus>(bus: B, network: &compile::Compiled, pixels: &[i32]) -> Result<(), driver::Error<B::Error>> {
//! let mut accelerator = driver::Accelerator::new(bus, driver::Region { address: 0x7000_0000, bytes: 64 << 20 })?;
//! accelerator.load(network)?;
//! let run = accelerator.run(pixels)?;
//! println!("{:?} in {} cycles", run.logits, run.counters.cycles);
//! # Ok(())
//! # }
//! ```

mod accelerator;
mod bus;
mod counters;
mod error;
#[cfg(unix)]
mod uio;

pub use accelerator::{Accelerator, Region, Run};
pub use bus::Bus;
pub use counters::Counters;
pub use error::Error;
#[cfg(unix)]
pub use uio::Uio;
