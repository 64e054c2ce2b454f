// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// a b in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_s8_s8 (
  input  wire logic               clk_i,
  input  wire logic  signed [7:0] a_i,
  input  wire logic  signed [7:0] b_i,
  output      logic signed [15:0] p_o
);

  logic signed [15:0] product_q;
  logic signed [15:0] out_q;
  always_ff @(posedge clk_i) begin
    product_q <= 16'(a_i) * 16'(b_i);
    out_q <= product_q;
  end

  assign p_o = out_q;

endmodule

`default_nettype wire
