# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises exp_s16f12_u16f15 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source exp_s16f12_u16f15.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top exp_s16f12_u16f15
set sources {
  exp_s16f12_u16f15.sv
}
set constraints [file join $here exp_s16f12_u16f15.xdc]
source [file join $here ooc.tcl]
