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

module softmax_sums_l8_d32768_e30 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic [8*7-1:0] in_data_i,
  input  wire logic     [7:0] in_keep_i,
  input  wire logic           in_last_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [8*7-1:0] out_data_o,
  output      logic     [7:0] out_keep_o,
  output      logic           out_last_o,
  output      logic           row_valid_o,
  input  wire logic           row_ready_i,
  output      logic    [37:0] row_data_o
);

  logic sums_out_valid;
  logic reciprocals_in_ready;
  logic [14:0] sum_q;
  logic complete_q;
  logic unused_sums_ready;
  logic [14:0] sums_out_data;
  prim_fifo_w15_d32 u_sums (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (complete_q),
    .in_ready_o (unused_sums_ready),
    .in_data_i  (sum_q),
    .out_valid_o(sums_out_valid),
    .out_ready_i(reciprocals_in_ready),
    .out_data_o (sums_out_data)
  );

  logic [36:0] reciprocals_out_data;
  softmax_reciprocal_w15_p16_d32768_t15_e30 u_reciprocals (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sums_out_valid),
    .in_ready_o (reciprocals_in_ready),
    .in_data_i  ({sums_out_data, sums_out_data}),
    .out_valid_o(row_valid_o),
    .out_ready_i(row_ready_i),
    .out_data_o (reciprocals_out_data)
  );

  // A beat passes only when the sum of its row has a place to go.
  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic row_ends;
  assign row_ends = in_fire && in_last_i;

  logic row_leaves;
  assign row_leaves = sums_out_valid && reciprocals_in_ready;

  logic [5:0] rows_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rows_q <= 6'd0;
    end else if (row_ends && !row_leaves) begin
      rows_q <= rows_q + 6'd1;
    end else if (row_leaves && !row_ends) begin
      rows_q <= rows_q - 6'd1;
    end
  end

  logic room;
  assign room = !rows_q[5];
  assign out_valid_o = in_valid_i && room;
  assign in_ready_o = out_ready_i && room;
  assign out_data_o = in_data_i;
  assign out_last_o = in_last_i;
  assign out_keep_o = in_keep_i;

  logic [8*7-1:0] held_q;
  always_ff @(posedge clk_i) begin
    held_q <= in_data_i;
  end

  logic [4*8-1:0] beat_sum_1_q;
  genvar beat_sum_1;
  generate
    for (beat_sum_1 = 0; beat_sum_1 < 4; beat_sum_1 = beat_sum_1 + 1) begin : gen_beat_sum_1
      always_ff @(posedge clk_i) begin
        beat_sum_1_q[beat_sum_1*8 +: 8] <=
            8'(held_q[(beat_sum_1*2)*7 +: 7]) + 8'(held_q[(beat_sum_1*2+1)*7 +: 7]);
      end
    end
  endgenerate

  logic [2*9-1:0] beat_sum_2_q;
  genvar beat_sum_2;
  generate
    for (beat_sum_2 = 0; beat_sum_2 < 2; beat_sum_2 = beat_sum_2 + 1) begin : gen_beat_sum_2
      always_ff @(posedge clk_i) begin
        beat_sum_2_q[beat_sum_2*9 +: 9] <=
            9'(beat_sum_1_q[(beat_sum_2*2)*8 +: 8]) + 9'(beat_sum_1_q[(beat_sum_2*2+1)*8 +: 8]);
      end
    end
  endgenerate

  logic [1*10-1:0] beat_sum_3_q;
  genvar beat_sum_3;
  generate
    for (beat_sum_3 = 0; beat_sum_3 < 1; beat_sum_3 = beat_sum_3 + 1) begin : gen_beat_sum_3
      always_ff @(posedge clk_i) begin
        beat_sum_3_q[beat_sum_3*10 +: 10] <=
            10'(beat_sum_2_q[(beat_sum_3*2)*9 +: 9]) + 10'(beat_sum_2_q[(beat_sum_3*2+1)*9 +: 9]);
      end
    end
  endgenerate

  logic [3:0] beat_valid_q;
  logic [3:0] beat_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_valid_q <= 4'd0;
    end else begin
      beat_valid_q <= {beat_valid_q[2:0], in_fire};
    end
  end

  always_ff @(posedge clk_i) begin
    beat_last_q <= {beat_last_q[2:0], in_last_i};
  end

  logic first_q;
  logic [14:0] sum_so_far;
  assign sum_so_far = sum_q & {15{!first_q}};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
      complete_q <= 1'b0;
    end else begin
      complete_q <= beat_valid_q[3] && beat_last_q[3];
      if (beat_valid_q[3]) begin
        first_q <= beat_last_q[3];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[3]) begin
      sum_q <= sum_so_far + 15'(beat_sum_3_q[0*10 +: 10]);
    end
  end

  logic [15:0] row_mult;
  assign row_mult =
      reciprocals_out_data[16] ? reciprocals_out_data[16:1] : reciprocals_out_data[15:0];

  logic [5:0] row_shift;
  assign row_shift = 6'(reciprocals_out_data[21:17]) - 6'(reciprocals_out_data[16]);

  logic [15:0] row_sum;
  assign row_sum = 16'(reciprocals_out_data[36:22]);
  assign row_data_o = {row_shift, row_mult, row_sum};

endmodule

`default_nettype wire
