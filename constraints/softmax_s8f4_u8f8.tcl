# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises softmax_s8f4_u8f8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source softmax_s8f4_u8f8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top softmax_s8f4_u8f8
set sources {
  prim_held_ram_w8_d512.sv
  prim_fifo_w17_d32.sv
  softmax_row_max_s8f4.sv
  softmax_row_exp_s8f4_u13f12.sv
  prim_held_ram_w13_d512.sv
  prim_fifo_w30_d32.sv
  softmax_reciprocal_w21_p12_d2048_t9.sv
  softmax_normalise_u13f12_u8f8_d2048.sv
  softmax_s8f4_u8f8.sv
}
set constraints [file join $here softmax_s8f4_u8f8.xdc]
source [file join $here ooc.tcl]
