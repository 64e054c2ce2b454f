# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises gelu_s8f4_s8f4 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source gelu_s8f4_s8f4.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top gelu_s8f4_s8f4
set sources {
  gelu_s8f4_s8f4.sv
}
set constraints [file join $here gelu_s8f4_s8f4.xdc]
source [file join $here ooc.tcl]
