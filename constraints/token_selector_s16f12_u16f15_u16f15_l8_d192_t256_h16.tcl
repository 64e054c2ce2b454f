# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises token_selector_s16f12_u16f15_u16f15_l8_d192_t256_h16 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source token_selector_s16f12_u16f15_u16f15_l8_d192_t256_h16.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top token_selector_s16f12_u16f15_u16f15_l8_d192_t256_h16
set sources {
  divider_l2_d20_q16.sv
  divider_l2_d20_q16_n2.sv
  token_score_s16_a16_h16.sv
  exp_s17f15_u16f15.sv
  prim_fifo_w16_d8.sv
  prim_fifo_w1_d8.sv
  token_decide_u16f15.sv
  prim_fifo_w23_d4.sv
  prim_fifo_w129_d2.sv
  divider_l8_d24_q16_signed.sv
  token_packager_s16f12_w16_l8_b24_t256.sv
  token_selector_s16f12_u16f15_u16f15_l8_d192_t256_h16.sv
}
set constraints [file join $here token_selector_s16f12_u16f15_u16f15_l8_d192_t256_h16.xdc]
source [file join $here ooc.tcl]
