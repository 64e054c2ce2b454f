# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises axi_read_master_a40_d256_b64_o8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source axi_read_master_a40_d256_b64_o8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top axi_read_master_a40_d256_b64_o8
set sources {
  prim_fifo_w2_d8.sv
  prim_ram_fifo_w259_d512.sv
  axi_read_master_a40_d256_b64_o8.sv
}
set constraints [file join $here axi_read_master_a40_d256_b64_o8.xdc]
source [file join $here ooc.tcl]
