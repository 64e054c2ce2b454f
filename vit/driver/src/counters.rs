//! What an accelerator counts.

/// Counters of the last run. The stalls are cycles of [`Self::array_cycles`], each with one cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Cycles from start to end.
    pub cycles: u64,
    /// Products that the array has computed.
    pub macs: u64,
    /// Cycles in which the array had work.
    pub array_cycles: u64,
    /// Only the last results were on their way.
    pub stall_draining: u64,
    /// The array had no job.
    pub stall_job: u64,
    /// It waited for weights.
    pub stall_weights: u64,
    /// It waited for room for results.
    pub stall_room: u64,
    /// It waited for parameters of columns.
    pub stall_columns: u64,
    /// It waited for its left operand.
    pub stall_rows: u64,
    /// Beats read from memory.
    pub read_beats: u64,
    /// Beats written to memory.
    pub write_beats: u64,
}

impl Counters {
    /// Names of the register pairs, in the order of the fields.
    pub(crate) const NAMES: [&'static str; 11] = [
        "CYCLES",
        "MACS",
        "ARRAY_CYCLES",
        "STALL_DRAINING",
        "STALL_JOB",
        "STALL_WEIGHTS",
        "STALL_ROOM",
        "STALL_COLUMNS",
        "STALL_ROWS",
        "READ_BEATS",
        "WRITE_BEATS",
    ];

    pub(crate) fn of(values: [u64; 11]) -> Self {
        let [
            cycles,
            macs,
            array_cycles,
            stall_draining,
            stall_job,
            stall_weights,
            stall_room,
            stall_columns,
            stall_rows,
            read_beats,
            write_beats,
        ] = values;
        Self {
            cycles,
            macs,
            array_cycles,
            stall_draining,
            stall_job,
            stall_weights,
            stall_room,
            stall_columns,
            stall_rows,
            read_beats,
            write_beats,
        }
    }

    /// Cycles in which the array multiplied.
    ///
    /// ```
    /// let counters = driver::Counters { array_cycles: 10, stall_rows: 3, ..Default::default() };
    /// assert_eq!(counters.mac_cycles(), 7);
    /// ```
    pub fn mac_cycles(&self) -> u64 {
        let stalls = [
            self.stall_draining,
            self.stall_job,
            self.stall_weights,
            self.stall_room,
            self.stall_columns,
            self.stall_rows,
        ];
        self.array_cycles.saturating_sub(stalls.iter().sum())
    }
}
