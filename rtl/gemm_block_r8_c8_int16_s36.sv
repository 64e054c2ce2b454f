// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 8 x 8 multiply-accumulators with double-buffered weights. Two cycles from an activation to its
// product in the row's sum. Lower and upper halves of the products are summed apart; the array
// adds the two sums at its foot.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_block_r8_c8_int16_s36 (
  input  wire logic            clk_i,
  input  wire logic      [7:0] swap_i /*verilator public_flat_rd*/,
  input  wire logic      [7:0] load_i /*verilator public_flat_rd*/,
  input  wire logic [8*16-1:0] act_i /*verilator public_flat_rd*/,
  input  wire logic [8*16-1:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic [8*20-1:0] above_low_i /*verilator public_flat_rd*/,
  input  wire logic [8*20-1:0] above_high_i /*verilator public_flat_rd*/,
  output      logic [8*20-1:0] below_low_o,
  output      logic [8*20-1:0] below_high_o
);
  /*verilator no_inline_module*/

  genvar row;
  genvar col;
  generate
    for (row = 0; row < 8; row = row + 1) begin : gen_row
      for (col = 0; col < 8; col = col + 1) begin : gen_col
        logic [19:0] sum_low_q;
        logic signed [19:0] sum_high_q;
        logic [19:0] carry_low;
        logic signed [19:0] carry_high;
        if (row == 0) begin : gen_first
          assign carry_low = above_low_i[col*20 +: 20];
          assign carry_high = above_high_i[col*20 +: 20];
        end else begin : gen_rest
          assign carry_low = gen_row[row-1].gen_col[col].sum_low_q;
          assign carry_high = gen_row[row-1].gen_col[col].sum_high_q;
        end

        logic signed [15:0] next_q;
        logic signed [15:0] held_q;
        (* use_dsp = "yes" *) logic signed [31:0] prod_q;
        always_ff @(posedge clk_i) begin
          if (load_i[row]) begin
            next_q <= weight_i[col*16 +: 16];
          end
          if (swap_i[row]) begin
            held_q <= next_q;
          end
          prod_q <= 32'($signed(act_i[row*16 +: 16])) * 32'(held_q);
          sum_low_q <= carry_low + 20'(prod_q[15:0]);
          sum_high_q <= carry_high + 20'($signed(prod_q[31:16]));
        end
      end
    end
  endgenerate

  genvar out;
  generate
    for (out = 0; out < 8; out = out + 1) begin : gen_out
      assign below_low_o[out*20 +: 20] = gen_row[7].gen_col[out].sum_low_q;
      assign below_high_o[out*20 +: 20] = gen_row[7].gen_col[out].sum_high_q;
    end
  endgenerate

endmodule

`default_nettype wire
