// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One of 16 slices of features, by the choice of the cycle before.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_pick_b8_r16 (
  input  wire logic              clk_i,
  input  wire logic [16*128-1:0] part_i,
  input  wire logic        [3:0] select_i,
  output      logic      [127:0] picked_o
);

  logic [3:0] select_q;
  logic [127:0] picked_q;
  always_ff @(posedge clk_i) begin
    select_q <= select_i;
    picked_q <= part_i[11'(select_q) * 11'd128 +: 128];
  end

  assign picked_o = picked_q;

endmodule

`default_nettype wire
