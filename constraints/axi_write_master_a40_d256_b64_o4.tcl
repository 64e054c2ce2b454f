# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises axi_write_master_a40_d256_b64_o4 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source axi_write_master_a40_d256_b64_o4.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top axi_write_master_a40_d256_b64_o4
set sources {
  prim_ram_fifo_w256_d256.sv
  prim_fifo_w2_d4.sv
  prim_ram_fifo_w2_d4.sv
  axi_write_master_a40_d256_b64_o4.sv
}
set constraints [file join $here axi_write_master_a40_d256_b64_o4.xdc]
source [file join $here ooc.tcl]
