// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// e = exp(x - max), s16.12 to u17.16.
//
// Bits of the streams' data:
//   in: x[15:0], max[31:16]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_exp_s16f12_u17f16 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [31:0] in_data_i,
  input  wire logic        in_last_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [16:0] out_data_o,
  output      logic        out_last_o
);

  logic signed [15:0] in_x;
  assign in_x = in_data_i[15:0];

  logic signed [15:0] in_max;
  assign in_max = in_data_i[31:16];

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
  logic last_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      x_q <= 17'(in_x) - 17'(in_max);
      last_s1_q <= in_last_i;
    end
  end

  // Stage 2
  // x log2(e); with all bits inverted it is negated, less one unit.
  (* use_dsp = "yes" *) logic signed [22:0] scaled_m_q;
  logic last_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_m_q <= 23'((34'(x_q) * 34'sd94548) >> 11);
      last_s2_q <= last_s1_q;
    end
  end

  // Stage 3
  logic signed [22:0] scaled_q;
  logic last_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_q <= scaled_m_q;
      last_s3_q <= last_s2_q;
    end
  end

  // Stage 4
  // -x log2(e) = z + f
  logic [21:0] distance_q;
  logic last_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      distance_q <= scaled_q[22] ? 22'(~scaled_q) : 22'd0;
      last_s4_q <= last_s3_q;
    end
  end

  // Stage 5
  logic [16:0] f;
  assign f = distance_q[16:0];

  logic [4:0] z;
  assign z = distance_q[21:17];

  logic [18:0] bend_1a_q;
  logic [21:0] bend_1b_q;
  logic [16:0] f_s5_q;
  logic [4:0] z_s5_q;
  logic last_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_1a_q <= (19'(f) << 2) - 19'(f);
      bend_1b_q <= (22'(f) << 5) - 22'(f);
      f_s5_q <= f;
      z_s5_q <= z;
      last_s5_q <= last_s4_q;
    end
  end

  // Stage 6
  logic [25:0] bend_2a_q;
  logic [16:0] f_s6_q;
  logic [4:0] z_s6_q;
  logic last_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_2a_q <= (26'(bend_1a_q) << 7) - 26'(bend_1b_q);
      f_s6_q <= f_s5_q;
      z_s6_q <= z_s5_q;
      last_s6_q <= last_s5_q;
    end
  end

  // Stage 7
  logic [16:0] slope_q;
  logic [16:0] f_s7_q;
  logic [4:0] z_s7_q;
  logic last_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      slope_q <= 17'd88136 - 17'(15'(((29'(bend_2a_q) << 2) - 29'(f_s6_q)) >> 13));
      f_s7_q <= f_s6_q;
      z_s7_q <= z_s6_q;
      last_s7_q <= last_s6_q;
    end
  end

  // Stage 8
  (* use_dsp = "yes" *) logic [16:0] drop_m_q;
  logic [4:0] z_s8_q;
  logic last_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_m_q <= 17'((34'(slope_q) * 34'(f_s7_q)) >> 17);
      z_s8_q <= z_s7_q;
      last_s8_q <= last_s7_q;
    end
  end

  // Stage 9
  logic [16:0] drop_q;
  logic [4:0] z_s9_q;
  logic last_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_q <= drop_m_q;
      z_s9_q <= z_s8_q;
      last_s9_q <= last_s8_q;
    end
  end

  // Stage 10
  // exp(-f ln2) = c0 - f (c1 - a2 f)
  logic [17:0] mantissa_q;
  logic [4:0] z_s10_q;
  logic last_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      mantissa_q <= 18'd131107 - 18'(drop_q);
      z_s10_q <= z_s9_q;
      last_s10_q <= last_s9_q;
    end
  end

  // Stage 11
  logic [17:0] shifted_q;
  logic last_s11_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_q <= mantissa_q >> z_s10_q;
      last_s11_q <= last_s10_q;
    end
  end

  // Stage 12
  logic [16:0] y_q;
  logic last_s12_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 17'((shifted_q + 18'd1) >> 1);
      last_s12_q <= last_s11_q;
    end
  end

  assign out_data_o = y_q;
  assign out_last_o = last_s12_q;

endmodule

`default_nettype wire
