// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y of 4 channels a beat: (x gain + offset) 2^(5 - e) is z, with 21 fraction bits.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: x[31:0] (4 x 8), gain[57:32], offset[91:58], e[96:92], beat[104:97]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module layer_norm_lanes_s8f4_s8f4_l4_d1024_gs8f5_bs8f4 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic   [104:0] in_data_i,
  input  wire logic           in_last_i,
  input  wire logic           we_i,
  input  wire logic     [7:0] waddr_i,
  input  wire logic    [63:0] wdata_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [4*8-1:0] out_data_o,
  output      logic           out_last_o
);

  logic [25:0] in_gain;
  assign in_gain = in_data_i[57:32];

  logic signed [33:0] in_offset;
  assign in_offset = in_data_i[91:58];

  logic [4:0] in_e;
  assign in_e = in_data_i[96:92];

  logic [4*8-1:0] in_x;
  assign in_x = in_data_i[31:0];

  logic [7:0] beat_s3_q;
  logic [63:0] affine_rdata;
  prim_ram_w64_d256_block_reg u_affine (
    .clk_i  (clk_i),
    .we_i   (we_i),
    .waddr_i(waddr_i),
    .wdata_i(wdata_i),
    .raddr_i(beat_s3_q),
    .rdata_o(affine_rdata)
  );

  logic [7:0] in_beat;
  assign in_beat = in_data_i[104:97];

  logic [4*27-1:0] z_q;
  logic [4*8-1:0] gamma;
  logic [4*8-1:0] beta_q;
  logic [4*35-1:0] sum;
  genvar affine_lane;
  generate
    for (affine_lane = 0; affine_lane < 4; affine_lane = affine_lane + 1) begin : gen_affine_lane
      prim_multiply_add_s27_s8_s8_p35_f22 u_shifted (
        .clk_i(clk_i),
        .a_i  (z_q[affine_lane*27 +: 27]),
        .b_i  (gamma[affine_lane*8 +: 8]),
        .c_i  (beta_q[affine_lane*8 +: 8]),
        .p_o  (sum[affine_lane*35 +: 35])
      );
    end
  endgenerate

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic [8:0] valid_q;
  logic [4*8-1:0] y_q;
  logic last_s9_q;
  logic unused_fifo_in_ready;
  logic [32:0] fifo_out_data;
  prim_fifo_w33_d16 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q[8]),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  ({last_s9_q, y_q}),
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
      valid_q <= 9'd0;
    end else begin
      valid_q <= {valid_q[7:0], in_fire};
    end
  end

  // Stage 1
  logic [25:0] gain_q;
  logic signed [33:0] offset_s1_q;
  logic [4:0] e_s1_q;
  logic [7:0] beat_s1_q;
  logic last_s1_q;
  always_ff @(posedge clk_i) begin
    gain_q <= in_gain;
    offset_s1_q <= in_offset;
    e_s1_q <= in_e;
    beat_s1_q <= in_beat;
    last_s1_q <= in_last_i;
  end

  logic signed [33:0] offset_s2_q;
  logic [4:0] e_s2_q;
  logic [7:0] beat_s2_q;
  logic last_s2_q;
  always_ff @(posedge clk_i) begin
    offset_s2_q <= offset_s1_q;
    e_s2_q <= e_s1_q;
    beat_s2_q <= beat_s1_q;
    last_s2_q <= last_s1_q;
  end

  logic [4:0] e_s3_q;
  logic last_s3_q;
  always_ff @(posedge clk_i) begin
    e_s3_q <= e_s2_q;
    beat_s3_q <= beat_s2_q;
    last_s3_q <= last_s2_q;
  end

  // Stage 4
  logic [2:0] fine;
  assign fine = e_s3_q[2:0];

  logic [2:0] fine_s4_q;
  logic last_s4_q;
  always_ff @(posedge clk_i) begin
    fine_s4_q <= fine;
    last_s4_q <= last_s3_q;
  end

  logic [4*8-1:0] x_q;
  logic [4*35-1:0] scaled;
  logic [4*34-1:0] coarse_q;
  genvar lane;
  generate
    for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
      prim_multiply_add_u26_s8_s34_p35 u_scaled (
        .clk_i(clk_i),
        .a_i  (gain_q),
        .b_i  (x_q[lane*8 +: 8]),
        .c_i  (offset_s2_q),
        .p_o  (scaled[lane*35 +: 35])
      );

      // Stage 1
      always_ff @(posedge clk_i) begin
        x_q[lane*8 +: 8] <= in_x[lane*8 +: 8];
      end

      // Stage 4
      always_ff @(posedge clk_i) begin
        coarse_q[lane*34 +: 34] <=
            34'($signed({scaled[lane*35 +: 35], 5'd0}) >>> {e_s3_q[4:3], 3'd0});
      end

      // Stage 5
      always_ff @(posedge clk_i) begin
        z_q[lane*27 +: 27] <= 27'($signed(coarse_q[lane*34 +: 34]) >>> fine_s4_q);
      end
    end
  endgenerate

  logic last_s5_q;
  always_ff @(posedge clk_i) begin
    last_s5_q <= last_s4_q;
  end

  // Stage 6
  assign gamma = affine_rdata[31:0];

  logic last_s6_q;
  always_ff @(posedge clk_i) begin
    beta_q <= affine_rdata[63:32];
    last_s6_q <= last_s5_q;
  end

  logic last_s7_q;
  always_ff @(posedge clk_i) begin
    last_s7_q <= last_s6_q;
  end

  logic last_s8_q;
  always_ff @(posedge clk_i) begin
    last_s8_q <= last_s7_q;
  end

  logic [4*8-1:0] floor_q;
  logic [3:0] up_q;
  logic [3:0] over_q;
  logic [3:0] negative_q;
  genvar round_lane;
  generate
    for (round_lane = 0; round_lane < 4; round_lane = round_lane + 1) begin : gen_round_lane
      // Stage 8
      always_ff @(posedge clk_i) begin
        floor_q[round_lane*8 +: 8] <= sum[round_lane*35+22 +: 8];
        up_q[round_lane] <=
            sum[round_lane*35+21] && (|sum[round_lane*35 +: 21] || sum[round_lane*35+22]);
        over_q[round_lane] <= |sum[round_lane*35+29 +: 6] && !(&sum[round_lane*35+29 +: 6]);
        negative_q[round_lane] <= sum[round_lane*35+34];
      end

      // Stage 9
      always_ff @(posedge clk_i) begin
        y_q[round_lane*8 +: 8] <=
            (over_q[round_lane] || (up_q[round_lane] && (floor_q[round_lane*8 +: 8] == 8'sd127))) ?
            (negative_q[round_lane] ? 8'd128 : 8'd127) :
            floor_q[round_lane*8 +: 8] + 8'(up_q[round_lane]);
      end
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    last_s9_q <= last_s8_q;
  end

  assign out_last_o = fifo_out_data[32];
  assign out_data_o = fifo_out_data[31:0];

endmodule

`default_nettype wire
