// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Compare-exchange cell: two words by their upper 24 bits.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module compare_exchange_r24_p0 (
  input  wire logic [23:0] a_i,
  input  wire logic [23:0] b_i,
  output      logic [23:0] larger_o,
  output      logic [23:0] smaller_o
);

  logic swap;
  assign swap = b_i > a_i;
  assign larger_o = swap ? b_i : a_i;
  assign smaller_o = swap ? a_i : b_i;

endmodule

`default_nettype wire
