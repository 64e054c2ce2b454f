// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// A lane of mpca chooses one of 2 x 16 slices of features. x_o has it for the first place of the
// cascades two cycles later, for each following place a cycle later. select_i comes a cycle
// before the slices.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_select_b8_r24 (
  input  wire logic              clk_i,
  input  wire logic [16*128-1:0] part0_i,
  input  wire logic [16*128-1:0] part1_i,
  input  wire logic        [3:0] select_i,
  input  wire logic              chunk_i,
  output      logic      [127:0] x_o
);

  // Each chunk has its own registers of the choice: one would drive all of them.
  logic [2*128-1:0] picked;
  mpca_pick_b8_r16 u_chunk0 (
    .clk_i   (clk_i),
    .part_i  (part0_i),
    .select_i(select_i),
    .picked_o(picked[0*128 +: 128])
  );

  mpca_pick_b8_r16 u_chunk1 (
    .clk_i   (clk_i),
    .part_i  (part1_i),
    .select_i(select_i),
    .picked_o(picked[1*128 +: 128])
  );

  logic [127:0] first_q;
  logic [95:0] place1_q;
  logic [63:0] place2_q;
  logic [31:0] place3_q;
  always_ff @(posedge clk_i) begin
    first_q <= picked[8'(chunk_i) * 8'd128 +: 128];
    place1_q <= first_q[127:32];
    place2_q <= place1_q[95:32];
    place3_q <= place2_q[63:32];
  end

  assign x_o = {place3_q, place2_q[31:0], place1_q[31:0], first_q[31:0]};

endmodule

`default_nettype wire
