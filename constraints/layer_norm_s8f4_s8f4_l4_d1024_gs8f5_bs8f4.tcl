# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4
set sources {
  prim_held_ram_w32_d512.sv
  prim_multiply_s8_s8.sv
  layer_norm_sums_x8_l4_d1024_e1.sv
  prim_multiply_subtract_s18_u14_u35_p35.sv
  prim_multiply_add_u11_u11_s21_p21.sv
  prim_multiply_subtract_s18_s4_u21_p21.sv
  prim_multiply_subtract_u10_u12_u18_p30_f12_drop14.sv
  prim_multiply_subtract_s18_u16_u33_p34.sv
  layer_norm_scale_x8_d1024_e1.sv
  prim_fifo_w9_d64.sv
  prim_fifo_w65_d64.sv
  prim_multiply_add_u26_s8_s34_p35.sv
  prim_ram_w64_d256_block_reg.sv
  prim_multiply_add_s27_s8_s8_p35_f22.sv
  prim_fifo_w33_d16.sv
  layer_norm_lanes_s8f4_s8f4_l4_d1024_gs8f5_bs8f4.sv
  layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4.sv
}
set constraints [file join $here layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4.xdc]
source [file join $here ooc.tcl]
