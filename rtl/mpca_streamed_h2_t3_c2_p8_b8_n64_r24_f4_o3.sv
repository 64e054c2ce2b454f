// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Y = requantise(X*W) in int16: 12 tiles of 8 x 8 weights, block-sparse or dense. Weights stand
// still and are double-buffered, tokens stream by; columns end in any lane.
// y = acc*mult/2^shift, half to even, saturated to 16 bits. Latency 27 cycles from a token to
// its results.
//
// Source: SDP (IPDPSW 2024), section V, Algorithm 2.
// Latency: by the length of the row or job.
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

  // Jobs: the slices of features are counted head by head; what cannot be done is dropped.
  logic [6:0] cmd_n;
  assign cmd_n = cmd_data_i[9:3];

  logic [15:0] cmd_k;
  assign cmd_k = cmd_data_i[25:10];

  logic [15:0] cmd_cols;
  assign cmd_cols = cmd_data_i[41:26];

  logic [7:0] cmd_heads;
  assign cmd_heads = cmd_data_i[49:42];

  logic [23:0] cmd_beats;
  assign cmd_beats = cmd_data_i[105:82];

  logic [1:0] cmd_mode;
  assign cmd_mode = cmd_data_i[1:0];

  logic job_legal;
  assign job_legal =
      |cmd_n && |cmd_k && |cmd_cols && |cmd_heads && |cmd_beats && (cmd_n <= 7'd64)
      && (cmd_mode != 2'd3);

  typedef enum logic [1:0] {
    JobStateIdle,
    JobStateCount,
    JobStatePush
  } job_state_e;

  job_state_e job_state_q;
  assign cmd_ready_o = job_state_q == JobStateIdle;

  logic cmd_double;
  assign cmd_double = cmd_data_i[2];

  logic [31:0] cmd_address;
  assign cmd_address = cmd_data_i[81:50];

  logic [15:0] cmd_mult;
  assign cmd_mult = cmd_data_i[121:106];

  logic [5:0] cmd_shift;
  assign cmd_shift = cmd_data_i[127:122];

  logic [13:0] job_tiles_q;
  logic [4:0] job_rows_q;
  logic [5:0] job_rows_next;
  assign job_rows_next = 6'(job_tiles_q[4:0]) + 6'(job_rows_q);

  logic job_too_large;
  assign job_too_large = (job_tiles_q > 14'd24) || (job_rows_next > 6'd24);

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic job_double_q;
  logic [6:0] job_n_q;
  logic [15:0] job_cols_q;
  logic [7:0] job_heads_q;
  logic [31:0] job_address_q;
  logic [23:0] job_beats_q;
  logic [15:0] job_mult_q;
  logic [5:0] job_shift_q;
  logic job_sparse_q;
  logic job_per_head_q;
  logic [3:0] job_k_rest_q;
  logic [7:0] job_heads_left_q;
  logic job_push;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      job_state_q <= JobStateIdle;
    end else begin
      if (job_push) begin
        job_state_q <= JobStateIdle;
      end
      if (cmd_fire) begin
        if (job_legal) begin
          job_state_q <= JobStateCount;
        end
      end
      if (job_state_q == JobStateCount) begin
        if (job_too_large) begin
          job_state_q <= JobStateIdle;
        end else if (job_heads_left_q == 8'd1) begin
          job_state_q <= JobStatePush;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (cmd_fire) begin
      job_double_q <= cmd_double;
      job_n_q <= cmd_n;
      job_cols_q <= cmd_cols;
      job_heads_q <= cmd_heads;
      job_address_q <= cmd_address;
      job_beats_q <= cmd_beats;
      job_mult_q <= cmd_mult;
      job_shift_q <= cmd_shift;
      job_sparse_q <= cmd_mode == 2'd0;
      job_per_head_q <= cmd_mode == 2'd2;
      job_tiles_q <= 14'((17'(cmd_k) + 17'd7) >> 3);
      job_k_rest_q <= (|cmd_k[2:0]) ? 4'(cmd_k[2:0]) : 4'd8;
      job_heads_left_q <= (cmd_mode == 2'd2) ? cmd_heads : 8'd1;
      job_rows_q <= 5'd0;
    end
    if (job_state_q == JobStateCount) begin
      job_rows_q <= job_rows_next[4:0];
      job_heads_left_q <= job_heads_left_q - 8'd1;
    end
  end

  logic reads_pop;
  logic reads_room;
  logic reads_valid;
  logic [55:0] reads_word;
  prim_fifo_w56_d4 u_reads (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (job_push),
    .in_ready_o (reads_room),
    .in_data_i  ({job_beats_q, job_address_q}),
    .out_valid_o(reads_valid),
    .out_ready_i(reads_pop),
    .out_data_o (reads_word)
  );

  logic feature_jobs_pop;
  logic feature_jobs_room;
  logic feature_jobs_valid;
  logic [11:0] feature_jobs_word;
  prim_fifo_w12_d4 u_feature_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (job_push),
    .in_ready_o (feature_jobs_room),
    .in_data_i  ({job_rows_q, job_n_q}),
    .out_valid_o(feature_jobs_valid),
    .out_ready_i(feature_jobs_pop),
    .out_data_o (feature_jobs_word)
  );

  logic weight_jobs_pop;
  logic weight_jobs_room;
  logic weight_jobs_valid;
  logic [88:0] weight_jobs_word;
  prim_fifo_w89_d4 u_weight_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (job_push),
    .in_ready_o (weight_jobs_room),
    .in_data_i  ({
          job_shift_q,
          job_mult_q,
          job_beats_q,
          job_heads_q,
          job_cols_q,
          job_k_rest_q,
          job_tiles_q[4:0],
          job_n_q,
          job_double_q,
          job_per_head_q,
          job_sparse_q
        }),
    .out_valid_o(weight_jobs_valid),
    .out_ready_i(weight_jobs_pop),
    .out_data_o (weight_jobs_word)
  );

  assign job_push =
      (job_state_q == JobStatePush) && reads_room && feature_jobs_room && weight_jobs_room;
  assign weight_read_valid_o = reads_valid;
  assign reads_pop = weight_read_ready_i;

  logic [31:0] weight_read_address;
  assign weight_read_address = reads_word[31:0];

  logic [23:0] weight_read_beats;
  assign weight_read_beats = reads_word[55:32];

  // The slot that is filled: tiles take its lanes in order, one column may end in a group.
  // Weights: headers say which tiles follow; a tile takes four beats.
  logic load_double;
  assign load_double = weight_jobs_word[0] && weight_jobs_word[2];

  logic [5:0] tiles_left_q;
  logic column_ends;
  assign column_ends = tiles_left_q == 6'd1;

  typedef enum logic [2:0] {
    LoadIdle,
    LoadHeader,
    LoadList,
    LoadTiles,
    LoadEmpty,
    LoadSkip,
    LoadFinish
  } load_e;

  load_e load_q;
  logic loading;
  assign loading = load_q == LoadTiles;

  logic reads_header;
  assign reads_header = load_q == LoadHeader;

  logic slot_full_q;
  logic slot_ended_q;
  logic may_load;
  assign may_load = loading && !slot_full_q && !(column_ends && slot_ended_q);

  logic drains;
  assign drains = (load_q == LoadSkip) || (load_q == LoadFinish);

  logic out_of_beats_q;
  assign weight_ready_o = !out_of_beats_q && (reads_header || may_load || drains);

  logic weight_fire;
  assign weight_fire = weight_valid_i && weight_ready_o;

  // Headers: the number of blocks and their rows, over as many beats as they need, and a cycle
  // each to look at them.
  logic [4:0] job_block_rows_q;
  logic too_many_blocks;
  assign too_many_blocks = weight_data_i[0*16 +: 16] > 16'(job_block_rows_q);

  logic [4:0] given_blocks;
  assign given_blocks = too_many_blocks ? job_block_rows_q : weight_data_i[4:0];

  logic lists;
  assign lists = load_q == LoadList;

  logic [5:0] header_words_left_q;
  logic header_ends;
  assign header_ends = header_words_left_q <= 6'd16;

  logic [1:0] header_beat_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      header_beat_q <= 2'd1;
    end else begin
      if (weight_fire && reads_header) begin
        header_beat_q <= {header_beat_q[0], 1'b0};
      end
      if (lists) begin
        if (header_ends) begin
          header_beat_q <= 2'd1;
        end
      end
      if (reads_header && out_of_beats_q) begin
        header_beat_q <= 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (weight_fire && reads_header) begin
      if (header_beat_q[0]) begin
        header_words_left_q <= 6'(given_blocks) + 6'd1;
      end
    end
    if (lists) begin
      header_words_left_q <= header_words_left_q - 6'd16;
    end
  end

  logic [1:0] at_header_beat;
  assign at_header_beat = header_beat_q;

  logic [32*9-1:0] block_rows_q;
  genvar header;
  genvar entry;
  generate
    for (header = 0; header < 2; header = header + 1) begin : gen_header
      logic header_write;
      assign header_write = weight_fire && reads_header && at_header_beat[header];

      for (entry = 0; entry < 16; entry = entry + 1) begin : gen_entry
        always_ff @(posedge clk_i) begin
          if (header_write) begin
            block_rows_q[(header*16+entry)*9 +: 9] <= {
              |weight_data_i[entry*16+8 +: 8],
              weight_data_i[entry*16 +: 8]
            };
          end
        end
      end
    end
  endgenerate

  // Which slice of features a tile multiplies: known when its last beat comes, three cycles or
  // more after its number.
  logic [4:0] tile_index_q;
  logic [4:0] list_place;
  assign list_place = tile_index_q + 5'd1;

  logic [4:0] head_base_q;
  logic lower_tile_q;
  logic [8:0] block_row_q;
  logic [9:0] tile_row_q;
  logic [4:0] tile_bank_q;
  logic tile_there_q;
  logic tile_astray_q;
  logic tile_last_row_q;
  always_ff @(posedge clk_i) begin
    block_row_q <=
        weight_jobs_word[0] ? block_rows_q[9'(list_place) * 9'd9 +: 9] : 9'(tile_index_q);
    tile_row_q <= load_double ? {block_row_q, load_double && lower_tile_q} : 10'(block_row_q);
    tile_bank_q <= head_base_q + tile_row_q[4:0];
    tile_there_q <= tile_row_q < 10'(weight_jobs_word[14:10]);
    tile_astray_q <=
        {tile_row_q[9:1], tile_row_q[0] && !load_double} >= 10'(weight_jobs_word[14:10]);
    tile_last_row_q <= (11'(tile_row_q) + 11'd1) == 11'(weight_jobs_word[14:10]);
  end

  logic [3:0] rows_used;
  assign rows_used = tile_last_row_q ? weight_jobs_word[18:15] : 4'd8;

  logic [15:0] cols_left_q;
  logic column_is_full;
  assign column_is_full = cols_left_q >= 16'd8;

  logic [3:0] cols_used;
  assign cols_used = column_is_full ? 4'd8 : cols_left_q[3:0];

  logic [3:0] tile_beat_q;
  logic tile_done;
  assign tile_done = weight_fire && tile_beat_q[3];

  logic commit_tile;
  assign commit_tile = tile_done && loading;

  logic commit_empty;
  assign commit_empty = (load_q == LoadEmpty) && !slot_full_q && !(1'b1 && slot_ended_q);

  logic column_done;
  assign column_done = commit_empty || (commit_tile && column_ends);

  logic head_ends;
  assign head_ends = cols_left_q <= 16'd8;

  logic [7:0] heads_left_q;
  logic job_ends;
  assign job_ends = head_ends && (heads_left_q == 8'd1);

  logic second_half_q;
  logic second_follows;
  assign second_follows = load_double && !second_half_q;

  logic skip_done;
  assign skip_done = (load_q == LoadSkip) && tile_done && column_ends;

  logic beats_end_early;
  assign beats_end_early = out_of_beats_q && (reads_header || loading);

  logic skip_cut;
  assign skip_cut = out_of_beats_q && (load_q == LoadSkip);

  logic [4:0] block_count_q;
  logic [5:0] tiles_again;
  assign tiles_again = load_double ? {block_count_q, 1'b0} : 6'(block_count_q);

  logic next_head;
  assign next_head =
      (column_done && head_ends && !(second_follows && |block_count_q)) || skip_done || skip_cut;

  logic slot_begins;
  logic [7:0] head_q;
  logic [12:0] tile_column_q;
  logic [23:0] beats_left_q;
  logic job_bad_q;
  logic first_slot_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      load_q <= LoadIdle;
      tile_beat_q <= 4'd1;
      job_bad_q <= 1'b0;
      out_of_beats_q <= 1'b0;
    end else begin
      if (weight_fire) begin
        out_of_beats_q <= beats_left_q == 24'd1;
      end
      if (weight_fire && !reads_header && (load_q != LoadFinish)) begin
        tile_beat_q <= {tile_beat_q[2:0], tile_beat_q[3]};
      end
      if ((load_q == LoadIdle) && weight_jobs_valid) begin
        out_of_beats_q <= 1'b0;
        tile_beat_q <= 4'd1;
        job_bad_q <= 1'b0;
        if (weight_jobs_word[0]) begin
          load_q <= LoadHeader;
        end else begin
          load_q <= LoadTiles;
        end
      end
      if (weight_fire && reads_header) begin
        if (header_beat_q[0]) begin
          job_bad_q <= job_bad_q || too_many_blocks;
        end
        load_q <= LoadList;
      end
      if (lists) begin
        if (header_ends) begin
          if (|block_count_q) begin
            load_q <= LoadTiles;
          end else begin
            load_q <= LoadEmpty;
          end
        end else begin
          load_q <= LoadHeader;
        end
      end
      if (commit_tile && tile_astray_q && weight_jobs_word[0]) begin
        job_bad_q <= 1'b1;
      end
      if (beats_end_early) begin
        job_bad_q <= 1'b1;
        tile_beat_q <= 4'd1;
        load_q <= LoadEmpty;
      end
      if (skip_cut) begin
        job_bad_q <= 1'b1;
        tile_beat_q <= 4'd1;
      end
      if (column_done) begin
        if (!head_ends) begin
          if (second_follows) begin
            if (|block_count_q) begin
              load_q <= LoadTiles;
            end else begin
              load_q <= LoadEmpty;
            end
          end else if (weight_jobs_word[0]) begin
            load_q <= LoadHeader;
          end else begin
            load_q <= LoadTiles;
          end
        end
        if (head_ends && second_follows && |block_count_q) begin
          load_q <= LoadSkip;
        end
      end
      if (next_head) begin
        if (heads_left_q == 8'd1) begin
          load_q <= LoadFinish;
        end else if (weight_jobs_word[0]) begin
          load_q <= LoadHeader;
        end else begin
          load_q <= LoadTiles;
        end
      end
      if (weight_fire && (load_q == LoadFinish)) begin
        job_bad_q <= 1'b1;
      end
      if ((load_q == LoadFinish) && out_of_beats_q && !slot_full_q) begin
        load_q <= LoadIdle;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (weight_fire) begin
      beats_left_q <= beats_left_q - 24'd1;
    end
    if (slot_begins) begin
      first_slot_q <= 1'b0;
    end
    if ((load_q == LoadIdle) && weight_jobs_valid) begin
      head_q <= 8'd0;
      heads_left_q <= weight_jobs_word[42:35];
      head_base_q <= 5'd0;
      tile_column_q <= 13'd0;
      cols_left_q <= weight_jobs_word[34:19];
      beats_left_q <= weight_jobs_word[66:43];
      job_block_rows_q <=
          load_double ? 5'((6'(weight_jobs_word[14:10]) + 6'd1) >> 1) : weight_jobs_word[14:10];
      second_half_q <= 1'b0;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
      first_slot_q <= 1'b1;
      if (!weight_jobs_word[0]) begin
        tiles_left_q <= 6'(weight_jobs_word[14:10]);
      end
    end
    if (weight_fire && reads_header) begin
      if (header_beat_q[0]) begin
        block_count_q <= given_blocks;
      end
    end
    if (lists) begin
      tiles_left_q <= tiles_again;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
    end
    if (commit_tile || ((load_q == LoadSkip) && tile_done)) begin
      tiles_left_q <= tiles_left_q - 6'd1;
      lower_tile_q <= !lower_tile_q;
      if (lower_tile_q || !load_double) begin
        tile_index_q <= tile_index_q + 5'd1;
      end
    end
    if (beats_end_early) begin
      if (reads_header) begin
        block_count_q <= 5'd0;
      end
    end
    if (column_done) begin
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
      tiles_left_q <= tiles_again;
      second_half_q <= second_follows;
      if (!head_ends) begin
        tile_column_q <= tile_column_q + 13'd1;
        cols_left_q <= cols_left_q - 16'd8;
        if (!second_follows) begin
          if (!weight_jobs_word[0]) begin
            tiles_left_q <= 6'(weight_jobs_word[14:10]);
          end
        end
      end
    end
    if (next_head) begin
      head_q <= head_q + 8'd1;
      heads_left_q <= heads_left_q - 8'd1;
      head_base_q <= weight_jobs_word[1] ? head_base_q + weight_jobs_word[14:10] : 5'd0;
      tile_column_q <= 13'd0;
      cols_left_q <= weight_jobs_word[34:19];
      second_half_q <= 1'b0;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
      if (heads_left_q != 8'd1) begin
        if (!weight_jobs_word[0]) begin
          tiles_left_q <= 6'(weight_jobs_word[14:10]);
        end
      end
    end
  end

  assign weight_jobs_pop = (load_q == LoadFinish) && out_of_beats_q && !slot_full_q;

  logic job_fault;
  assign job_fault = weight_jobs_pop && job_bad_q;

  logic entry_valid;
  assign entry_valid = commit_tile && tile_there_q;

  logic tile_fire;
  assign tile_fire = weight_fire && loading;

  logic entry_commit;
  assign entry_commit = commit_tile || commit_empty;

  logic entry_waits;
  assign entry_waits = loading || (load_q == LoadEmpty);

  logic entry_end;
  assign entry_end = (load_q == LoadEmpty) || column_ends;

  logic entry_last;
  assign entry_last = column_done && job_ends;

  logic leave_group;
  assign leave_group = entry_waits && !slot_full_q && slot_ended_q && entry_end;

  logic [3:0] slot_place_q;
  logic group_done;
  assign group_done = leave_group || (entry_commit && slot_place_q[3]);

  logic [2:0] slot_group_q;
  logic slot_filled;
  assign slot_filled = group_done && slot_group_q[2];

  logic slot_closes;
  assign slot_closes = slot_filled || (entry_commit && entry_last);

  logic slot_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      slot_full_q <= 1'b0;
      slot_group_q <= 3'd1;
      slot_place_q <= 4'd1;
      slot_ended_q <= 1'b0;
    end else begin
      if (slot_begins) begin
        slot_full_q <= 1'b0;
      end
      if (entry_commit) begin
        slot_place_q <= {slot_place_q[2:0], slot_place_q[3]};
        slot_ended_q <= slot_ended_q || entry_end;
      end
      if (group_done) begin
        slot_place_q <= 4'd1;
        slot_group_q <= {slot_group_q[1:0], slot_group_q[2]};
        slot_ended_q <= 1'b0;
      end
      if (slot_closes) begin
        slot_full_q <= 1'b1;
        slot_place_q <= 4'd1;
        slot_group_q <= 3'd1;
        slot_ended_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (entry_commit) begin
      slot_last_q <= entry_last;
    end
  end

  logic [2:0] at_group;
  assign at_group = slot_group_q;

  logic [3:0] at_place;
  assign at_place = slot_place_q;

  logic [11:0] slot_valid_q;
  logic [11:0] slot_tail_q;
  logic [12*5-1:0] slot_bank_q;
  logic [2:0] slot_end_q;
  logic [3*25-1:0] slot_column_q;
  genvar slot_group;
  genvar slot_lane;
  generate
    for (slot_group = 0; slot_group < 3; slot_group = slot_group + 1) begin : gen_slot_group
      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          slot_end_q[slot_group] <= 1'b0;
        end else begin
          if (slot_begins) begin
            slot_end_q[slot_group] <= 1'b0;
          end
          if (entry_commit && entry_end && at_group[slot_group]) begin
            slot_end_q[slot_group] <= 1'b1;
          end
        end
      end

      always_ff @(posedge clk_i) begin
        if (entry_commit && entry_end && at_group[slot_group]) begin
          slot_column_q[slot_group*25 +: 25] <= {cols_used, tile_column_q, head_q};
        end
      end

      for (slot_lane = 0; slot_lane < 4; slot_lane = slot_lane + 1) begin : gen_slot_lane
        always_ff @(posedge clk_i) begin
          if (rst_i) begin
            slot_valid_q[slot_group*4+slot_lane] <= 1'b0;
          end else begin
            if (slot_begins) begin
              slot_valid_q[slot_group*4+slot_lane] <= 1'b0;
            end
            if (entry_commit && at_group[slot_group] && at_place[slot_lane]) begin
              slot_valid_q[slot_group*4+slot_lane] <= entry_valid;
            end
          end
        end

        always_ff @(posedge clk_i) begin
          if (entry_commit && at_group[slot_group] && at_place[slot_lane]) begin
            slot_tail_q[slot_group*4+slot_lane] <= slot_ended_q;
            slot_bank_q[(slot_group*4+slot_lane)*5 +: 5] <= tile_bank_q;
          end
        end
      end
    end
  endgenerate

  // Features: token by token, a beat for each memory in use.
  logic features_full0_q;
  logic features_full1_q;
  logic feature_buffer_q;
  logic features_closing_q;
  assign feature_ready_o =
      feature_jobs_valid && !(feature_buffer_q ? features_full1_q : features_full0_q)
      && !features_closing_q;

  logic feature_fire;
  assign feature_fire = feature_valid_i && feature_ready_o;

  logic feature_opening_q;
  logic [4:0] feature_rest_q;
  logic [4:0] feature_left;
  assign feature_left = feature_opening_q ? feature_jobs_word[11:7] : feature_rest_q;

  logic feature_token_last;
  assign feature_token_last = feature_left <= 5'd4;

  logic [5:0] feature_token_q;
  logic features_done;
  assign features_done =
      feature_fire && feature_token_last
      && ((7'(feature_token_q) + 7'd1) == feature_jobs_word[6:0]);

  logic features_done_with;
  logic features_of_job;
  logic [5:0] feature_memory_q;
  logic [5:0] feature_write_q;
  logic [6:0] feature_address_q;
  logic [511:0] feature_value_q;
  logic features_of_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      features_full0_q <= 1'b0;
      features_full1_q <= 1'b0;
      feature_buffer_q <= 1'b0;
      feature_token_q <= 6'd0;
      feature_opening_q <= 1'b1;
      feature_memory_q <= 6'd1;
      features_closing_q <= 1'b0;
      feature_write_q <= 6'd0;
    end else begin
      feature_write_q <= feature_memory_q & {6{feature_fire}};
      features_closing_q <= features_done;
      if (feature_fire) begin
        feature_opening_q <= feature_token_last;
        feature_memory_q <= feature_token_last ? 6'd1 : {feature_memory_q[4:0], 1'b0};
        if (feature_token_last) begin
          feature_token_q <= features_done ? 6'd0 : feature_token_q + 6'd1;
        end
      end
      if (features_done) begin
        feature_buffer_q <= !feature_buffer_q;
      end
      if (features_done_with && !features_of_job) begin
        features_full0_q <= 1'b0;
      end
      if (features_closing_q && !features_of_q) begin
        features_full0_q <= 1'b1;
      end
      if (features_done_with && features_of_job) begin
        features_full1_q <= 1'b0;
      end
      if (features_closing_q && features_of_q) begin
        features_full1_q <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    feature_address_q <= {feature_buffer_q, feature_token_q};
    feature_value_q <= feature_data_i;
    features_of_q <= feature_buffer_q;
    if (feature_fire) begin
      feature_rest_q <= feature_left - 5'd4;
    end
  end

  assign feature_jobs_pop = features_done;

  // Tokens: the first of a slot takes the waiting tiles; where columns end, a token needs room for
  // its results.
  logic opening_q;
  logic [6:0] slot_n_q;
  logic [6:0] n_now;
  assign n_now = opening_q ? weight_jobs_word[9:3] : slot_n_q;

  logic slot_has_end_q;
  logic has_end_now;
  assign has_end_now = opening_q ? |slot_end_q : slot_has_end_q;

  logic slot_is_last_q;
  logic is_last_now;
  assign is_last_now = opening_q ? slot_last_q : slot_is_last_q;

  logic [3:0] gap_q;
  logic no_weights;
  assign no_weights = opening_q && (!slot_full_q || |gap_q);

  logic buffer_q;
  logic no_features;
  assign no_features = opening_q && !(buffer_q ? features_full1_q : features_full0_q);

  logic [5:0] credit_q;
  logic no_room;
  assign no_room = has_end_now && (credit_q == 6'd0);

  logic fire;
  assign fire = !no_weights && !no_features && !no_room;

  logic [5:0] token_q;
  logic token_last;
  assign token_last = (7'(token_q) + 7'd1) == n_now;

  logic job_done;
  assign job_done = fire && token_last && is_last_now;

  logic has_results;
  assign has_results = fire && has_end_now;
  assign slot_begins = fire && opening_q;

  logic credit_back;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      opening_q <= 1'b1;
      token_q <= 6'd0;
      buffer_q <= 1'b0;
      gap_q <= 4'd0;
      credit_q <= 6'd32;
    end else begin
      if (slot_begins) begin
        gap_q <= 4'd11;
      end else if (|gap_q) begin
        gap_q <= gap_q - 4'd1;
      end
      if (fire) begin
        opening_q <= token_last;
        token_q <= token_last ? 6'd0 : token_q + 6'd1;
      end
      if (job_done) begin
        buffer_q <= !buffer_q;
      end
      if (credit_back && !has_results) begin
        credit_q <= credit_q + 6'd1;
      end else if (has_results && !credit_back) begin
        credit_q <= credit_q - 6'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (slot_begins) begin
      slot_n_q <= weight_jobs_word[9:3];
      slot_has_end_q <= has_end_now;
      slot_is_last_q <= slot_last_q;
    end
  end

  assign features_done_with = job_done;
  assign features_of_job = buffer_q;

  // Tokens, slot by slot: bit k is k cycles after a token, or a slot's first token, entered.
  logic [18:0] fire_line_q;
  logic [19:0] fire_line_all;
  assign fire_line_all = {fire_line_q, fire};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      fire_line_q <= 19'd0;
    end else begin
      fire_line_q <= fire_line_all[18:0];
    end
  end

  logic [17:0] begin_line_q;
  logic [18:0] begin_line_all;
  assign begin_line_all = {begin_line_q, slot_begins};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      begin_line_q <= 18'd0;
    end else begin
      begin_line_q <= begin_line_all[17:0];
    end
  end

  logic [113:0] token_line_q;
  logic [119:0] token_line_all;
  assign token_line_all = {token_line_q, token_q};

  always_ff @(posedge clk_i) begin
    token_line_q <= token_line_all[113:0];
  end

  // What belongs to a slot follows its first token.
  logic [59:0] lane_bank_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      lane_bank_q <= slot_bank_q;
    end
  end

  logic [12*5-1:0] lane_banks;
  assign lane_banks = lane_bank_q;

  logic [12*4-1:0] lane_select_q;
  genvar select;
  generate
    for (select = 0; select < 12; select = select + 1) begin : gen_select
      always_ff @(posedge clk_i) begin
        if (begin_line_all[1]) begin
          lane_select_q[select*4 +: 4] <= lane_banks[select*5 +: 4];
        end
      end
    end
  endgenerate

  logic [11:0] lane_chunk_q;
  genvar choose;
  generate
    for (choose = 0; choose < 12; choose = choose + 1) begin : gen_choose
      always_ff @(posedge clk_i) begin
        if (begin_line_all[2]) begin
          lane_chunk_q[choose] <= lane_banks[choose*5+4];
        end
      end
    end
  endgenerate

  logic [11:0] slot_heads;
  assign slot_heads = slot_valid_q & ~slot_tail_q;

  logic [11:0] slot_head_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_head_q <= slot_heads;
    end
  end

  logic [11:0] slot_tails;
  assign slot_tails = slot_valid_q & slot_tail_q;

  logic [11:0] slot_behind_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_behind_q <= slot_tails;
    end
  end

  logic [2:0] slot_ends_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_ends_q <= slot_end_q;
    end
  end

  logic slot_first_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_first_q <= first_slot_q;
    end
  end

  logic [21:0] job_scale;
  assign job_scale = {weight_jobs_word[88:83], weight_jobs_word[82:67]};

  logic [21:0] slot_scale_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_scale_q <= job_scale;
    end
  end

  logic [74:0] slot_columns_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[0]) begin
      slot_columns_q <= slot_column_q;
    end
  end

  logic [11:0] lane_head_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[9]) begin
      lane_head_q <= slot_head_q;
    end
  end

  logic [11:0] lane_tail_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[9]) begin
      lane_tail_q <= slot_behind_q;
    end
  end

  logic [2:0] mid_end_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[9]) begin
      mid_end_q <= slot_ends_q;
    end
  end

  logic [21:0] mid_scale_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[9]) begin
      mid_scale_q <= slot_scale_q;
    end
  end

  logic mid_first_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[9]) begin
      mid_first_q <= slot_first_q;
    end
  end

  logic chain_first_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[12]) begin
      chain_first_q <= mid_first_q;
    end
  end

  logic [2:0] end0_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[13]) begin
      end0_q <= mid_end_q;
    end
  end

  logic ends0;
  assign ends0 = fire_line_all[14] && end0_q[0];

  logic [7:0] go0_q;
  logic [8:0] go0_all;
  assign go0_all = {go0_q, ends0};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      go0_q <= 8'd0;
    end else begin
      go0_q <= go0_all[7:0];
    end
  end

  logic [21:0] scale0_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[16]) begin
      scale0_q <= mid_scale_q;
    end
  end

  logic [1:0] end1_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[14]) begin
      end1_q <= end0_q[2:1];
    end
  end

  logic ends1;
  assign ends1 = fire_line_all[15] && end1_q[0];

  logic [7:0] go1_q;
  logic [8:0] go1_all;
  assign go1_all = {go1_q, ends1};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      go1_q <= 8'd0;
    end else begin
      go1_q <= go1_all[7:0];
    end
  end

  logic [21:0] scale1_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[17]) begin
      scale1_q <= scale0_q;
    end
  end

  logic end2_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[15]) begin
      end2_q <= end1_q[1];
    end
  end

  logic ends2;
  assign ends2 = fire_line_all[16] && end2_q;

  logic [7:0] go2_q;
  logic [8:0] go2_all;
  assign go2_all = {go2_q, ends2};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      go2_q <= 8'd0;
    end else begin
      go2_q <= go2_all[7:0];
    end
  end

  logic [21:0] scale2_q;
  always_ff @(posedge clk_i) begin
    if (begin_line_all[18]) begin
      scale2_q <= scale1_q;
    end
  end

  logic [2:0] group_ends;
  assign group_ends = {end2_q, end1_q[0], end0_q[0]};

  logic [26:0] group_go;
  assign group_go = {go2_all, go1_all, go0_all};

  logic [47:0] group_mults;
  assign group_mults = {scale2_q[15:0], scale1_q[15:0], scale0_q[15:0]};

  logic [17:0] group_shifts;
  assign group_shifts = {scale2_q[21:16], scale1_q[21:16], scale0_q[21:16]};

  // Features from their memories.
  logic [1535:0] x;
  mpca_features_b8_l12_m6_f4_n64 u_features (
    .clk_i   (clk_i),
    .we_i    (feature_write_q),
    .waddr_i (feature_address_q),
    .wdata_i (feature_value_q),
    .raddr_i ({buffer_q, token_q}),
    .select_i(lane_select_q),
    .chunk_i (lane_chunk_q),
    .x_o     (x)
  );

  // Weights take as long to the lanes as the tokens that follow them.
  logic load_fire_q;
  always_ff @(posedge clk_i) begin
    load_fire_q <= tile_fire;
  end

  logic [2:0] load_group_q;
  always_ff @(posedge clk_i) begin
    load_group_q <= slot_group_q;
  end

  logic [3:0] load_place_q;
  always_ff @(posedge clk_i) begin
    load_place_q <= slot_place_q;
  end

  logic [3:0] load_beat_q;
  always_ff @(posedge clk_i) begin
    load_beat_q <= tile_beat_q;
  end

  logic [2:0] load_groups;
  assign load_groups = load_group_q;

  logic [3:0] load_places;
  assign load_places = load_place_q;

  logic [12*4-1:0] load_lane_q;
  genvar load_group;
  genvar load_place;
  generate
    for (load_group = 0; load_group < 3; load_group = load_group + 1) begin : gen_load_group
      for (load_place = 0; load_place < 4; load_place = load_place + 1) begin : gen_load_place
        always_ff @(posedge clk_i) begin
          load_lane_q[(load_group*4+load_place)*4 +: 4] <=
              load_beat_q & {4{load_fire_q && load_groups[load_group] && load_places[load_place]}};
        end
      end
    end
  endgenerate

  logic [255:0] weight_first_q;
  logic [255:0] weight_second_q;
  always_ff @(posedge clk_i) begin
    weight_first_q <= weight_data_i;
    weight_second_q <= weight_first_q;
  end

  // The tiles.
  logic [3:0] swap;
  assign swap = {begin_line_all[6], begin_line_all[5], begin_line_all[4], begin_line_all[3]};

  logic [383:0] y;
  mpca_array_b8_l12_g3_n64 u_array (
    .clk_i   (clk_i),
    .swap_i  (swap),
    .load_i  (load_lane_q),
    .x_i     (x),
    .head_i  (lane_head_q),
    .tail_i  (lane_tail_q),
    .first_i (chain_first_q),
    .read_i  (token_line_all[71:66]),
    .store_i (fire_line_all[19]),
    .write_i (token_line_all[119:114]),
    .end_i   (group_ends),
    .go_i    (group_go),
    .mult_i  (group_mults),
    .shift_i (group_shifts),
    .weight_i(weight_second_q),
    .y_o     (y)
  );

  logic [25:0] due_line_q;
  logic [26:0] due_line_all;
  assign due_line_all = {due_line_q, has_results};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      due_line_q <= 26'd0;
    end else begin
      due_line_q <= due_line_all[25:0];
    end
  end

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  logic unused_results_ready;
  logic results_out_valid;
  logic [383:0] results_out_data;
  prim_fifo_w384_d32 u_results (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (due_line_all[26]),
    .in_ready_o (unused_results_ready),
    .in_data_i  (y),
    .out_valid_o(results_out_valid),
    .out_ready_i(out_fire),
    .out_data_o (results_out_data)
  );

  assign out_valid_o = results_out_valid;

  logic [24*16-1:0] out_y;
  assign out_y = results_out_data;

  // What is known of a token's results when it enters.
  logic job_last_q;
  always_ff @(posedge clk_i) begin
    job_last_q <= job_done;
  end

  logic unused_marks_ready;
  logic unused_marks_valid;
  logic [3*25-1:0] mark_columns;
  logic [81:0] mark;
  prim_fifo_w82_d32 u_marks (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (due_line_all[1]),
    .in_ready_o (unused_marks_ready),
    .in_data_i  ({job_last_q, token_line_all[11:6], mark_columns}),
    .out_valid_o(unused_marks_valid),
    .out_ready_i(out_fire),
    .out_data_o (mark)
  );

  logic [3*25-1:0] marked;
  assign marked = slot_columns_q;

  logic [2:0] mark_ends;
  assign mark_ends = slot_ends_q;

  genvar mark_group;
  generate
    for (mark_group = 0; mark_group < 3; mark_group = mark_group + 1) begin : gen_mark_group
      assign mark_columns[mark_group*25 +: 25] =
          marked[mark_group*25 +: 25] & {25{mark_ends[mark_group]}};
    end
  endgenerate

  assign out_last_o = mark[81];

  logic [3*25-1:0] out_columns;
  assign out_columns = mark[74:0];

  logic [3*6-1:0] out_token;
  logic [3*8-1:0] out_head;
  logic [3*13-1:0] out_column;
  logic [23:0] keep;
  genvar row;
  genvar keep_column;
  generate
    for (row = 0; row < 3; row = row + 1) begin : gen_row
      assign out_token[row*6 +: 6] = mark[80:75];
      assign out_head[row*8 +: 8] = out_columns[row*25 +: 8];
      assign out_column[row*13 +: 13] = out_columns[row*25+8 +: 13];

      logic [3:0] row_used;
      assign row_used = out_columns[row*25+21 +: 4];

      for (keep_column = 0; keep_column < 8; keep_column = keep_column + 1) begin : gen_keep_column
        assign keep[row*8+keep_column] = row_used > $unsigned(4'(keep_column));
      end
    end
  endgenerate

  assign out_keep_o = keep;
  assign credit_back = out_fire;

  logic last_out;
  assign last_out = out_fire && out_last_o;

  // Counters: a tile's products are its rows times its columns within the matrix times the tokens,
  // a few bits of them a cycle.
  logic [4:0] count_tile_q;
  logic [3:0] count_rows_q;
  logic [3:0] count_cols_q;
  logic [7:0] count_area_q;
  logic [11:0] count_tokens_q;
  logic [10:0] count_part_q;
  logic [3:0] count_step_q;
  logic [19:0] count_shifted_q;
  logic count_valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_tile_q <= 5'd0;
      count_step_q <= 4'd0;
      count_valid_q <= 1'b0;
    end else begin
      count_tile_q <= {count_tile_q[3:0], entry_valid};
      count_step_q <= count_tile_q[4:1];
      count_valid_q <= |count_step_q;
    end
  end

  always_ff @(posedge clk_i) begin
    count_rows_q <= rows_used;
    count_cols_q <= cols_used;
    if (count_tile_q[0]) begin
      count_area_q <=
          8'($unsigned(count_rows_q & {4{count_cols_q[0]}}))
          + 8'({count_rows_q & {4{count_cols_q[1]}}, 1'b0})
          + 8'({count_rows_q & {4{count_cols_q[2]}}, 2'd0})
          + 8'({count_rows_q & {4{count_cols_q[3]}}, 3'd0});
    end
    if (count_tile_q[0]) begin
      count_tokens_q <= 12'(weight_jobs_word[9:3]);
    end else begin
      count_tokens_q <= {3'd0, count_tokens_q[11:3]};
    end
    count_part_q <=
        11'($unsigned(count_area_q & {8{count_tokens_q[0]}}))
        + 11'({count_area_q & {8{count_tokens_q[1]}}, 1'b0})
        + 11'({count_area_q & {8{count_tokens_q[2]}}, 2'd0});
    count_shifted_q <=
        (20'(count_part_q) & {20{count_step_q[0]}})
        | (20'({count_part_q, 3'd0}) & {20{count_step_q[1]}})
        | (20'({count_part_q, 6'd0}) & {20{count_step_q[2]}})
        | ({count_part_q, 9'd0} & {20{count_step_q[3]}});
  end

  logic [19:0] macs_low_q;
  logic [20:0] macs_low_next;
  assign macs_low_next = 21'(macs_low_q) + 21'(count_shifted_q);

  logic [2:0] macs_carry_q;
  logic [19:0] macs_high_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      macs_low_q <= 20'd0;
      macs_carry_q <= 3'd0;
      macs_high_q <= 20'd0;
    end else begin
      if (count_valid_q) begin
        macs_low_q <= macs_low_next[19:0];
        macs_carry_q <= 3'(macs_low_next[20]);
      end else begin
        macs_carry_q <= 3'd0;
      end
      macs_high_q <= macs_high_q + 20'(macs_carry_q);
    end
  end

  assign macs_o = {macs_high_q, macs_low_q};

  logic [7:0] jobs_entering_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_entering_q <= 8'd0;
    end else if (job_push && !job_done) begin
      jobs_entering_q <= jobs_entering_q + 8'd1;
    end else if (job_done && !job_push) begin
      jobs_entering_q <= jobs_entering_q - 8'd1;
    end
  end

  logic any_jobs_entering;
  assign any_jobs_entering = |jobs_entering_q;

  logic [7:0] jobs_coming_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_coming_q <= 8'd0;
    end else if (job_push && !last_out) begin
      jobs_coming_q <= jobs_coming_q + 8'd1;
    end else if (last_out && !job_push) begin
      jobs_coming_q <= jobs_coming_q - 8'd1;
    end
  end

  logic any_jobs_coming;
  assign any_jobs_coming = |jobs_coming_q;

  logic count_busy;
  assign count_busy = (job_state_q != JobStateIdle) || any_jobs_coming;

  logic faults_now_q;
  logic [31:0] faults_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      faults_now_q <= 1'b0;
      faults_count_q <= 32'd0;
    end else begin
      faults_now_q <= job_fault;
      if (faults_now_q) begin
        faults_count_q <= faults_count_q + 32'd1;
      end
    end
  end

  assign faults_o = faults_count_q;

  logic cycles_now_q;
  logic [31:0] cycles_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      cycles_now_q <= 1'b0;
      cycles_count_q <= 32'd0;
    end else begin
      cycles_now_q <= count_busy;
      if (cycles_now_q) begin
        cycles_count_q <= cycles_count_q + 32'd1;
      end
    end
  end

  assign cycles_o = cycles_count_q;

  logic count_waits;
  assign count_waits = count_busy && !fire;

  logic counts_no_job;
  assign counts_no_job = count_waits && !any_jobs_entering;

  logic no_job_now_q;
  logic [31:0] no_job_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      no_job_now_q <= 1'b0;
      no_job_count_q <= 32'd0;
    end else begin
      no_job_now_q <= counts_no_job;
      if (no_job_now_q) begin
        no_job_count_q <= no_job_count_q + 32'd1;
      end
    end
  end

  assign no_job_o = no_job_count_q;

  logic waits_beyond_no_job;
  assign waits_beyond_no_job = count_waits && !(!any_jobs_entering);

  logic counts_no_weights;
  assign counts_no_weights = waits_beyond_no_job && no_weights;

  logic no_weights_now_q;
  logic [31:0] no_weights_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      no_weights_now_q <= 1'b0;
      no_weights_count_q <= 32'd0;
    end else begin
      no_weights_now_q <= counts_no_weights;
      if (no_weights_now_q) begin
        no_weights_count_q <= no_weights_count_q + 32'd1;
      end
    end
  end

  assign no_weights_o = no_weights_count_q;

  logic waits_beyond_no_weights;
  assign waits_beyond_no_weights = waits_beyond_no_job && !no_weights;

  logic counts_no_features;
  assign counts_no_features = waits_beyond_no_weights && no_features;

  logic no_features_now_q;
  logic [31:0] no_features_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      no_features_now_q <= 1'b0;
      no_features_count_q <= 32'd0;
    end else begin
      no_features_now_q <= counts_no_features;
      if (no_features_now_q) begin
        no_features_count_q <= no_features_count_q + 32'd1;
      end
    end
  end

  assign no_features_o = no_features_count_q;

  logic waits_beyond_no_features;
  assign waits_beyond_no_features = waits_beyond_no_weights && !no_features;

  logic no_room_now_q;
  logic [31:0] no_room_count_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      no_room_now_q <= 1'b0;
      no_room_count_q <= 32'd0;
    end else begin
      no_room_now_q <= waits_beyond_no_features;
      if (no_room_now_q) begin
        no_room_count_q <= no_room_count_q + 32'd1;
      end
    end
  end

  assign no_room_o = no_room_count_q;
  assign weight_read_data_o = {weight_read_beats, weight_read_address};
  assign out_data_o = {out_column, out_head, out_token, out_y};

endmodule

`default_nettype wire
