// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// FIFO of 4 words in LUT RAM, with a registered output: a word written is there two cycles
// later.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_ram_fifo_w2_d4 (
  input  wire logic       clk_i,
  input  wire logic       rst_i,
  input  wire logic       in_valid_i,
  output      logic       in_ready_o,
  input  wire logic [1:0] in_data_i,
  output      logic       out_valid_o,
  input  wire logic       out_ready_i,
  output      logic [1:0] out_data_o
);

  // One bit more than an address: full and empty differ in it alone.
  logic stored_q;
  logic valid_q;
  logic fetch;
  assign fetch = stored_q && (!valid_q || out_ready_i);

  logic full_q;
  assign in_ready_o = !full_q;
  assign out_valid_o = valid_q;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic [2:0] write_d, write_q;
  logic [2:0] read_d, read_q;
  always_comb begin
    write_d = write_q;
    read_d = read_q;
    if (in_fire) begin
      write_d = write_q + 3'd1;
    end
    if (fetch) begin
      read_d = read_q + 3'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 3'd0;
      read_q <= 3'd0;
    end else begin
      write_q <= write_d;
      read_q <= read_d;
    end
  end

  logic same_place;
  assign same_place = write_d[1:0] == read_d[1:0];

  logic same_lap;
  assign same_lap = write_d[2] == read_d[2];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      full_q <= 1'b0;
      stored_q <= 1'b0;
      valid_q <= 1'b0;
    end else begin
      full_q <= same_place && !same_lap;
      stored_q <= !(same_place && same_lap);
      valid_q <= fetch || (valid_q && !out_ready_i);
    end
  end

  logic [1:0] word_q;
  assign out_data_o = word_q;

  (* ram_style = "distributed" *) logic [1:0] words [4];
  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      words[write_q[1:0]] <= in_data_i;
    end
    if (fetch) begin
      word_q <= words[read_q[1:0]];
    end
  end

endmodule

`default_nettype wire
