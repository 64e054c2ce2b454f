//! Synthesis estimates for UltraScale+ by Yosys.
//!
//! Counts of DSP, BRAM and URAM are good. LUT and FF are upper bounds: Yosys packs no registers into the DSP and uses
//! `CARRY4`. Inverters are counted apart, for Vivado absorbs them into the LUTs that follow.

mod cells;
mod fanout;
mod levels;
mod netlist;
mod registers;
mod run;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use run::{run, run_all};

/// What reads the SystemVerilog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// Debian's Yosys 0.23 and its own reader.
    #[default]
    Verilog,
    /// Yosys 0.70 (pyosys) and slang.
    Slang,
}

/// A design to synthesise.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SynthJob {
    /// The top module.
    pub top: String,
    /// Every file, in compile order.
    pub files: Vec<PathBuf>,
    /// Flatten first. Otherwise each module is synthesised once and counted as often as it is instantiated, which is what large arrays
    /// want; nothing is optimised across the modules' borders, but paths and nets are followed through them.
    pub flatten: bool,
    /// What reads it.
    pub reader: Reader,
}

impl SynthJob {
    /// A flattened job in Yosys 0.23.
    pub fn new(top: impl Into<String>, files: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        let files = files.into_iter().map(Into::into).collect();
        Self { top: top.into(), files, flatten: true, reader: Reader::Verilog }
    }
}

/// What a design costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SynthReport {
    /// The top module.
    pub top: String,
    /// The tool and its version.
    pub tool: String,
    /// `LUT1` to `LUT6`; LUTs used as memory, as shift registers and inverters are counted apart.
    pub lut: u64,
    /// `INV` cells.
    pub inv: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Latches.
    pub latch: u64,
    /// DSP48E2 slices.
    pub dsp: u64,
    /// BRAM of 18 kbit.
    pub bram18: u64,
    /// BRAM of 36 kbit.
    pub bram36: u64,
    /// URAM288 blocks.
    pub uram: u64,
    /// `CARRY4` cells.
    pub carry: u64,
    /// LUTs used as memory.
    pub lutram: u64,
    /// LUTs used as shift registers.
    pub srl: u64,
    /// Logic levels on the longest path; see [`Deepest`] for what counts.
    pub depth: u32,
    /// That path.
    pub deepest: Deepest,
    /// The net that drives the most pins, clock and reset apart.
    pub fanout: Fanout,
    /// Sides of DSPs and outputs of memories without a register, by name; told of flattened designs alone.
    pub unregistered: Vec<String>,
    /// Every primitive with its count.
    pub cells: BTreeMap<String, u64>,
    /// Seconds that synthesis took, when it was done.
    pub seconds: f64,
    /// Whether the figures come from the cache.
    #[serde(skip)]
    pub cached: bool,
}

/// The longest path between registers, DSPs and clocked memories, the ports of the top included.
///
/// A logic level is a LUT, a read of LUT RAM, or a run of carry, from the LUT that it is entered by to where it is left, however long: to
/// enter and to leave it takes about as long as a LUT, each `CARRY8` more very little. `MUXF7` to `MUXF9` sit in the CLB of the LUTs
/// before them and inverters in the LUT behind: none. Modules with the attribute `use_dsp` are a DSP as a whole: what is inside is no logic.
/// Levels are counted on the very netlist that LUTs and registers are, through all levels of the hierarchy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deepest {
    /// Logic levels.
    pub levels: u32,
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
}

/// How many pins a net drives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fanout {
    /// Input pins of primitives.
    pub pins: u64,
    /// Its module and name.
    pub net: String,
}
