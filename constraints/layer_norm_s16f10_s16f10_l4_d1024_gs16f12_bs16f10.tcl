# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises layer_norm_s16f10_s16f10_l4_d1024_gs16f12_bs16f10 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source layer_norm_s16f10_s16f10_l4_d1024_gs16f12_bs16f10.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top layer_norm_s16f10_s16f10_l4_d1024_gs16f12_bs16f10
set sources {
  prim_held_ram_w64_d512.sv
  prim_multiply_s16_s16.sv
  layer_norm_sums_x16_l4_d1024_e1.sv
  prim_multiply_subtract_s26_u15_u36_p42.sv
  prim_multiply_add_u11_u26_s27_p36.sv
  prim_multiply_subtract_s26_s11_u36_p36.sv
  prim_multiply_subtract_u10_u12_u18_p30_f12_drop14.sv
  prim_multiply_subtract_s26_u16_u41_p42.sv
  layer_norm_scale_x16_d1024_e1.sv
  prim_fifo_w9_d64.sv
  prim_fifo_w73_d64.sv
  prim_multiply_add_u26_s16_s42_p43.sv
  prim_ram_w128_d256_block_reg.sv
  prim_multiply_add_s27_s16_s16_p43_f23.sv
  prim_fifo_w65_d16.sv
  layer_norm_lanes_s16f10_s16f10_l4_d1024_gs16f12_bs16f10.sv
  layer_norm_s16f10_s16f10_l4_d1024_gs16f12_bs16f10.sv
}
set constraints [file join $here layer_norm_s16f10_s16f10_l4_d1024_gs16f12_bs16f10.xdc]
source [file join $here ooc.tcl]
