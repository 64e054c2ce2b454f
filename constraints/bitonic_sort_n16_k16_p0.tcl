# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises bitonic_sort_n16_k16_p0 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source bitonic_sort_n16_k16_p0.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top bitonic_sort_n16_k16_p0
set sources {
  compare_exchange_r20_p0.sv
  bitonic_stage_n16_r20_p0_mirror2.sv
  stage_register_n16_w20.sv
  bitonic_stage_n16_r20_p0_mirror4.sv
  bitonic_stage_n16_r20_p0_half2.sv
  bitonic_stage_n16_r20_p0_mirror8.sv
  bitonic_stage_n16_r20_p0_half4.sv
  bitonic_stage_n16_r20_p0_mirror16.sv
  bitonic_stage_n16_r20_p0_half8.sv
  bitonic_sort_n16_k16_p0.sv
}
set constraints [file join $here bitonic_sort_n16_k16_p0.xdc]
source [file join $here ooc.tcl]
