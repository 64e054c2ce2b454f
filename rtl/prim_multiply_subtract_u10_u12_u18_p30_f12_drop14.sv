// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// c - a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_subtract_u10_u12_u18_p30_f12_drop14 (
  input  wire logic               clk_i,
  input  wire logic         [9:0] a_i,
  input  wire logic        [11:0] b_i,
  input  wire logic        [17:0] c_i,
  output      logic signed [15:0] p_o
);

  logic [21:0] product_q;
  logic signed [15:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= 22'(a_i) * 22'(b_i);
    sum_q <= 16'(((31'(c_i) << 12) - 31'(product_q)) >> 14);
  end

  assign p_o = sum_q;

endmodule

`default_nettype wire
