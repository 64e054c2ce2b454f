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
/* Stops at the next instruction's border and waits for the bus to fall silent. */
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
/* The last program ended with an error, which ERROR names. */
#define ACCELERATOR_STATUS_FAILED_MASK UINT32_C(0x00000004)
#define ACCELERATOR_STATUS_FAILED_SHIFT 2

/* Why the last program failed. */
#define ACCELERATOR_ERROR UINT32_C(0x008)
/* 0: no error; else as listed in the documentation of the program. */
#define ACCELERATOR_ERROR_CODE_MASK UINT32_C(0x000000ff)
#define ACCELERATOR_ERROR_CODE_SHIFT 0
/* The instruction at fault, counted from 0. */
#define ACCELERATOR_ERROR_INDEX_MASK UINT32_C(0xffffff00)
#define ACCELERATOR_ERROR_INDEX_SHIFT 8

/* Which events raise the interrupt. */
#define ACCELERATOR_IRQ_ENABLE UINT32_C(0x00c)
/* Interrupts at the end of a program. */
#define ACCELERATOR_IRQ_ENABLE_DONE_MASK UINT32_C(0x00000001)
#define ACCELERATOR_IRQ_ENABLE_DONE_SHIFT 0
/* Interrupts at a program's end with an error. */
#define ACCELERATOR_IRQ_ENABLE_ERROR_MASK UINT32_C(0x00000002)
#define ACCELERATOR_IRQ_ENABLE_ERROR_SHIFT 1
/* Interrupts at a start that came while a program ran. */
#define ACCELERATOR_IRQ_ENABLE_BUSY_START_MASK UINT32_C(0x00000004)
#define ACCELERATOR_IRQ_ENABLE_BUSY_START_SHIFT 2

/* Events since they were cleared: write ones to clear. The interrupt is high while an enabled one stands. */
#define ACCELERATOR_IRQ_STATUS UINT32_C(0x010)
/* There was the end of a program. */
#define ACCELERATOR_IRQ_STATUS_DONE_MASK UINT32_C(0x00000001)
#define ACCELERATOR_IRQ_STATUS_DONE_SHIFT 0
/* There was a program's end with an error. */
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

/* Address of the program in memory, bits 31 to 0. */
#define ACCELERATOR_PROGRAM_LO UINT32_C(0x020)

/* Address of the program in memory, bits 63 to 32. */
#define ACCELERATOR_PROGRAM_HI UINT32_C(0x024)

/* Length of the program, in instructions of 16 bytes. */
#define ACCELERATOR_PROGRAM_LENGTH UINT32_C(0x028)

/* Cycles that a program may take before it ends with an error; 0: no limit. */
#define ACCELERATOR_WATCHDOG UINT32_C(0x02c)

/* Address of the image's patches in memory, bits 31 to 0. */
#define ACCELERATOR_IMAGE_LO UINT32_C(0x030)

/* Address of the image's patches in memory, bits 63 to 32. */
#define ACCELERATOR_IMAGE_HI UINT32_C(0x034)

/* Address in memory that the logits are written to, bits 31 to 0. */
#define ACCELERATOR_RESULT_LO UINT32_C(0x038)

/* Address in memory that the logits are written to, bits 63 to 32. */
#define ACCELERATOR_RESULT_HI UINT32_C(0x03c)

/* Cycles from start to end of the last program, or so far, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_CYCLES_LO UINT32_C(0x040)

/* Cycles from start to end of the last program, or so far, bits 63 to 32, as they were when CYCLES_LO was read. */
#define ACCELERATOR_CYCLES_HI UINT32_C(0x044)

/* Cycles of those in which the array multiplied, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_MAC_CYCLES_LO UINT32_C(0x048)

/* Cycles of those in which the array multiplied, bits 63 to 32, as they were when MAC_CYCLES_LO was read. */
#define ACCELERATOR_MAC_CYCLES_HI UINT32_C(0x04c)

/* Cycles in which the array waited for weights, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_WEIGHTS_LO UINT32_C(0x050)

/* Cycles in which the array waited for weights, bits 63 to 32, as they were when STALL_WEIGHTS_LO was read. */
#define ACCELERATOR_STALL_WEIGHTS_HI UINT32_C(0x054)

/* Cycles in which the array waited for its left operand, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_FEATURES_LO UINT32_C(0x058)

/* Cycles in which the array waited for its left operand, bits 63 to 32, as they were when STALL_FEATURES_LO was read. */
#define ACCELERATOR_STALL_FEATURES_HI UINT32_C(0x05c)

/* Cycles in which the array waited for room for its results, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_ROOM_LO UINT32_C(0x060)

/* Cycles in which the array waited for room for its results, bits 63 to 32, as they were when STALL_ROOM_LO was read. */
#define ACCELERATOR_STALL_ROOM_HI UINT32_C(0x064)

/* Cycles in which the array had no command, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_STALL_COMMAND_LO UINT32_C(0x068)

/* Cycles in which the array had no command, bits 63 to 32, as they were when STALL_COMMAND_LO was read. */
#define ACCELERATOR_STALL_COMMAND_HI UINT32_C(0x06c)

/* Beats read from memory, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_READ_BEATS_LO UINT32_C(0x070)

/* Beats read from memory, bits 63 to 32, as they were when READ_BEATS_LO was read. */
#define ACCELERATOR_READ_BEATS_HI UINT32_C(0x074)

/* Beats written to memory, bits 31 to 0; a read latches the upper half. */
#define ACCELERATOR_WRITE_BEATS_LO UINT32_C(0x078)

/* Beats written to memory, bits 63 to 32, as they were when WRITE_BEATS_LO was read. */
#define ACCELERATOR_WRITE_BEATS_HI UINT32_C(0x07c)

#endif
