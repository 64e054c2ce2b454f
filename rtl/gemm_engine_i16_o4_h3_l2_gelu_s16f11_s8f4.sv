// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Y = requantise(A*W + bias) for any M*K*N with M <= 256, on 3 groups of 16 x 4 int8
// multiply-accumulators. Two products in each DSP; weights stand still and are double-buffered,
// rows of A stream by. y = (acc + bias)*mult/2^shift, half to even, saturated to 16 bits.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: m[8:0], k[24:9], n[40:25], heads[48:41], grouped[49], scale[51:50], mult[67:52],
//       shift[73:68], narrow[74], gelu[75]
//   column: bias[95:0] (3 x 32), mult[143:96] (3 x 16), shift[161:144] (3 x 6)
//   act: a[383:0] (48 x 8), mult[431:384] (3 x 16), shift[449:432] (3 x 6)
//
// Source: HeatViT (HPCA 2023), section V-A; AMD WP486.
// Latency: at least 34 cycles from the last beat it needs, one beat every cycle.
//
// Configuration fe6bb028632b6142:
// gelu = {"delta1":1.0,"flow":"stall","method":"polynomial","x":"s16.11","y":"s8.4"},
// load_rows = 2, max_m = 256, out_bits = 16, requantise_dsp = true, t_h = 3, t_i = 16, t_o = 4.
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_engine_i16_o4_h3_l2_gelu_s16f11_s8f4 (
  input  wire logic             clk_i,
  input  wire logic             rst_i,
  input  wire logic             cmd_valid_i,
  output      logic             cmd_ready_o,
  input  wire logic      [75:0] cmd_data_i,
  input  wire logic             weight_valid_i,
  output      logic             weight_ready_o,
  input  wire logic  [24*8-1:0] weight_data_i,
  input  wire logic             column_valid_i,
  output      logic             column_ready_o,
  input  wire logic     [161:0] column_data_i,
  input  wire logic             act_valid_i,
  output      logic             act_ready_o,
  input  wire logic     [449:0] act_data_i,
  output      logic             out_valid_o,
  input  wire logic             out_ready_i,
  output      logic [12*16-1:0] out_data_o,
  output      logic      [11:0] out_keep_o,
  output      logic             out_last_o,
  output      logic      [39:0] macs_o,
  output      logic      [31:0] cycles_o,
  output      logic      [31:0] draining_o,
  output      logic      [31:0] no_job_o,
  output      logic      [31:0] no_weights_o,
  output      logic      [31:0] no_room_o,
  output      logic      [31:0] no_columns_o,
  output      logic      [31:0] no_rows_o
);

  // Jobs become rounds: tiles of columns, each of all heads in turn, are dealt to the groups, one
  // a cycle.
  logic [8:0] cmd_m;
  assign cmd_m = cmd_data_i[8:0];

  logic [15:0] cmd_k;
  assign cmd_k = cmd_data_i[24:9];

  logic [15:0] cmd_n;
  assign cmd_n = cmd_data_i[40:25];

  logic cmd_grouped;
  assign cmd_grouped = cmd_data_i[49];

  logic [7:0] cmd_heads;
  assign cmd_heads = cmd_data_i[48:41];

  logic cmd_gelu;
  assign cmd_gelu = cmd_data_i[75];

  logic legal;
  assign legal =
      |cmd_m && (cmd_m <= 9'd256) && |cmd_k && |cmd_n && (!cmd_grouped || |cmd_heads)
      && !(cmd_grouped && cmd_gelu);

  logic [7:0] given_heads;
  assign given_heads = cmd_grouped ? cmd_heads : 8'd1;

  logic job_busy_q;
  assign cmd_ready_o = !job_busy_q;

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic job_take;
  assign job_take = cmd_fire && legal;

  logic [1:0] cmd_scale;
  assign cmd_scale = cmd_data_i[51:50];

  logic [15:0] cmd_mult;
  assign cmd_mult = cmd_data_i[67:52];

  logic [5:0] cmd_shift;
  assign cmd_shift = cmd_data_i[73:68];

  logic cmd_narrow;
  assign cmd_narrow = cmd_data_i[74];

  logic [7:0] heads_left_q;
  logic head_is_last;
  assign head_is_last = heads_left_q == 8'd1;

  logic [15:0] columns_left_q;
  logic tile_is_last;
  assign tile_is_last = columns_left_q <= 16'd4;

  logic [2:0] used_cols;
  assign used_cols = tile_is_last ? columns_left_q[2:0] : 3'd4;

  logic round_full_q;
  logic deal;
  assign deal = job_busy_q && !round_full_q;

  logic job_grouped_q;
  logic [2:0] slot_q;
  logic slot_last;
  assign slot_last = slot_q[2] || !job_grouped_q;

  logic [8:0] job_m_q;
  logic [15:0] job_k_q;
  logic [7:0] job_heads_q;
  logic [1:0] job_scale_q;
  logic [15:0] job_mult_q;
  logic [5:0] job_shift_q;
  logic job_narrow_q;
  logic job_gelu_q;
  logic round_last_q;
  logic [3*3-1:0] round_cols_q;
  logic [3:0] round_all_cols_q;
  logic round_push;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      job_busy_q <= 1'b0;
      slot_q <= 3'd1;
      round_full_q <= 1'b0;
    end else begin
      if (job_take) begin
        job_busy_q <= 1'b1;
      end
      if (deal) begin
        slot_q <= slot_last ? 3'd1 : {slot_q[1:0], 1'b0};
        round_full_q <= slot_last;
      end
      if (round_push) begin
        round_full_q <= 1'b0;
        if (round_last_q) begin
          job_busy_q <= 1'b0;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (job_take) begin
      job_m_q <= cmd_m;
      job_k_q <= cmd_k;
      job_grouped_q <= cmd_grouped;
      job_scale_q <= cmd_scale;
      job_mult_q <= cmd_mult;
      job_shift_q <= cmd_shift;
      job_narrow_q <= cmd_narrow;
      job_gelu_q <= cmd_gelu;
      job_heads_q <= given_heads;
      heads_left_q <= given_heads;
      columns_left_q <= cmd_n;
      round_cols_q <= 9'd0;
      round_all_cols_q <= 4'd0;
    end
    if (deal) begin
      round_all_cols_q <= round_all_cols_q + 4'(used_cols);
      if (slot_q[0]) begin
        round_cols_q[0*3 +: 3] <= used_cols;
      end
      if (slot_q[1]) begin
        round_cols_q[1*3 +: 3] <= used_cols;
      end
      if (slot_q[2]) begin
        round_cols_q[2*3 +: 3] <= used_cols;
      end
      heads_left_q <= head_is_last ? job_heads_q : heads_left_q - 8'd1;
      if (head_is_last) begin
        columns_left_q <= tile_is_last ? 16'd0 : columns_left_q - 16'd4;
      end
      round_last_q <= (columns_left_q == 16'd0) || (tile_is_last && head_is_last);
    end
    if (round_push) begin
      round_cols_q <= 9'd0;
      round_all_cols_q <= 4'd0;
    end
  end

  logic weight_rounds_pop;
  logic weight_rounds_ready;
  logic weight_rounds_valid;
  logic [16:0] weight_rounds_word;
  prim_fifo_w17_d4 u_weight_rounds (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (round_push),
    .in_ready_o (weight_rounds_ready),
    .in_data_i  ({job_grouped_q, job_k_q}),
    .out_valid_o(weight_rounds_valid),
    .out_ready_i(weight_rounds_pop),
    .out_data_o (weight_rounds_word)
  );

  logic act_rounds_pop;
  logic act_rounds_ready;
  logic act_rounds_valid;
  logic [49:0] act_rounds_word;
  prim_fifo_w50_d4 u_act_rounds (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (round_push),
    .in_ready_o (act_rounds_ready),
    .in_data_i  ({
          round_last_q,
          round_all_cols_q,
          round_cols_q,
          job_gelu_q,
          job_narrow_q,
          job_shift_q,
          job_mult_q,
          job_grouped_q,
          job_scale_q,
          job_m_q
        }),
    .out_valid_o(act_rounds_valid),
    .out_ready_i(act_rounds_pop),
    .out_data_o (act_rounds_word)
  );

  assign round_push = round_full_q && weight_rounds_ready && act_rounds_ready;

  // Weights: how many rows of W each port of each group gets of a pass is worked out in the cycle
  // before its first beat.
  logic pass_first_q;
  logic [15:0] rows_rest_q;
  logic [15:0] rows_left;
  assign rows_left = pass_first_q ? weight_rounds_word[15:0] : rows_rest_q;

  logic pass_ready_q;
  logic tile_full_q;
  assign weight_ready_o = pass_ready_q && !tile_full_q;

  logic weight_fire;
  assign weight_fire = weight_valid_i && weight_ready_o;

  logic prepare;
  assign prepare = weight_rounds_valid && !pass_ready_q;

  logic [5:0] pass_most;
  assign pass_most = weight_rounds_word[16] ? 6'd16 : 6'd48;

  logic pass_ends;
  assign pass_ends = rows_left <= 16'(pass_most);

  logic [2:0] weight_beat_q;
  logic [3:0] next_weight_beat;
  assign next_weight_beat = 4'(weight_beat_q) + 4'd1;

  logic [7:0] weight_row_q;
  logic tile_done;
  assign tile_done = weight_fire && weight_row_q[7];

  logic pass_begins;
  logic opens_q;
  logic closes_q;
  logic [5:0] rows_in_use_q;
  logic tile_first_q;
  logic tile_last_q;
  logic [5:0] tile_rows_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      pass_ready_q <= 1'b0;
      pass_first_q <= 1'b1;
      weight_row_q <= 8'd1;
      weight_beat_q <= 3'd0;
      tile_full_q <= 1'b0;
    end else begin
      if (pass_begins) begin
        tile_full_q <= 1'b0;
      end
      if (prepare) begin
        pass_ready_q <= 1'b1;
        pass_first_q <= 1'b0;
      end
      if (weight_fire) begin
        weight_row_q <= {weight_row_q[6:0], weight_row_q[7]};
        weight_beat_q <= weight_row_q[7] ? 3'd0 : next_weight_beat[2:0];
      end
      if (tile_done) begin
        tile_full_q <= 1'b1;
        pass_ready_q <= 1'b0;
        pass_first_q <= closes_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (prepare) begin
      rows_rest_q <= rows_left - 16'(pass_most);
      opens_q <= pass_first_q;
      closes_q <= pass_ends;
      rows_in_use_q <= pass_ends ? rows_left[5:0] : pass_most;
    end
    if (tile_done) begin
      tile_first_q <= opens_q;
      tile_last_q <= closes_q;
      tile_rows_q <= rows_in_use_q;
    end
  end

  logic [6*4-1:0] port_rows_q;
  logic [5:0] port_used_q;
  genvar group;
  genvar port;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      for (port = 0; port < 2; port = port + 1) begin : gen_port
        logic [15:0] port_from;
        assign port_from = 16'd8 * 16'(port);

        logic [15:0] port_from_summed;
        assign port_from_summed = 16'd16 * 16'(group) + 16'd8 * 16'(port);

        logic some;
        assign some = weight_rounds_word[16] ? rows_left > port_from : rows_left > port_from_summed;

        logic all;
        assign all =
            weight_rounds_word[16] ? 17'(rows_left) >= (17'(port_from) + 17'd8) :
            17'(rows_left) >= (17'(port_from_summed) + 17'd8);

        always_ff @(posedge clk_i) begin
          if (prepare) begin
            port_rows_q[(group*2+port)*4 +: 4] <=
                all ? 4'd8 :
                rows_left[3:0] - (weight_rounds_word[16] ? port_from[3:0] : port_from_summed[3:0]);
            port_used_q[group*2+port] <= some;
          end
          if (weight_fire) begin
            port_used_q[group*2+port] <=
                port_used_q[group*2+port]
                && (next_weight_beat < port_rows_q[(group*2+port)*4 +: 4]);
          end
        end
      end
    end
  endgenerate

  assign weight_rounds_pop = tile_done && closes_q;

  logic [7:0] load;
  assign load = weight_row_q & {8{weight_fire}};

  // Column parameters: a column a beat, T_o beats a set.
  logic [2:0] free_sets_q;
  assign column_ready_o = |free_sets_q;

  logic column_fire;
  assign column_fire = column_valid_i && column_ready_o;

  logic [3:0] column_at_q;
  logic set_loaded;
  assign set_loaded = column_fire && column_at_q[3];

  logic [3*6-1:0] column_shift;
  assign column_shift = column_data_i[161:144];

  logic [3*16-1:0] column_mult;
  assign column_mult = column_data_i[143:96];

  logic [3*32-1:0] column_bias;
  assign column_bias = column_data_i[95:0];

  logic [1:0] column_set_q;
  logic [3:0] column_write_q;
  logic [1:0] write_set_q;
  logic [53:0] column_word0_q;
  logic [53:0] column_word1_q;
  logic [53:0] column_word2_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      column_at_q <= 4'd1;
      column_set_q <= 2'd0;
      column_write_q <= 4'd0;
    end else begin
      column_write_q <= column_at_q & {4{column_fire}};
      if (column_fire) begin
        column_at_q <= {column_at_q[2:0], column_at_q[3]};
      end
      if (set_loaded) begin
        column_set_q <= column_set_q + 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    write_set_q <= column_set_q;
    column_word0_q <= {column_shift[0*6 +: 6], column_mult[0*16 +: 16], column_bias[0*32 +: 32]};
    column_word1_q <= {column_shift[1*6 +: 6], column_mult[1*16 +: 16], column_bias[1*32 +: 32]};
    column_word2_q <= {column_shift[2*6 +: 6], column_mult[2*16 +: 16], column_bias[2*32 +: 32]};
  end

  logic set_release;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      free_sets_q <= 3'd4;
    end else if (set_release && !set_loaded) begin
      free_sets_q <= free_sets_q + 3'd1;
    end else if (set_loaded && !set_release) begin
      free_sets_q <= free_sets_q - 3'd1;
    end
  end

  logic [2:0] waiting_sets_q;
  logic set_take;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      waiting_sets_q <= 3'd0;
    end else if (set_loaded && !set_take) begin
      waiting_sets_q <= waiting_sets_q + 3'd1;
    end else if (set_take && !set_loaded) begin
      waiting_sets_q <= waiting_sets_q - 3'd1;
    end
  end

  // Rows of A: the first of a pass takes the waiting weights.
  // A pass waits for the parameters of its columns, a row that completes results for slots in
  // their FIFOs.
  logic by_column;
  assign by_column = act_rounds_word[10:9] == 2'd0;

  logic opening_q;
  logic first_q;
  logic is_first;
  assign is_first = opening_q ? tile_first_q : first_q;

  logic last_q;
  logic is_last;
  assign is_last = opening_q ? tile_last_q : last_q;

  logic [5:0] pass_rows_q;
  logic [5:0] rows_now;
  assign rows_now = opening_q ? tile_rows_q : pass_rows_q;

  logic [2:0] gap_q;
  logic no_weights;
  assign no_weights = opening_q && (!tile_full_q || |gap_q);

  logic [6:0] credit_q;
  logic no_room;
  assign no_room = is_last && (credit_q == 7'd0);

  logic no_columns;
  assign no_columns = opening_q && by_column && (waiting_sets_q == 3'd0);
  assign act_ready_o = act_rounds_valid && !no_weights && !no_room && !no_columns;

  logic act_fire;
  assign act_fire = act_valid_i && act_ready_o;

  logic [7:0] row_q;
  logic row_last;
  assign row_last = (9'(row_q) + 9'd1) == act_rounds_word[8:0];

  logic short;
  assign short = act_rounds_word[8:0] < 9'd4;

  logic out_row;
  assign out_row = act_fire && is_last;

  logic round_end;
  assign round_end = out_row && row_last;

  logic set_end;
  assign set_end = round_end && by_column;
  assign pass_begins = act_fire && opening_q;

  logic [1:0] set_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      opening_q <= 1'b1;
      row_q <= 8'd0;
      set_q <= 2'd0;
      gap_q <= 3'd0;
    end else begin
      if (act_fire) begin
        opening_q <= row_last;
        row_q <= row_last ? 8'd0 : row_q + 8'd1;
      end
      gap_q <= {gap_q[1:0], act_fire && row_last && short};
      if (set_end) begin
        set_q <= set_q + 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (pass_begins) begin
      first_q <= tile_first_q;
      last_q <= tile_last_q;
      pass_rows_q <= tile_rows_q;
    end
  end

  logic credit_back;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      credit_q <= 7'd64;
    end else if (credit_back && !out_row) begin
      credit_q <= credit_q + 7'd1;
    end else if (out_row && !credit_back) begin
      credit_q <= credit_q - 7'd1;
    end
  end

  assign act_rounds_pop = round_end;
  assign set_take = set_end;

  logic by_row;
  assign by_row = act_rounds_word[10:9] == 2'd1;

  logic [3*16-1:0] act_mult;
  assign act_mult = act_data_i[431:384];

  logic [3*6-1:0] act_shift;
  assign act_shift = act_data_i[449:432];

  logic [3*22-1:0] scales;
  genvar scale;
  generate
    for (scale = 0; scale < 3; scale = scale + 1) begin : gen_scale
      assign scales[scale*22 +: 22] =
          by_row ? {act_shift[scale*6 +: 6], act_mult[scale*16 +: 16]} :
          {act_rounds_word[33:28], act_rounds_word[27:12]};
    end
  endgenerate

  logic [48*8-1:0] act_a;
  logic [251:0] sums;
  logic [1229:0] tag_line_q;
  gemm_engine_array_i16_o4_h3_l2 u_array (
    .clk_i   (clk_i),
    .swap_i  (pass_begins),
    .act_i   (act_a),
    .load_i  (load),
    .used_i  (port_used_q),
    .weight_i(weight_data_i),
    .summed_i(tag_line_q[1153]),
    .sum_o   (sums)
  );

  assign act_a = act_data_i[383:0];

  // Tags wait for their sums.
  logic [14:0] valid_line_q;
  logic [15:0] end_line_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_line_q <= 15'd0;
      end_line_q <= 16'd0;
    end else begin
      valid_line_q <= {valid_line_q[13:0], act_fire};
      end_line_q <= {end_line_q[14:0], set_end};
    end
  end

  always_ff @(posedge clk_i) begin
    tag_line_q <= {
      tag_line_q[1147:0],
      scales,
      row_q,
      set_q,
      !act_rounds_word[11],
      act_rounds_word[35],
      act_rounds_word[34],
      |act_rounds_word[10:9],
      is_last,
      is_first
    };
  end

  assign set_release = end_line_q[15];

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  logic group0_out_valid;
  logic [63:0] group0_out_data;
  gemm_engine_group_o4_s21_y16_m256_d64_g_s16f11_s8f4_l4 u_group0 (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .valid_i    (valid_line_q[14]),
    .first_i    (tag_line_q[1148]),
    .last_i     (tag_line_q[1149]),
    .own_scale_i(tag_line_q[1150]),
    .narrow_i   (tag_line_q[1151]),
    .gelu_i     (tag_line_q[1152]),
    .set_i      (tag_line_q[1155:1154]),
    .row_i      (tag_line_q[1163:1156]),
    .mult_i     (tag_line_q[1179:1164]),
    .shift_i    (tag_line_q[1185:1180]),
    .sum_i      (sums[83:0]),
    .param_we_i (column_write_q),
    .param_set_i(write_set_q),
    .param_i    (column_word0_q),
    .out_valid_o(group0_out_valid),
    .out_ready_i(out_fire),
    .out_data_o (group0_out_data)
  );

  logic group1_out_valid;
  logic [63:0] group1_out_data;
  gemm_engine_group_o4_s21_y16_m256_d64 u_group1 (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .valid_i    (valid_line_q[14]),
    .first_i    (tag_line_q[1148]),
    .last_i     (tag_line_q[1149]),
    .own_scale_i(tag_line_q[1150]),
    .narrow_i   (tag_line_q[1151]),
    .set_i      (tag_line_q[1155:1154]),
    .row_i      (tag_line_q[1163:1156]),
    .mult_i     (tag_line_q[1201:1186]),
    .shift_i    (tag_line_q[1207:1202]),
    .sum_i      (sums[167:84]),
    .param_we_i (column_write_q),
    .param_set_i(write_set_q),
    .param_i    (column_word1_q),
    .out_valid_o(group1_out_valid),
    .out_ready_i(out_fire),
    .out_data_o (group1_out_data)
  );

  logic group2_out_valid;
  logic [63:0] group2_out_data;
  gemm_engine_group_o4_s21_y16_m256_d64 u_group2 (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .valid_i    (valid_line_q[14]),
    .first_i    (tag_line_q[1148]),
    .last_i     (tag_line_q[1149]),
    .own_scale_i(tag_line_q[1150]),
    .narrow_i   (tag_line_q[1151]),
    .set_i      (tag_line_q[1155:1154]),
    .row_i      (tag_line_q[1163:1156]),
    .mult_i     (tag_line_q[1223:1208]),
    .shift_i    (tag_line_q[1229:1224]),
    .sum_i      (sums[251:168]),
    .param_we_i (column_write_q),
    .param_set_i(write_set_q),
    .param_i    (column_word2_q),
    .out_valid_o(group2_out_valid),
    .out_ready_i(out_fire),
    .out_data_o (group2_out_data)
  );

  // What is known of a row's results when it enters.
  logic unused_marks_ready;
  logic unused_marks_valid;
  logic [9:0] mark;
  prim_fifo_w10_d64 u_marks (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (out_row),
    .in_ready_o (unused_marks_ready),
    .in_data_i  ({row_last && act_rounds_word[49], act_rounds_word[44:36]}),
    .out_valid_o(unused_marks_valid),
    .out_ready_i(out_fire),
    .out_data_o (mark)
  );

  assign out_valid_o = group0_out_valid && group1_out_valid && group2_out_valid;
  assign out_data_o = {group2_out_data, group1_out_data, group0_out_data};

  logic [3*3-1:0] cols;
  assign cols = mark[8:0];

  logic [11:0] keep;
  genvar keep_group;
  genvar keep_column;
  generate
    for (keep_group = 0; keep_group < 3; keep_group = keep_group + 1) begin : gen_keep_group
      for (keep_column = 0; keep_column < 4; keep_column = keep_column + 1) begin : gen_keep_column
        assign keep[keep_group*4+keep_column] =
            cols[keep_group*3 +: 3] > $unsigned(3'(keep_column));
      end
    end
  endgenerate

  assign out_keep_o = keep;
  assign out_last_o = mark[9];
  assign credit_back = out_fire;

  // Counters: products are rows times columns in use, of halves of the columns first.
  logic count_row_q;
  logic [5:0] count_rows_q;
  logic [3:0] count_cols_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_row_q <= 1'b0;
    end else begin
      count_row_q <= act_fire;
    end
  end

  always_ff @(posedge clk_i) begin
    count_rows_q <= rows_now;
    count_cols_q <= act_rounds_word[48:45];
  end

  logic [7:0] count_low_q;
  logic [7:0] count_high_q;
  logic count_part_q;
  logic [9:0] count_product_q;
  logic count_valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_part_q <= 1'b0;
      count_valid_q <= 1'b0;
    end else begin
      count_part_q <= count_row_q;
      count_valid_q <= count_part_q;
    end
  end

  always_ff @(posedge clk_i) begin
    count_low_q <=
        8'($unsigned(count_rows_q & {6{count_cols_q[0]}}))
        + 8'({count_rows_q & {6{count_cols_q[1]}}, 1'b0});
    count_high_q <=
        8'($unsigned(count_rows_q & {6{count_cols_q[2]}}))
        + 8'({count_rows_q & {6{count_cols_q[3]}}, 1'b0});
    count_product_q <= {count_high_q, 2'd0} + 10'(count_low_q);
  end

  logic [19:0] macs_low_q;
  logic [20:0] macs_low_next;
  assign macs_low_next = 21'(macs_low_q) + 21'(count_product_q);

  logic macs_carry_q;
  logic [19:0] macs_high_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      macs_low_q <= 20'd0;
      macs_carry_q <= 1'b0;
      macs_high_q <= 20'd0;
    end else begin
      macs_carry_q <= count_valid_q && macs_low_next[20];
      if (count_valid_q) begin
        macs_low_q <= macs_low_next[19:0];
      end
      if (macs_carry_q) begin
        macs_high_q <= macs_high_q + 20'd1;
      end
    end
  end

  logic [19:0] macs_settled_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      macs_settled_q <= 20'd0;
    end else begin
      macs_settled_q <= macs_low_q;
    end
  end

  assign macs_o = {macs_high_q, macs_settled_q};

  logic count_busy;
  assign count_busy = job_take || job_busy_q || act_rounds_valid || (credit_q != 7'd64);

  logic count_waits;
  assign count_waits = count_busy && !act_fire;

  logic count_draining;
  assign count_draining = !act_rounds_valid && (credit_q != 7'd64);

  logic waits_beyond_draining;
  assign waits_beyond_draining = count_waits && !count_draining;

  logic waits_beyond_no_job;
  assign waits_beyond_no_job = waits_beyond_draining && act_rounds_valid;

  logic waits_beyond_no_weights;
  assign waits_beyond_no_weights = waits_beyond_no_job && !no_weights;

  logic waits_beyond_no_room;
  assign waits_beyond_no_room = waits_beyond_no_weights && !no_room;

  logic waits_beyond_no_columns;
  assign waits_beyond_no_columns = waits_beyond_no_room && !no_columns;

  // Events wait for the products of their cycle.
  logic [6:0] events;
  assign events = {
    waits_beyond_no_columns,
    waits_beyond_no_room && no_columns,
    waits_beyond_no_weights && no_room,
    waits_beyond_no_job && no_weights,
    waits_beyond_draining && !act_rounds_valid,
    count_waits && count_draining,
    count_busy
  };

  logic [7*32-1:0] totals;
  genvar counter;
  generate
    for (counter = 0; counter < 7; counter = counter + 1) begin : gen_counter
      logic [3:0] late_q;
      logic [31:0] count_q;
      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          late_q <= 4'd0;
          count_q <= 32'd0;
        end else begin
          late_q <= {late_q[2:0], events[counter]};
          if (late_q[3]) begin
            count_q <= count_q + 32'd1;
          end
        end
      end

      assign totals[counter*32 +: 32] = count_q;
    end
  endgenerate

  assign cycles_o = totals[0*32 +: 32];
  assign draining_o = totals[1*32 +: 32];
  assign no_job_o = totals[2*32 +: 32];
  assign no_weights_o = totals[3*32 +: 32];
  assign no_room_o = totals[4*32 +: 32];
  assign no_columns_o = totals[5*32 +: 32];
  assign no_rows_o = totals[6*32 +: 32];

endmodule

`default_nettype wire
