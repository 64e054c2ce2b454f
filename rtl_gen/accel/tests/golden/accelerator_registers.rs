// SPDX-License-Identifier: CC0-1.0
//! Control and status of the accelerator.
//!
//! Emitted by espalier.

/// Control. A start while busy is refused and raises BUSY_START in IRQ_STATUS.
pub const CTRL: u32 = 0x0;
/// Runs the program once.
pub const CTRL_START: u32 = 0x0000_0001;
/// Lowest bit of START.
pub const CTRL_START_SHIFT: u32 = 0;
/// Ends the program with an error once memory has answered what it was asked.
pub const CTRL_ABORT: u32 = 0x0000_0002;
/// Lowest bit of ABORT.
pub const CTRL_ABORT_SHIFT: u32 = 1;

/// What the accelerator does.
pub const STATUS: u32 = 0x4;
/// A program runs.
pub const STATUS_BUSY: u32 = 0x0000_0001;
/// Lowest bit of BUSY.
pub const STATUS_BUSY_SHIFT: u32 = 0;
/// The last program has ended, with or without an error; falls with the next start.
pub const STATUS_DONE: u32 = 0x0000_0002;
/// Lowest bit of DONE.
pub const STATUS_DONE_SHIFT: u32 = 1;
/// The last program, or the one that runs, has an error, which ERROR names.
pub const STATUS_FAILED: u32 = 0x0000_0004;
/// Lowest bit of FAILED.
pub const STATUS_FAILED_SHIFT: u32 = 2;
/// After an error: memory still owes answers. If it stays, memory hangs.
pub const STATUS_STOPPING: u32 = 0x0000_0008;
/// Lowest bit of STOPPING.
pub const STATUS_STOPPING_SHIFT: u32 = 3;

/// Why the last program failed.
pub const ERROR: u32 = 0x8;
/// 0 no error, 1 magic, 2 version, 3 hash, 4 length, 5 checksum, 6 end, 7 instruction, 8 size, 9 place, 10 address, 11 watchdog, 12 abort, 64 + 4 port + response: 1 unaligned, 2 SLVERR, 3 DECERR.
pub const ERROR_CODE: u32 = 0x0000_00ff;
/// Lowest bit of CODE.
pub const ERROR_CODE_SHIFT: u32 = 0;
/// The instruction at fault, or the last one that was begun, counted from 0.
pub const ERROR_INDEX: u32 = 0xffff_ff00;
/// Lowest bit of INDEX.
pub const ERROR_INDEX_SHIFT: u32 = 8;

/// Which events raise the interrupt.
pub const IRQ_ENABLE: u32 = 0xc;
/// Interrupts at the end of a program without an error.
pub const IRQ_ENABLE_DONE: u32 = 0x0000_0001;
/// Lowest bit of DONE.
pub const IRQ_ENABLE_DONE_SHIFT: u32 = 0;
/// Interrupts at an error.
pub const IRQ_ENABLE_ERROR: u32 = 0x0000_0002;
/// Lowest bit of ERROR.
pub const IRQ_ENABLE_ERROR_SHIFT: u32 = 1;
/// Interrupts at a start that came while a program ran.
pub const IRQ_ENABLE_BUSY_START: u32 = 0x0000_0004;
/// Lowest bit of BUSY_START.
pub const IRQ_ENABLE_BUSY_START_SHIFT: u32 = 2;

/// Events since they were cleared: write ones to clear. The interrupt is high while an enabled one stands.
pub const IRQ_STATUS: u32 = 0x10;
/// There was the end of a program without an error.
pub const IRQ_STATUS_DONE: u32 = 0x0000_0001;
/// Lowest bit of DONE.
pub const IRQ_STATUS_DONE_SHIFT: u32 = 0;
/// There was an error.
pub const IRQ_STATUS_ERROR: u32 = 0x0000_0002;
/// Lowest bit of ERROR.
pub const IRQ_STATUS_ERROR_SHIFT: u32 = 1;
/// There was a start that came while a program ran.
pub const IRQ_STATUS_BUSY_START: u32 = 0x0000_0004;
/// Lowest bit of BUSY_START.
pub const IRQ_STATUS_BUSY_START_SHIFT: u32 = 2;

/// Version of the accelerator: major number in bits 31 to 16, minor in 15 to 0.
pub const VERSION: u32 = 0x14;
/// What VERSION reads as.
pub const VERSION_VALUE: u32 = 0x0001_0000;

/// Hash of the configuration, bits 31 to 0.
pub const HASH_LO: u32 = 0x18;
/// What HASH_LO reads as.
pub const HASH_LO_VALUE: u32 = 0x89ab_cdef;

/// Hash of the configuration, bits 63 to 32.
pub const HASH_HI: u32 = 0x1c;
/// What HASH_HI reads as.
pub const HASH_HI_VALUE: u32 = 0x0123_4567;

/// Address of the program's header in memory, bits 31 to 0.
pub const PROGRAM_LO: u32 = 0x20;

/// Address of the program's header in memory, bits 63 to 32.
pub const PROGRAM_HI: u32 = 0x24;

/// Address that places of weights and parameters in the program count from, bits 31 to 0.
pub const BASE_LO: u32 = 0x28;

