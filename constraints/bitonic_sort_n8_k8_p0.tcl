# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises bitonic_sort_n8_k8_p0 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source bitonic_sort_n8_k8_p0.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top bitonic_sort_n8_k8_p0
set sources {
  compare_exchange_r11_p0.sv
  bitonic_stage_n8_r11_p0_mirror2.sv
  stage_register_n8_w11.sv
  bitonic_stage_n8_r11_p0_mirror4.sv
  bitonic_stage_n8_r11_p0_half2.sv
  bitonic_stage_n8_r11_p0_mirror8.sv
  bitonic_stage_n8_r11_p0_half4.sv
  bitonic_sort_n8_k8_p0.sv
}
set constraints [file join $here bitonic_sort_n8_k8_p0.xdc]
source [file join $here ooc.tcl]
