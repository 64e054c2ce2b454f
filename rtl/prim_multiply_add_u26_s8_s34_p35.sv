// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// c + a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_add_u26_s8_s34_p35 (
  input  wire logic               clk_i,
  input  wire logic        [25:0] a_i,
  input  wire logic  signed [7:0] b_i,
  input  wire logic signed [33:0] c_i,
  output      logic signed [34:0] p_o
);

  logic signed [33:0] product_q;
  logic signed [34:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= $signed(34'(a_i)) * 34'(b_i);
    sum_q <= 35'(c_i) + 35'(product_q);
  end

  assign p_o = sum_q;

endmodule

`default_nettype wire
