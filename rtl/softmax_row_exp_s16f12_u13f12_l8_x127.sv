// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// e = 127 exp(x - max), s16.12 to u13.12.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: x[127:0] (8 x 16), max[143:128]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_exp_s16f12_u13f12_l8_x127 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic   [143:0] in_data_i,
  input  wire logic     [7:0] in_keep_i,
  input  wire logic           in_last_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [8*7-1:0] out_data_o,
  output      logic     [7:0] out_keep_o,
  output      logic           out_last_o
);

  logic [8*16-1:0] in_x;
  assign in_x = in_data_i[127:0];

  logic signed [15:0] in_max;
  assign in_max = in_data_i[143:128];

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic [12:0] valid_q;
  logic [8*7-1:0] all;
  logic last_s13_q;
  logic [7:0] keep_s13_q;
  logic unused_fifo_in_ready;
  logic [64:0] fifo_out_data;
  prim_fifo_w65_d16 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q[12]),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  ({last_s13_q, keep_s13_q, all}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (fifo_out_data)
  );

  logic [4:0] credit_q;
  assign in_ready_o = credit_q != 5'd0;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      credit_q <= 5'd16;
    end else if (in_fire && !out_fire) begin
      credit_q <= credit_q - 5'd1;
    end else if (out_fire && !in_fire) begin
      credit_q <= credit_q + 5'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 13'd0;
    end else begin
      valid_q <= {valid_q[11:0], in_fire};
    end
  end

  // Stage 1
  logic [7:0] kept;
  assign kept = in_keep_i;

  logic last_s1_q;
  logic [7:0] keep_s1_q;
  always_ff @(posedge clk_i) begin
    last_s1_q <= in_last_i;
    keep_s1_q <= in_keep_i;
  end

  logic last_s2_q;
  logic [7:0] keep_s2_q;
  always_ff @(posedge clk_i) begin
    last_s2_q <= last_s1_q;
    keep_s2_q <= keep_s1_q;
  end

  logic last_s3_q;
  logic [7:0] keep_s3_q;
  always_ff @(posedge clk_i) begin
    last_s3_q <= last_s2_q;
    keep_s3_q <= keep_s2_q;
  end

  logic last_s4_q;
  logic [7:0] keep_s4_q;
  always_ff @(posedge clk_i) begin
    last_s4_q <= last_s3_q;
    keep_s4_q <= keep_s3_q;
  end

  logic last_s5_q;
  logic [7:0] keep_s5_q;
  always_ff @(posedge clk_i) begin
    last_s5_q <= last_s4_q;
    keep_s5_q <= keep_s4_q;
  end

  logic last_s6_q;
  logic [7:0] keep_s6_q;
  always_ff @(posedge clk_i) begin
    last_s6_q <= last_s5_q;
    keep_s6_q <= keep_s5_q;
  end

  logic last_s7_q;
  logic [7:0] keep_s7_q;
  always_ff @(posedge clk_i) begin
    last_s7_q <= last_s6_q;
    keep_s7_q <= keep_s6_q;
  end

  logic last_s8_q;
  logic [7:0] keep_s8_q;
  always_ff @(posedge clk_i) begin
    last_s8_q <= last_s7_q;
    keep_s8_q <= keep_s7_q;
  end

  logic last_s9_q;
  logic [7:0] keep_s9_q;
  always_ff @(posedge clk_i) begin
    last_s9_q <= last_s8_q;
    keep_s9_q <= keep_s8_q;
  end

  logic last_s10_q;
  logic [7:0] keep_s10_q;
  always_ff @(posedge clk_i) begin
    last_s10_q <= last_s9_q;
    keep_s10_q <= keep_s9_q;
  end

  logic last_s11_q;
  logic [7:0] keep_s11_q;
  always_ff @(posedge clk_i) begin
    last_s11_q <= last_s10_q;
    keep_s11_q <= keep_s10_q;
  end

  logic last_s12_q;
  logic [7:0] keep_s12_q;
  always_ff @(posedge clk_i) begin
    last_s12_q <= last_s11_q;
    keep_s12_q <= keep_s11_q;
  end

  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      // Stage 1
      logic kept_here;
      assign kept_here = kept[lane];

      logic signed [16:0] x_q;
      logic kept_here_s1_q;
      always_ff @(posedge clk_i) begin
        x_q <= 17'($signed(in_x[lane*16 +: 16])) - 17'(in_max);
        kept_here_s1_q <= kept_here;
      end

      // Stage 2
      // x log2(e); with all bits inverted it is negated, less one unit.
      (* use_dsp = "yes" *) logic signed [18:0] scaled_m_q;
      logic kept_here_s2_q;
      always_ff @(posedge clk_i) begin
        scaled_m_q <= 19'((34'(x_q) * 34'sd94548) >> 15);
        kept_here_s2_q <= kept_here_s1_q;
      end

      // Stage 3
      logic signed [18:0] scaled_q;
      logic kept_here_s3_q;
      always_ff @(posedge clk_i) begin
        scaled_q <= scaled_m_q;
        kept_here_s3_q <= kept_here_s2_q;
      end

      // Stage 4
      logic [17:0] distance_wide;
      assign distance_wide = 18'(~scaled_q);

      // -x log2(e) = z + f
      logic [16:0] distance_q;
      logic kept_here_s4_q;
      always_ff @(posedge clk_i) begin
        distance_q <= scaled_q[18] ? (distance_wide[17] ? 17'd131071 : distance_wide[16:0]) : 17'd0;
        kept_here_s4_q <= kept_here_s3_q;
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
      logic kept_here_s5_q;
      always_ff @(posedge clk_i) begin
        bend_1a_q <= (15'(f) << 2) - 15'(f);
        bend_1b_q <= (18'(f) << 5) - 18'(f);
        f_s5_q <= f;
        z_s5_q <= z;
        kept_here_s5_q <= kept_here_s4_q;
      end

      // Stage 6
      logic [12:0] slope_q;
      logic [12:0] f_s6_q;
      logic [3:0] z_s6_q;
      logic kept_here_s6_q;
      always_ff @(posedge clk_i) begin
        slope_q <= 13'd5508 - 13'(11'(((23'(bend_1a_q) << 7) - 23'(bend_1b_q)) >> 11));
        f_s6_q <= f_s5_q;
        z_s6_q <= z_s5_q;
        kept_here_s6_q <= kept_here_s5_q;
      end

      // Stage 7
      (* use_dsp = "yes" *) logic [12:0] drop_m_q;
      logic [3:0] z_s7_q;
      logic kept_here_s7_q;
      always_ff @(posedge clk_i) begin
        drop_m_q <= 13'((26'(slope_q) * 26'(f_s6_q)) >> 13);
        z_s7_q <= z_s6_q;
        kept_here_s7_q <= kept_here_s6_q;
      end

      // Stage 8
      logic [12:0] drop_q;
      logic [3:0] z_s8_q;
      logic kept_here_s8_q;
      always_ff @(posedge clk_i) begin
        drop_q <= drop_m_q;
        z_s8_q <= z_s7_q;
        kept_here_s8_q <= kept_here_s7_q;
      end

      // Stage 9
      // exp(-f ln2) = c0 - f (c1 - a2 f)
      logic [13:0] mantissa_q;
      logic [3:0] z_s9_q;
      logic kept_here_s9_q;
      always_ff @(posedge clk_i) begin
        mantissa_q <= 14'd8193 - 14'(drop_q);
        z_s9_q <= z_s8_q;
        kept_here_s9_q <= kept_here_s8_q;
      end

      // Stage 10
      logic [13:0] shifted_q;
      logic kept_here_s10_q;
      always_ff @(posedge clk_i) begin
        shifted_q <= mantissa_q >> z_s9_q;
        kept_here_s10_q <= kept_here_s9_q;
      end

      // Stage 11
      logic [12:0] y_q;
      logic kept_here_s11_q;
      always_ff @(posedge clk_i) begin
        y_q <= 13'((shifted_q + 14'd1) >> 1);
        kept_here_s11_q <= kept_here_s10_q;
      end

      // Stage 12
      // 127 e = 128 e - e; the parabola exceeds 1 by less than 2^-8 at 0.
      logic [12:0] e;
      assign e = y_q;

      logic [18:0] e127_q;
      logic kept_here_s12_q;
      always_ff @(posedge clk_i) begin
        e127_q <= (19'(e) << 7) - 19'(e);
        kept_here_s12_q <= kept_here_s11_q;
      end

      // Stage 13
      logic [6:0] relative_q;
      logic kept_here_s13_q;
      always_ff @(posedge clk_i) begin
        relative_q <= 7'((e127_q + 19'd2048) >> 12);
        kept_here_s13_q <= kept_here_s12_q;
      end

      assign all[lane*7 +: 7] = kept_here_s13_q ? relative_q : 7'd0;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    last_s13_q <= last_s12_q;
    keep_s13_q <= keep_s12_q;
  end

  assign out_keep_o = fifo_out_data[63:56];
  assign out_last_o = fifo_out_data[64];
  assign out_data_o = fifo_out_data[55:0];

endmodule

`default_nettype wire
