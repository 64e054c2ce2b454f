# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4
set sources {
  prim_fifo_w17_d4.sv
  prim_fifo_w50_d4.sv
  prim_skew_l2_w1.sv
  prim_skew_l2_w64.sv
  prim_skew_l8_w8.sv
  prim_int8_pair.sv
  gemm_engine_block_p2_s19.sv
  gemm_engine_array_i16_o4_h3_l2.sv
  prim_ram_w32_d4_lut.sv
  prim_ram_w33_d256_block_reg.sv
  prim_ram_w22_d4_lut.sv
  prim_multiply_u16_u16.sv
  prim_multiply_add_s16_u16_u16_p32.sv
  gelu_s16f11_s8f4_l4.sv
  prim_fifo_w64_d64.sv
  gemm_engine_group_o4_s21_y16_m256_d64_g_s16f11_s8f4_l4.sv
  gemm_engine_group_o4_s21_y16_m256_d64.sv
  prim_fifo_w10_d64.sv
  gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4.sv
}
set constraints [file join $here gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4.xdc]
source [file join $here ooc.tcl]
