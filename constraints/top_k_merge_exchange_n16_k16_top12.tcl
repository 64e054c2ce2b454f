# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises top_k_merge_exchange_n16_k16_top12 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source top_k_merge_exchange_n16_k16_top12.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top top_k_merge_exchange_n16_k16_top12
set sources {
  compare_exchange_r20_p0.sv
  merge_stage_n16_r20_top12_1.sv
  stage_register_n16_w20.sv
  merge_stage_n16_r20_top12_2.sv
  merge_stage_n16_r20_top12_3.sv
  merge_stage_n16_r20_top12_4.sv
  merge_stage_n16_r20_top12_5.sv
  merge_stage_n16_r20_top12_6.sv
  merge_stage_n16_r20_top12_7.sv
  merge_stage_n16_r20_top12_8.sv
  merge_stage_n16_r20_top12_9.sv
  merge_stage_n16_r20_top12_10.sv
  merge_exchange_order_n16_k16_top12.sv
  prim_fifo_w10_d2.sv
  top_k_merge_exchange_n16_k16_top12.sv
}
set constraints [file join $here top_k_merge_exchange_n16_k16_top12.xdc]
source [file join $here ooc.tcl]
