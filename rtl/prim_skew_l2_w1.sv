// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 2 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l2_w1 (
  input  wire logic       clk_i,
  input  wire logic [1:0] x_i,
  output      logic [1:0] y_o
);

  logic lane0_q;
  always_ff @(posedge clk_i) begin
    lane0_q <= x_i[0];
  end

  assign y_o[0] = lane0_q;

  logic [1:0] lane1_q;
  always_ff @(posedge clk_i) begin
    lane1_q <= {lane1_q[0], x_i[1]};
  end

  assign y_o[1] = lane1_q[1];

endmodule

`default_nettype wire
