// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sigmoid by straight lines (PLAN), s16.12 to u8.7, rounded half to even and saturated:
//   y = 1                for x >= 5,
//   y = x/32 + 0.84375   for 2.375 <= x < 5,
//   y = x/8 + 0.625      for 1 <= x < 2.375,
//   y = x/4 + 0.5        for 0 <= x < 1,
//   y(x) = 1 - y(-x)     for x < 0.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module plan_sigmoid_s16f12_u8f7 (
  input  wire logic               clk_i,
  input  wire logic               rst_i,
  input  wire logic               in_valid_i,
  output      logic               in_ready_o,
  input  wire logic signed [15:0] in_data_i,
  output      logic               out_valid_o,
  input  wire logic               out_ready_i,
  output      logic         [7:0] out_data_o
);

  // Every stage moves when the output is empty or taken.
  logic [1:0] valid_q;
  assign out_valid_o = valid_q[1];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 2'd0;
    end else if (advance) begin
      valid_q <= {valid_q[0], in_valid_i};
    end
  end

  logic flat_q;
  logic signed [15:0] x_q;
  logic negative_q;
  logic middle_q;
  logic shallow_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      flat_q <= (in_data_i <= -16'sd20480) || (in_data_i >= 16'sd20480);
      x_q <= in_data_i;
      negative_q <= in_data_i[15];
      middle_q <= (in_data_i <= -16'sd4096) || (in_data_i >= 16'sd4096);
      shallow_q <= (in_data_i <= -16'sd9728) || (in_data_i >= 16'sd9728);
    end
  end

  logic [5:0] start;
  assign start =
      flat_q ? (negative_q ? 6'd0 : 6'd32) :
      shallow_q ? (negative_q ? 6'd5 : 6'd27) :
      middle_q ? (negative_q ? 6'd12 : 6'd20) :
      6'd16;

  logic signed [16:0] slope;
  assign slope =
      flat_q ? 17'sd0 :
      shallow_q ? 17'(x_q) :
      middle_q ? 17'($signed(x_q[14:0])) << 2 :
      17'($signed(x_q[12:0])) << 3;

  logic [17:0] y_raw;
  assign y_raw = (18'(start) << 12) + 18'(slope);

  logic [7:0] y_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 8'((y_raw + 18'd511 + 18'(y_raw[10])) >> 10);
    end
  end

  assign out_data_o = y_q;

endmodule

`default_nettype wire
