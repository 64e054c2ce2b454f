// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 8 rows of 2 DSPs, each with two int8 multiply-accumulators and double-buffered weights. A
// row's DSPs add to the sums of the row above; eight products fill a lane.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_engine_block_p2_s19 (
  input  wire logic            clk_i,
  input  wire logic            swap_i /*verilator public_flat_rd*/,
  input  wire logic      [7:0] load_i /*verilator public_flat_rd*/,
  input  wire logic  [8*8-1:0] act_i /*verilator public_flat_rd*/,
  input  wire logic [2*16-1:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic [4*19-1:0] above_i /*verilator public_flat_rd*/,
  output      logic [4*19-1:0] below_o
);
  /*verilator no_inline_module*/

  // Row r is r cycles behind row 0; the swap runs along.
  logic [8*8-1:0] row_act;
  prim_skew_l8_w8 u_skew (
    .clk_i(clk_i),
    .x_i  (act_i),
    .y_o  (row_act)
  );

  logic [6:0] swap_line_q;
  logic [7:0] row_swap;
  assign row_swap = {swap_line_q, swap_i};

  always_ff @(posedge clk_i) begin
    swap_line_q <= row_swap[6:0];
  end

  genvar row;
  genvar pair;
  generate
    for (row = 0; row < 8; row = row + 1) begin : gen_row
      for (pair = 0; pair < 2; pair = pair + 1) begin : gen_pair
        logic signed [35:0] lanes;
        logic signed [35:0] lanes_above;
        if (row == 0) begin : gen_first
          assign lanes_above = 36'sd0;
        end else begin : gen_rest
          assign lanes_above = gen_row[row-1].gen_pair[pair].lanes;
        end

        prim_int8_pair u_dsp (
          .clk_i   (clk_i),
          .load_i  (load_i[row]),
          .weight_i(weight_i[pair*16 +: 16]),
          .swap_i  (row_swap[row]),
          .act_i   (row_act[row*8 +: 8]),
          .sum_i   (lanes_above),
          .sum_o   (lanes)
        );
      end
    end
  endgenerate

  // The lanes part; each joins the sum of the rows above.
  genvar drain;
  generate
    for (drain = 0; drain < 2; drain = drain + 1) begin : gen_drain
      logic signed [17:0] low_q;
      logic signed [17:0] high_q;
      logic signed [18:0] low_sum_q;
      logic signed [18:0] high_sum_q;
      always_ff @(posedge clk_i) begin
        low_q <= gen_row[7].gen_pair[drain].lanes[17:0];
        high_q <=
            gen_row[7].gen_pair[drain].lanes[35:18] + 18'(gen_row[7].gen_pair[drain].lanes[17]);
        low_sum_q <= above_i[(drain*2)*19 +: 19] + 19'(low_q);
        high_sum_q <= above_i[(drain*2+1)*19 +: 19] + 19'(high_q);
      end

      assign below_o[(drain*2)*19 +: 19] = low_sum_q;
      assign below_o[(drain*2+1)*19 +: 19] = high_sum_q;
    end
  endgenerate

endmodule

`default_nettype wire
