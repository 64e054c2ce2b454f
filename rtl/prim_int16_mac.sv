// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// An int16 multiply-accumulate in one DSP48E2: weight*x + sum. Registers B, M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_int16_mac (
  input  wire logic               clk_i,
  input  wire logic signed [15:0] weight_i,
  input  wire logic signed [15:0] x_i,
  input  wire logic signed [33:0] sum_i,
  output      logic signed [33:0] sum_o
);

  logic signed [15:0] x_q;
  logic signed [31:0] product_q;
  logic signed [33:0] sum_q;
  always_ff @(posedge clk_i) begin
    x_q <= x_i;
    product_q <= 32'(weight_i) * 32'(x_q);
    sum_q <= sum_i + 34'(product_q);
  end

  assign sum_o = sum_q;

endmodule

`default_nettype wire
