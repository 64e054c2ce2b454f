// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module memories (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              we_i,
  input  wire logic        [3:0] at_i,
  input  wire logic signed [7:0] x_i,
  output      logic signed [7:0] block_o,
  output      logic signed [7:0] lut_o,
  output      logic        [3:0] square_o,
  output      logic signed [7:0] picked_o,
  output      logic        [7:0] lanes_o
);

  logic signed [7:0] word_q;
  (* ram_style = "block" *) logic signed [7:0] block [16];
  always_ff @(posedge clk_i) begin
    if (we_i) begin
      block[at_i] <= x_i;
    end
    word_q <= block[at_i];
  end

  (* ram_style = "distributed" *) logic signed [7:0] lut [16];
  always_ff @(posedge clk_i) begin
    if (we_i) begin
      lut[at_i] <= word_q;
    end
  end

  assign block_o = word_q;
  assign lut_o = lut[at_i];

  logic [3:0] square;
  always_comb begin
    unique case (at_i[1:0])
      2'd0: square = 4'd0;
      2'd1: square = 4'd1;
      2'd2: square = 4'd4;
      2'd3: square = 4'd9;
      default: square = 4'd0;
    endcase
  end

  assign square_o = square;

  logic [4*8-1:0] taps_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      taps_q <= '0;
    end else begin
      taps_q[0*8 +: 8] <= x_i;
      taps_q[1*8 +: 8] <= taps_q[0*8 +: 8];
      taps_q[2*8 +: 8] <= taps_q[1*8 +: 8];
      taps_q[3*8 +: 8] <= taps_q[2*8 +: 8];
    end
  end

  assign picked_o = taps_q[5'(at_i[3:2]) * 5'd8 +: 8];

  logic [2*4-1:0] lanes_q;
  genvar lane;
  generate
    for (lane = 0; lane < 2; lane = lane + 1) begin : gen_lane
      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          lanes_q[lane*4 +: 4] <= 4'd5;
        end else if (we_i) begin
          lanes_q[lane*4 +: 4] <= at_i;
        end
      end
    end
  endgenerate

  assign lanes_o = lanes_q;

endmodule

`default_nettype wire
