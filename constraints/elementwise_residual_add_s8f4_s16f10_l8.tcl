# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises elementwise_residual_add_s8f4_s16f10_l8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source elementwise_residual_add_s8f4_s16f10_l8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top elementwise_residual_add_s8f4_s16f10_l8
set sources {
  prim_fifo_w26_d2.sv
  elementwise_lanes_residual_add_s8f4_s16f10_l8.sv
  elementwise_residual_add_s8f4_s16f10_l8.sv
}
set constraints [file join $here elementwise_residual_add_s8f4_s16f10_l8.xdc]
source [file join $here ooc.tcl]
