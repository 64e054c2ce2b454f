// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// c - a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_subtract_s26_u15_u36_p42 (
  input  wire logic               clk_i,
  input  wire logic signed [25:0] a_i,
  input  wire logic        [14:0] b_i,
  input  wire logic        [35:0] c_i,
  output      logic signed [41:0] p_o
);

  logic signed [40:0] product_q;
  logic signed [41:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= 41'(a_i) * $signed(41'(b_i));
    sum_q <= 42'(c_i) - 42'(product_q);
  end

  assign p_o = sum_q;

endmodule

`default_nettype wire
