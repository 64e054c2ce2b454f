/* SPDX-License-Identifier: CC0-1.0 */
/* Control and status of the accelerator. Emitted by espalier. */

#ifndef ACCELERATOR_REGISTERS_H
#define ACCELERATOR_REGISTERS_H

#include <stdint.h>

/* Control. A start while busy is refused and raises BUSY_START in IRQ_STATUS. */
#define ACCELERATOR_CTRL UINT32_C(0x000)
/* Runs the program once. */
#define ACCELERATOR_CTRL_START_MASK UINT32_C(0x00000001)
#define ACCELERATOR_CTRL_START_SHIFT 0
/* Ends the program with an error once memory has answered what it was asked. */
#define ACCELERATOR_CTRL_ABORT_MASK UINT32_C(0x00000002)
#define ACCELERATOR_CTRL_ABORT_SHIFT 1

/* What the accelerator does. */
#define ACCELERATOR_STATUS UINT32_C(0x004)
/* A program runs. */
#define ACCELERATOR_STATUS_BUSY_MASK UINT32_C(0x00000001)
#define ACCELERATOR_STATUS_BUSY_SHIFT 0
/* The last program has ended, with or without an error; falls with the next start. */
#define ACCELERATOR_STATUS_DONE_MASK UINT32_C(0x00000002)
#define ACCELERATOR_STATUS_DONE_SHIFT 1
/* The last program, or the one that runs, has an error, which ERROR names. */
#define ACCELERATOR_STATUS_FAILED_MASK UINT32_C(0x00000004)
#define ACCELERATOR_STATUS_FAILED_SHIFT 2
/* After an error: memory still owes answers. If it stays, memory hangs. */
#define ACCELERATOR_STATUS_STOPPING_MASK UINT32_C(0x00000008)
#define ACCELERATOR_STATUS_STOPPING_SHIFT 3

/* Why the last program failed. */
#define ACCELERATOR_ERROR UINT32_C(0x008)
/* 0 no error, 1 magic, 2 version, 3 hash, 4 length, 5 checksum, 6 end, 7 instruction, 8 size, 9 place, 10 address, 11 watchdog, 12 abort, 64 + 4 port + response: 1 unaligned, 2 SLVERR, 3 DECERR. */
#define ACCELERATOR_ERROR_CODE_MASK UINT32_C(0x000000ff)
#define ACCELERATOR_ERROR_CODE_SHIFT 0
/* The instruction at fault, or the last one that was begun, counted from 0. */
#define ACCELERATOR_ERROR_INDEX_MASK UINT32_C(0xffffff00)
#define ACCELERATOR_ERROR_INDEX_SHIFT 8

/* Which events raise the interrupt. */
#define ACCELERATOR_IRQ_ENABLE UINT32_C(0x00c)
/* Interrupts at the end of a program without an error. */
#define ACCELERATOR_IRQ_ENABLE_DONE_MASK UINT32_C(0x00000001)
#define ACCELERATOR_IRQ_ENABLE_DONE_SHIFT 0
/* Interrupts at an error. */
#define ACCELERATOR_IRQ_ENABLE_ERROR_MASK UINT32_C(0x00000002)
#define ACCELERATOR_IRQ_ENABLE_ERROR_SHIFT 1
/* Interrupts at a start that came while a program ran. */
#define ACCELERATOR_IRQ_ENABLE_BUSY_START_MASK UINT32_C(0x00000004)
#define ACCELERATOR_IRQ_ENABLE_BUSY_START_SHIFT 2

/* Events since they were cleared: write ones to clear. The interrupt is high while an enabled one stands. */
#define ACCELERATOR_IRQ_STATUS UINT32_C(0x010)
/* There was the end of a program without an error. */
#define ACCELERATOR_IRQ_STATUS_DONE_MASK UINT32_C(0x00000001)
#define ACCELERATOR_IRQ_STATUS_DONE_SHIFT 0
/* There was an error. */
#define ACCELERATOR_IRQ_STATUS_ERROR_MASK UINT32_C(0x00000002)
#define ACCELERATOR_IRQ_STATUS_ERROR_SHIFT 1
/* There was a start that came while a program ran. */
#define ACCELERATOR_IRQ_STATUS_BUSY_START_MASK UINT32_C(0x00000004)
#define ACCELERATOR_IRQ_STATUS_BUSY_START_SHIFT 2

/* Version of the accelerator: major number in bits 31 to 16, minor in 15 to 0. */
#define ACCELERATOR_VERSION UINT32_C(0x014)
#define ACCELERATOR_VERSION_VALUE UINT32_C(0x00010000)

/* Hash of the configuration, bits 31 to 0. */
#define ACCELERATOR_HASH_LO UINT32_C(0x018)
#define ACCELERATOR_HASH_LO_VALUE UINT32_C(0x89abcdef)

/* Hash of the configuration, bits 63 to 32. */
#define ACCELERATOR_HASH_HI UINT32_C(0x01c)
#define ACCELERATOR_HASH_HI_VALUE UINT32_C(0x01234567)

/* Address of the program's header in memory, bits 31 to 0. */
#define ACCELERATOR_PROGRAM_LO UINT32_C(0x020)

