// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Y = requantise(A*W + bias) for any M*K*N with M <= 256, on 4 x 4 int16 multiply-accumulators.
// Weight-stationary, weights double-buffered. Products are summed in 48 bits and requantised to
// 16, rounded half to even and saturated:
//   y = (acc + bias)*mult/2^shift.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: m[8:0], k[24:9], n[40:25], row_scale[41], narrow[42]
//   column: bias[47:0], mult[63:48], shift[69:64]
//   act: a[63:0] (4 x 16), mult[79:64], shift[85:80]
//
// Source: HeatViT (HPCA 2023), section V.
// Latency: at least 18 cycles from the last beat it needs, one beat every cycle.
//
// Configuration 2dff37a352c3bed9: cols = 4, data = int16, max_m = 256, rows = 4.
// Emitted by espalier 0.1.0.

`default_nettype none

module systolic_gemm_r4_c4_int16 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            cmd_valid_i,
  output      logic            cmd_ready_o,
  input  wire logic     [42:0] cmd_data_i,
  input  wire logic            weight_valid_i,
  output      logic            weight_ready_o,
  input  wire logic [4*16-1:0] weight_data_i,
  input  wire logic            column_valid_i,
  output      logic            column_ready_o,
  input  wire logic     [69:0] column_data_i,
  input  wire logic            act_valid_i,
  output      logic            act_ready_o,
  input  wire logic     [85:0] act_data_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [4*16-1:0] out_data_o,
  output      logic      [3:0] out_keep_o,
  output      logic            out_last_o
);

  // Queues hold extents less one, so that a counter's last value is one comparison away.
  // A job goes to three queues at once: weights, column parameters and activations have a
  // sequencer each.
  logic [8:0] cmd_m;
  assign cmd_m = cmd_data_i[8:0];

  logic [15:0] cmd_k;
  assign cmd_k = cmd_data_i[24:9];

  logic [15:0] cmd_n;
  assign cmd_n = cmd_data_i[40:25];

  logic cmd_row_scale;
  assign cmd_row_scale = cmd_data_i[41];

  logic legal;
  assign legal = |cmd_m && (cmd_m <= 9'd256) && |cmd_k && |cmd_n;

  logic [8:0] rows_end;
  assign rows_end = cmd_m - 9'd1;

  logic [15:0] k_end;
  assign k_end = cmd_k - 16'd1;

  logic [15:0] n_end;
  assign n_end = cmd_n - 16'd1;

  logic cmd_narrow;
  assign cmd_narrow = cmd_data_i[42];

  logic push;
  logic weight_jobs_pop;
  logic weight_jobs_ready;
  logic weight_jobs_valid;
  logic [32:0] weight_jobs_word;
  prim_fifo_w33_d2 u_weight_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (weight_jobs_ready),
    .in_data_i  ({cmd_n <= 16'd4, n_end, k_end}),
    .out_valid_o(weight_jobs_valid),
    .out_ready_i(weight_jobs_pop),
    .out_data_o (weight_jobs_word)
  );

  logic column_jobs_pop;
  logic column_jobs_ready;
  logic column_jobs_valid;
  logic [15:0] column_jobs_word;
  prim_fifo_w16_d2 u_column_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (column_jobs_ready),
    .in_data_i  (n_end),
    .out_valid_o(column_jobs_valid),
    .out_ready_i(column_jobs_pop),
    .out_data_o (column_jobs_word)
  );

  logic act_jobs_pop;
  logic act_jobs_ready;
  logic act_jobs_valid;
  logic [10:0] act_jobs_word;
  prim_fifo_w11_d2 u_act_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push),
    .in_ready_o (act_jobs_ready),
    .in_data_i  ({cmd_narrow, cmd_row_scale, rows_end}),
    .out_valid_o(act_jobs_valid),
    .out_ready_i(act_jobs_pop),
    .out_data_o (act_jobs_word)
  );

  logic all_ready;
  assign all_ready = weight_jobs_ready && column_jobs_ready && act_jobs_ready;
  assign cmd_ready_o = all_ready;
  assign push = cmd_valid_i && all_ready && legal;

  // Weights: a row a beat into the row that the one-hot counter points at.
  logic take;
  logic tile_full_q;
  assign weight_ready_o = weight_jobs_valid && (!tile_full_q || take);

  logic weight_fire;
  assign weight_fire = weight_valid_i && weight_ready_o;

  logic [15:0] weight_k_q;
  logic weight_k_last;
  assign weight_k_last = weight_k_q == weight_jobs_word[15:0];

  logic [3:0] weight_row_q;
  logic weight_row_last;
  assign weight_row_last = weight_row_q[3] || weight_k_last;

  // Whether a tile of N is the job's last is known a tile ahead.
  logic weight_n_first_q;
  logic weight_n_ends_q;
  logic weight_n_last;
  assign weight_n_last = weight_n_first_q ? weight_jobs_word[32] : weight_n_ends_q;

  logic [16:0] weight_n_after_next_q;
  logic tile_opens_q;
  logic [3:0] tile_mask_q;
  logic tile_first_q;
  logic tile_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      weight_row_q <= 4'd1;
      weight_k_q <= 16'd0;
      weight_n_first_q <= 1'b1;
      weight_n_after_next_q <= 17'd8;
      tile_full_q <= 1'b0;
      tile_opens_q <= 1'b1;
    end else begin
      if (take) begin
        tile_full_q <= 1'b0;
      end
      if (weight_fire) begin
        weight_row_q <= weight_row_last ? 4'd1 : {weight_row_q[2:0], 1'b0};
        weight_k_q <= weight_k_last ? 16'd0 : weight_k_q + 16'd1;
        if (weight_row_last) begin
          tile_full_q <= 1'b1;
          tile_opens_q <= weight_k_last;
        end
        if (weight_k_last) begin
          weight_n_first_q <= weight_n_last;
          weight_n_after_next_q <= weight_n_last ? 17'd8 : weight_n_after_next_q + 17'd4;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (weight_fire) begin
      tile_mask_q <= weight_row_q[0] ? weight_row_q : tile_mask_q | weight_row_q;
      if (weight_row_last) begin
        tile_first_q <= tile_opens_q;
        tile_last_q <= weight_k_last;
      end
      if (weight_k_last) begin
        weight_n_ends_q <= weight_n_after_next_q > 17'(weight_jobs_word[31:16]);
      end
    end
  end

  assign weight_jobs_pop = weight_fire && weight_k_last && weight_n_last;

  logic [3:0] load;
  assign load = weight_row_q & {4{weight_fire}};

  // Column parameters: a column a beat; a set is complete with its last column or the job's.
  logic [2:0] free_sets_q;
  assign column_ready_o = column_jobs_valid && |free_sets_q;

  logic column_fire;
  assign column_fire = column_valid_i && column_ready_o;

  logic [15:0] column_n_q;
  logic column_n_last;
  assign column_n_last = column_n_q == column_jobs_word;

  logic [3:0] column_at_q;
  logic column_set_last;
  assign column_set_last = column_at_q[3] || column_n_last;

  logic set_loaded;
  assign set_loaded = column_fire && column_set_last;

  logic [3:0] column_keep_q;
  logic [3:0] next_keep;
  assign next_keep = column_at_q[0] ? column_at_q : column_keep_q | column_at_q;

  logic [1:0] column_set_q;
  logic release_set;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      column_at_q <= 4'd1;
      column_n_q <= 16'd0;
      column_set_q <= 2'd0;
      free_sets_q <= 3'd4;
    end else begin
      if (column_fire) begin
        column_at_q <= column_set_last ? 4'd1 : {column_at_q[2:0], 1'b0};
        column_n_q <= column_n_last ? 16'd0 : column_n_q + 16'd1;
      end
      if (set_loaded) begin
        column_set_q <= column_set_q + 2'd1;
      end
      if (set_loaded && !release_set) begin
        free_sets_q <= free_sets_q - 3'd1;
      end else if (release_set && !set_loaded) begin
        free_sets_q <= free_sets_q + 3'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (column_fire) begin
      column_keep_q <= next_keep;
    end
  end

  assign column_jobs_pop = column_fire && column_n_last;

  logic unused_sets_ready;
  logic sets_pop;
  logic set_valid;
  logic [4:0] set_word;
  prim_fifo_w5_d4 u_sets (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (set_loaded),
    .in_ready_o (unused_sets_ready),
    .in_data_i  ({column_n_last, next_keep}),
    .out_valid_o(set_valid),
    .out_ready_i(sets_pop),
    .out_data_o (set_word)
  );

  logic [3:0] column_write;
  assign column_write = column_at_q & {4{column_fire}};

  logic [5:0] column_shift;
  assign column_shift = column_data_i[69:64];

  logic [15:0] column_mult;
  assign column_mult = column_data_i[63:48];

  logic signed [47:0] column_bias;
  assign column_bias = column_data_i[47:0];

  logic [69:0] column_word;
  assign column_word = {column_shift, column_mult, column_bias};

  // Activations: the waiting tile is taken when the last one is through.
  // A beat that starts sums needs the parameters of its columns, one that completes outputs a FIFO
  // slot.
  logic active_q;
  logic [2:0] gap_q;
  assign take = act_jobs_valid && tile_full_q && !active_q && (gap_q == 3'd0);

  logic first_q;
  logic is_first;
  assign is_first = active_q ? first_q : tile_first_q;

  logic last_q;
  logic is_last;
  assign is_last = active_q ? last_q : tile_last_q;

  logic may_start;
  assign may_start = !is_first || set_valid;

  logic [5:0] credit_q;
  logic may_complete;
  assign may_complete = !is_last || |credit_q;
  assign act_ready_o = (active_q || take) && may_start && may_complete;

  logic act_fire;
  assign act_fire = act_valid_i && act_ready_o;

  logic [7:0] row_q;
  logic row_last;
  assign row_last = 9'(row_q) == act_jobs_word[8:0];

  logic tile_end;
  assign tile_end = act_fire && row_last;

  logic out_beat;
  assign out_beat = act_fire && is_last;

  logic out_last_beat;
  assign out_last_beat = row_last && set_word[4];

  logic short;
  assign short = act_jobs_word[8:0] < 9'd3;

  logic set_end;
  assign set_end = out_beat && row_last;

  logic [3:0] mask_q;
  logic [1:0] set_q;
  logic credit_back;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= 1'b0;
      gap_q <= 3'd0;
      row_q <= 8'd0;
      set_q <= 2'd0;
      credit_q <= 6'd32;
    end else begin
      if (take) begin
        active_q <= 1'b1;
      end
      if (act_fire) begin
        row_q <= row_last ? 8'd0 : row_q + 8'd1;
      end
      if (tile_end) begin
        active_q <= 1'b0;
      end
      if (set_end) begin
        set_q <= set_q + 2'd1;
      end
      gap_q <= {gap_q[1:0], tile_end && short};
      if (out_beat && !credit_back) begin
        credit_q <= credit_q - 6'd1;
      end else if (credit_back && !out_beat) begin
        credit_q <= credit_q + 6'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      first_q <= tile_first_q;
      last_q <= tile_last_q;
      mask_q <= tile_mask_q;
    end
  end

  assign sets_pop = set_end;
  assign act_jobs_pop = set_end && set_word[4];

  logic [15:0] act_mult;
  assign act_mult = act_data_i[79:64];

  logic [5:0] act_shift;
  assign act_shift = act_data_i[85:80];

  logic [4*16-1:0] act_a;
  assign act_a = act_data_i[63:0];

  // Rows beyond K multiply by zero.
  logic swap_q;
  logic [4*16-1:0] act_beat_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      swap_q <= 1'b0;
    end else begin
      swap_q <= take;
    end
  end

  always_ff @(posedge clk_i) begin
    act_beat_q <= act_a;
  end

  logic [4*16-1:0] act_masked;
  genvar lane;
  generate
    for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
      assign act_masked[lane*16 +: 16] = act_beat_q[lane*16 +: 16] & {16{mask_q[lane]}};
    end
  endgenerate

  logic [1*136-1:0] sums;
  gemm_array_r4_c4_int16 u_array (
    .clk_i   (clk_i),
    .swap_i  (swap_q),
    .act_i   (act_masked),
    .load_i  (load),
    .weight_i(weight_data_i),
    .sum_o   (sums)
  );

  // Tags wait while their sums come down the rows.
  logic [215:0] tag_line_q;
  logic [5:0] valid_line_q;
  logic [6:0] end_line_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_line_q <= 6'd0;
      end_line_q <= 7'd0;
    end else begin
      valid_line_q <= {valid_line_q[4:0], act_fire};
      end_line_q <= {end_line_q[5:0], set_end};
    end
  end

  always_ff @(posedge clk_i) begin
    tag_line_q <= {
      tag_line_q[179:0],
      act_shift,
      act_mult,
      row_q,
      set_q,
      act_jobs_word[10],
      act_jobs_word[9],
      is_last,
      is_first
    };
  end

  assign release_set = end_line_q[6];

  // Columns of blocks, each a cycle behind its left neighbour; their FIFOs align them again.
  logic [1*4-1:0] param_we;
  prim_skew_l1_w4 u_write_skew (
    .clk_i(clk_i),
    .x_i  (column_write),
    .y_o  (param_we)
  );

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  logic [1*64-1:0] result;
  logic [0:0] result_valid;
  genvar column;
  generate
    for (column = 0; column < 1; column = column + 1) begin : gen_column
      logic valid_q;
      logic [35:0] tag_q;
      logic [69:0] param_q;
      logic [1:0] param_set_q;
      if (column == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          if (rst_i) begin
            valid_q <= 1'b0;
          end else begin
            valid_q <= valid_line_q[5];
          end
        end

        always_ff @(posedge clk_i) begin
          tag_q <= tag_line_q[215:180];
          param_q <= column_word;
          param_set_q <= column_set_q;
        end
      end else begin : gen_rest
        always_ff @(posedge clk_i) begin
          if (rst_i) begin
            valid_q <= 1'b0;
          end else begin
            valid_q <= gen_column[column-1].valid_q;
          end
        end

        always_ff @(posedge clk_i) begin
          tag_q <= gen_column[column-1].tag_q;
          param_q <= gen_column[column-1].param_q;
          param_set_q <= gen_column[column-1].param_set_q;
        end
      end

      gemm_column_c4_int16_s34_o16_m256_d32 u_column (
        .clk_i      (clk_i),
        .rst_i      (rst_i),
        .valid_i    (valid_q),
        .first_i    (tag_q[0]),
        .last_i     (tag_q[1]),
        .row_scale_i(tag_q[2]),
        .narrow_i   (tag_q[3]),
        .set_i      (tag_q[5:4]),
        .row_i      (tag_q[13:6]),
        .mult_i     (tag_q[29:14]),
        .shift_i    (tag_q[35:30]),
        .sum_i      (sums[column*136 +: 136]),
        .param_we_i (param_we[column*4 +: 4]),
        .param_set_i(param_set_q),
        .param_i    (param_q),
        .out_valid_o(result_valid[column]),
        .out_ready_i(out_fire),
        .out_data_o (result[column*64 +: 64])
      );
    end
  endgenerate

  // What is known of an output beat when it is issued.
  logic unused_marks_ready;
  logic unused_marks_valid;
  logic [4:0] mark;
  prim_fifo_w5_d32 u_marks (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (out_beat),
    .in_ready_o (unused_marks_ready),
    .in_data_i  ({out_last_beat, set_word[3:0]}),
    .out_valid_o(unused_marks_valid),
    .out_ready_i(out_fire),
    .out_data_o (mark)
  );

  assign out_valid_o = result_valid;
  assign out_data_o = result;
  assign out_keep_o = mark[3:0];
  assign out_last_o = mark[4];
  assign credit_back = out_fire;

endmodule

`default_nettype wire
