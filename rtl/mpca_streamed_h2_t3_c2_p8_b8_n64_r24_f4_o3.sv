// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Y = requantise(X*W) in int16: 12 tiles of 8 x 8 weights, block-sparse or dense. Weights stand
// still and are double-buffered, tokens stream by; columns end in any lane.
// y = acc*mult/2^shift, half to even, saturated to 16 bits.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: mode[1:0], double[2], n[9:3], k[25:10], cols[41:26], heads[49:42], address[81:50],
//       beats[105:82], mult[121:106], shift[127:122]
//   weight_read: address[31:0], beats[55:32]
//   out: y[383:0] (24 x 16), token[401:384] (3 x 6), head[425:402] (3 x 8),
//       column[464:426] (3 x 13)
//
// Source: SDP (IPDPSW 2024), section V, Algorithm 2.
// Latency: at least 27 cycles from the last beat it needs, one beat every cycle.
//
// Configuration 9e6bb2a017986f74: feature_rows = 4, max_n = 64, max_rows = 24,
// organisation = streamed, out_rows = 3, p_c = 2, p_h = 2, p_pe = 8, p_t = 3, tile = 8.
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_streamed_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic             clk_i,
  input  wire logic             rst_i,
  input  wire logic             cmd_valid_i,
  output      logic             cmd_ready_o,
  input  wire logic     [127:0] cmd_data_i,
  input  wire logic             feature_valid_i,
  output      logic             feature_ready_o,
  input  wire logic [32*16-1:0] feature_data_i,
  output      logic             weight_read_valid_o,
  input  wire logic             weight_read_ready_i,
  output      logic      [55:0] weight_read_data_o,
  input  wire logic             weight_valid_i,
  output      logic             weight_ready_o,
  input  wire logic [16*16-1:0] weight_data_i,
  output      logic             out_valid_o,
  input  wire logic             out_ready_i,
  output      logic     [464:0] out_data_o,
  output      logic      [23:0] out_keep_o,
  output      logic             out_last_o,
  output      logic      [39:0] macs_o,
  output      logic      [31:0] faults_o,
  output      logic      [31:0] cycles_o,
  output      logic      [31:0] no_job_o,
  output      logic      [31:0] no_weights_o,
  output      logic      [31:0] no_features_o,
  output      logic      [31:0] no_room_o
);

  // Jobs, their features, their words of weights.
  logic [6:0] features_n;
  logic [4:0] features_rows;
  logic features_valid;
  logic job_sparse;
  logic job_per_head;
  logic job_double;
  logic [6:0] job_n;
  logic [4:0] job_tiles;
  logic [3:0] job_k_rest;
  logic [15:0] job_cols;
  logic [7:0] job_heads;
  logic [23:0] job_beats;
  logic [15:0] job_mult;
  logic [5:0] job_shift;
  logic job_valid;
  logic job_push;
  logic jobs_busy;
  logic [55:0] jobs_weight_read_data;
  logic features_pop;
  logic job_pop;
  mpca_jobs_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_jobs (
    .clk_i              (clk_i),
    .rst_i              (rst_i),
    .cmd_valid_i        (cmd_valid_i),
    .cmd_ready_o        (cmd_ready_o),
    .cmd_data_i         (cmd_data_i),
    .weight_read_valid_o(weight_read_valid_o),
    .weight_read_ready_i(weight_read_ready_i),
    .weight_read_data_o (jobs_weight_read_data),
    .features_n_o       (features_n),
    .features_rows_o    (features_rows),
    .features_valid_o   (features_valid),
    .features_pop_i     (features_pop),
    .job_sparse_o       (job_sparse),
    .job_per_head_o     (job_per_head),
    .job_double_o       (job_double),
    .job_n_o            (job_n),
    .job_tiles_o        (job_tiles),
    .job_k_rest_o       (job_k_rest),
    .job_cols_o         (job_cols),
    .job_heads_o        (job_heads),
    .job_beats_o        (job_beats),
    .job_mult_o         (job_mult),
    .job_shift_o        (job_shift),
    .job_valid_o        (job_valid),
    .job_pop_i          (job_pop),
    .job_push_o         (job_push),
    .jobs_busy_o        (jobs_busy)
  );

  logic [31:0] weight_read_address;
  assign weight_read_address = jobs_weight_read_data[31:0];

  logic [23:0] weight_read_beats;
  assign weight_read_beats = jobs_weight_read_data[55:32];

  logic [5:0] we;
  logic [6:0] waddr;
  logic [511:0] wdata;
  logic [1:0] features_full;
  logic buffer;
  logic job_done;
  mpca_loader_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_loader (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .feature_valid_i (feature_valid_i),
    .feature_ready_o (feature_ready_o),
    .feature_data_i  (feature_data_i),
    .features_valid_i(features_valid),
    .features_n_i    (features_n),
    .features_rows_i (features_rows),
    .job_done_i      (job_done),
    .buffer_i        (buffer),
    .features_pop_o  (features_pop),
    .we_o            (we),
    .waddr_o         (waddr),
    .wdata_o         (wdata),
    .features_full_o (features_full)
  );

  logic takes_beat;
  logic job_fault;
  logic first_slot;
  logic tile_fire;
  logic header_write;
  logic list_double;
  logic list_lower;
  logic entry_commit;
  logic entry_waits;
  logic entry_valid;
  logic entry_end;
  logic entry_last;
  logic [3:0] tile_beat;
  logic [1:0] header_beat;
  logic [4:0] list_index;
  logic [4:0] list_base;
  logic [7:0] entry_head;
  logic [12:0] entry_column;
  logic [3:0] entry_used;
  logic tile_there;
  logic tile_astray;
  logic slot_full;
  logic slot_ended;
  logic slot_begins;
  mpca_walk_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_walk (
    .clk_i         (clk_i),
    .rst_i         (rst_i),
    .beat_waits_i  (weight_valid_i),
    .first_word_i  (weight_data_i[0*16 +: 16]),
    .job_valid_i   (job_valid),
    .job_sparse_i  (job_sparse),
    .job_per_head_i(job_per_head),
    .job_double_i  (job_double),
    .job_tiles_i   (job_tiles),
    .job_cols_i    (job_cols),
    .job_heads_i   (job_heads),
    .job_beats_i   (job_beats),
    .slot_full_i   (slot_full),
    .slot_ended_i  (slot_ended),
    .slot_begins_i (slot_begins),
    .tile_there_i  (tile_there),
    .tile_astray_i (tile_astray),
    .takes_beat_o  (takes_beat),
    .job_pop_o     (job_pop),
    .job_fault_o   (job_fault),
    .first_slot_o  (first_slot),
    .tile_fire_o   (tile_fire),
    .header_write_o(header_write),
    .list_double_o (list_double),
    .list_lower_o  (list_lower),
    .entry_commit_o(entry_commit),
    .entry_waits_o (entry_waits),
    .entry_valid_o (entry_valid),
    .entry_end_o   (entry_end),
    .entry_last_o  (entry_last),
    .tile_beat_o   (tile_beat),
    .header_beat_o (header_beat),
    .list_index_o  (list_index),
    .list_base_o   (list_base),
    .entry_head_o  (entry_head),
    .entry_column_o(entry_column),
    .entry_used_o  (entry_used)
  );

  logic [4:0] entry_bank;
  logic [3:0] rows_used;
  mpca_blocks_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_blocks (
    .clk_i         (clk_i),
    .words_i       (weight_data_i),
    .header_write_i(header_write),
    .header_beat_i (header_beat),
    .list_index_i  (list_index),
    .list_base_i   (list_base),
    .job_sparse_i  (job_sparse),
    .list_double_i (list_double),
    .list_lower_i  (list_lower),
    .job_tiles_i   (job_tiles),
    .job_k_rest_i  (job_k_rest),
    .entry_bank_o  (entry_bank),
    .tile_there_o  (tile_there),
    .tile_astray_o (tile_astray),
    .rows_used_o   (rows_used)
  );

  // Slots of tiles, tokens, and all that goes with them.
  logic slot_last;
  logic [2:0] slot_group;
  logic [3:0] slot_place;
  logic [2:0] slot_ends;
  logic [11:0] slot_heads;
  logic [11:0] slot_tails;
  logic [59:0] slot_banks;
  logic [23:0] end_head;
  logic [38:0] end_column;
  logic [11:0] end_used;
  mpca_slot_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_slot (
    .clk_i         (clk_i),
    .rst_i         (rst_i),
    .slot_begins_i (slot_begins),
    .entry_commit_i(entry_commit),
    .entry_waits_i (entry_waits),
    .entry_valid_i (entry_valid),
    .entry_end_i   (entry_end),
    .entry_last_i  (entry_last),
    .entry_bank_i  (entry_bank),
    .entry_head_i  (entry_head),
    .entry_column_i(entry_column),
    .entry_used_i  (entry_used),
    .slot_full_o   (slot_full),
    .slot_last_o   (slot_last),
    .slot_ended_o  (slot_ended),
    .slot_group_o  (slot_group),
    .slot_place_o  (slot_place),
    .slot_ends_o   (slot_ends),
    .slot_heads_o  (slot_heads),
    .slot_tails_o  (slot_tails),
    .slot_banks_o  (slot_banks),
    .end_head_o    (end_head),
    .end_column_o  (end_column),
    .end_used_o    (end_used)
  );

  logic [5:0] token;
  logic fire;
  logic has_results;
  logic lacks_weights;
  logic lacks_features;
  logic out_taken;
  mpca_issue_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_issue (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .job_n_i         (job_n),
    .slot_full_i     (slot_full),
    .slot_last_i     (slot_last),
    .slot_ends_i     (slot_ends),
    .features_full_i (features_full),
    .out_taken_i     (out_taken),
    .slot_begins_o   (slot_begins),
    .token_o         (token),
    .buffer_o        (buffer),
    .fire_o          (fire),
    .job_done_o      (job_done),
    .has_results_o   (has_results),
    .lacks_weights_o (lacks_weights),
    .lacks_features_o(lacks_features)
  );

  logic [11:0] swap;
  logic [26:0] go;
  logic [11:0] head;
  logic [11:0] tail;
  logic sums_first;
  logic [5:0] sums_read;
  logic sums_store;
  logic [5:0] sums_write;
  logic [2:0] ends;
  logic [47:0] mult;
  logic [17:0] shift;
  logic [47:0] select;
  logic results_known;
  logic results_due;
  logic [5:0] results_token;
  logic [2:0] results_ends;
  logic [11:0] chunk;
  logic [23:0] results_head;
  logic [38:0] results_column;
  logic [11:0] results_used;
  mpca_follow_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_follow (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .fire_i          (fire),
    .slot_begins_i   (slot_begins),
    .has_results_i   (has_results),
    .token_i         (token),
    .first_slot_i    (first_slot),
    .slot_banks_i    (slot_banks),
    .slot_heads_i    (slot_heads),
    .slot_tails_i    (slot_tails),
    .slot_ends_i     (slot_ends),
    .job_mult_i      (job_mult),
    .job_shift_i     (job_shift),
    .end_head_i      (end_head),
    .end_column_i    (end_column),
    .end_used_i      (end_used),
    .swap_o          (swap),
    .go_o            (go),
    .head_o          (head),
    .tail_o          (tail),
    .sums_first_o    (sums_first),
    .sums_read_o     (sums_read),
    .sums_store_o    (sums_store),
    .sums_write_o    (sums_write),
    .ends_o          (ends),
    .mult_o          (mult),
    .shift_o         (shift),
    .select_o        (select),
    .results_known_o (results_known),
    .results_due_o   (results_due),
    .results_token_o (results_token),
    .results_ends_o  (results_ends),
    .chunk_o         (chunk),
    .results_head_o  (results_head),
    .results_column_o(results_column),
    .results_used_o  (results_used)
  );

  logic [2:0] load;
  logic [3:0] load_lane;
  logic [3:0] load_beat;
  logic [255:0] weight;
  mpca_steer_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_steer (
    .clk_i       (clk_i),
    .tile_fire_i (tile_fire),
    .slot_group_i(slot_group),
    .slot_place_i(slot_place),
    .tile_beat_i (tile_beat),
    .words_i     (weight_data_i),
    .load_o      (load),
    .load_lane_o (load_lane),
    .load_beat_o (load_beat),
    .weight_o    (weight)
  );

  // The tiles: features, products and sums, results.
  logic [1535:0] x;
  mpca_features_b8_l12_m6_f4_n64 u_features (
    .clk_i   (clk_i),
    .we_i    (we),
    .waddr_i (waddr),
    .wdata_i (wdata),
    .buffer_i(buffer),
    .token_i (token),
    .select_i(select),
    .chunk_i (chunk),
    .x_o     (x)
  );

  logic [383:0] y;
  mpca_array_b8_l12_g3_n64 u_array (
    .clk_i       (clk_i),
    .swap_i      (swap),
    .load_i      (load),
    .load_lane_i (load_lane),
    .load_beat_i (load_beat),
    .x_i         (x),
    .head_i      (head),
    .tail_i      (tail),
    .sums_first_i(sums_first),
    .sums_read_i (sums_read),
    .sums_store_i(sums_store),
    .sums_write_i(sums_write),
    .ends_i      (ends),
    .go_i        (go),
    .mult_i      (mult),
    .shift_i     (shift),
    .weight_i    (weight),
    .y_o         (y)
  );

  logic last_out;
  logic [464:0] results_out_data;
  mpca_results_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_results (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .out_valid_o     (out_valid_o),
    .out_ready_i     (out_ready_i),
    .out_data_o      (results_out_data),
    .out_keep_o      (out_keep_o),
    .out_last_o      (out_last_o),
    .results_known_i (results_known),
    .results_due_i   (results_due),
    .results_token_i (results_token),
    .results_ends_i  (results_ends),
    .results_head_i  (results_head),
    .results_column_i(results_column),
    .results_used_i  (results_used),
    .job_done_i      (job_done),
    .y_i             (y),
    .out_taken_o     (out_taken),
    .last_out_o      (last_out)
  );

  logic [24*16-1:0] out_y;
  assign out_y = results_out_data[383:0];

  logic [3*6-1:0] out_token;
  assign out_token = results_out_data[401:384];

  logic [3*8-1:0] out_head;
  assign out_head = results_out_data[425:402];

  logic [3*13-1:0] out_column;
  assign out_column = results_out_data[464:426];

  logic [39:0] macs;
  logic [31:0] faults;
  logic [31:0] cycles;
  logic [31:0] no_job;
  logic [31:0] no_weights;
  logic [31:0] no_features;
  logic [31:0] no_room;
  mpca_counters_h2_t3_c2_p8_b8_n64_r24_f4_o3 u_counters (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .job_push_i      (job_push),
    .jobs_busy_i     (jobs_busy),
    .job_done_i      (job_done),
    .last_out_i      (last_out),
    .entry_valid_i   (entry_valid),
    .job_fault_i     (job_fault),
    .fire_i          (fire),
    .lacks_weights_i (lacks_weights),
    .lacks_features_i(lacks_features),
    .rows_used_i     (rows_used),
    .entry_used_i    (entry_used),
    .job_n_i         (job_n),
    .macs_o          (macs),
    .faults_o        (faults),
    .cycles_o        (cycles),
    .no_job_o        (no_job),
    .no_weights_o    (no_weights),
    .no_features_o   (no_features),
    .no_room_o       (no_room)
  );

  assign weight_ready_o = takes_beat;
  assign macs_o = macs;
  assign faults_o = faults;
  assign cycles_o = cycles;
  assign no_job_o = no_job;
  assign no_weights_o = no_weights;
  assign no_features_o = no_features;
  assign no_room_o = no_room;
  assign weight_read_data_o = {weight_read_beats, weight_read_address};
  assign out_data_o = {out_column, out_head, out_token, out_y};

endmodule

`default_nettype wire
