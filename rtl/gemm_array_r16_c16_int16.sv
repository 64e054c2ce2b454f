// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 2 x 2 blocks of 8 x 8 multiply-accumulators. Block column j gives its sums 20 + j cycles after
// their activations.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_array_r16_c16_int16 (
  input  wire logic             clk_i,
  input  wire logic             swap_i,
  input  wire logic [16*16-1:0] act_i,
  input  wire logic      [15:0] load_i,
  input  wire logic     [255:0] weight_i,
  output      logic [16*36-1:0] sum_o
);

  // The border: activations and swap one cycle later a row, loads a block row, weights a block
  // column.
  logic [255:0] act_skew_out;
  prim_skew_l16_w16 u_act_skew (
    .clk_i(clk_i),
    .x_i  (act_i),
    .y_o  (act_skew_out)
  );

  logic [15:0] load_skew_out;
  prim_skew_l2_w8 u_load_skew (
    .clk_i(clk_i),
    .x_i  (load_i),
    .y_o  (load_skew_out)
  );

  logic [255:0] weight_skew_out;
  prim_skew_l2_w128 u_weight_skew (
    .clk_i(clk_i),
    .x_i  (weight_i),
    .y_o  (weight_skew_out)
  );

  logic [14:0] swap_line_q;
  logic [15:0] row_swap;
  assign row_swap = {swap_line_q, swap_i};

  always_ff @(posedge clk_i) begin
    swap_line_q <= row_swap[14:0];
  end

  // Eastwards, a block column a cycle.
  genvar east;
  generate
    for (east = 0; east < 2; east = east + 1) begin : gen_east
      logic [2*128-1:0] act_q;
      logic [2*8-1:0] swap_q;
      logic [2*8-1:0] load_q;
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
    for (brow = 0; brow < 2; brow = brow + 1) begin : gen_brow
      logic [2*128-1:0] weight_q;
      if (brow == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          weight_q <= weight_skew_out;
        end
      end else begin : gen_rest
        always_ff @(posedge clk_i) begin
          weight_q <= gen_brow[brow-1].weight_q;
        end
      end

      for (bcol = 0; bcol < 2; bcol = bcol + 1) begin : gen_bcol
        logic [8*20-1:0] above_low;
        logic [8*20-1:0] above_high;
        logic [8*20-1:0] below_low;
        logic [8*20-1:0] below_high;
        gemm_block_r8_c8_int16_s36 u_block (
          .clk_i       (clk_i),
          .swap_i      (gen_east[bcol].swap_q[brow*8 +: 8]),
          .load_i      (gen_east[bcol].load_q[brow*8 +: 8]),
          .act_i       (gen_east[bcol].act_q[brow*128 +: 128]),
          .weight_i    (weight_q[bcol*128 +: 128]),
          .above_low_i (above_low),
          .above_high_i(above_high),
          .below_low_o (below_low),
          .below_high_o(below_high)
        );

        if (brow == 0) begin : gen_top
          assign above_low = 160'd0;
          assign above_high = 160'd0;
        end else begin : gen_below
          assign above_low = gen_brow[brow-1].gen_bcol[bcol].below_low;
          assign above_high = gen_brow[brow-1].gen_bcol[bcol].below_high;
        end
      end
    end
  endgenerate

  genvar out;
  genvar lane;
  generate
    for (out = 0; out < 2; out = out + 1) begin : gen_out
      for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
        logic signed [35:0] total_q;
        always_ff @(posedge clk_i) begin
          total_q <= {
            gen_brow[1].gen_bcol[out].below_high[lane*20 +: 20]
            + 20'(gen_brow[1].gen_bcol[out].below_low[lane*20+16 +: 4]),
            gen_brow[1].gen_bcol[out].below_low[lane*20 +: 16]
          };
        end

        assign sum_o[(out*8+lane)*36 +: 36] = total_q;
      end
    end
  endgenerate

endmodule

`default_nettype wire
