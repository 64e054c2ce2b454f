// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = 127 exp(x - max(x)) over rows of 1 to 256 entries, s8.4 to u7.0, rounded half up. Per row
// its sum, and 1 / sum = mult * 2^-shift, rounded down. Rows of 16 and more pass without a
// bubble.
//
// Bits of the streams' data:
//   row: sum[15:0], mult[31:16], shift[37:32]
//
// Source: HeatViT (HPCA 2023), eq. 7 and 8.
// Latency: by the length of the row or job.
//
// Configuration 160a4ec24b72e037: coefficients = paper, delta2 = 1.0, form = unnormalised,
// x = s8.4, y = u7.0.
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_s8f4_u7f0_unnormalised (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic signed [7:0] in_data_i,
  input  wire logic              in_last_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic        [6:0] out_data_o,
  output      logic              out_last_o,
  output      logic              row_valid_o,
  input  wire logic              row_ready_i,
  output      logic       [37:0] row_data_o
);

  logic row_max_out_valid;
  logic [15:0] row_max_out_data;
  logic row_max_out_last;
  logic row_exp_in_ready;
  softmax_row_max_s8f4 u_row_max (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .in_last_i  (in_last_i),
    .out_valid_o(row_max_out_valid),
    .out_ready_i(row_exp_in_ready),
    .out_data_o (row_max_out_data),
    .out_last_o (row_max_out_last)
  );

  logic row_exp_out_valid;
  logic [6:0] row_exp_out_data;
  logic row_exp_out_last;
  logic sums_in_ready;
  softmax_row_exp_s8f4_u13f12_x127 u_row_exp (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_max_out_valid),
    .in_ready_o (row_exp_in_ready),
    .in_data_i  (row_max_out_data),
    .in_last_i  (row_max_out_last),
    .out_valid_o(row_exp_out_valid),
    .out_ready_i(sums_in_ready),
    .out_data_o (row_exp_out_data),
    .out_last_o (row_exp_out_last)
  );

  logic [37:0] sums_row_data;
  softmax_sums_d32768_e30 u_sums (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_exp_out_valid),
    .in_ready_o (sums_in_ready),
    .in_data_i  (row_exp_out_data),
    .in_last_i  (row_exp_out_last),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .out_last_o (out_last_o),
    .row_valid_o(row_valid_o),
    .row_ready_i(row_ready_i),
    .row_data_o (sums_row_data)
  );

  logic [15:0] row_sum;
  assign row_sum = sums_row_data[15:0];

  logic [15:0] row_mult;
  assign row_mult = sums_row_data[31:16];

  logic [5:0] row_shift;
  assign row_shift = sums_row_data[37:32];
  assign row_data_o = {row_shift, row_mult, row_sum};

endmodule

`default_nettype wire
