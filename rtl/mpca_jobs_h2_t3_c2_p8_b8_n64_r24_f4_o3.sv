// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Commands of mpca: the slices of features are counted head by head; what cannot be done is
// dropped.
//
// Bits of the streams' data:
//   cmd: mode[1:0], double[2], n[9:3], k[25:10], cols[41:26], heads[49:42], address[81:50],
//       beats[105:82], mult[121:106], shift[127:122]
//   weight_read: address[31:0], beats[55:32]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_jobs_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic         clk_i,
  input  wire logic         rst_i,
  input  wire logic         cmd_valid_i,
  output      logic         cmd_ready_o,
  input  wire logic [127:0] cmd_data_i,
  output      logic         weight_read_valid_o,
  input  wire logic         weight_read_ready_i,
  output      logic  [55:0] weight_read_data_o,
  output      logic   [6:0] features_n_o,
  output      logic   [4:0] features_rows_o,
  output      logic         features_valid_o,
  input  wire logic         features_pop_i,
  output      logic         job_sparse_o,
  output      logic         job_per_head_o,
  output      logic         job_double_o,
  output      logic   [6:0] job_n_o,
  output      logic   [4:0] job_tiles_o,
  output      logic   [3:0] job_k_rest_o,
  output      logic  [15:0] job_cols_o,
  output      logic   [7:0] job_heads_o,
  output      logic  [23:0] job_beats_o,
  output      logic  [15:0] job_mult_o,
  output      logic   [5:0] job_shift_o,
  output      logic         job_valid_o,
  input  wire logic         job_pop_i,
  output      logic         job_push_o,
  output      logic         jobs_busy_o
);

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

  logic legal;
  assign legal =
      |cmd_n && |cmd_k && |cmd_cols && |cmd_heads && |cmd_beats && (cmd_n <= 7'd64)
      && (cmd_mode != 2'd3);

  typedef enum logic [1:0] {
    StIdle,
    StCount,
    StPush
  } state_e;

  state_e state_q;
  assign cmd_ready_o = state_q == StIdle;

  logic cmd_double;
  assign cmd_double = cmd_data_i[2];

  logic [31:0] cmd_address;
  assign cmd_address = cmd_data_i[81:50];

  logic [15:0] cmd_mult;
  assign cmd_mult = cmd_data_i[121:106];

  logic [5:0] cmd_shift;
  assign cmd_shift = cmd_data_i[127:122];

  logic [7:0] heads_left_q;
  logic heads_are_left;
  assign heads_are_left = |heads_left_q;

  logic [13:0] tiles_q;
  logic [5:0] rows_q;
  logic too_large;
  assign too_large = (tiles_q[4:0] > 5'd24) || |tiles_q[13:5] || (rows_q[4:0] > 5'd24) || rows_q[5];

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic double_q;
  logic [6:0] n_q;
  logic [15:0] cols_q;
  logic [7:0] heads_q;
  logic [31:0] address_q;
  logic [23:0] beats_q;
  logic [15:0] mult_q;
  logic [5:0] shift_q;
  logic sparse_q;
  logic per_head_q;
  logic [3:0] k_rest_q;
  logic push;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
    end else begin
      if (push) begin
        state_q <= StIdle;
      end
      if (cmd_fire) begin
        if (legal) begin
          state_q <= StCount;
        end
      end
      if (state_q == StCount) begin
        if (too_large) begin
          state_q <= StIdle;
        end else if (!heads_are_left) begin
          state_q <= StPush;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (cmd_fire) begin
      double_q <= cmd_double;
      n_q <= cmd_n;
      cols_q <= cmd_cols;
      heads_q <= cmd_heads;
      address_q <= cmd_address;
      beats_q <= cmd_beats;
      mult_q <= cmd_mult;
      shift_q <= cmd_shift;
      sparse_q <= cmd_mode == 2'd0;
      per_head_q <= cmd_mode == 2'd2;
      tiles_q <= 14'((17'(cmd_k) + 17'd7) >> 3);
      k_rest_q <= (|cmd_k[2:0]) ? 4'(cmd_k[2:0]) : 4'd8;
      heads_left_q <= (cmd_mode == 2'd2) ? cmd_heads : 8'd1;
      rows_q <= 6'd0;
    end
    if (state_q == StCount) begin
      if (heads_are_left) begin
        rows_q <= 6'(tiles_q[4:0]) + 6'(rows_q[4:0]);
        heads_left_q <= heads_left_q - 8'd1;
      end
    end
  end

  logic read_room;
  logic read_waits;
  logic [55:0] read_word;
  prim_fifo_w56_d4 u_read_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (read_room),
    .in_data_i  ({beats_q, address_q}),
    .out_valid_o(read_waits),
    .out_ready_i(weight_read_ready_i),
    .out_data_o (read_word)
  );

  logic [31:0] weight_read_address;
  assign weight_read_address = read_word[31:0];

  logic [23:0] weight_read_beats;
  assign weight_read_beats = read_word[55:32];
  assign weight_read_valid_o = read_waits;

  logic features_room;
  logic features_waits;
  logic [11:0] features_word;
  prim_fifo_w12_d4 u_features_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (features_room),
    .in_data_i  ({rows_q[4:0], n_q}),
    .out_valid_o(features_waits),
    .out_ready_i(features_pop_i),
    .out_data_o (features_word)
  );

  assign features_n_o = features_word[6:0];
  assign features_rows_o = features_word[11:7];
  assign features_valid_o = features_waits;

  logic job_room;
  logic job_waits;
  logic [88:0] job_word;
  prim_fifo_w89_d4 u_job_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (job_room),
    .in_data_i  ({
          shift_q,
          mult_q,
          beats_q,
          heads_q,
          cols_q,
          k_rest_q,
          tiles_q[4:0],
          n_q,
          double_q,
          per_head_q,
          sparse_q
        }),
    .out_valid_o(job_waits),
    .out_ready_i(job_pop_i),
    .out_data_o (job_word)
  );

  assign job_sparse_o = job_word[0];
  assign job_per_head_o = job_word[1];
  assign job_double_o = job_word[2];
  assign job_n_o = job_word[9:3];
  assign job_tiles_o = job_word[14:10];
  assign job_k_rest_o = job_word[18:15];
  assign job_cols_o = job_word[34:19];
  assign job_heads_o = job_word[42:35];
  assign job_beats_o = job_word[66:43];
  assign job_mult_o = job_word[82:67];
  assign job_shift_o = job_word[88:83];
  assign job_valid_o = job_waits;
  assign push = (state_q == StPush) && read_room && features_room && job_room;
  assign job_push_o = push;
  assign jobs_busy_o = state_q != StIdle;
  assign weight_read_data_o = {weight_read_beats, weight_read_address};

endmodule

`default_nettype wire
