// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 3 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l3_w16 (
  input  wire logic            clk_i,
  input  wire logic [3*16-1:0] x_i,
  output      logic [3*16-1:0] y_o
);

  logic [15:0] lane0_q;
  always_ff @(posedge clk_i) begin
    lane0_q <= x_i[0*16 +: 16];
  end

  assign y_o[0*16 +: 16] = lane0_q;

  logic [31:0] lane1_q;
  always_ff @(posedge clk_i) begin
    lane1_q <= {lane1_q[15:0], x_i[1*16 +: 16]};
  end

  assign y_o[1*16 +: 16] = lane1_q[31:16];

  logic [47:0] lane2_q;
  always_ff @(posedge clk_i) begin
    lane2_q <= {lane2_q[31:0], x_i[2*16 +: 16]};
  end

  assign y_o[2*16 +: 16] = lane2_q[47:32];

endmodule

`default_nettype wire
