// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// exp(x) for x <= 0, a larger x counting as 0, s8.4 to u8.7, rounded half up and saturated:
//   x = p - z ln2, z whole, -ln2 < p <= 0,
//   y = exp(p) >> z,
//   exp(p) = 0.3585 (p + 1.353)^2 + 0.344, as a parabola in f = -p/ln2.
//
// Source: HeatViT (HPCA 2023), eq. 8.
// Latency: 11 cycles, one beat every cycle.
//
// Configuration cb0d16ded1b151d4: coefficients = paper, flow = stall, method = polynomial,
// x = s8.4, y = u8.7.
// Emitted by espalier 0.1.0.

`default_nettype none

module exp_s8f4_u8f7 (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic signed [7:0] in_data_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic        [7:0] out_data_o
);

  // Every stage moves when the output is empty or taken.
  logic [10:0] valid_q;
  assign out_valid_o = valid_q[10];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 11'd0;
    end else if (advance) begin
      valid_q <= {valid_q[9:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [7:0] x_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      x_q <= in_data_i;
    end
  end

  // Stage 2
  // x log2(e); with all bits inverted it is negated, less one unit.
  (* use_dsp = "yes" *) logic signed [12:0] scaled_m_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_m_q <= 13'((25'(x_q) * 25'sd94548) >> 12);
    end
  end

  // Stage 3
  logic signed [12:0] scaled_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_q <= scaled_m_q;
    end
  end

  // Stage 4
  // -x log2(e) = z + f
  logic [11:0] distance_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      distance_q <= scaled_q[12] ? 12'(~scaled_q) : 12'd0;
    end
  end

  // Stage 5
  logic [7:0] f;
  assign f = distance_q[7:0];

  logic [3:0] z;
  assign z = distance_q[11:8];

  logic [9:0] bend_1a_q;
  logic [7:0] f_s5_q;
  logic [3:0] z_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_1a_q <= (10'(f) << 2) - 10'(f);
      f_s5_q <= f;
      z_s5_q <= z;
    end
  end

  // Stage 6
  logic [7:0] slope_q;
  logic [7:0] f_s6_q;
  logic [3:0] z_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      slope_q <= 8'd172 - 8'(6'(((13'(bend_1a_q) << 2) - 13'(f_s5_q)) >> 6));
      f_s6_q <= f_s5_q;
      z_s6_q <= z_s5_q;
    end
  end

  // Stage 7
  (* use_dsp = "yes" *) logic [7:0] drop_m_q;
  logic [3:0] z_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_m_q <= 8'((16'(slope_q) * 16'(f_s6_q)) >> 8);
      z_s7_q <= z_s6_q;
    end
  end

  // Stage 8
  logic [7:0] drop_q;
  logic [3:0] z_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_q <= drop_m_q;
      z_s8_q <= z_s7_q;
    end
  end

  // Stage 9
  // exp(-f ln2) = c0 - f (c1 - a2 f)
  logic [7:0] mantissa_q;
  logic [3:0] z_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      mantissa_q <= 8'd255 - drop_q;
      z_s9_q <= z_s8_q;
    end
  end

  // Stage 10
  logic [7:0] shifted_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_q <= mantissa_q >> z_s9_q;
    end
  end

  // Stage 11
  logic [7:0] y_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 8'((9'(shifted_q) + 9'd1) >> 1);
    end
  end

  assign out_data_o = y_q;

endmodule

`default_nettype wire
