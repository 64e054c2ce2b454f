// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Multiplies by 0.625 and by k, rounded to the nearest even.

`default_nettype none

module scale (
  input  wire logic               clk_i,
  input  wire logic               rst_i,
  input  wire logic               in_valid_i,
  output      logic               in_ready_o,
  input  wire logic        [19:0] in_data_i,
  input  wire logic               in_last_i,
  output      logic               out_valid_o,
  input  wire logic               out_ready_i,
  output      logic signed [11:0] out_data_o,
  output      logic               out_last_o
);

  logic signed [15:0] in_x;
  assign in_x = in_data_i[15:0];

  logic signed [3:0] in_k;
  assign in_k = in_data_i[19:16];

  // Every stage moves when the output is empty or taken.
  logic [2:0] valid_q;
  assign out_valid_o = valid_q[2];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 3'd0;
    end else if (advance) begin
      valid_q <= {valid_q[1:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [18:0] near_raw;
  assign near_raw = 19'(in_x) * 19'sd5;

  logic signed [15:0] near_q;
  logic signed [3:0] k_s1_q;
  logic last_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      near_q <= 16'((near_raw + 19'sd3 + 19'(near_raw[3])) >> 3);
      k_s1_q <= in_k;
      last_s1_q <= in_last_i;
    end
  end

  // Stage 2
  logic signed [18:0] product_q;
  logic last_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      product_q <= 19'(near_q) * 19'(k_s1_q);
      last_s2_q <= last_s1_q;
    end
  end

  // Stage 3
  logic signed [12:0] y_wide;
  assign y_wide = 13'((product_q + 19'sd32) >> 6);

  logic signed [11:0] y_q;
  logic last_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= (y_wide[12:11] == {2{y_wide[12]}}) ? y_wide[11:0] : {y_wide[12], {11{!y_wide[12]}}};
      last_s3_q <= last_s2_q;
    end
  end

  assign out_data_o = y_q;
  assign out_last_o = last_s3_q;

endmodule

`default_nettype wire
