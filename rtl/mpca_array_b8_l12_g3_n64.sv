// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 12 tiles of 8 x 8 int16 multiply-accumulators, column by column.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_array_b8_l12_g3_n64 (
  input  wire logic             clk_i,
  input  wire logic      [11:0] swap_i,
  input  wire logic       [2:0] load_i,
  input  wire logic       [3:0] load_lane_i,
  input  wire logic       [3:0] load_beat_i,
  input  wire logic    [1535:0] x_i,
  input  wire logic      [11:0] head_i,
  input  wire logic      [11:0] tail_i,
  input  wire logic             sums_first_i,
  input  wire logic       [5:0] sums_read_i,
  input  wire logic             sums_store_i,
  input  wire logic       [5:0] sums_write_i,
  input  wire logic       [2:0] ends_i,
  input  wire logic      [26:0] go_i,
  input  wire logic      [47:0] mult_i,
  input  wire logic      [17:0] shift_i,
  input  wire logic [16*16-1:0] weight_i,
  output      logic [24*16-1:0] y_o
);

  genvar column;
  genvar result;
  generate
    for (column = 0; column < 8; column = column + 1) begin : gen_column
      logic [3*16-1:0] results;
      mpca_column_b8_l12_g3_n64 u_column (
        .clk_i       (clk_i),
        .load_lane_i (load_lane_i),
        .load_beat_i (load_beat_i),
        .weight_i    ({weight_i[(column+8)*16 +: 16], weight_i[column*16 +: 16]}),
        .swap_i      (swap_i),
        .load_i      (load_i),
        .x_i         (x_i),
        .head_i      (head_i),
        .tail_i      (tail_i),
        .ends_i      (ends_i),
        .go_i        (go_i),
        .mult_i      (mult_i),
        .shift_i     (shift_i),
        .sums_first_i(sums_first_i),
        .sums_read_i (sums_read_i),
        .sums_store_i(sums_store_i),
        .sums_write_i(sums_write_i),
        .y_o         (results)
      );

      for (result = 0; result < 3; result = result + 1) begin : gen_result
        assign y_o[(result*8+column)*16 +: 16] = results[result*16 +: 16];
      end
    end
  endgenerate

endmodule

`default_nettype wire
