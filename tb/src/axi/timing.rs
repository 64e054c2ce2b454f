//! How fast a memory is.

use serde::{Deserialize, Serialize};

use crate::Pattern;

/// Bandwidth, latency and refresh of a memory, in cycles of the clock at its ports.
///
/// ```
/// use tb::axi::Timing;
/// let zcu102 = Timing::zcu102();
/// assert_eq!((zcu102.millibytes, zcu102.latency), (128_000, 100));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Thousandths of a byte that all ports together may move in a cycle; 0: no limit.
    pub millibytes: u64,
    /// Cycles from a request to its first data, or from the last data to the response; at least 1.
    pub latency: u64,
    /// Cycles from one refresh to the next; 0: none.
    pub refresh_every: u64,
    /// Cycles that a refresh takes, in which no data moves.
    pub refresh_for: u64,
    /// Bursts that a port takes before it answers the first; more wait with ready low. Reads and writes apart.
    pub queue: usize,
}

impl Timing {
    /// Data in the next cycle, as much as the ports carry.
    ///
    /// ```
    /// assert_eq!(tb::axi::Timing::ideal().latency, 1);
    /// ```
    pub fn ideal() -> Self {
        Self { millibytes: 0, latency: 1, refresh_every: 0, refresh_for: 0, queue: 64 }
    }

    /// So many bytes a second, at a clock of `hertz`, after `latency` cycles.
    ///
    /// ```
    /// let timing = tb::axi::Timing::at(19_200_000_000, 150_000_000, 100);
    /// assert_eq!(timing.millibytes, 128_000);
    /// ```
    pub fn at(bytes_per_second: u64, hertz: u64, latency: u64) -> Self {
        let millibytes = u128::from(bytes_per_second) * 1000 / u128::from(hertz.max(1));
        Self { millibytes: u64::try_from(millibytes).unwrap_or(u64::MAX), latency: latency.max(1), ..Self::ideal() }
    }

    /// The ZCU102's memory as the accelerator sees it: 19.2 GB/s at 150 MHz, 100 cycles of latency.
    ///
    /// Refresh is part of the 19.2 GB/s; [`Timing::with_refresh`] adds it apart.
    ///
    /// ```
    /// assert_eq!(tb::axi::Timing::zcu102().refresh_every, 0);
    /// ```
    pub fn zcu102() -> Self {
        Self::at(19_200_000_000, 150_000_000, 100)
    }

    /// The same with a refresh: DDR4 has one every 7.8 µs, for 350 ns.
    ///
    /// ```
    /// let timing = tb::axi::Timing::zcu102().with_refresh(1170, 53);
    /// assert_eq!((timing.refresh_every, timing.refresh_for), (1170, 53));
    /// ```
    #[must_use]
    pub fn with_refresh(self, every: u64, cycles: u64) -> Self {
        Self { refresh_every: every, refresh_for: cycles, ..self }
    }
}

/// When a memory stalls each channel, or a driver leaves gaps on it.
///
/// ```
/// use tb::{Pattern, axi::Stalls};
/// let stalls = Stalls { r: Pattern::Random { percent: 30, seed: 1 }, ..Stalls::default() };
/// assert_eq!(stalls.ar, Pattern::Always);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stalls {
    /// Read address.
    pub ar: Pattern,
    /// Read data.
    pub r: Pattern,
    /// Write address.
    pub aw: Pattern,
    /// Write data.
    pub w: Pattern,
    /// Write response.
    pub b: Pattern,
}

impl Stalls {
    /// Any stalls on each channel.
    pub fn any() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        let any = Pattern::any;
        (any(), any(), any(), any(), any()).prop_map(|(ar, r, aw, w, b)| Self { ar, r, aw, w, b }).boxed()
    }
}
