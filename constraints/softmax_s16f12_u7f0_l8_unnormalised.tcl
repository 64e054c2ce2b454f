# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises softmax_s16f12_u7f0_l8_unnormalised out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source softmax_s16f12_u7f0_l8_unnormalised.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top softmax_s16f12_u7f0_l8_unnormalised
set sources {
  prim_held_ram_w136_d64.sv
  prim_fifo_w6_d32.sv
  prim_fifo_w16_d32.sv
  softmax_row_max_s16f12_l8.sv
  prim_fifo_w65_d16.sv
  softmax_row_exp_s16f12_u13f12_l8_x127.sv
  prim_fifo_w15_d32.sv
  softmax_reciprocal_w15_p16_d32768_t15_e30.sv
  softmax_sums_l8_d32768_e30.sv
  softmax_s16f12_u7f0_l8_unnormalised.sv
}
set constraints [file join $here softmax_s16f12_u7f0_l8_unnormalised.xdc]
source [file join $here ooc.tcl]
