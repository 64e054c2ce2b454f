// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Token dropping: of up to 197 tokens s16.12, 8 channels a beat and up to 384 in all, keeps the
// class token and the k to which it attends most by up to 6 heads (u16.15), and fuses the others
// into their average, weighted by that attention and rounded half to even. Out come class token,
// kept tokens by new index, fused token (none if all are kept).
//
// The selector is radix_select.
//
// Bits of the streams' data:
//   cmd: tokens[7:0], k[15:8], heads[18:16], beats[24:19]
//   decision: id_old[7:0], id_new[15:8], keep[16]
//
// Source: SDP (IPDPSW 2024), sections IV-B and V, token dropping hardware module.
// Latency: by the length of the row or job.
//
// Configuration 2c52048e0ad9573e: a = u16.15, lanes = 8, max_channels = 384, max_heads = 6,
// max_tokens = 197, organisation = radix_select, x = s16.12.
// Emitted by espalier 0.1.0.

`default_nettype none

module tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            cmd_valid_i,
  output      logic            cmd_ready_o,
  input  wire logic     [24:0] cmd_data_i,
  input  wire logic            attention_valid_i,
  output      logic            attention_ready_o,
  input  wire logic     [15:0] attention_data_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  output      logic            decision_valid_o,
  input  wire logic            decision_ready_i,
  output      logic     [16:0] decision_data_o,
  output      logic            decision_last_o,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic            out_last_o
);

  // A job is told to all parts at once, by the indices of its last elements.
  logic [1:0] jobs_d, jobs_q;
  assign cmd_ready_o = jobs_q != 2'd2;

  logic [7:0] cmd_tokens;
  assign cmd_tokens = cmd_data_i[7:0];

  logic [7:0] cmd_k;
  assign cmd_k = cmd_data_i[15:8];

  logic [2:0] cmd_heads;
  assign cmd_heads = cmd_data_i[18:16];

  logic [5:0] cmd_beats;
  assign cmd_beats = cmd_data_i[24:19];

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic start;
  assign start =
      cmd_fire && |cmd_tokens[7:1] && |cmd_heads && |cmd_beats
      && (cmd_tokens <= 8'd197) && (cmd_heads <= 3'd6) && (cmd_beats <= 6'd48);

  logic [7:0] last_token;
  assign last_token = 8'(9'(cmd_tokens) - 9'd1);

  logic [2:0] last_head;
  assign last_head = 3'(4'(cmd_heads) - 4'd1);

  logic [5:0] last_beat;
  assign last_beat = 6'(7'(cmd_beats) - 7'd1);

  logic [7:0] kept;
  assign kept = (cmd_k < cmd_tokens) ? cmd_k : last_token;

  logic unused_score_jobs_ready;
  logic score_jobs_out_valid;
  logic [10:0] score_jobs_out_data;
  logic scores_job_ready;
  prim_fifo_w11_d2 u_score_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (start),
    .in_ready_o (unused_score_jobs_ready),
    .in_data_i  ({last_head, last_token}),
    .out_valid_o(score_jobs_out_valid),
    .out_ready_i(scores_job_ready),
    .out_data_o (score_jobs_out_data)
  );

  logic unused_selector_jobs_ready;
  logic selector_jobs_out_valid;
  logic [15:0] selector_jobs_out_data;
  logic selector_cmd_ready;
  prim_fifo_w16_d2 u_selector_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (start),
    .in_ready_o (unused_selector_jobs_ready),
    .in_data_i  ({kept, last_token}),
    .out_valid_o(selector_jobs_out_valid),
    .out_ready_i(selector_cmd_ready),
    .out_data_o (selector_jobs_out_data)
  );

  logic unused_token_jobs_ready;
  logic token_jobs_out_valid;
  logic [13:0] token_jobs_out_data;
  logic buffer_job_ready;
  prim_fifo_w14_d2 u_token_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (start),
    .in_ready_o (unused_token_jobs_ready),
    .in_data_i  ({last_beat, last_token}),
    .out_valid_o(token_jobs_out_valid),
    .out_ready_i(buffer_job_ready),
    .out_data_o (token_jobs_out_data)
  );

  logic unused_shuffle_jobs_ready;
  logic shuffle_jobs_out_valid;
  logic [21:0] shuffle_jobs_out_data;
  logic shuffle_job_ready;
  prim_fifo_w22_d2 u_shuffle_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (start),
    .in_ready_o (unused_shuffle_jobs_ready),
    .in_data_i  ({last_beat, kept, last_token}),
    .out_valid_o(shuffle_jobs_out_valid),
    .out_ready_i(shuffle_job_ready),
    .out_data_o (shuffle_jobs_out_data)
  );

  // Attention to scores, scores to an order.
  logic scores_key_valid;
  logic [18:0] scores_key_data;
  logic selector_in_ready;
  logic [18:0] scores_read_score;
  logic order_score_half;
  logic [7:0] order_score_token;
  tdhm_scores_u16f15_t197_h6 u_scores (
    .clk_i            (clk_i),
    .rst_i            (rst_i),
    .job_valid_i      (score_jobs_out_valid),
    .job_ready_o      (scores_job_ready),
    .job_data_i       (score_jobs_out_data),
    .attention_valid_i(attention_valid_i),
    .attention_ready_o(attention_ready_o),
    .attention_data_i (attention_data_i),
    .key_valid_o      (scores_key_valid),
    .key_ready_i      (selector_in_ready),
    .key_data_o       (scores_key_data),
    .read_half_i      (order_score_half),
    .read_token_i     (order_score_token),
    .read_score_o     (scores_read_score)
  );

  logic selector_out_valid;
  logic [16:0] selector_out_data;
  logic selector_out_last;
  logic order_selected_ready;
  top_k_radix_select_n196_k19 u_selector (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .cmd_valid_i(selector_jobs_out_valid),
    .cmd_ready_o(selector_cmd_ready),
    .cmd_data_i (selector_jobs_out_data),
    .in_valid_i (scores_key_valid),
    .in_ready_o (selector_in_ready),
    .in_data_i  (scores_key_data),
    .out_valid_o(selector_out_valid),
    .out_ready_i(order_selected_ready),
    .out_data_o (selector_out_data),
    .out_last_o (selector_out_last)
  );

  logic [16:0] order_decision_data;
  logic order_total_valid;
  logic [26:0] order_total_data;
  logic shuffle_total_ready;
  logic [26:0] order_read_entry;
  logic shuffle_entry_half;
  logic [7:0] shuffle_entry_place;
  tdhm_order_u16f15_t197_h6 u_order (
    .clk_i           (clk_i),
    .rst_i           (rst_i),
    .selected_valid_i(selector_out_valid),
    .selected_ready_o(order_selected_ready),
    .selected_data_i (selector_out_data),
    .selected_last_i (selector_out_last),
    .decision_valid_o(decision_valid_o),
    .decision_ready_i(decision_ready_i),
    .decision_data_o (order_decision_data),
    .decision_last_o (decision_last_o),
    .total_valid_o   (order_total_valid),
    .total_ready_i   (shuffle_total_ready),
    .total_data_o    (order_total_data),
    .score_i         (scores_read_score),
    .read_half_i     (shuffle_entry_half),
    .read_place_i    (shuffle_entry_place),
    .score_half_o    (order_score_half),
    .score_token_o   (order_score_token),
    .read_entry_o    (order_read_entry)
  );

  logic [7:0] decision_id_old;
  assign decision_id_old = order_decision_data[7:0];

  logic [7:0] decision_id_new;
  assign decision_id_new = order_decision_data[15:8];

  logic decision_keep;
  assign decision_keep = order_decision_data[16];

  // Tokens in their old order to tokens in the new one.
  logic buffer_loaded;
  logic shuffle_half;
  logic [7:0] shuffle_token;
  logic [5:0] shuffle_beat;
  logic [127:0] buffer_x;
  tdhm_buffer_s16f12_l8_b48_t197 u_buffer (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .job_valid_i(token_jobs_out_valid),
    .job_ready_o(buffer_job_ready),
    .job_data_i (token_jobs_out_data),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .loaded_o   (buffer_loaded),
    .half_i     (shuffle_half),
    .token_i    (shuffle_token),
    .beat_i     (shuffle_beat),
    .x_o        (buffer_x)
  );

  logic shuffle_done;
  tdhm_shuffle_s16f12_l8_b48_t197_s19 u_shuffle (
    .clk_i        (clk_i),
    .rst_i        (rst_i),
    .job_valid_i  (shuffle_jobs_out_valid),
    .job_ready_o  (shuffle_job_ready),
    .job_data_i   (shuffle_jobs_out_data),
    .total_valid_i(order_total_valid),
    .total_ready_o(shuffle_total_ready),
    .total_data_i (order_total_data),
    .out_valid_o  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_data_o   (out_data_o),
    .out_last_o   (out_last_o),
    .loaded_i     (buffer_loaded),
    .done_o       (shuffle_done),
    .entry_half_o (shuffle_entry_half),
    .entry_place_o(shuffle_entry_place),
    .entry_i      (order_read_entry),
    .half_o       (shuffle_half),
    .token_o      (shuffle_token),
    .beat_o       (shuffle_beat),
    .x_i          (buffer_x)
  );

  always_comb begin
    jobs_d = jobs_q;
    if (start && !shuffle_done) begin
      jobs_d = jobs_q + 2'd1;
    end
    if (shuffle_done && !start) begin
      jobs_d = jobs_q - 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_q <= 2'd0;
    end else begin
      jobs_q <= jobs_d;
    end
  end

  assign decision_data_o = {decision_keep, decision_id_new, decision_id_old};

endmodule

`default_nettype wire
