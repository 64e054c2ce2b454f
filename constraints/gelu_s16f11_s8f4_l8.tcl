# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises gelu_s16f11_s8f4_l8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source gelu_s16f11_s8f4_l8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top gelu_s16f11_s8f4_l8
set sources {
  gelu_s16f11_s8f4_l8.sv
}
set constraints [file join $here gelu_s16f11_s8f4_l8.xdc]
source [file join $here ooc.tcl]
