# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7
set sources {
  prim_fifo_w14_d2.sv
  prim_fifo_w1_d16.sv
  prim_fifo_w9_d16.sv
  token_classifier_means_s16f10_s8f5_c64_x8_t256_h16.sv
  prim_held_ram_w64_d2048.sv
  divider_l8_d9_q8_signed.sv
  token_classifier_features_s8f4_c64_l8_t256_h16.sv
  token_classifier_pair_s16f12_u8f7_d2048.sv
  plan_sigmoid_s16f12_u8f7.sv
  prim_fifo_w8_d64.sv
  token_classifier_scores_s16f12_u8f7_u8f7_delta1.sv
  token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7.sv
}
set constraints [file join $here token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7.xdc]
source [file join $here ooc.tcl]
