# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises softmax_s8f4_u7f0_unnormalised out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source softmax_s8f4_u7f0_unnormalised.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top softmax_s8f4_u7f0_unnormalised
set sources {
  prim_held_ram_w8_d512.sv
  prim_fifo_w17_d32.sv
  softmax_row_max_s8f4.sv
  softmax_row_exp_s8f4_u13f12_x127.sv
  prim_fifo_w15_d32.sv
  softmax_reciprocal_w15_p16_d32768_t15_e30.sv
  softmax_sums_d32768_e30.sv
  softmax_s8f4_u7f0_unnormalised.sv
}
set constraints [file join $here softmax_s8f4_u7f0_unnormalised.xdc]
source [file join $here ooc.tcl]
