// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// What belongs to a slot of mpca follows its first token, what belongs to a token follows that.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_follow_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           fire_i,
  input  wire logic           slot_begins_i,
  input  wire logic           has_results_i,
  input  wire logic     [5:0] token_i,
  input  wire logic           first_slot_i,
  input  wire logic    [59:0] slot_banks_i,
  input  wire logic    [11:0] slot_heads_i,
  input  wire logic    [11:0] slot_tails_i,
  input  wire logic     [2:0] slot_ends_i,
  input  wire logic    [15:0] job_mult_i,
  input  wire logic     [5:0] job_shift_i,
  input  wire logic    [23:0] end_head_i,
  input  wire logic    [38:0] end_column_i,
  input  wire logic    [11:0] end_used_i,
  output      logic [3*4-1:0] swap_o,
  output      logic [3*9-1:0] go_o,
  output      logic    [11:0] head_o,
  output      logic    [11:0] tail_o,
  output      logic           sums_first_o,
  output      logic     [5:0] sums_read_o,
  output      logic           sums_store_o,
  output      logic     [5:0] sums_write_o,
  output      logic     [2:0] ends_o,
  output      logic    [47:0] mult_o,
  output      logic    [17:0] shift_o,
  output      logic    [47:0] select_o,
  output      logic           results_known_o,
  output      logic           results_due_o,
  output      logic     [5:0] results_token_o,
  output      logic     [2:0] results_ends_o,
  output      logic    [11:0] chunk_o,
  output      logic    [23:0] results_head_o,
  output      logic    [38:0] results_column_o,
  output      logic    [11:0] results_used_o
);

  // Entry k of each is what entered k cycles ago: tokens, first tokens of slots, tokens with
  // results.
  logic [19:0] fires;
  logic [18:0] fires_late_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      fires_late_q <= '0;
    end else begin
      fires_late_q <= fires[18:0];
    end
  end

  assign fires = {fires_late_q, fire_i};

  logic [18:0] begins;
  logic [17:0] begins_late_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      begins_late_q <= '0;
    end else begin
      begins_late_q <= begins[17:0];
    end
  end

  assign begins = {begins_late_q, slot_begins_i};

  logic [20*6-1:0] tokens;
  logic [19*6-1:0] tokens_late_q;
  always_ff @(posedge clk_i) begin
    tokens_late_q <= tokens[113:0];
  end

  assign tokens = {tokens_late_q, token_i};

  logic [26:0] due;
  logic [25:0] due_late_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      due_late_q <= '0;
    end else begin
      due_late_q <= due[25:0];
    end
  end

  assign due = {due_late_q, has_results_i};

  // The slot's description: when its first token enters, and again before that reaches the sums of
  // the lanes.
  logic [11:0] slot_heads_q;
  logic [11:0] slot_tails_q;
  logic [2:0] slot_ends_q;
  logic slot_first_q;
  logic [15:0] slot_mult_q;
  logic [5:0] slot_shift_q;
  always_ff @(posedge clk_i) begin
    if (begins[0]) begin
      slot_heads_q <= slot_heads_i;
      slot_tails_q <= slot_tails_i;
      slot_ends_q <= slot_ends_i;
      slot_first_q <= first_slot_i;
      slot_mult_q <= job_mult_i;
      slot_shift_q <= job_shift_i;
    end
  end

  logic [23:0] slot_head_q;
  logic [38:0] slot_column_q;
  logic [11:0] slot_used_q;
  always_ff @(posedge clk_i) begin
    if (begins[0]) begin
      slot_head_q <= end_head_i;
      slot_column_q <= end_column_i;
      slot_used_q <= end_used_i;
    end
  end

  logic [11:0] mid_heads_q;
  logic [11:0] mid_tails_q;
  logic [2:0] mid_ends_q;
  logic mid_first_q;
  logic [15:0] mid_mult_q;
  logic [5:0] mid_shift_q;
  always_ff @(posedge clk_i) begin
    if (begins[9]) begin
      mid_heads_q <= slot_heads_q;
      mid_tails_q <= slot_tails_q;
      mid_ends_q <= slot_ends_q;
      mid_first_q <= slot_first_q;
      mid_mult_q <= slot_mult_q;
      mid_shift_q <= slot_shift_q;
    end
  end

  logic first_q;
  always_ff @(posedge clk_i) begin
    if (begins[12]) begin
      first_q <= mid_first_q;
    end
  end

  // Each lane's slice: its place in a chunk, then the chunk.
  logic [12*5-1:0] lane_bank;
  assign lane_bank = slot_banks_i;

  logic [12*4-1:0] select_q;
  logic [11:0] slot_chunk_q;
  logic [11:0] chunk_q;
  genvar lane;
  generate
    for (lane = 0; lane < 12; lane = lane + 1) begin : gen_lane
      always_ff @(posedge clk_i) begin
        if (begins[0]) begin
          select_q[lane*4 +: 4] <= lane_bank[lane*5 +: 4];
          slot_chunk_q[lane] <= lane_bank[lane*5+4];
        end
        if (begins[2]) begin
          chunk_q[lane] <= slot_chunk_q[lane];
        end
      end
    end
  endgenerate

  // Group g works g cycles behind group 0: its weights, its lanes, whether a column ends there,
  // and then its steps.
  logic [3*4-1:0] head_mid;
  assign head_mid = mid_heads_q;

  logic [3*4-1:0] tail_mid;
  assign tail_mid = mid_tails_q;

  logic [2:0] end_mid;
  assign end_mid = mid_ends_q;

  logic [3*4-1:0] head_q;
  logic [3*4-1:0] tail_q;
  logic [2:0] end_q;
  logic [3*16-1:0] mult_q;
  logic [3*6-1:0] shift_q;
  genvar group;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      logic [7:0] steps_q;
      logic [8:0] now;
      assign now = {steps_q, fires[group+14] && end_q[group]};
      assign go_o[group*9 +: 9] = now;
      assign swap_o[group*4 +: 4] = {
        begins[group+6],
        begins[group+5],
        begins[group+4],
        begins[group+3]
      };

      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          steps_q <= 8'd0;
        end else begin
          steps_q <= now[7:0];
        end
      end

      always_ff @(posedge clk_i) begin
        if (begins[group+10]) begin
          head_q[group*4 +: 4] <= head_mid[group*4 +: 4];
          tail_q[group*4 +: 4] <= tail_mid[group*4 +: 4];
        end
        if (begins[group+13]) begin
          end_q[group] <= end_mid[group];
        end
        if (begins[group+16]) begin
          mult_q[group*16 +: 16] <= mid_mult_q;
          shift_q[group*6 +: 6] <= mid_shift_q;
        end
      end
    end
  endgenerate

  assign head_o = head_q;
  assign tail_o = tail_q;
  assign sums_first_o = first_q;
  assign sums_read_o = tokens[11*6 +: 6];
  assign sums_store_o = fires[19];
  assign sums_write_o = tokens[19*6 +: 6];
  assign ends_o = end_q;
  assign mult_o = mult_q;
  assign shift_o = shift_q;
  assign select_o = select_q;
  assign results_known_o = due[1];
  assign results_due_o = due[26];
  assign results_token_o = tokens[1*6 +: 6];
  assign results_ends_o = slot_ends_q;
  assign chunk_o = chunk_q;
  assign results_head_o = slot_head_q;
  assign results_column_o = slot_column_q;
  assign results_used_o = slot_used_q;

endmodule

`default_nettype wire