/// Address that places of weights and parameters in the program count from, bits 63 to 32.
pub const BASE_HI: u32 = 0x2c;

/// Address that the image's place in the program counts from; BASE where it stands among the weights, bits 31 to 0.
pub const IMAGE_LO: u32 = 0x30;

/// Address that the image's place in the program counts from; BASE where it stands among the weights, bits 63 to 32.
pub const IMAGE_HI: u32 = 0x34;

/// Address in memory that the logits are written to, bits 31 to 0.
pub const RESULT_LO: u32 = 0x38;

/// Address in memory that the logits are written to, bits 63 to 32.
pub const RESULT_HI: u32 = 0x3c;

/// Cycles without a job done after which a program ends with an error; 0: no limit.
pub const WATCHDOG: u32 = 0x40;

/// Tokens that are left.
pub const TOKENS: u32 = 0x44;

/// How far the program is.
pub const JOBS: u32 = 0x48;
/// Jobs of the array that are done, modulo 2^16.
pub const JOBS_MATRIX: u32 = 0x0000_ffff;
/// Lowest bit of MATRIX.
pub const JOBS_MATRIX_SHIFT: u32 = 0;
/// Jobs of the vector unit that are done, modulo 2^16.
pub const JOBS_VECTOR: u32 = 0xffff_0000;
/// Lowest bit of VECTOR.
pub const JOBS_VECTOR_SHIFT: u32 = 16;

/// Cycles from start to end of the last program, or so far, bits 31 to 0; a read latches the upper half.
pub const CYCLES_LO: u32 = 0x60;

/// Cycles from start to end of the last program, or so far, bits 63 to 32, as they were when CYCLES_LO was read.
pub const CYCLES_HI: u32 = 0x64;

/// Products that the array has computed, bits 31 to 0; a read latches the upper half.
pub const MACS_LO: u32 = 0x68;

/// Products that the array has computed, bits 63 to 32, as they were when MACS_LO was read.
pub const MACS_HI: u32 = 0x6c;

/// Cycles in which the array had work; less the stalls that follow, those in which it multiplied, bits 31 to 0; a read latches the upper half.
pub const ARRAY_CYCLES_LO: u32 = 0x70;

/// Cycles in which the array had work; less the stalls that follow, those in which it multiplied, bits 63 to 32, as they were when ARRAY_CYCLES_LO was read.
pub const ARRAY_CYCLES_HI: u32 = 0x74;

/// Cycles of those in which only the array's last results were on their way, bits 31 to 0; a read latches the upper half.
pub const STALL_DRAINING_LO: u32 = 0x78;

/// Cycles of those in which only the array's last results were on their way, bits 63 to 32, as they were when STALL_DRAINING_LO was read.
pub const STALL_DRAINING_HI: u32 = 0x7c;

/// Cycles of those in which the array had no job, bits 31 to 0; a read latches the upper half.
pub const STALL_JOB_LO: u32 = 0x80;

/// Cycles of those in which the array had no job, bits 63 to 32, as they were when STALL_JOB_LO was read.
pub const STALL_JOB_HI: u32 = 0x84;

/// Cycles of those in which the array waited for weights, bits 31 to 0; a read latches the upper half.
pub const STALL_WEIGHTS_LO: u32 = 0x88;

/// Cycles of those in which the array waited for weights, bits 63 to 32, as they were when STALL_WEIGHTS_LO was read.
pub const STALL_WEIGHTS_HI: u32 = 0x8c;

/// Cycles of those in which the array waited for room for its results, bits 31 to 0; a read latches the upper half.
pub const STALL_ROOM_LO: u32 = 0x90;

/// Cycles of those in which the array waited for room for its results, bits 63 to 32, as they were when STALL_ROOM_LO was read.
pub const STALL_ROOM_HI: u32 = 0x94;

/// Cycles of those in which the array waited for the parameters of columns, bits 31 to 0; a read latches the upper half.
pub const STALL_COLUMNS_LO: u32 = 0x98;

/// Cycles of those in which the array waited for the parameters of columns, bits 63 to 32, as they were when STALL_COLUMNS_LO was read.
pub const STALL_COLUMNS_HI: u32 = 0x9c;

/// Cycles of those in which the array waited for its left operand, bits 31 to 0; a read latches the upper half.
pub const STALL_ROWS_LO: u32 = 0xa0;

/// Cycles of those in which the array waited for its left operand, bits 63 to 32, as they were when STALL_ROWS_LO was read.
pub const STALL_ROWS_HI: u32 = 0xa4;

/// Beats read from memory, bits 31 to 0; a read latches the upper half.
pub const READ_BEATS_LO: u32 = 0xa8;

/// Beats read from memory, bits 63 to 32, as they were when READ_BEATS_LO was read.
pub const READ_BEATS_HI: u32 = 0xac;

/// Beats written to memory, bits 31 to 0; a read latches the upper half.
pub const WRITE_BEATS_LO: u32 = 0xb0;

/// Beats written to memory, bits 63 to 32, as they were when WRITE_BEATS_LO was read.
pub const WRITE_BEATS_HI: u32 = 0xb4;
