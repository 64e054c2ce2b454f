# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16
set sources {
  divider_l2_d12_q8.sv
  divider_l2_d12_q8_n2.sv
  token_score_s8_a8_h16.sv
  exp_s9f7_u16f15.sv
  prim_fifo_w8_d8.sv
  prim_fifo_w1_d8.sv
  token_decide_u8f7.sv
  prim_fifo_w15_d4.sv
  prim_fifo_w65_d2.sv
  divider_l8_d16_q8_signed.sv
  token_packager_s8f4_w8_l8_b24_t256.sv
  token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16.sv
}
set constraints [file join $here token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16.xdc]
source [file join $here ooc.tcl]
