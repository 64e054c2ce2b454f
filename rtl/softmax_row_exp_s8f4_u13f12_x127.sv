// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// e = 127 exp(x - max), s8.4 to u13.12.
//
// Bits of the streams' data:
//   in: x[7:0], max[15:8]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_exp_s8f4_u13f12_x127 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [15:0] in_data_i,
  input  wire logic        in_last_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic  [6:0] out_data_o,
  output      logic        out_last_o
);

  logic signed [7:0] in_x;
  assign in_x = in_data_i[7:0];

  logic signed [7:0] in_max;
  assign in_max = in_data_i[15:8];

  // 127 e = 128 e - e; the parabola exceeds 1 by less than 2^-8 at 0.
  // Every stage moves when the output is empty or taken.
  logic [12:0] valid_q;
  assign out_valid_o = valid_q[12];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 13'd0;
    end else if (advance) begin
      valid_q <= {valid_q[11:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [8:0] x_q;
  logic last_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      x_q <= 9'(in_x) - 9'(in_max);
      last_s1_q <= in_last_i;
    end
  end

  // Stage 2
  // x log2(e); with all bits inverted it is negated, less one unit.
  (* use_dsp = "yes" *) logic signed [18:0] scaled_m_q;
  logic last_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_m_q <= 19'((26'(x_q) * 26'sd94548) >> 7);
      last_s2_q <= last_s1_q;
    end
  end

  // Stage 3
  logic signed [18:0] scaled_q;
  logic last_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_q <= scaled_m_q;
      last_s3_q <= last_s2_q;
    end
  end

  // Stage 4
  logic [17:0] distance_wide;
  assign distance_wide = 18'(~scaled_q);

  // -x log2(e) = z + f
  logic [16:0] distance_q;
  logic last_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      distance_q <= scaled_q[18] ? (distance_wide[17] ? 17'd131071 : distance_wide[16:0]) : 17'd0;
      last_s4_q <= last_s3_q;
    end
  end

  // Stage 5
  logic [12:0] f;
  assign f = distance_q[12:0];

  logic [3:0] z;
  assign z = distance_q[16:13];

  logic [14:0] bend_1a_q;
  logic [17:0] bend_1b_q;
  logic [12:0] f_s5_q;
  logic [3:0] z_s5_q;
  logic last_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_1a_q <= (15'(f) << 2) - 15'(f);
      bend_1b_q <= (18'(f) << 5) - 18'(f);
      f_s5_q <= f;
      z_s5_q <= z;
      last_s5_q <= last_s4_q;
    end
  end

  // Stage 6
  logic [12:0] slope_q;
  logic [12:0] f_s6_q;
  logic [3:0] z_s6_q;
  logic last_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      slope_q <= 13'd5508 - 13'(11'(((23'(bend_1a_q) << 7) - 23'(bend_1b_q)) >> 11));
      f_s6_q <= f_s5_q;
      z_s6_q <= z_s5_q;
      last_s6_q <= last_s5_q;
    end
  end

  // Stage 7
  (* use_dsp = "yes" *) logic [12:0] drop_m_q;
  logic [3:0] z_s7_q;
  logic last_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_m_q <= 13'((26'(slope_q) * 26'(f_s6_q)) >> 13);
      z_s7_q <= z_s6_q;
      last_s7_q <= last_s6_q;
    end
  end

  // Stage 8
  logic [12:0] drop_q;
  logic [3:0] z_s8_q;
  logic last_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_q <= drop_m_q;
      z_s8_q <= z_s7_q;
      last_s8_q <= last_s7_q;
    end
  end

  // Stage 9
  // exp(-f ln2) = c0 - f (c1 - a2 f)
  logic [13:0] mantissa_q;
  logic [3:0] z_s9_q;
  logic last_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      mantissa_q <= 14'd8193 - 14'(drop_q);
      z_s9_q <= z_s8_q;
      last_s9_q <= last_s8_q;
    end
  end

  // Stage 10
  logic [13:0] shifted_q;
  logic last_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_q <= mantissa_q >> z_s9_q;
      last_s10_q <= last_s9_q;
    end
  end

  // Stage 11
  logic [12:0] y_q;
  logic last_s11_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 13'((shifted_q + 14'd1) >> 1);
      last_s11_q <= last_s10_q;
    end
  end

  // Stage 12
  logic [12:0] e;
  assign e = y_q;

  logic [18:0] e127_q;
  logic last_s12_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      e127_q <= (19'(e) << 7) - 19'(e);
      last_s12_q <= last_s11_q;
    end
  end

  // Stage 13
  logic [6:0] relative_q;
  logic last_s13_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      relative_q <= 7'((e127_q + 19'd2048) >> 12);
      last_s13_q <= last_s12_q;
    end
  end

  assign out_data_o = relative_q;
  assign out_last_o = last_s13_q;

endmodule

`default_nettype wire
