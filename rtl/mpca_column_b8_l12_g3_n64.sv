// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One column of 12 tiles in 3 groups, each of which may end a column of the matrix.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_column_b8_l12_g3_n64 (
  input  wire logic             clk_i,
  input  wire logic       [3:0] load_lane_i,
  input  wire logic       [3:0] load_beat_i,
  input  wire logic      [31:0] weight_i,
  input  wire logic   [3*4-1:0] swap_i,
  input  wire logic       [2:0] load_i,
  input  wire logic [3*512-1:0] x_i,
  input  wire logic   [3*4-1:0] head_i,
  input  wire logic   [3*4-1:0] tail_i,
  input  wire logic       [2:0] ends_i,
  input  wire logic   [3*9-1:0] go_i,
  input  wire logic  [3*16-1:0] mult_i,
  input  wire logic   [3*6-1:0] shift_i,
  input  wire logic             sums_first_i,
  input  wire logic       [5:0] sums_read_i,
  input  wire logic             sums_store_i,
  input  wire logic       [5:0] sums_write_i,
  output      logic  [3*16-1:0] y_o
);

  // Sums of columns that have not ended, in parts, as they come to each group and leave the last
  // one.
  logic [47:0] stored_rdata;
  logic [47:0] unfinished_q;
  prim_ram_w48_d64_lut_reg u_stored (
    .clk_i  (clk_i),
    .we_i   (sums_store_i),
    .waddr_i(sums_write_i),
    .wdata_i(unfinished_q),
    .raddr_i(sums_read_i),
    .rdata_o(stored_rdata)
  );

  logic [47:0] old;
  assign old = sums_first_i ? 48'd0 : stored_rdata;

  logic [16:0] begun_low_q;
  logic [16:0] begun_middle_q;
  logic signed [13:0] begun_high_q;
  always_ff @(posedge clk_i) begin
    begun_low_q <= old[16:0];
    begun_middle_q <= old[33:17];
    begun_high_q <= old[47:34];
  end

  logic [3*16-1:0] ys;
  genvar group;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      logic [18:0] come_low;
      logic [18:0] come_middle;
      logic signed [13:0] come_high;
      logic [18:0] after_low;
      logic [18:0] after_middle;
      logic signed [13:0] after_high;
      if (group == 0) begin : gen_first
        assign come_low = 19'(begun_low_q);
        assign come_middle = 19'(begun_middle_q);
        assign come_high = begun_high_q;
      end else begin : gen_rest
        assign come_low = gen_group[group-1].after_low;
        assign come_middle = gen_group[group-1].after_middle;
        assign come_high = gen_group[group-1].after_high;
      end

      mpca_group_b8_l4_g3 u_group (
        .clk_i         (clk_i),
        .swap_i        (swap_i[group*4 +: 4]),
        .load_i        (load_i[group]),
        .load_lane_i   (load_lane_i),
        .load_beat_i   (load_beat_i),
        .weight_i      (weight_i),
        .x_i           (x_i[group*512 +: 512]),
        .head_i        (head_i[group*4 +: 4]),
        .tail_i        (tail_i[group*4 +: 4]),
        .chain_low_i   (come_low),
        .chain_middle_i(come_middle),
        .chain_high_i  (come_high),
        .ends_i        (ends_i[group]),
        .go_i          (go_i[group*9 +: 9]),
        .mult_i        (mult_i[group*16 +: 16]),
        .shift_i       (shift_i[group*6 +: 6]),
        .chain_low_o   (after_low),
        .chain_middle_o(after_middle),
        .chain_high_o  (after_high),
        .y_o           (ys[(2-group)*16 +: 16])
      );
    end
  endgenerate

  // What leaves the last group is stored, its carries added.
  logic [16:0] last_low_q;
  logic [19:0] last_middle_q;
  logic signed [13:0] last_high_q;
  always_ff @(posedge clk_i) begin
    last_low_q <= gen_group[2].after_low[16:0];
    last_middle_q <= 20'(gen_group[2].after_middle) + 20'(gen_group[2].after_low[18:17]);
    last_high_q <= gen_group[2].after_high;
  end

  always_ff @(posedge clk_i) begin
    unfinished_q <= {last_high_q + 14'(last_middle_q[19:17]), last_middle_q[16:0], last_low_q};
  end

  logic [3*16-1:0] aligned;
  prim_skew_l3_w16 u_late (
    .clk_i(clk_i),
    .x_i  (ys),
    .y_o  (aligned)
  );

  genvar out;
  generate
    for (out = 0; out < 3; out = out + 1) begin : gen_out
      assign y_o[out*16 +: 16] = aligned[(2-out)*16 +: 16];
    end
  endgenerate

endmodule

`default_nettype wire
