// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sum of products in one DSP48E2: registers M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_multiply_accumulate_s16_u19_p43 (
  input  wire logic               clk_i,
  input  wire logic signed [15:0] a_i,
  input  wire logic        [18:0] b_i,
  input  wire logic               add_i,
  input  wire logic               first_i,
  output      logic signed [42:0] sum_o
);

  logic signed [34:0] product_q;
  logic signed [42:0] sum_q;
  always_ff @(posedge clk_i) begin
    product_q <= 35'(a_i) * $signed(35'(b_i));
    if (add_i) begin
      if (first_i) begin
        sum_q <= 43'(product_q);
      end else begin
        sum_q <= sum_q + 43'(product_q);
      end
    end
  end

  assign sum_o = sum_q;

endmodule

`default_nettype wire
