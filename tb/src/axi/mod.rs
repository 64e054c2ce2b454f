//! AXI4 and AXI4-Lite on the bench: a memory behind any number of masters, a driver for register slaves, and a checker
//! that watches every channel of both.
//!
//! Both are handles: clone them, attach one to a [`Bench`](crate::Bench), keep the other.
//!
//! ```no_run
//! use tb::axi::{Memory, Timing};
//!
//! # fn example(bench: &mut tb::Bench) -> tb::Result<()> {
//! let memory = Memory::new(0x8000_0000, 1 << 20, Timing::zcu102());
//! memory.write(0x8000_0000, &[1, 2, 3, 4]);
//! memory.attach(bench, &["m_axi"])?;
//! bench.send("cmd", [[0x8000_0000, 1]])?;
//! bench.run_until("data", 1)?;
//! # Ok(())
//! # }
//! ```

mod board;
mod channel;
mod checker;
mod host;
mod lite;
mod memory;
mod port;
mod signals;
mod timing;

pub use board::{Board, failure};
pub use checker::{Checker, Limits, Rule, Violation};
pub use host::Host;
pub use lite::{Access, Lite};
pub use memory::{Memory, Request, Stats};
pub use signals::{Beat, Burst, Cycle, Handshake, Response};
pub use timing::{Stalls, Timing};
