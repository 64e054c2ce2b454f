// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// c - a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_subtract_s26_u16_u41_p42 (
  input  wire logic               clk_i,
  input  wire logic signed [25:0] a_i,
  input  wire logic        [15:0] b_i,
  input  wire logic        [40:0] c_i,
  output      logic signed [41:0] p_o
);

  logic signed [41:0] product_q;
  logic signed [41:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= 42'(a_i) * $signed(42'(b_i));
    sum_q <= 42'(c_i) - product_q;
  end

  assign p_o = sum_q;

endmodule

`default_nettype wire
