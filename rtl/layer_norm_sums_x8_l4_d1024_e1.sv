// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sums of a row: s = sum(x), d = number of channels, sum(x^2 + epsilon) = q_high 2^14 + q_low.
// In parts: each takes its carry from a comparison of the bits below, so that none ripples far.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module layer_norm_sums_x8_l4_d1024_e1 (
  input  wire logic               clk_i,
  input  wire logic               rst_i,
  input  wire logic               valid_i,
  input  wire logic               last_i,
  input  wire logic     [4*8-1:0] x_i,
  output      logic signed [17:0] row_s_o,
  output      logic        [24:0] row_q_low_o,
  output      logic        [10:0] row_q_high_o,
  output      logic        [10:0] row_d_o,
  output      logic               row_valid_o
);

  logic [5:0] beat_valid_q;
  logic [5:0] beat_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_valid_q <= 6'd0;
    end else begin
      beat_valid_q <= {beat_valid_q[4:0], valid_i};
    end
  end

  always_ff @(posedge clk_i) begin
    beat_last_q <= {beat_last_q[4:0], last_i};
  end

  // Squares, in two parts from behind the multiplier on.
  logic [4*8-1:0] held_q;
  logic [4*14-1:0] low;
  logic [3:0] high;
  genvar lane;
  generate
    for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
      always_ff @(posedge clk_i) begin
        if (valid_i) begin
          held_q[lane*8 +: 8] <= x_i[lane*8 +: 8];
        end
      end

      logic signed [15:0] square_p;
      prim_multiply_s8_s8 u_square (
        .clk_i(clk_i),
        .a_i  (held_q[lane*8 +: 8]),
        .b_i  (held_q[lane*8 +: 8]),
        .p_o  (square_p)
      );

      logic signed [15:0] squared;
      assign squared = square_p;

      logic unused_sign;
      assign unused_sign = squared[15];
      assign low[lane*14 +: 14] = squared[13:0];
      assign high[lane] = squared[14];
    end
  endgenerate

  // Sums of a beat.
  logic [2*15-1:0] low_1_q;
  genvar low_1;
  generate
    for (low_1 = 0; low_1 < 2; low_1 = low_1 + 1) begin : gen_low_1
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[2]) begin
          low_1_q[low_1*15 +: 15] <= 15'(low[(low_1*2)*14 +: 14]) + 15'(low[(low_1*2+1)*14 +: 14]);
        end
      end
    end
  endgenerate

  logic [1*16-1:0] low_2_q;
  genvar low_2;
  generate
    for (low_2 = 0; low_2 < 1; low_2 = low_2 + 1) begin : gen_low_2
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[3]) begin
          low_2_q[low_2*16 +: 16] <=
              16'(low_1_q[(low_2*2)*15 +: 15]) + 16'(low_1_q[(low_2*2+1)*15 +: 15]);
        end
      end
    end
  endgenerate

  logic [16:0] low_beat_q;
  always_ff @(posedge clk_i) begin
    low_beat_q <= {
      8'(17'(low_2_q[0*16 +: 16]) >> 9) + 8'(17'd4 >> 9) + 8'(low_2_q[8:0] > ~(9'(17'd4))),
      low_2_q[8:0] + 9'(17'd4)
    };
  end

  logic [2*2-1:0] high_1_q;
  genvar high_1;
  generate
    for (high_1 = 0; high_1 < 2; high_1 = high_1 + 1) begin : gen_high_1
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[2]) begin
          high_1_q[high_1*2 +: 2] <= 2'(high[high_1*2]) + 2'(high[high_1*2+1]);
        end
      end
    end
  endgenerate

  logic [1*3-1:0] high_2_q;
  genvar high_2;
  generate
    for (high_2 = 0; high_2 < 1; high_2 = high_2 + 1) begin : gen_high_2
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[3]) begin
          high_2_q[high_2*3 +: 3] <=
              3'(high_1_q[(high_2*2)*2 +: 2]) + 3'(high_1_q[(high_2*2+1)*2 +: 2]);
        end
      end
    end
  endgenerate

  logic [2:0] high_s1_q;
  always_ff @(posedge clk_i) begin
    high_s1_q <= high_2_q[0*3 +: 3];
  end

  logic [2*9-1:0] x_1_q;
  genvar x_1;
  generate
    for (x_1 = 0; x_1 < 2; x_1 = x_1 + 1) begin : gen_x_1
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[0]) begin
          x_1_q[x_1*9 +: 9] <=
              9'($signed(held_q[(x_1*2)*8 +: 8])) + 9'($signed(held_q[(x_1*2+1)*8 +: 8]));
        end
      end
    end
  endgenerate

  logic [1*10-1:0] x_2_q;
  genvar x_2;
  generate
    for (x_2 = 0; x_2 < 1; x_2 = x_2 + 1) begin : gen_x_2
      always_ff @(posedge clk_i) begin
        if (beat_valid_q[1]) begin
          x_2_q[x_2*10 +: 10] <=
              10'($signed(x_1_q[(x_2*2)*9 +: 9])) + 10'($signed(x_1_q[(x_2*2+1)*9 +: 9]));
        end
      end
    end
  endgenerate

  logic signed [9:0] x_s1_q;
  always_ff @(posedge clk_i) begin
    x_s1_q <= x_2_q[0*10 +: 10];
  end

  logic signed [9:0] x_s2_q;
  always_ff @(posedge clk_i) begin
    x_s2_q <= x_s1_q;
  end

  logic signed [9:0] x_s3_q;
  always_ff @(posedge clk_i) begin
    x_s3_q <= x_s2_q;
  end

  // Sums of a row.
  logic first_q;
  logic signed [17:0] s_q;
  logic signed [17:0] s_so_far;
  assign s_so_far = first_q ? 18'sd0 : s_q;

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[5]) begin
      s_q <= {
        s_so_far[17:9] + 9'(18'(x_s3_q) >> 9) + 9'(s_so_far[8:0] > ~x_s3_q[8:0]),
        s_so_far[8:0] + x_s3_q[8:0]
      };
    end
  end

  assign row_s_o = s_q;

  logic [24:0] q_low_q;
  logic [24:0] q_low_so_far;
  assign q_low_so_far = first_q ? 25'd0 : q_low_q;

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[5]) begin
      q_low_q <= {
        q_low_so_far[24:18] + 7'(25'(low_beat_q) >> 18)
        + 7'(q_low_so_far[17:0] > ~(18'(25'(low_beat_q)))),
        q_low_so_far[17:9] + 9'(25'(low_beat_q) >> 9) + 9'(q_low_so_far[8:0] > ~low_beat_q[8:0]),
        q_low_so_far[8:0] + low_beat_q[8:0]
      };
    end
  end

  assign row_q_low_o = q_low_q;

  logic [10:0] q_high_q;
  logic [10:0] q_high_so_far;
  assign q_high_so_far = first_q ? 11'd0 : q_high_q;

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[5]) begin
      q_high_q <= q_high_so_far + 11'(high_s1_q);
    end
  end

  assign row_q_high_o = q_high_q;

  logic [10:0] d_q;
  logic [10:0] d_so_far;
  assign d_so_far = first_q ? 11'd0 : d_q;

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[5]) begin
      d_q <= d_so_far + 11'd4;
    end
  end

  assign row_d_o = d_q;

  logic row_valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
      row_valid_q <= 1'b0;
    end else begin
      if (beat_valid_q[5]) begin
        first_q <= beat_last_q[5];
      end
      row_valid_q <= beat_valid_q[5] && beat_last_q[5];
    end
  end

  assign row_valid_o = row_valid_q;

endmodule

`default_nettype wire
