// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// c + a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_add_u11_u26_s27_p36 (
  input  wire logic               clk_i,
  input  wire logic        [10:0] a_i,
  input  wire logic        [25:0] b_i,
  input  wire logic signed [26:0] c_i,
  output      logic signed [35:0] p_o
);

  logic [35:0] product_q;
  logic signed [35:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= 36'(a_i) * 36'(b_i);
    sum_q <= 36'(c_i) + product_q;
  end

  assign p_o = sum_q;

endmodule

`default_nettype wire
