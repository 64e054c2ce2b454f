# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select
set sources {
  prim_fifo_w11_d2.sv
  prim_fifo_w16_d2.sv
  prim_fifo_w14_d2.sv
  prim_fifo_w22_d2.sv
  tdhm_scores_u16f15_t197_h6.sv
  prim_fifo_w18_d2.sv
  top_k_radix_select_n196_k19.sv
  tdhm_order_u16f15_t197_h6.sv
  prim_held_ram_w128_d18912.sv
  tdhm_buffer_s16f12_l8_b48_t197.sv
  divider_l8_d27_q16_signed.sv
  prim_multiply_accumulate_s16_u19_p43.sv
  prim_fifo_w129_d16.sv
  tdhm_shuffle_s16f12_l8_b48_t197_s19.sv
  tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select.sv
}
set constraints [file join $here tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select.xdc]
source [file join $here ooc.tcl]
