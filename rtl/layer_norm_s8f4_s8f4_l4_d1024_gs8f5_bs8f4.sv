// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = gamma (x - mean) / sqrt(var + eps) + beta over rows of up to 1024 channels, 4 a beat, s8.4
// to s8.4. eps is 1 LSB^2 of x. Rounded half to even, saturated; see the generator's contract.
// gamma in s8.5 and beta in s8.4 are loaded by the stream affine: once before the first row,
// then at will.
//
// Bits of the streams' data, lane 0 in the lowest:
//   affine: gamma[31:0] (4 x 8), beta[63:32] (4 x 8)
//
// Source: Ba, Kiros, Hinton 2016 (Layer Normalization).
// Latency: by the length of the row or job.
//
// Configuration d8a20ada4399e5d9: beta = s8.4, epsilon = 1, gamma = s8.5, lanes = 4,
// max_width = 1024, x = s8.4, y = s8.4.
// Emitted by espalier 0.1.0.

`default_nettype none

module layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic [4*8-1:0] in_data_i,
  input  wire logic           in_last_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [4*8-1:0] out_data_o,
  output      logic           out_last_o,
  input  wire logic           affine_valid_i,
  output      logic           affine_ready_o,
  input  wire logic    [63:0] affine_data_i,
  input  wire logic           affine_last_i
);

  logic [9:0] write_q;
  logic [9:0] read_q;
  logic in_fire;
  logic reads;
  logic [31:0] words_rdata;
  prim_held_ram_w32_d512 u_words (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q[8:0]),
    .wdata_i(in_data_i),
    .re_i   (reads),
    .raddr_i(read_q[8:0]),
    .rdata_o(words_rdata)
  );

  logic sums_row_valid;
  logic [10:0] sums_row_q_high;
  logic [24:0] sums_row_q_low;
  logic [10:0] sums_row_d;
  logic signed [17:0] sums_row_s;
  layer_norm_sums_x8_l4_d1024_e1 u_sums (
    .clk_i       (clk_i),
    .rst_i       (rst_i),
    .valid_i     (in_fire),
    .last_i      (in_last_i),
    .x_i         (in_data_i),
    .row_s_o     (sums_row_s),
    .row_q_low_o (sums_row_q_low),
    .row_q_high_o(sums_row_q_high),
    .row_d_o     (sums_row_d),
    .row_valid_o (sums_row_valid)
  );

  // Sums to scale: nothing waits, for there are no more rows than `scales` holds.
  logic unused_scale_ready;
  logic scale_out_valid;
  logic [64:0] scale_out_data;
  layer_norm_scale_x8_d1024_e1 u_scale (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sums_row_valid),
    .in_ready_o (unused_scale_ready),
    .in_data_i  ({sums_row_q_high, sums_row_q_low, sums_row_d, sums_row_s}),
    .out_valid_o(scale_out_valid),
    .out_ready_i(1'b1),
    .out_data_o (scale_out_data)
  );

  logic row_ends;
  logic unused_ends_ready;
  logic [8:0] ends_out_data;
  logic row_read;
  logic unused_ends_valid;
  prim_fifo_w9_d64 u_ends (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_ends),
    .in_ready_o (unused_ends_ready),
    .in_data_i  (write_q[8:0]),
    .out_valid_o(unused_ends_valid),
    .out_ready_i(row_read),
    .out_data_o (ends_out_data)
  );

  logic unused_scales_ready;
  logic scales_out_valid;
  logic [64:0] scales_out_data;
  prim_fifo_w65_d64 u_scales (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (scale_out_valid),
    .in_ready_o (unused_scales_ready),
    .in_data_i  (scale_out_data),
    .out_valid_o(scales_out_valid),
    .out_ready_i(row_read),
    .out_data_o (scales_out_data)
  );

  logic word_valid_q;
  logic [7:0] load_place_q;
  logic affine_fire;
  logic [4*8-1:0] affine_beta;
  logic [4*8-1:0] affine_gamma;
  logic lanes_in_ready;
  logic word_last_q;
  logic [64:0] word_scale_q;
  logic [7:0] word_beat_q;
  layer_norm_lanes_s8f4_s8f4_l4_d1024_gs8f5_bs8f4 u_lanes (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (word_valid_q),
    .in_ready_o (lanes_in_ready),
    .in_data_i  ({word_beat_q, word_scale_q, words_rdata}),
    .in_last_i  (word_last_q),
    .we_i       (affine_fire),
    .waddr_i    (load_place_q),
    .wdata_i    ({affine_beta, affine_gamma}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .out_last_o (out_last_o)
  );

  // First pass: beats into the ring and into the sums of their row.
  logic [6:0] rows_q;
  logic room;
  assign room = !((write_q[8:0] == read_q[8:0]) && (write_q[9] ^ read_q[9])) && !rows_q[6];

  logic moving;
  assign moving = (write_q != read_q) || word_valid_q;

  // A load that is offered holds back the next row, and begins when no beat is on its way to gamma
  // and beta.
  logic [2:0] quiet_q;
  logic settled;
  assign settled = quiet_q == 3'd7;

  logic loading_q;
  assign affine_ready_o = loading_q;
  assign in_fire = in_valid_i && in_ready_o;
  assign affine_fire = affine_valid_i && affine_ready_o;

  logic wanted_q;
  logic first_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      loading_q <= 1'b1;
      wanted_q <= 1'b0;
      first_q <= 1'b1;
      quiet_q <= 3'd0;
      load_place_q <= 8'd0;
    end else begin
      wanted_q <= affine_valid_i && !loading_q;
      if (in_fire) begin
        first_q <= in_last_i;
      end
      if (moving) begin
        quiet_q <= 3'd0;
      end else if (!settled) begin
        quiet_q <= quiet_q + 3'd1;
      end
      if (wanted_q && settled && !moving) begin
        loading_q <= 1'b1;
      end
      if (affine_fire) begin
        load_place_q <= (load_place_q + 8'd1) & {8{!affine_last_i}};
        if (affine_last_i) begin
          loading_q <= 1'b0;
        end
      end
    end
  end

  assign affine_beta = affine_data_i[63:32];
  assign affine_gamma = affine_data_i[31:0];
  assign in_ready_o = room && !loading_q && !(wanted_q && first_q);
  assign row_ends = in_fire && in_last_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 10'd0;
    end else if (in_fire) begin
      write_q <= write_q + 10'd1;
    end
  end

  // Second pass: the beats of a row whose scale is there, again.
  logic advance;
  assign advance = lanes_in_ready || !word_valid_q;
  assign reads = scales_out_valid && advance;

  logic ends_here;
  assign ends_here = read_q[8:0] == ends_out_data;
  assign row_read = reads && ends_here;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      read_q <= 10'd0;
      rows_q <= 7'd0;
      word_valid_q <= 1'b0;
    end else begin
      if (reads) begin
        read_q <= read_q + 10'd1;
      end
      if (advance) begin
        word_valid_q <= scales_out_valid;
      end
      if (row_ends && !row_read) begin
        rows_q <= rows_q + 7'd1;
      end else if (row_read && !row_ends) begin
        rows_q <= rows_q - 7'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_last_q <= ends_here;
      word_scale_q <= scales_out_data;
    end
  end

  logic [7:0] next_beat_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      next_beat_q <= 8'd0;
    end else if (reads) begin
      next_beat_q <= (next_beat_q + 8'd1) & {8{!ends_here}};
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_beat_q <= next_beat_q;
    end
  end

endmodule

`default_nettype wire
