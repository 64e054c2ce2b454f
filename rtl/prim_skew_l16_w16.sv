// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Delays lane i of 16 by i + 1 cycles.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_skew_l16_w16 (
  input  wire logic             clk_i,
  input  wire logic [16*16-1:0] x_i,
  output      logic [16*16-1:0] y_o
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

  logic [63:0] lane3_q;
  always_ff @(posedge clk_i) begin
    lane3_q <= {lane3_q[47:0], x_i[3*16 +: 16]};
  end

  assign y_o[3*16 +: 16] = lane3_q[63:48];

  logic [79:0] lane4_q;
  always_ff @(posedge clk_i) begin
    lane4_q <= {lane4_q[63:0], x_i[4*16 +: 16]};
  end

  assign y_o[4*16 +: 16] = lane4_q[79:64];

  logic [95:0] lane5_q;
  always_ff @(posedge clk_i) begin
    lane5_q <= {lane5_q[79:0], x_i[5*16 +: 16]};
  end

  assign y_o[5*16 +: 16] = lane5_q[95:80];

  logic [111:0] lane6_q;
  always_ff @(posedge clk_i) begin
    lane6_q <= {lane6_q[95:0], x_i[6*16 +: 16]};
  end

  assign y_o[6*16 +: 16] = lane6_q[111:96];

  logic [127:0] lane7_q;
  always_ff @(posedge clk_i) begin
    lane7_q <= {lane7_q[111:0], x_i[7*16 +: 16]};
  end

  assign y_o[7*16 +: 16] = lane7_q[127:112];

  logic [143:0] lane8_q;
  always_ff @(posedge clk_i) begin
    lane8_q <= {lane8_q[127:0], x_i[8*16 +: 16]};
  end

  assign y_o[8*16 +: 16] = lane8_q[143:128];

  logic [159:0] lane9_q;
  always_ff @(posedge clk_i) begin
    lane9_q <= {lane9_q[143:0], x_i[9*16 +: 16]};
  end

  assign y_o[9*16 +: 16] = lane9_q[159:144];

  logic [175:0] lane10_q;
  always_ff @(posedge clk_i) begin
    lane10_q <= {lane10_q[159:0], x_i[10*16 +: 16]};
  end

  assign y_o[10*16 +: 16] = lane10_q[175:160];

  logic [191:0] lane11_q;
  always_ff @(posedge clk_i) begin
    lane11_q <= {lane11_q[175:0], x_i[11*16 +: 16]};
  end

  assign y_o[11*16 +: 16] = lane11_q[191:176];

  logic [207:0] lane12_q;
  always_ff @(posedge clk_i) begin
    lane12_q <= {lane12_q[191:0], x_i[12*16 +: 16]};
  end

  assign y_o[12*16 +: 16] = lane12_q[207:192];

  logic [223:0] lane13_q;
  always_ff @(posedge clk_i) begin
    lane13_q <= {lane13_q[207:0], x_i[13*16 +: 16]};
  end

  assign y_o[13*16 +: 16] = lane13_q[223:208];

  logic [239:0] lane14_q;
  always_ff @(posedge clk_i) begin
    lane14_q <= {lane14_q[223:0], x_i[14*16 +: 16]};
  end

  assign y_o[14*16 +: 16] = lane14_q[239:224];

  logic [255:0] lane15_q;
  always_ff @(posedge clk_i) begin
    lane15_q <= {lane15_q[239:0], x_i[15*16 +: 16]};
  end

  assign y_o[15*16 +: 16] = lane15_q[255:240];

endmodule

`default_nettype wire
