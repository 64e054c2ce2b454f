// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// FIFO of 8 words: a word written is at the output in the next cycle.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_fifo_w2_d8 (
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
  logic [3:0] write_q;
  logic [3:0] read_q;
  logic same_place;
  assign same_place = write_q[2:0] == read_q[2:0];

  logic same_lap;
  assign same_lap = write_q[3] == read_q[3];
  assign in_ready_o = !(same_place && !same_lap);
  assign out_valid_o = !(same_place && same_lap);
  (* ram_style = "distributed" *) logic [1:0] words [8];
  assign out_data_o = words[read_q[2:0]];

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 4'd0;
      read_q <= 4'd0;
    end else begin
      if (in_fire) begin
        write_q <= write_q + 4'd1;
      end
      if (out_fire) begin
        read_q <= read_q + 4'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      words[write_q[2:0]] <= in_data_i;
    end
  end

endmodule

`default_nettype wire
