# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises softmax_s16f12_u16f16 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source softmax_s16f12_u16f16.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top softmax_s16f12_u16f16
set sources {
  prim_held_ram_w16_d512.sv
  prim_fifo_w25_d32.sv
  softmax_row_max_s16f12.sv
  softmax_row_exp_s16f12_u17f16.sv
  prim_held_ram_w17_d512.sv
  prim_fifo_w34_d32.sv
  softmax_reciprocal_w25_p16_d32768_t9.sv
  softmax_normalise_u17f16_u16f16_d32768.sv
  softmax_s16f12_u16f16.sv
}
set constraints [file join $here softmax_s16f12_u16f16.xdc]
source [file join $here ooc.tcl]
