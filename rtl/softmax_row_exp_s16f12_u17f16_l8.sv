// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// e = exp(x - max), s16.12 to u17.16.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: x[127:0] (8 x 16), max[143:128]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_exp_s16f12_u17f16_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic    [143:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*17-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic [8*16-1:0] in_x;
  assign in_x = in_data_i[127:0];

  logic signed [15:0] in_max;
  assign in_max = in_data_i[143:128];

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic [11:0] valid_q;
  logic [8*17-1:0] all;
  logic last_s12_q;
  logic [7:0] keep_s12_q;
  logic unused_fifo_in_ready;
  logic [144:0] fifo_out_data;
  prim_fifo_w145_d16 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q[11]),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  ({last_s12_q, keep_s12_q, all}),
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
      valid_q <= 12'd0;
    end else begin
      valid_q <= {valid_q[10:0], in_fire};
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
      (* use_dsp = "yes" *) logic signed [22:0] scaled_m_q;
      logic kept_here_s2_q;
      always_ff @(posedge clk_i) begin
        scaled_m_q <= 23'((34'(x_q) * 34'sd94548) >> 11);
        kept_here_s2_q <= kept_here_s1_q;
      end

      // Stage 3
      logic signed [22:0] scaled_q;
      logic kept_here_s3_q;
      always_ff @(posedge clk_i) begin
        scaled_q <= scaled_m_q;
        kept_here_s3_q <= kept_here_s2_q;
      end

      // Stage 4
      // -x log2(e) = z + f
      logic [21:0] distance_q;
      logic kept_here_s4_q;
      always_ff @(posedge clk_i) begin
        distance_q <= scaled_q[22] ? 22'(~scaled_q) : 22'd0;
        kept_here_s4_q <= kept_here_s3_q;
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
      logic kept_here_s5_q;
      always_ff @(posedge clk_i) begin
        bend_1a_q <= (19'(f) << 2) - 19'(f);
        bend_1b_q <= (22'(f) << 5) - 22'(f);
        f_s5_q <= f;
        z_s5_q <= z;
        kept_here_s5_q <= kept_here_s4_q;
      end

      // Stage 6
      logic [25:0] bend_2a_q;
      logic [16:0] f_s6_q;
      logic [4:0] z_s6_q;
      logic kept_here_s6_q;
      always_ff @(posedge clk_i) begin
        bend_2a_q <= (26'(bend_1a_q) << 7) - 26'(bend_1b_q);
        f_s6_q <= f_s5_q;
        z_s6_q <= z_s5_q;
        kept_here_s6_q <= kept_here_s5_q;
      end

      // Stage 7
      logic [16:0] slope_q;
      logic [16:0] f_s7_q;
      logic [4:0] z_s7_q;
      logic kept_here_s7_q;
      always_ff @(posedge clk_i) begin
        slope_q <= 17'd88136 - 17'(15'(((29'(bend_2a_q) << 2) - 29'(f_s6_q)) >> 13));
        f_s7_q <= f_s6_q;
        z_s7_q <= z_s6_q;
        kept_here_s7_q <= kept_here_s6_q;
      end

      // Stage 8
      (* use_dsp = "yes" *) logic [16:0] drop_m_q;
      logic [4:0] z_s8_q;
      logic kept_here_s8_q;
      always_ff @(posedge clk_i) begin
        drop_m_q <= 17'((34'(slope_q) * 34'(f_s7_q)) >> 17);
        z_s8_q <= z_s7_q;
        kept_here_s8_q <= kept_here_s7_q;
      end

      // Stage 9
      logic [16:0] drop_q;
      logic [4:0] z_s9_q;
      logic kept_here_s9_q;
      always_ff @(posedge clk_i) begin
        drop_q <= drop_m_q;
        z_s9_q <= z_s8_q;
        kept_here_s9_q <= kept_here_s8_q;
      end

      // Stage 10
      // exp(-f ln2) = c0 - f (c1 - a2 f)
      logic [17:0] mantissa_q;
      logic [4:0] z_s10_q;
      logic kept_here_s10_q;
      always_ff @(posedge clk_i) begin
        mantissa_q <= 18'd131107 - 18'(drop_q);
        z_s10_q <= z_s9_q;
        kept_here_s10_q <= kept_here_s9_q;
      end

      // Stage 11
      logic [17:0] shifted_q;
      logic kept_here_s11_q;
      always_ff @(posedge clk_i) begin
        shifted_q <= mantissa_q >> z_s10_q;
        kept_here_s11_q <= kept_here_s10_q;
      end

      // Stage 12
      logic [16:0] y_q;
      logic kept_here_s12_q;
      always_ff @(posedge clk_i) begin
        y_q <= 17'((shifted_q + 18'd1) >> 1);
        kept_here_s12_q <= kept_here_s11_q;
      end

      assign all[lane*17 +: 17] = kept_here_s12_q ? y_q : 17'd0;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    last_s12_q <= last_s11_q;
    keep_s12_q <= keep_s11_q;
  end

  assign out_keep_o = fifo_out_data[143:136];
  assign out_last_o = fifo_out_data[144];
  assign out_data_o = fifo_out_data[135:0];

endmodule

`default_nettype wire