/* Address of the program's header in memory, bits 63 to 32. */
#define ACCELERATOR_PROGRAM_HI UINT32_C(0x024)

/* Address that places of weights and parameters in the program count from, bits 31 to 0. */
#define ACCELERATOR_BASE_LO UINT32_C(0x028)

/* Address that places of weights and parameters in the program count from, bits 63 to 32. */
#define ACCELERATOR_BASE_HI UINT32_C(0x02c)

/* Address that the image's place in the program counts from; BASE where it stands among the weights, bits 31 to 0. */
#define ACCELERATOR_IMAGE_LO UINT32_C(0x030)

/* Address that the image's place in the program counts from; BASE where it stands among the weights, bits 63 to 32. */
#define ACCELERATOR_IMAGE_HI UINT32_C(0x034)

/* Address in memory that the logits are written to, bits 31 to 0. */
#define ACCELERATOR_RESULT_LO UINT32_C(0x038)

/* Address in memory that the logits are written to, bits 63 to 32. */
#define ACCELERATOR_RESULT_HI UINT32_C(0x03c)

/* Cycles without a job done after which a program ends with an error; 0: no limit. */
#define ACCELERATOR_WATCHDOG UINT32_C(0x040)

/* Tokens that are left. */
#define ACCELERATOR_TOKENS UINT32_C(0x044)

/* How far the program is. */
#define ACCELERATOR_JOBS UINT32_C(0x048)
/* Jobs of the array that are done, modulo 2^16. */
#define ACCELERATOR_JOBS_MATRIX_MASK UINT32_C(0x0000ffff)
#define ACCELERATOR_JOBS_MATRIX_SHIFT 0
/* Jobs of the vector unit that are done, modulo 2^16. */
#define ACCELERATOR_JOBS_VECTOR_MASK UINT32_C(0xffff0000)
#define ACCELERATOR_JOBS_VECTOR_SHIFT 16

/* Cycles from start to end of the last program, or so far, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_CYCLES_LO UINT32_C(0x060)

/* Cycles from start to end of the last program, or so far, bits 63 to 32, as they were when CYCLES_LO was read. */
#define ACCELERATOR_CYCLES_HI UINT32_C(0x064)

/* Products that the array has computed, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_MACS_LO UINT32_C(0x068)

/* Products that the array has computed, bits 63 to 32, as they were when MACS_LO was read. */
#define ACCELERATOR_MACS_HI UINT32_C(0x06c)

/* Cycles in which the array had work; less the stalls that follow, those in which it multiplied, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_ARRAY_CYCLES_LO UINT32_C(0x070)

/* Cycles in which the array had work; less the stalls that follow, those in which it multiplied, bits 63 to 32, as they were when ARRAY_CYCLES_LO was read. */
#define ACCELERATOR_ARRAY_CYCLES_HI UINT32_C(0x074)

/* Cycles of those in which only the array's last results were on their way, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_DRAINING_LO UINT32_C(0x078)

/* Cycles of those in which only the array's last results were on their way, bits 63 to 32, as they were when STALL_DRAINING_LO was read. */
#define ACCELERATOR_STALL_DRAINING_HI UINT32_C(0x07c)

/* Cycles of those in which the array had no job, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_JOB_LO UINT32_C(0x080)

/* Cycles of those in which the array had no job, bits 63 to 32, as they were when STALL_JOB_LO was read. */
#define ACCELERATOR_STALL_JOB_HI UINT32_C(0x084)

/* Cycles of those in which the array waited for weights, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_WEIGHTS_LO UINT32_C(0x088)

/* Cycles of those in which the array waited for weights, bits 63 to 32, as they were when STALL_WEIGHTS_LO was read. */
#define ACCELERATOR_STALL_WEIGHTS_HI UINT32_C(0x08c)

/* Cycles of those in which the array waited for room for its results, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_ROOM_LO UINT32_C(0x090)

/* Cycles of those in which the array waited for room for its results, bits 63 to 32, as they were when STALL_ROOM_LO was read. */
#define ACCELERATOR_STALL_ROOM_HI UINT32_C(0x094)

/* Cycles of those in which the array waited for the parameters of columns, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_COLUMNS_LO UINT32_C(0x098)

/* Cycles of those in which the array waited for the parameters of columns, bits 63 to 32, as they were when STALL_COLUMNS_LO was read. */
#define ACCELERATOR_STALL_COLUMNS_HI UINT32_C(0x09c)

/* Cycles of those in which the array waited for its left operand, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_ROWS_LO UINT32_C(0x0a0)

/* Cycles of those in which the array waited for its left operand, bits 63 to 32, as they were when STALL_ROWS_LO was read. */
#define ACCELERATOR_STALL_ROWS_HI UINT32_C(0x0a4)

/* Beats read from memory, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_READ_BEATS_LO UINT32_C(0x0a8)

/* Beats read from memory, bits 63 to 32, as they were when READ_BEATS_LO was read. */
#define ACCELERATOR_READ_BEATS_HI UINT32_C(0x0ac)

/* Beats written to memory, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_WRITE_BEATS_LO UINT32_C(0x0b0)

/* Beats written to memory, bits 63 to 32, as they were when WRITE_BEATS_LO was read. */
#define ACCELERATOR_WRITE_BEATS_HI UINT32_C(0x0b4)

#endif
