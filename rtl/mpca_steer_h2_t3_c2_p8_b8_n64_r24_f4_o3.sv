// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Beats of tiles on their way to a lane of mpca.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_steer_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic         clk_i,
  input  wire logic         tile_fire_i,
  input  wire logic   [2:0] slot_group_i,
  input  wire logic   [3:0] slot_place_i,
  input  wire logic   [3:0] tile_beat_i,
  input  wire logic [255:0] words_i,
  output      logic   [2:0] load_o,
  output      logic   [3:0] load_lane_o,
  output      logic   [3:0] load_beat_o,
  output      logic [255:0] weight_o
);

  logic [2:0] fires;
  assign fires = slot_group_i & {3{tile_fire_i}};

  logic [2:0] load0_q;
  always_ff @(posedge clk_i) begin
    load0_q <= fires;
  end

  logic [2:0] load1_q;
  always_ff @(posedge clk_i) begin
    load1_q <= load0_q;
  end

  logic [2:0] load2_q;
  always_ff @(posedge clk_i) begin
    load2_q <= load1_q;
  end

  assign load_o = load2_q;

  logic [3:0] load_lane0_q;
  always_ff @(posedge clk_i) begin
    load_lane0_q <= slot_place_i;
  end

  logic [3:0] load_lane1_q;
  always_ff @(posedge clk_i) begin
    load_lane1_q <= load_lane0_q;
  end

  logic [3:0] load_lane2_q;
  always_ff @(posedge clk_i) begin
    load_lane2_q <= load_lane1_q;
  end

  assign load_lane_o = load_lane2_q;

  logic [3:0] load_beat0_q;
  always_ff @(posedge clk_i) begin
    load_beat0_q <= tile_beat_i;
  end

  logic [3:0] load_beat1_q;
  always_ff @(posedge clk_i) begin
    load_beat1_q <= load_beat0_q;
  end

  logic [3:0] load_beat2_q;
  always_ff @(posedge clk_i) begin
    load_beat2_q <= load_beat1_q;
  end

  assign load_beat_o = load_beat2_q;

  logic [255:0] weight0_q;
  always_ff @(posedge clk_i) begin
    weight0_q <= words_i;
  end

  logic [255:0] weight1_q;
  always_ff @(posedge clk_i) begin
    weight1_q <= weight0_q;
  end

  logic [255:0] weight2_q;
  always_ff @(posedge clk_i) begin
    weight2_q <= weight1_q;
  end

  assign weight_o = weight2_q;

endmodule

`default_nettype wire
