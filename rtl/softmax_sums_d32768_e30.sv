// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Passes rows on; per row the sum, and 1 / sum as mult * 2^-shift.
//
// Bits of the streams' data:
//   row: sum[15:0], mult[31:16], shift[37:32]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_sums_d32768_e30 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic  [6:0] in_data_i,
  input  wire logic        in_last_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic  [6:0] out_data_o,
  output      logic        out_last_o,
  output      logic        row_valid_o,
  input  wire logic        row_ready_i,
  output      logic [37:0] row_data_o
);

  logic sums_in_ready;
  logic [14:0] with_y;
  logic in_fire;
  logic sums_out_valid;
  logic [14:0] sums_out_data;
  logic reciprocal_in_ready;
  prim_fifo_w15_d32 u_sums (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_fire && in_last_i),
    .in_ready_o (sums_in_ready),
    .in_data_i  (with_y),
    .out_valid_o(sums_out_valid),
    .out_ready_i(reciprocal_in_ready),
    .out_data_o (sums_out_data)
  );

  logic [36:0] reciprocal_out_data;
  softmax_reciprocal_w15_p16_d32768_t15_e30 u_reciprocal (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sums_out_valid),
    .in_ready_o (reciprocal_in_ready),
    .in_data_i  ({sums_out_data, sums_out_data}),
    .out_valid_o(row_valid_o),
    .out_ready_i(row_ready_i),
    .out_data_o (reciprocal_out_data)
  );

  // An entry passes only when the sum of its row has a place to go.
  assign out_valid_o = in_valid_i && sums_in_ready;
  assign in_ready_o = out_ready_i && sums_in_ready;
  assign out_data_o = in_data_i;
  assign out_last_o = in_last_i;

  logic first_q;
  logic [14:0] sum_q;
  assign with_y = (first_q ? 15'd0 : sum_q) + 15'(in_data_i);
  assign in_fire = in_valid_i && in_ready_o;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
    end else if (in_fire) begin
      first_q <= in_last_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      sum_q <= with_y;
    end
  end

  // The quotient has 16 or 17 significant bits.
  logic [15:0] row_mult;
  assign row_mult = reciprocal_out_data[16] ? reciprocal_out_data[16:1] : reciprocal_out_data[15:0];

  logic [5:0] row_shift;
  assign row_shift = 6'(reciprocal_out_data[21:17]) - 6'(reciprocal_out_data[16]);

  logic [15:0] row_sum;
  assign row_sum = 16'(reciprocal_out_data[36:22]);
  assign row_data_o = {row_shift, row_mult, row_sum};

endmodule

`default_nettype wire
