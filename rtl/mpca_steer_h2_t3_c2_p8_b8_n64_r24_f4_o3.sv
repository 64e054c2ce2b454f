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

  logic [2:0] load_s1_q;
  logic [3:0] load_lane_s1_q;
  logic [3:0] load_beat_s1_q;
  logic [255:0] weight_s1_q;
  always_ff @(posedge clk_i) begin
    load_s1_q <= fires;
    load_lane_s1_q <= slot_place_i;
    load_beat_s1_q <= tile_beat_i;
    weight_s1_q <= words_i;
  end

  logic [2:0] load_s2_q;
  logic [3:0] load_lane_s2_q;
  logic [3:0] load_beat_s2_q;
  logic [255:0] weight_s2_q;
  always_ff @(posedge clk_i) begin
    load_s2_q <= load_s1_q;
    load_lane_s2_q <= load_lane_s1_q;
    load_beat_s2_q <= load_beat_s1_q;
    weight_s2_q <= weight_s1_q;
  end

  logic [2:0] load_s3_q;
  logic [3:0] load_lane_s3_q;
  logic [3:0] load_beat_s3_q;
  logic [255:0] weight_s3_q;
  always_ff @(posedge clk_i) begin
    load_s3_q <= load_s2_q;
    load_lane_s3_q <= load_lane_s2_q;
    load_beat_s3_q <= load_beat_s2_q;
    weight_s3_q <= weight_s2_q;
  end

  assign load_o = load_s3_q;
  assign load_lane_o = load_lane_s3_q;
  assign load_beat_o = load_beat_s3_q;
  assign weight_o = weight_s3_q;

endmodule

`default_nettype wire
