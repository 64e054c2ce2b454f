// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 8 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l8_w8 (
  input  wire logic           clk_i,
  input  wire logic [8*8-1:0] x_i,
  output      logic [8*8-1:0] y_o
);

  logic [7:0] lane0_q;
  always_ff @(posedge clk_i) begin
    lane0_q <= x_i[0*8 +: 8];
  end

  assign y_o[0*8 +: 8] = lane0_q;

  logic [15:0] lane1_q;
  always_ff @(posedge clk_i) begin
    lane1_q <= {lane1_q[7:0], x_i[1*8 +: 8]};
  end

  assign y_o[1*8 +: 8] = lane1_q[15:8];

  logic [23:0] lane2_q;
  always_ff @(posedge clk_i) begin
    lane2_q <= {lane2_q[15:0], x_i[2*8 +: 8]};
  end

  assign y_o[2*8 +: 8] = lane2_q[23:16];

  logic [31:0] lane3_q;
  always_ff @(posedge clk_i) begin
    lane3_q <= {lane3_q[23:0], x_i[3*8 +: 8]};
  end

  assign y_o[3*8 +: 8] = lane3_q[31:24];

  logic [39:0] lane4_q;
  always_ff @(posedge clk_i) begin
    lane4_q <= {lane4_q[31:0], x_i[4*8 +: 8]};
  end

  assign y_o[4*8 +: 8] = lane4_q[39:32];

  logic [47:0] lane5_q;
  always_ff @(posedge clk_i) begin
    lane5_q <= {lane5_q[39:0], x_i[5*8 +: 8]};
  end

  assign y_o[5*8 +: 8] = lane5_q[47:40];

  logic [55:0] lane6_q;
  always_ff @(posedge clk_i) begin
    lane6_q <= {lane6_q[47:0], x_i[6*8 +: 8]};
  end

  assign y_o[6*8 +: 8] = lane6_q[55:48];

  logic [63:0] lane7_q;
  always_ff @(posedge clk_i) begin
    lane7_q <= {lane7_q[55:0], x_i[7*8 +: 8]};
  end

  assign y_o[7*8 +: 8] = lane7_q[63:56];

endmodule

`default_nettype wire
