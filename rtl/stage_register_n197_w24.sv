// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Register of 197 words behind a stage of a sorting network.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module stage_register_n197_w24 (
  input  wire logic          clk_i,
  input  wire logic          advance_i,
  input  wire logic [4727:0] d_i,
  output      logic [4727:0] q_o
);

  logic [4727:0] held_q;
  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      held_q <= d_i;
    end
  end

  assign q_o = held_q;

endmodule

`default_nettype wire
