# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises bitonic_sort_n197_k16_p0_top138 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source bitonic_sort_n197_k16_p0_top138.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top bitonic_sort_n197_k16_p0_top138
set sources {
  compare_exchange_r24_p0.sv
  bitonic_stage_n197_r24_p0_mirror2.sv
  stage_register_n197_w24.sv
  bitonic_stage_n197_r24_p0_mirror4.sv
  bitonic_stage_n197_r24_p0_half2.sv
  bitonic_stage_n197_r24_p0_mirror8.sv
  bitonic_stage_n197_r24_p0_half4.sv
  bitonic_stage_n197_r24_p0_mirror16.sv
  bitonic_stage_n197_r24_p0_half8.sv
  bitonic_stage_n197_r24_p0_mirror32.sv
  bitonic_stage_n197_r24_p0_half16.sv
  bitonic_stage_n197_r24_p0_mirror64.sv
  bitonic_stage_n197_r24_p0_half32.sv
  bitonic_stage_n197_r24_p0_mirror128.sv
  bitonic_stage_n197_r24_p0_half64.sv
  bitonic_stage_n197_r24_p0_mirror256.sv
  bitonic_stage_n197_r24_p0_half128.sv
  bitonic_sort_n197_k16_p0_top138.sv
}
set constraints [file join $here bitonic_sort_n197_k16_p0_top138.xdc]
source [file join $here ooc.tcl]
