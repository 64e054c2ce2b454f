//! What an AXI interface shows in one cycle.

use serde::{Deserialize, Serialize};

/// Words of 64 bits in the widest beat.
pub(super) const WORDS: usize = 8;

/// The code of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Response {
    /// It went well.
    #[default]
    Okay,
    /// It went well, exclusively.
    ExOkay,
    /// The slave failed.
    SlvErr,
    /// There is no slave.
    DecErr,
}

impl Response {
    /// As the bus encodes it.
    ///
    /// ```
    /// assert_eq!(tb::axi::Response::DecErr.code(), 3);
    /// ```
    pub fn code(self) -> u64 {
        self as u64
    }

    /// From the lowest two bits.
    ///
    /// ```
    /// use tb::axi::Response;
    /// assert_eq!(Response::of(2), Response::SlvErr);
    /// ```
    pub fn of(code: u64) -> Self {
        [Self::Okay, Self::ExOkay, Self::SlvErr, Self::DecErr][code as usize & 3]
    }
}

/// A request, as on AR and AW.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    /// The first byte's address.
    pub address: u64,
    /// Beats less one.
    pub len: u64,
    /// log2 of a beat's bytes.
    pub size: u64,
    /// The kind of burst; 1 is incrementing.
    pub burst: u64,
}

/// A beat of data, as on R and W.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// The data, lowest word first.
    pub data: [u64; WORDS],
    /// R: the response's code. W: the strobes.
    pub mark: u64,
    /// Whether it ends a burst.
    pub last: bool,
}

/// A channel in one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handshake<P> {
    /// Whether something is offered.
    pub valid: bool,
    /// Whether it would be taken.
    pub ready: bool,
    /// What is offered.
    pub payload: P,
}

impl<P> Handshake<P> {
    /// Whether something is transferred.
    ///
    /// ```
    /// use tb::axi::Handshake;
    /// assert!(!Handshake { valid: true, ready: false, payload: () }.fires());
    /// ```
    pub fn fires(&self) -> bool {
        self.valid && self.ready
    }

    /// Whether something is offered and not taken.
    ///
    /// ```
    /// use tb::axi::Handshake;
    /// assert!(Handshake { valid: true, ready: false, payload: () }.waits());
    /// ```
    pub fn waits(&self) -> bool {
        self.valid && !self.ready
    }
}

/// All five channels in one cycle; channels that an interface lacks stay silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cycle {
    /// Read address.
    pub ar: Handshake<Burst>,
    /// Read data.
    pub r: Handshake<Beat>,
    /// Write address.
    pub aw: Handshake<Burst>,
    /// Write data.
    pub w: Handshake<Beat>,
    /// Write response, its code.
    pub b: Handshake<u64>,
}

impl Cycle {
    /// Whether no channel offers anything.
    ///
    /// ```
    /// assert!(tb::axi::Cycle::default().is_silent());
    /// ```
    pub fn is_silent(&self) -> bool {
        !(self.ar.valid || self.r.valid || self.aw.valid || self.w.valid || self.b.valid)
    }

    /// Whether something is transferred on any channel.
    ///
    /// ```
    /// use tb::axi::{Cycle, Handshake};
    /// let b = Handshake { valid: true, ready: true, payload: 0 };
    /// assert!(Cycle { b, ..Cycle::default() }.fires());
    /// ```
    pub fn fires(&self) -> bool {
        self.ar.fires() || self.r.fires() || self.aw.fires() || self.w.fires() || self.b.fires()
    }

    /// Whether something is offered and not taken on any channel.
    ///
    /// ```
    /// use tb::axi::{Cycle, Handshake};
    /// let b = Handshake { valid: true, ready: false, payload: 0 };
    /// assert!(Cycle { b, ..Cycle::default() }.waits());
    /// ```
    pub fn waits(&self) -> bool {
        self.ar.waits() || self.r.waits() || self.aw.waits() || self.w.waits() || self.b.waits()
    }
}
