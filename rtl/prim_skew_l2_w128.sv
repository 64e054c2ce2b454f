// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 2 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l2_w128 (
  input  wire logic             clk_i,
  input  wire logic [2*128-1:0] x_i,
  output      logic [2*128-1:0] y_o
);

  logic [127:0] lane0_q;
  always_ff @(posedge clk_i) begin
    lane0_q <= x_i[0*128 +: 128];
  end

  assign y_o[0*128 +: 128] = lane0_q;

  logic [255:0] lane1_q;
  always_ff @(posedge clk_i) begin
    lane1_q <= {lane1_q[127:0], x_i[1*128 +: 128]};
  end

  assign y_o[1*128 +: 128] = lane1_q[255:128];

endmodule

`default_nettype wire
