// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Compare-exchange cell for words of 24 bits: the larger to a, or to b if turned.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module turnable_exchange_r24 (
  input  wire logic [23:0] a_i,
  input  wire logic [23:0] b_i,
  input  wire logic        turned_i,
  output      logic [23:0] a_o,
  output      logic [23:0] b_o
);

  // Inverted words compare the other way round; behind the comparison turning would take a level
  // of its own.
  logic swap;
  assign swap = (b_i ^ {24{turned_i}}) > (a_i ^ {24{turned_i}});
  assign a_o = swap ? b_i : a_i;
  assign b_o = swap ? a_i : b_i;

endmodule

`default_nettype wire
