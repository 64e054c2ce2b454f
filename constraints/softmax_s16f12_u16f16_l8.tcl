# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises softmax_s16f12_u16f16_l8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source softmax_s16f12_u16f16_l8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top softmax_s16f12_u16f16_l8
set sources {
  prim_held_ram_w136_d64.sv
  prim_fifo_w6_d32.sv
  prim_fifo_w16_d32.sv
  softmax_row_max_s16f12_l8.sv
  prim_fifo_w145_d16.sv
  softmax_row_exp_s16f12_u17f16_l8.sv
  prim_held_ram_w144_d128.sv
  prim_fifo_w7_d32.sv
  prim_fifo_w32_d32.sv
  softmax_reciprocal_w25_p16_d32768_t7.sv
  prim_fifo_w33_d4.sv
  prim_fifo_w137_d16.sv
  softmax_scale_u17f16_u16f16_l8.sv
  softmax_normalise_u17f16_u16f16_l8_d32768.sv
  softmax_s16f12_u16f16_l8.sv
}
set constraints [file join $here softmax_s16f12_u16f16_l8.xdc]
source [file join $here ooc.tcl]
