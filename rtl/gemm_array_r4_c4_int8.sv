// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 1 x 1 blocks of 4 x 4 multiply-accumulators. Block column j gives its sums 7 + j cycles after
// their activations.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_array_r4_c4_int8 (
  input  wire logic            clk_i,
  input  wire logic            swap_i,
  input  wire logic  [4*8-1:0] act_i,
  input  wire logic      [3:0] load_i,
  input  wire logic     [31:0] weight_i,
  output      logic [4*18-1:0] sum_o
);

  // The border: activations and swap one cycle later a row, loads a block row, weights a block
  // column.
  logic [31:0] act_skew_out;
  prim_skew_l4_w8 u_act_skew (
    .clk_i(clk_i),
    .x_i  (act_i),
    .y_o  (act_skew_out)
  );

  logic [3:0] load_skew_out;
  prim_skew_l1_w4 u_load_skew (
    .clk_i(clk_i),
    .x_i  (load_i),
    .y_o  (load_skew_out)
  );

  logic [31:0] weight_skew_out;
  prim_skew_l1_w32 u_weight_skew (
    .clk_i(clk_i),
    .x_i  (weight_i),
    .y_o  (weight_skew_out)
  );

  logic [2:0] swap_line_q;
  logic [3:0] row_swap;
  assign row_swap = {swap_line_q, swap_i};

  always_ff @(posedge clk_i) begin
    swap_line_q <= row_swap[2:0];
  end

  // Eastwards, a block column a cycle.
  genvar east;
  generate
    for (east = 0; east < 1; east = east + 1) begin : gen_east
      logic [1*32-1:0] act_q;
      logic [1*4-1:0] swap_q;
      logic [1*4-1:0] load_q;
      if (east == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          act_q <= act_skew_out;
          swap_q <= row_swap;
          load_q <= load_skew_out;
        end
      end else begin : gen_rest
        always_ff @(posedge clk_i) begin
          act_q <= gen_east[east-1].act_q;
          swap_q <= gen_east[east-1].swap_q;
          load_q <= gen_east[east-1].load_q;
        end
      end
    end
  endgenerate

  // Southwards, weights a block row a cycle, sums through the blocks.
  genvar brow;
  genvar bcol;
  generate
    for (brow = 0; brow < 1; brow = brow + 1) begin : gen_brow
      logic [1*32-1:0] weight_q;
      if (brow == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          weight_q <= weight_skew_out;
        end
      end else begin : gen_rest
        always_ff @(posedge clk_i) begin
          weight_q <= gen_brow[brow-1].weight_q;
        end
      end

      for (bcol = 0; bcol < 1; bcol = bcol + 1) begin : gen_bcol
        logic [4*18-1:0] above;
        logic [4*18-1:0] below;
        gemm_block_r4_c4_int8_s18 u_block (
          .clk_i   (clk_i),
          .swap_i  (gen_east[bcol].swap_q[brow*4 +: 4]),
          .load_i  (gen_east[bcol].load_q[brow*4 +: 4]),
          .act_i   (gen_east[bcol].act_q[brow*32 +: 32]),
          .weight_i(weight_q[bcol*32 +: 32]),
          .above_i (above),
          .below_o (below)
        );

        if (brow == 0) begin : gen_top
          assign above = 72'd0;
        end else begin : gen_below
          assign above = gen_brow[brow-1].gen_bcol[bcol].below;
        end
      end
    end
  endgenerate

  genvar out;
  genvar lane;
  generate
    for (out = 0; out < 1; out = out + 1) begin : gen_out
      for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
        assign sum_o[(out*4+lane)*18 +: 18] = gen_brow[0].gen_bcol[out].below[lane*18 +: 18];
      end
    end
  endgenerate

endmodule

`default_nettype wire
