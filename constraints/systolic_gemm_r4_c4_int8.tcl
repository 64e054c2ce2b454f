# SPDX-License-Identifier: MIT OR Apache-2.0
# Synthesises systolic_gemm_r4_c4_int8 out of context. Emitted by espalier; the file is yours.
#   vivado -mode batch -source systolic_gemm_r4_c4_int8.tcl [-tclargs PART PERIOD_NS]

set here [file dirname [file normalize [info script]]]
set rtl [file join $here {../rtl}]
set top systolic_gemm_r4_c4_int8
set sources {
  prim_fifo_w33_d2.sv
  prim_fifo_w16_d2.sv
  prim_fifo_w10_d2.sv
  prim_fifo_w5_d4.sv
  prim_skew_l4_w8.sv
  prim_skew_l1_w4.sv
  prim_skew_l1_w32.sv
  gemm_block_r4_c4_int8_s18.sv
  gemm_array_r4_c4_int8.sv
  prim_ram_w32_d4_lut.sv
  prim_ram_w33_d256_block_reg.sv
  prim_ram_w22_d4_lut.sv
  prim_multiply_u16_u16.sv
  prim_multiply_add_s16_u16_u16_p32.sv
  prim_fifo_w32_d32.sv
  gemm_column_c4_int8_s18_o8_m256_d32.sv
  prim_fifo_w5_d32.sv
  systolic_gemm_r4_c4_int8.sv
}
set constraints [file join $here systolic_gemm_r4_c4_int8.xdc]
source [file join $here ooc.tcl]
