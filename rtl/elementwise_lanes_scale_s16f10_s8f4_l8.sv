// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = x factor / 2^(8 bytes + 7) of 8 lanes, rounded half to even, saturated.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: x[127:0] (8 x 16), factor[150:128], bytes[153:151]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module elementwise_lanes_scale_s16f10_s8f4_l8 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic   [153:0] in_data_i,
  input  wire logic     [7:0] in_keep_i,
  input  wire logic           in_last_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [8*8-1:0] out_data_o,
  output      logic     [7:0] out_keep_o,
  output      logic           out_last_o
);

  logic [22:0] in_factor;
  assign in_factor = in_data_i[150:128];

  logic [2:0] in_bytes;
  assign in_bytes = in_data_i[153:151];

  logic [8*16-1:0] in_x;
  assign in_x = in_data_i[127:0];

  // Every stage moves when the output is empty or taken.
  logic [5:0] valid_q;
  assign out_valid_o = valid_q[5];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 6'd0;
    end else if (advance) begin
      valid_q <= {valid_q[4:0], in_valid_i};
    end
  end

  // Stage 1
  logic [22:0] factor_q;
  logic [2:0] bytes_s1_q;
  logic last_s1_q;
  logic [7:0] keep_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      factor_q <= in_factor;
      bytes_s1_q <= in_bytes;
      last_s1_q <= in_last_i;
      keep_s1_q <= in_keep_i;
    end
  end

  logic [2:0] bytes_s2_q;
  logic last_s2_q;
  logic [7:0] keep_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bytes_s2_q <= bytes_s1_q;
      last_s2_q <= last_s1_q;
      keep_s2_q <= keep_s1_q;
    end
  end

  logic [2:0] bytes_s3_q;
  logic last_s3_q;
  logic [7:0] keep_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bytes_s3_q <= bytes_s2_q;
      last_s3_q <= last_s2_q;
      keep_s3_q <= keep_s2_q;
    end
  end

  logic last_s4_q;
  logic [7:0] keep_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s4_q <= last_s3_q;
      keep_s4_q <= keep_s3_q;
    end
  end

  logic last_s5_q;
  logic [7:0] keep_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s5_q <= last_s4_q;
      keep_s5_q <= keep_s4_q;
    end
  end

  logic [8*8-1:0] y;
  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      // Stage 1
      logic signed [15:0] x_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          x_q <= in_x[lane*16 +: 16];
        end
      end

      // Stage 2
      (* use_dsp = "yes" *) logic signed [38:0] product_m_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          product_m_q <= 39'(x_q) * $signed(39'(factor_q));
        end
      end

      // Stage 3
      logic signed [38:0] product_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          product_q <= product_m_q;
        end
      end

      // Stage 4
      logic signed [38:0] coarse_q;
      logic gone_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          coarse_q <= product_q >>> {bytes_s3_q, 3'd0};
          gone_q <=
              (|product_q[7:0] && (bytes_s3_q > 3'd0)) || (|product_q[15:8] && (bytes_s3_q > 3'd1))
              || (|product_q[23:16] && (bytes_s3_q > 3'd2))
              || (|product_q[31:24] && (bytes_s3_q > 3'd3))
              || (|product_q[38:32] && (bytes_s3_q > 3'd4));
        end
      end

      // Stage 5
      // Whole units, no more of them than tell that they are too many; half a unit, and what is below
      // it.
      logic signed [31:0] whole_wide;
      assign whole_wide = coarse_q[38:7];

      logic signed [9:0] whole_q;
      logic half_q;
      logic rest_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          whole_q <=
              (whole_wide[31:9] == {23{whole_wide[31]}}) ? whole_wide[9:0] :
              {whole_wide[31], {9{!whole_wide[31]}}};
          half_q <= coarse_q[6];
          rest_q <= gone_q || |coarse_q[5:0];
        end
      end

      // Stage 6
      logic up;
      assign up = half_q && (rest_q || whole_q[0]);

      logic [2:0] upper;
      assign upper = whole_q[9:7];

      logic signed [7:0] y_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          y_q <=
              ((|upper && !(&upper)) || (up && &whole_q[6:0] && !whole_q[9])) ?
              {whole_q[9], {7{!whole_q[9]}}} :
              whole_q[7:0] + 8'(up);
        end
      end

      assign y[lane*8 +: 8] = y_q;
    end
  endgenerate

  logic last_s6_q;
  logic [7:0] keep_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s6_q <= last_s5_q;
      keep_s6_q <= keep_s5_q;
    end
  end

  assign out_data_o = y;
  assign out_keep_o = keep_s6_q;
  assign out_last_o = last_s6_q;

endmodule

`default_nettype wire
