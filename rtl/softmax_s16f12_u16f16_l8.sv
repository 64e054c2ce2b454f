// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = exp(x - max(x)) / sum over rows of 1 to 256 entries, s16.12 to u16.16. Rounded, the
// remainder carried along the row, saturated. 8 entries a beat; one that is not kept does not
// count, and comes out as 0. Rows of 128 entries and more pass without a bubble.
//
// Source: HeatViT (HPCA 2023), eq. 7 and 8.
// Latency: by the length of the row or job.
//
// Configuration b02972f738e7c519: coefficients = paper, delta2 = 1.0, form = normalised,
// lanes = 8, x = s16.12, y = u16.16.
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_s16f12_u16f16_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic row_max_out_valid;
  logic [143:0] row_max_out_data;
  logic row_max_out_last;
  logic [7:0] row_max_out_keep;
  logic row_exp_in_ready;
  softmax_row_max_s16f12_l8 u_row_max (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .in_keep_i  (in_keep_i),
    .in_last_i  (in_last_i),
    .out_valid_o(row_max_out_valid),
    .out_ready_i(row_exp_in_ready),
    .out_data_o (row_max_out_data),
    .out_keep_o (row_max_out_keep),
    .out_last_o (row_max_out_last)
  );

  logic row_exp_out_valid;
  logic [135:0] row_exp_out_data;
  logic row_exp_out_last;
  logic [7:0] row_exp_out_keep;
  logic normalise_in_ready;
  softmax_row_exp_s16f12_u17f16_l8 u_row_exp (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_max_out_valid),
    .in_ready_o (row_exp_in_ready),
    .in_data_i  (row_max_out_data),
    .in_keep_i  (row_max_out_keep),
    .in_last_i  (row_max_out_last),
    .out_valid_o(row_exp_out_valid),
    .out_ready_i(normalise_in_ready),
    .out_data_o (row_exp_out_data),
    .out_keep_o (row_exp_out_keep),
    .out_last_o (row_exp_out_last)
  );

  softmax_normalise_u17f16_u16f16_l8_d32768 u_normalise (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_exp_out_valid),
    .in_ready_o (normalise_in_ready),
    .in_data_i  (row_exp_out_data),
    .in_keep_i  (row_exp_out_keep),
    .in_last_i  (row_exp_out_last),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .out_keep_o (out_keep_o),
    .out_last_o (out_last_o)
  );

endmodule

`default_nettype wire
