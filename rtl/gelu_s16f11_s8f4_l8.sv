// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// GELU, s16.11 to s8.4, rounded half to even and saturated:
//   y = x/2 (1 + L(x/sqrt2)),
//   L(u) = sign(u) (1 - 0.2888 (min(|u|, 1.769) - 1.769)^2),
// computed as x times the gain (1 + L)/2. 8 lanes a beat, each a datapath of its own.
//
// Source: HeatViT (HPCA 2023), eq. 5 and 6.
// Latency: 8 cycles, one beat every cycle.
//
// Configuration 3ccf95251c4b96a1: delta1 = 1.0, flow = stall, lanes = 8, method = polynomial,
// x = s16.11, y = s8.4.
// Emitted by espalier 0.1.0.

`default_nettype none

module gelu_s16f11_s8f4_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic  [8*8-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  // Every stage moves when the output is empty or taken.
  logic [7:0] valid_q;
  assign out_valid_o = valid_q[7];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 8'd0;
    end else if (advance) begin
      valid_q <= {valid_q[6:0], in_valid_i};
    end
  end

  logic last_s1_q;
  logic [7:0] keep_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s1_q <= in_last_i;
      keep_s1_q <= in_keep_i;
    end
  end

  logic last_s2_q;
  logic [7:0] keep_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s2_q <= last_s1_q;
      keep_s2_q <= keep_s1_q;
    end
  end

  logic last_s3_q;
  logic [7:0] keep_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
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

  logic last_s6_q;
  logic [7:0] keep_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s6_q <= last_s5_q;
      keep_s6_q <= keep_s5_q;
    end
  end

  logic last_s7_q;
  logic [7:0] keep_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s7_q <= last_s6_q;
      keep_s7_q <= keep_s6_q;
    end
  end

  logic [8*8-1:0] y;
  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      // Stage 1
      logic signed [15:0] x;
      assign x = in_data_i[lane*16 +: 16];

      // Distance of |x| from the parabola's vertex, 0 beyond it.
      logic negative;
      assign negative = x[15];

      logic signed [15:0] difference;
      assign difference = (negative ? 16'sd5124 : 16'sd5125) + (negative ? x : ~x);

      logic [12:0] t_q;
      logic negative_s1_q;
      logic signed [15:0] x_s1_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          t_q <= (|difference[15:13]) ? 13'd0 : difference[12:0];
          negative_s1_q <= negative;
          x_s1_q <= x;
        end
      end

      // Stage 2
      (* use_dsp = "yes" *) logic [7:0] square_m_q;
      logic negative_s2_q;
      logic signed [15:0] x_s2_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          square_m_q <= 8'((25'(t_q) * 25'(t_q)) >> 17);
          negative_s2_q <= negative_s1_q;
          x_s2_q <= x_s1_q;
        end
      end

      // Stage 3
      logic [7:0] square_q;
      logic negative_s3_q;
      logic signed [15:0] x_s3_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          square_q <= square_m_q;
          negative_s3_q <= negative_s2_q;
          x_s3_q <= x_s2_q;
        end
      end

      // Stage 4
      logic [6:0] h_q;
      logic negative_s4_q;
      logic signed [15:0] x_s4_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          h_q <= 7'(((10'(square_q) << 2) + 10'(square_q)) >> 3);
          negative_s4_q <= negative_s3_q;
          x_s4_q <= x_s3_q;
        end
      end

      // Stage 5
      // The gain, (1 - delta1)/2 + h or (1 + delta1)/2 - h by the sign of x.
      logic signed [7:0] step;
      assign step = negative_s4_q ? 8'(h_q) : ~(8'(h_q));

      logic [8:0] gain_q;
      logic signed [15:0] x_s5_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          gain_q <= (negative_s4_q ? 9'sd0 : 9'd257) + 9'(step);
          x_s5_q <= x_s4_q;
        end
      end

      // Stage 6
      (* use_dsp = "yes" *) logic signed [23:0] product_m_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          product_m_q <= 24'(x_s5_q) * $signed(24'(gain_q));
        end
      end

      // Stage 7
      logic signed [23:0] product_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          product_q <= product_m_q;
        end
      end

      // Stage 8
      logic signed [9:0] y_wide;
      assign y_wide = 10'((25'(product_q) + 25'sd16383 + 25'(product_q[15])) >> 15);

      logic signed [7:0] y_q;
      always_ff @(posedge clk_i) begin
        if (advance) begin
          y_q <= (y_wide[9:7] == {3{y_wide[9]}}) ? y_wide[7:0] : {y_wide[9], {7{!y_wide[9]}}};
        end
      end

      assign y[lane*8 +: 8] = y_q;
    end
  endgenerate

  logic last_s8_q;
  logic [7:0] keep_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_s8_q <= last_s7_q;
      keep_s8_q <= keep_s7_q;
    end
  end

  assign out_data_o = y;
  assign out_keep_o = keep_s8_q;
  assign out_last_o = last_s8_q;

endmodule

`default_nettype wire
