// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Two int8 multiply-accumulates in one DSP48E2: (high*2^18 + low)*act + sum. weight_i holds high
// less the borrow of low, and low. Registers A1, A2, M and P.
//
// Emitted by espalier 0.1.0.

`default_nettype none

(* use_dsp = "yes" *)
module prim_int8_pair (
  input  wire logic               clk_i,
  input  wire logic               load_i,
  input  wire logic        [15:0] weight_i,
  input  wire logic               swap_i,
  input  wire logic  signed [7:0] act_i,
  input  wire logic signed [35:0] sum_i,
  output      logic signed [35:0] sum_o
);

  logic signed [25:0] next_q;
  logic signed [25:0] held_q;
  logic signed [35:0] product_q;
  logic signed [35:0] sum_q;
  always_ff @(posedge clk_i) begin
    if (load_i) begin
      next_q <= {weight_i[15:8], {10{weight_i[7]}}, weight_i[7:0]};
    end
    if (swap_i) begin
      held_q <= next_q;
    end
    product_q <= 36'(held_q) * 36'(act_i);
    sum_q <= sum_i + product_q;
  end

  assign sum_o = sum_q;

endmodule

`default_nettype wire
