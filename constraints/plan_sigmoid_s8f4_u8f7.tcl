# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises plan_sigmoid_s8f4_u8f7 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source plan_sigmoid_s8f4_u8f7.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top plan_sigmoid_s8f4_u8f7
set sources {
  plan_sigmoid_s8f4_u8f7.sv
}
set constraints [file join $here plan_sigmoid_s8f4_u8f7.xdc]
source [file join $here ooc.tcl]
