# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3
set sources {
  prim_fifo_w56_d4.sv
  prim_fifo_w12_d4.sv
  prim_fifo_w89_d4.sv
  mpca_jobs_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_loader_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_walk_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_blocks_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_slot_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_issue_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_follow_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_steer_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  prim_ram_w512_d128_block_reg.sv
  mpca_pick_b8_r16.sv
  mpca_select_b8_r24.sv
  mpca_features_b8_l12_m6_f4_n64.sv
  prim_ram_w48_d64_lut_reg.sv
  prim_int16_mac.sv
  mpca_dots_b8_l4.sv
  prim_multiply_u24_u16.sv
  prim_multiply_add_s24_u16_u16_p40.sv
  mpca_group_b8_l4_g3.sv
  prim_skew_l3_w16.sv
  mpca_column_b8_l12_g3_n64.sv
  mpca_array_b8_l12_g3_n64.sv
  prim_fifo_w384_d32.sv
  prim_fifo_w82_d32.sv
  mpca_results_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_counters_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
  mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3.sv
}
set constraints [file join $here mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3.xdc]
source [file join $here ooc.tcl]
