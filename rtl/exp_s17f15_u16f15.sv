// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// exp(x) for x <= 0, a larger x counting as 0, s17.15 to u16.15, rounded half up and saturated:
//   x = p - z ln2, z whole, -ln2 < p <= 0,
//   y = exp(p) >> z,
//   exp(p) = 0.3585 (p + 1.353)^2 + 0.344, as a parabola in f = -p/ln2.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module exp_s17f15_u16f15 (
  input  wire logic               clk_i,
  input  wire logic               rst_i,
  input  wire logic               in_valid_i,
  output      logic               in_ready_o,
  input  wire logic signed [16:0] in_data_i,
  output      logic               out_valid_o,
  input  wire logic               out_ready_i,
  output      logic        [15:0] out_data_o
);

  // Every stage moves when the output is empty or taken.
  logic [11:0] valid_q;
  assign out_valid_o = valid_q[11];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 12'd0;
    end else if (advance) begin
      valid_q <= {valid_q[10:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [16:0] x_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      x_q <= in_data_i;
    end
  end

  // Stage 2
  // x log2(e); with all bits inverted it is negated, less one unit.
  (* use_dsp = "yes" *) logic signed [18:0] scaled_m_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_m_q <= 19'((34'(x_q) * 34'sd94548) >> 15);
    end
  end

  // Stage 3
  logic signed [18:0] scaled_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_q <= scaled_m_q;
    end
  end

  // Stage 4
  // -x log2(e) = z + f
  logic [17:0] distance_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      distance_q <= scaled_q[18] ? 18'(~scaled_q) : 18'd0;
    end
  end

  // Stage 5
  logic [15:0] f;
  assign f = distance_q[15:0];

  logic [1:0] z;
  assign z = distance_q[17:16];

  logic [17:0] bend_1a_q;
  logic [20:0] bend_1b_q;
  logic [15:0] f_s5_q;
  logic [1:0] z_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_1a_q <= (18'(f) << 2) - 18'(f);
      bend_1b_q <= (21'(f) << 5) - 21'(f);
      f_s5_q <= f;
      z_s5_q <= z;
    end
  end

  // Stage 6
  logic [24:0] bend_2a_q;
  logic [15:0] f_s6_q;
  logic [1:0] z_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_2a_q <= (25'(bend_1a_q) << 7) - 25'(bend_1b_q);
      f_s6_q <= f_s5_q;
      z_s6_q <= z_s5_q;
    end
  end

  // Stage 7
  logic [15:0] slope_q;
  logic [15:0] f_s7_q;
  logic [1:0] z_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      slope_q <= 16'd44068 - 16'(14'(((28'(bend_2a_q) << 2) - 28'(f_s6_q)) >> 13));
      f_s7_q <= f_s6_q;
      z_s7_q <= z_s6_q;
    end
  end

  // Stage 8
  (* use_dsp = "yes" *) logic [15:0] drop_m_q;
  logic [1:0] z_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_m_q <= 16'((32'(slope_q) * 32'(f_s7_q)) >> 16);
      z_s8_q <= z_s7_q;
    end
  end

  // Stage 9
  logic [15:0] drop_q;
  logic [1:0] z_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_q <= drop_m_q;
      z_s9_q <= z_s8_q;
    end
  end

  // Stage 10
  // exp(-f ln2) = c0 - f (c1 - a2 f)
  logic [16:0] mantissa_q;
  logic [1:0] z_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      mantissa_q <= 17'd65553 - 17'(drop_q);
      z_s10_q <= z_s9_q;
    end
  end

  // Stage 11
  logic [16:0] shifted_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_q <= mantissa_q >> z_s10_q;
    end
  end

  // Stage 12
  logic [15:0] y_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 16'((shifted_q + 17'd1) >> 1);
    end
  end

  assign out_data_o = y_q;

endmodule

`default_nettype wire
