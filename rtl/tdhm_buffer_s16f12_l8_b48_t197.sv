// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Buffer of two jobs of up to 197 tokens of 48 beats of 8 channels. Tokens stand one behind the
// other; a table has where each begins, so that they may be of any length.
//
// Bits of the streams' data:
//   job: last_token[7:0], last_beat[13:8]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module tdhm_buffer_s16f12_l8_b48_t197 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            job_valid_i,
  output      logic            job_ready_o,
  input  wire logic     [13:0] job_data_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  output      logic            loaded_o,
  input  wire logic            half_i,
  input  wire logic      [7:0] token_i,
  input  wire logic      [5:0] beat_i,
  output      logic [8*16-1:0] x_o
);

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic [5:0] job_last_beat;
  assign job_last_beat = job_data_i[13:8];

  logic [5:0] beat_d, beat_q;
  logic token_ends;
  assign token_ends = in_fire && (beat_q == job_last_beat);

  logic [7:0] job_last_token;
  assign job_last_token = job_data_i[7:0];

  logic [7:0] token_d, token_q;
  logic job_ends;
  assign job_ends = token_ends && (token_q == job_last_token);
  assign in_ready_o = job_valid_i;
  assign job_ready_o = job_ends;

  logic half_d, half_q;
  logic [14:0] write_d, write_q;
  always_comb begin
    half_d = half_q;
    token_d = token_q;
    beat_d = beat_q;
    write_d = write_q;
    if (in_fire) begin
      beat_d = beat_q + 6'd1;
      write_d = write_q + 15'd1;
    end
    if (token_ends) begin
      beat_d = 6'd0;
      token_d = token_q + 8'd1;
    end
    if (job_ends) begin
      token_d = 8'd0;
      half_d = !half_q;
      write_d = half_q ? 15'd0 : 15'd9456;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      half_q <= 1'b0;
      token_q <= 8'd0;
      beat_q <= 6'd0;
      write_q <= 15'd0;
    end else begin
      half_q <= half_d;
      token_q <= token_d;
      beat_q <= beat_d;
      write_q <= write_d;
    end
  end

  assign loaded_o = job_ends;

  (* ram_style = "distributed" *) logic [14:0] begins [512];
  always_ff @(posedge clk_i) begin
    if (in_fire && (beat_q == 6'd0)) begin
      begins[{half_q, token_q}] <= write_q;
    end
  end

  // A beat takes three cycles: where it is, the memory, the memory's output register.
  logic [14:0] read_q;
  logic [127:0] words_rdata;
  prim_held_ram_w128_d18912 u_words (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q),
    .wdata_i(in_data_i),
    .re_i   (1'b1),
    .raddr_i(read_q),
    .rdata_o(words_rdata)
  );

  logic [8*16-1:0] channel_q;
  always_ff @(posedge clk_i) begin
    read_q <= begins[{half_i, token_i}] + 15'(beat_i);
    channel_q <= words_rdata;
  end

  assign x_o = channel_q;

endmodule

`default_nettype wire
