# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises axi_lite_slave_accelerator_01234567 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source axi_lite_slave_accelerator_01234567.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top axi_lite_slave_accelerator_01234567
set sources {
  axi_lite_slave_accelerator_01234567.sv
}
set constraints [file join $here axi_lite_slave_accelerator_01234567.xdc]
source [file join $here ooc.tcl]
