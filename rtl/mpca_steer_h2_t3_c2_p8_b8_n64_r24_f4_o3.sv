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
  output      logic  [47:0] load_o,
  output      logic [255:0] weight_o
);

  logic tile_fire_q;
  logic [2:0] slot_group_q;
  logic [3:0] slot_place_q;
  logic [3:0] tile_beat_q;
  logic [255:0] early_words_q;
  logic [255:0] late_words_q;
  always_ff @(posedge clk_i) begin
    tile_fire_q <= tile_fire_i;
    slot_group_q <= slot_group_i;
    slot_place_q <= slot_place_i;
    tile_beat_q <= tile_beat_i;
    early_words_q <= words_i;
    late_words_q <= early_words_q;
  end

  logic [2:0] at_group;
  assign at_group = slot_group_q;

  logic [3:0] at_place;
  assign at_place = slot_place_q;

  logic [12*4-1:0] load_q;
  genvar group;
  genvar place;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      for (place = 0; place < 4; place = place + 1) begin : gen_place
        always_ff @(posedge clk_i) begin
          load_q[(group*4+place)*4 +: 4] <=
              tile_beat_q & {4{tile_fire_q && at_group[group] && at_place[place]}};
        end
      end
    end
  endgenerate

  assign load_o = load_q;
  assign weight_o = late_words_q;

endmodule

`default_nettype wire
