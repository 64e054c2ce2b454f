//! Why an accelerator stopped.

/// Why an accelerator stopped, as field `CODE` of its register `ERROR` has it; `INDEX` beside it is the instruction at
/// fault, or the last one that was begun.
///
/// ```
/// use spec::accel::{Fault, Response};
/// let fault = Fault::Bus { port: 3, response: Response::Slave };
/// assert_eq!((fault.code(), Fault::of(0x4e)), (0x4e, Some(fault)));
/// assert_eq!((Fault::of(0), Fault::of(3)), (None, Some(Fault::Hash)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// 1: what stands at the program's address is no program.
    #[error("there is no program at the program's address; write one there, or correct register PROGRAM")]
    Magic,
    /// 2: the program's format is another version's.
    #[error("the program has another version of the format; compile it anew")]
    Version,
    /// 3: the program is for another core.
    #[error("the program is for a core of another configuration; compile it for this one")]
    Hash,
    /// 4: the program has no instructions, or more than the accelerator holds.
    #[error("the program is empty or longer than the accelerator holds; build one with a larger `max_instructions`")]
    Length,
    /// 5: the instructions are not those that the checksum was made of.
    #[error("the program's checksum is wrong; write it to memory again")]
    Checksum,
    /// 6: an instruction that ends the program is not the last, or the last one does not.
    #[error("the program does not end with its only end; compile it anew")]
    End,
    /// 7: an instruction that the core does not know, or with a value that no field has.
    #[error("an instruction is none that the core knows; compile the program anew")]
    Instruction,
    /// 8: more rows, tokens, columns or channels than the core holds.
    #[error("an instruction's sizes are beyond the core's; compile the program for this core")]
    Size,
    /// 9: a place beyond the core's memories.
    #[error("an instruction's place is beyond the core's memories; compile the program for this core")]
    Place,
    /// 10: an address register has bits that the accelerator's addresses lack.
    #[error("an address has more bits than the accelerator's; place program, weights, image and result lower")]
    Address,
    /// 11: no job was done for as many cycles as register `WATCHDOG` says.
    #[error("no job was done within the watchdog's limit; see the stall counters, or raise the limit")]
    Watchdog,
    /// 12: software asked for it.
    #[error("it was stopped by software")]
    Abort,
    /// 64 + 4·port + response: memory refused an access.
    #[error("port {port} to memory had {response}; check the addresses of program, weights, image and result")]
    Bus {
        /// The core's port: its weight streams one after the other, then the rest's reads, its writes, the program.
        port: u8,
        /// What was wrong.
        response: Response,
    },
}

/// What is wrong with an access to memory, as the masters encode it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// 1: its address is no multiple of a beat.
    Unaligned = 1,
    /// 2: SLVERR.
    Slave = 2,
    /// 3: DECERR.
    Decode = 3,
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unaligned => "an address that is no multiple of a beat",
            Self::Slave => "the response SLVERR",
            Self::Decode => "the response DECERR",
        })
    }
}

impl Fault {
    /// The code of the first port's faults, less their response.
    pub const BUS: u8 = 0x40;
    /// Every fault but those of the bus, from code 1 on.
    pub const ALL: [Self; 12] = [
        Self::Magic,
        Self::Version,
        Self::Hash,
        Self::Length,
        Self::Checksum,
        Self::End,
        Self::Instruction,
        Self::Size,
        Self::Place,
        Self::Address,
        Self::Watchdog,
        Self::Abort,
    ];

    /// Its code.
    pub fn code(self) -> u8 {
        match self {
            Self::Bus { port, response } => Self::BUS + 4 * port + response as u8,
            other => Self::ALL.iter().zip(1..).find(|(fault, _)| **fault == other).map_or(0, |(_, code)| code),
        }
    }

    /// The fault of a code; `None` for 0 and for codes that no fault has.
    pub fn of(code: u8) -> Option<Self> {
        if code < Self::BUS {
            return Self::ALL.get(usize::from(code).checked_sub(1)?).copied();
        }
        let response = match code % 4 {
            1 => Response::Unaligned,
            2 => Response::Slave,
            3 => Response::Decode,
            _ => return None,
        };
        Some(Self::Bus { port: (code - Self::BUS) / 4, response })
    }
}
