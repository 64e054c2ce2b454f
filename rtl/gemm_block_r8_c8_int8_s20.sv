// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 8 x 8 multiply-accumulators with double-buffered weights. Two cycles from an activation to its
// product in the row's sum.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_block_r8_c8_int8_s20 (
  input  wire logic            clk_i,
  input  wire logic      [7:0] swap_i /*verilator public_flat_rd*/,
  input  wire logic      [7:0] load_i /*verilator public_flat_rd*/,
  input  wire logic  [8*8-1:0] act_i /*verilator public_flat_rd*/,
  input  wire logic  [8*8-1:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic [8*20-1:0] above_i /*verilator public_flat_rd*/,
  output      logic [8*20-1:0] below_o
);
  /*verilator no_inline_module*/

  genvar row;
  genvar col;
  generate
    for (row = 0; row < 8; row = row + 1) begin : gen_row
      for (col = 0; col < 8; col = col + 1) begin : gen_col
        logic signed [19:0] sum_q;
        logic signed [19:0] carry;
        if (row == 0) begin : gen_first
          assign carry = above_i[col*20 +: 20];
        end else begin : gen_rest
          assign carry = gen_row[row-1].gen_col[col].sum_q;
        end

        logic signed [7:0] next_q;
        logic signed [7:0] held_q;
        (* use_dsp = "yes" *) logic signed [15:0] prod_q;
        always_ff @(posedge clk_i) begin
          if (load_i[row]) begin
            next_q <= weight_i[col*8 +: 8];
          end
          if (swap_i[row]) begin
            held_q <= next_q;
          end
          prod_q <= 16'($signed(act_i[row*8 +: 8])) * 16'(held_q);
          sum_q <= carry + 20'(prod_q);
        end
      end
    end
  endgenerate

  genvar out;
  generate
    for (out = 0; out < 8; out = out + 1) begin : gen_out
      assign below_o[out*20 +: 20] = gen_row[7].gen_col[out].sum_q;
    end
  endgenerate

endmodule

`default_nettype wire
