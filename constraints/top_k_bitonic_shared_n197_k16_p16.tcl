# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises top_k_bitonic_shared_n197_k16_p16 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source top_k_bitonic_shared_n197_k16_p16.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top top_k_bitonic_shared_n197_k16_p16
set sources {
  bitonic_schedule_n256_p16.sv
  prim_fifo_w18_d2.sv
  turnable_exchange_r24.sv
  top_k_bitonic_shared_n197_k16_p16.sv
}
set constraints [file join $here top_k_bitonic_shared_n197_k16_p16.xdc]
source [file join $here ooc.tcl]
