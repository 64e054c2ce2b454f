// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// The words of weights of mpca: headers say which tiles follow; a tile takes four beats.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_walk_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        beat_waits_i,
  input  wire logic [15:0] first_word_i,
  input  wire logic        job_valid_i,
  input  wire logic        job_sparse_i,
  input  wire logic        job_per_head_i,
  input  wire logic        job_double_i,
  input  wire logic  [4:0] job_tiles_i,
  input  wire logic [15:0] job_cols_i,
  input  wire logic  [7:0] job_heads_i,
  input  wire logic [23:0] job_beats_i,
  input  wire logic        slot_full_i,
  input  wire logic        slot_ended_i,
  input  wire logic        slot_begins_i,
  input  wire logic        tile_there_i,
  input  wire logic        tile_astray_i,
  output      logic        takes_beat_o,
  output      logic        job_pop_o,
  output      logic        job_fault_o,
  output      logic        first_slot_o,
  output      logic        tile_fire_o,
  output      logic        header_write_o,
  output      logic        list_double_o,
  output      logic        list_lower_o,
  output      logic        entry_commit_o,
  output      logic        entry_waits_o,
  output      logic        entry_valid_o,
  output      logic        entry_end_o,
  output      logic        entry_last_o,
  output      logic  [3:0] tile_beat_o,
  output      logic  [1:0] header_beat_o,
  output      logic  [4:0] list_index_o,
  output      logic  [4:0] list_base_o,
  output      logic  [7:0] entry_head_o,
  output      logic [12:0] entry_column_o,
  output      logic  [3:0] entry_used_o
);

  logic double;
  assign double = job_sparse_i && job_double_i;

  logic [5:0] tiles_left_q;
  logic column_ends;
  assign column_ends = tiles_left_q == 6'd1;

  typedef enum logic [2:0] {
    StIdle,
    StHeader,
    StList,
    StTiles,
    StEmpty,
    StSkip,
    StFinish
  } state_e;

  state_e state_q;
  logic loading;
  assign loading = state_q == StTiles;

  logic reads_header;
  assign reads_header = state_q == StHeader;

  logic may_load;
  assign may_load = loading && !slot_full_i && !(column_ends && slot_ended_i);

  logic drains;
  assign drains = (state_q == StSkip) || (state_q == StFinish);

  logic out_of_beats_q;
  logic takes;
  assign takes = !out_of_beats_q && (reads_header || may_load || drains);

  logic fire;
  assign fire = beat_waits_i && takes;

  logic [4:0] job_block_rows_q;
  logic too_many_blocks;
  assign too_many_blocks = first_word_i > 16'(job_block_rows_q);

  logic [4:0] given_blocks;
  assign given_blocks = too_many_blocks ? job_block_rows_q : first_word_i[4:0];

  logic lists;
  assign lists = state_q == StList;

  logic [5:0] header_words_behind_q;
  logic header_ends;
  assign header_ends = header_words_behind_q < 6'd16;

  logic [1:0] header_beat_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      header_beat_q <= 2'd1;
    end else begin
      if (fire && reads_header) begin
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
    if (fire && reads_header) begin
      if (header_beat_q[0]) begin
        header_words_behind_q <= 6'(given_blocks);
      end
    end
    if (lists) begin
      header_words_behind_q <= header_words_behind_q - 6'd16;
    end
  end

  logic [15:0] cols_left_q;
  logic column_is_full;
  assign column_is_full = cols_left_q >= 16'd8;

  logic [3:0] cols_used;
  assign cols_used = column_is_full ? 4'd8 : cols_left_q[3:0];

  logic [3:0] tile_beat_q;
  logic tile_done;
  assign tile_done = fire && tile_beat_q[3];

  logic commit_tile;
  assign commit_tile = tile_done && loading;

  logic commit_empty;
  assign commit_empty = (state_q == StEmpty) && !slot_full_i && !slot_ended_i;

  logic column_done;
  assign column_done = commit_empty || (commit_tile && column_ends);

  // Known with the columns that are left, for a comparison takes as long as the rest.
  logic head_is_narrow;
  assign head_is_narrow = job_cols_i <= 16'd8;

  logic [7:0] heads_left_q;
  logic head_ends_q;
  logic job_ends;
  assign job_ends = head_ends_q && (heads_left_q == 8'd1);

  logic second_half_q;
  logic second_follows;
  assign second_follows = double && !second_half_q;

  logic skip_done;
  assign skip_done = (state_q == StSkip) && tile_done && column_ends;

  logic beats_end_early;
  assign beats_end_early = out_of_beats_q && (reads_header || loading);

  logic skip_cut;
  assign skip_cut = out_of_beats_q && (state_q == StSkip);

  logic job_done;
  assign job_done = (state_q == StFinish) && out_of_beats_q && !slot_full_i;

  logic [4:0] block_count_q;
  logic [5:0] tiles_again;
  assign tiles_again = double ? {block_count_q, 1'b0} : 6'(block_count_q);

  logic next_head;
  assign next_head =
      (column_done && head_ends_q && !(second_follows && |block_count_q)) || skip_done || skip_cut;

  logic [7:0] head_q;
  logic [4:0] head_base_q;
  logic [12:0] tile_column_q;
  logic [23:0] beats_left_q;
  logic [4:0] tile_index_q;
  logic lower_tile_q;
  logic job_bad_q;
  logic first_slot_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      tile_beat_q <= 4'd1;
      job_bad_q <= 1'b0;
      out_of_beats_q <= 1'b0;
    end else begin
      if (fire) begin
        out_of_beats_q <= beats_left_q == 24'd1;
      end
      if (fire && !reads_header && (state_q != StFinish)) begin
        tile_beat_q <= {tile_beat_q[2:0], tile_beat_q[3]};
      end
      if ((state_q == StIdle) && job_valid_i) begin
        out_of_beats_q <= 1'b0;
        tile_beat_q <= 4'd1;
        job_bad_q <= 1'b0;
        if (job_sparse_i) begin
          state_q <= StHeader;
        end else begin
          state_q <= StTiles;
        end
      end
      if (fire && reads_header) begin
        if (header_beat_q[0]) begin
          job_bad_q <= job_bad_q || too_many_blocks;
        end
        state_q <= StList;
      end
      if (lists) begin
        if (header_ends) begin
          if (|block_count_q) begin
            state_q <= StTiles;
          end else begin
            state_q <= StEmpty;
          end
        end else begin
          state_q <= StHeader;
        end
      end
      if (commit_tile && tile_astray_i && job_sparse_i) begin
        job_bad_q <= 1'b1;
      end
      if (beats_end_early) begin
        job_bad_q <= 1'b1;
        tile_beat_q <= 4'd1;
        state_q <= StEmpty;
      end
      if (skip_cut) begin
        job_bad_q <= 1'b1;
        tile_beat_q <= 4'd1;
      end
      if (column_done) begin
        if (!head_ends_q) begin
          if (second_follows) begin
            if (|block_count_q) begin
              state_q <= StTiles;
            end else begin
              state_q <= StEmpty;
            end
          end else if (job_sparse_i) begin
            state_q <= StHeader;
          end else begin
            state_q <= StTiles;
          end
        end
        if (head_ends_q && second_follows && |block_count_q) begin
          state_q <= StSkip;
        end
      end
      if (next_head) begin
        if (heads_left_q == 8'd1) begin
          state_q <= StFinish;
        end else if (job_sparse_i) begin
          state_q <= StHeader;
        end else begin
          state_q <= StTiles;
        end
      end
      if (fire && (state_q == StFinish)) begin
        job_bad_q <= 1'b1;
      end
      if (job_done) begin
        state_q <= StIdle;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (fire) begin
      beats_left_q <= beats_left_q - 24'd1;
    end
    if (slot_begins_i) begin
      first_slot_q <= 1'b0;
    end
    if ((state_q == StIdle) && job_valid_i) begin
      head_q <= 8'd0;
      heads_left_q <= job_heads_i;
      head_base_q <= 5'd0;
      tile_column_q <= 13'd0;
      cols_left_q <= job_cols_i;
      head_ends_q <= head_is_narrow;
      beats_left_q <= job_beats_i;
      job_block_rows_q <= double ? 5'((6'(job_tiles_i) + 6'd1) >> 1) : job_tiles_i;
      second_half_q <= 1'b0;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
      first_slot_q <= 1'b1;
      if (!job_sparse_i) begin
        tiles_left_q <= 6'(job_tiles_i);
      end
    end
    if (fire && reads_header) begin
      if (header_beat_q[0]) begin
        block_count_q <= given_blocks;
      end
    end
    if (lists) begin
      tiles_left_q <= tiles_again;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
    end
    if (commit_tile || ((state_q == StSkip) && tile_done)) begin
      tiles_left_q <= tiles_left_q - 6'd1;
      lower_tile_q <= !lower_tile_q;
      if (lower_tile_q || !double) begin
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
      if (!head_ends_q) begin
        tile_column_q <= tile_column_q + 13'd1;
        cols_left_q <= cols_left_q - 16'd8;
        head_ends_q <= cols_left_q <= 16'd16;
        if (!second_follows) begin
          if (!job_sparse_i) begin
            tiles_left_q <= 6'(job_tiles_i);
          end
        end
      end
    end
    if (next_head) begin
      head_q <= head_q + 8'd1;
      heads_left_q <= heads_left_q - 8'd1;
      head_base_q <= job_per_head_i ? head_base_q + job_tiles_i : 5'd0;
      tile_column_q <= 13'd0;
      cols_left_q <= job_cols_i;
      head_ends_q <= head_is_narrow;
      second_half_q <= 1'b0;
      tile_index_q <= 5'd0;
      lower_tile_q <= 1'b0;
      if (heads_left_q != 8'd1) begin
        if (!job_sparse_i) begin
          tiles_left_q <= 6'(job_tiles_i);
        end
      end
    end
  end

  assign takes_beat_o = takes;
  assign job_pop_o = job_done;
  assign job_fault_o = job_done && job_bad_q;
  assign first_slot_o = first_slot_q;
  assign tile_fire_o = fire && loading;
  assign header_write_o = fire && reads_header;
  assign list_double_o = double;
  assign list_lower_o = lower_tile_q;
  assign entry_commit_o = commit_tile || commit_empty;
  assign entry_waits_o = loading || (state_q == StEmpty);
  assign entry_valid_o = commit_tile && tile_there_i;
  assign entry_end_o = (state_q == StEmpty) || column_ends;
  assign entry_last_o = column_done && job_ends;
  assign tile_beat_o = tile_beat_q;
  assign header_beat_o = header_beat_q;
  assign list_index_o = tile_index_q;
  assign list_base_o = head_base_q;
  assign entry_head_o = head_q;
  assign entry_column_o = tile_column_q;
  assign entry_used_o = cols_used;

endmodule

`default_nettype wire
