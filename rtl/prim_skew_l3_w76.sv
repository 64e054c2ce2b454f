// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 3 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l3_w76 (
  input  wire logic            clk_i,
  input  wire logic [3*76-1:0] x_i,
  output      logic [3*76-1:0] y_o
);

  logic [75:0] lane0_q;
  always_ff @(posedge clk_i) begin
    lane0_q <= x_i[0*76 +: 76];
  end

  assign y_o[0*76 +: 76] = lane0_q;

  logic [151:0] lane1_q;
  always_ff @(posedge clk_i) begin
    lane1_q <= {lane1_q[75:0], x_i[1*76 +: 76]};
  end

  assign y_o[1*76 +: 76] = lane1_q[151:76];

  logic [227:0] lane2_q;
  always_ff @(posedge clk_i) begin
    lane2_q <= {lane2_q[151:0], x_i[2*76 +: 76]};
  end

  assign y_o[2*76 +: 76] = lane2_q[227:152];

endmodule

`default_nettype wire
