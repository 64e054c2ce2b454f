# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises top_k_radix_select_n197_k16 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source top_k_radix_select_n197_k16.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top top_k_radix_select_n197_k16
set sources {
  prim_fifo_w18_d2.sv
  top_k_radix_select_n197_k16.sv
}
set constraints [file join $here top_k_radix_select_n197_k16.xdc]
source [file join $here ooc.tcl]
