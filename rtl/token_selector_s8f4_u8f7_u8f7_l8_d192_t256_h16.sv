// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Token selector: scores tokens s8.4 by head scores u8.7 and head weights u8.7, keeps those
// whose softmax reaches the threshold, packages the others into one token at the end. Channel 0
// is "keep" and weighs the package. The first token, the class token, is kept; an older package
// token (cmd.package: the last token) is merged into the new one.
//
// 8 channels a beat, up to 192 channels, 256 tokens and 16 heads a job. Both means are rounded
// half to even. Decisions leave as soon as a token's heads are in.
//
// Bits of the streams' data:
//   cmd: tokens[8:0], heads[13:9], beats[18:14], package[19], threshold[35:20]
//   score: s0[7:0], s1[15:8], a[23:16]
//   decision: id[7:0], keep[8], score[16:9]
//   status: kept[8:0], pruned[17:9], packaged[18]
//
// Source: HeatViT (HPCA 2023), eq. 3 and 4, fig. 10.
// Latency: by the length of the row or job.
//
// Configuration 0ad6bbc53d80e538: a = u8.7, lanes = 8, max_channels = 192, max_heads = 16,
// max_tokens = 256, s = u8.7, x = s8.4.
// Emitted by espalier 0.1.0.

`default_nettype none

module token_selector_s8f4_u8f7_u8f7_l8_d192_t256_h16 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           cmd_valid_i,
  output      logic           cmd_ready_o,
  input  wire logic    [35:0] cmd_data_i,
  input  wire logic           score_valid_i,
  output      logic           score_ready_o,
  input  wire logic    [23:0] score_data_i,
  input  wire logic           in_valid_i,
  output      logic           in_ready_o,
  input  wire logic [8*8-1:0] in_data_i,
  output      logic           decision_valid_o,
  input  wire logic           decision_ready_i,
  output      logic    [16:0] decision_data_o,
  output      logic           decision_last_o,
  output      logic           status_valid_o,
  input  wire logic           status_ready_i,
  output      logic    [18:0] status_data_o,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic [8*8-1:0] out_data_o,
  output      logic           out_last_o
);

  // The job: sizes as the index of their last element.
  logic running_d, running_q;
  assign cmd_ready_o = !running_q;

  logic [8:0] cmd_tokens;
  assign cmd_tokens = cmd_data_i[8:0];

  logic [4:0] cmd_heads;
  assign cmd_heads = cmd_data_i[13:9];

  logic [4:0] cmd_beats;
  assign cmd_beats = cmd_data_i[18:14];

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic start;
  assign start = cmd_fire && |cmd_tokens && |cmd_heads && |cmd_beats;

  logic cmd_package;
  assign cmd_package = cmd_data_i[19];

  logic [15:0] cmd_threshold;
  assign cmd_threshold = cmd_data_i[35:20];

  logic [7:0] last_token_q;
  logic [4:0] last_head_q;
  logic [4:0] last_beat_q;
  logic package_q;
  logic [15:0] threshold_q;
  always_ff @(posedge clk_i) begin
    if (start) begin
      last_token_q <= 8'(10'(cmd_tokens) - 10'd1);
      last_head_q <= 5'(6'(cmd_heads) - 6'd1);
      last_beat_q <= 5'(6'(cmd_beats) - 6'd1);
      package_q <= cmd_package;
      threshold_q <= cmd_threshold;
    end
  end

  // Heads come in while their job runs, up to the last one of its last token.
  logic [4:0] head_d, head_q;
  logic first_head;
  assign first_head = head_q == 5'd0;

  logic final_head;
  assign final_head = head_q == last_head_q;

  logic [7:0] scored_d, scored_q;
  logic final_scored;
  assign final_scored = scored_q == last_token_q;

  logic heads_open_d, heads_open_q;
  logic score_head_ready;
  logic [7:0] score_s0;
  logic [7:0] score_s1;
  logic [7:0] score_a;
  logic score_mean_valid;
  logic [15:0] score_mean_data;
  logic decide_mean_ready;
  token_score_s8_a8_h16 u_score (
    .clk_i       (clk_i),
    .rst_i       (rst_i),
    .head_valid_i(score_valid_i && heads_open_q),
    .head_ready_o(score_head_ready),
    .head_data_i ({final_head, first_head, score_a, score_s1, score_s0}),
    .mean_valid_o(score_mean_valid),
    .mean_ready_i(decide_mean_ready),
    .mean_data_o (score_mean_data)
  );

  logic score_fire;
  assign score_fire = score_valid_i && score_ready_o;
  assign score_ready_o = heads_open_q && score_head_ready;
  assign score_s0 = score_data_i[7:0];
  assign score_s1 = score_data_i[15:8];
  assign score_a = score_data_i[23:16];

  always_comb begin
    heads_open_d = heads_open_q;
    head_d = head_q;
    scored_d = scored_q;
    if (score_fire) begin
      head_d = head_q + 5'd1;
    end
    if (score_fire && final_head) begin
      head_d = 5'd0;
      scored_d = scored_q + 8'd1;
      if (final_scored) begin
        heads_open_d = 1'b0;
      end
    end
    if (start) begin
      heads_open_d = 1'b1;
      scored_d = 8'd0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      heads_open_q <= 1'b0;
      head_q <= 5'd0;
      scored_q <= 8'd0;
    end else begin
      heads_open_q <= heads_open_d;
      head_q <= head_d;
      scored_q <= scored_d;
    end
  end

  logic [8:0] decide_out_data;
  logic able;
  logic decide_out_valid;
  token_decide_u8f7 u_decide (
    .clk_i       (clk_i),
    .rst_i       (rst_i),
    .mean_valid_i(score_mean_valid),
    .mean_ready_o(decide_mean_ready),
    .mean_data_i (score_mean_data),
    .threshold_i (threshold_q),
    .out_valid_o (decide_out_valid),
    .out_ready_i (able && decision_ready_i),
    .out_data_o  (decide_out_data)
  );

  // The class token is kept; an older package token, last in the job, is not.
  logic [7:0] id_d, id_q;
  logic first;
  assign first = id_q == 8'd0;

  logic last;
  assign last = id_q == last_token_q;

  logic repackaged;
  assign repackaged = package_q && last && !first;

  logic keep;
  assign keep = first || (decide_out_data[0] && !repackaged);

  // A decision leaves towards the consumer and the packager in the same cycle.
  logic entries_in_ready;
  logic decision_fire;
  logic entries_out_valid;
  logic [14:0] entries_out_data;
  logic packager_token_ready;
  prim_fifo_w15_d4 u_entries (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (decision_fire),
    .in_ready_o (entries_in_ready),
    .in_data_i  ({last_beat_q, decide_out_data[8:1], last, keep}),
    .out_valid_o(entries_out_valid),
    .out_ready_i(packager_token_ready),
    .out_data_o (entries_out_data)
  );

  logic status_held_d, status_held_q;
  assign able = (!last || !status_held_q) && entries_in_ready;

  logic offered;
  assign offered = decide_out_valid && able;
  assign decision_valid_o = offered;

  logic [7:0] decision_id;
  assign decision_id = id_q;

  logic decision_keep;
  assign decision_keep = keep;

  logic [7:0] decision_score;
  assign decision_score = decide_out_data[8:1];
  assign decision_last_o = last;
  assign decision_fire = decision_valid_o && decision_ready_i;

  // Counters, handed over with the last decision.
  logic [8:0] kept_d, kept_q;
  logic [8:0] next_kept;
  assign next_kept = kept_q + 9'(keep);

  logic [8:0] pruned_d, pruned_q;
  logic [8:0] next_pruned;
  assign next_pruned = pruned_q + 9'(!keep && !repackaged);

  logic packaged_d, packaged_q;
  logic next_packaged;
  assign next_packaged = packaged_q || !keep;

  logic job_done;
  assign job_done = decision_fire && last;

  logic status_fire;
  assign status_fire = status_valid_o && status_ready_i;

  always_comb begin
    running_d = running_q;
    id_d = id_q;
    kept_d = kept_q;
    pruned_d = pruned_q;
    packaged_d = packaged_q;
    status_held_d = status_held_q;
    if (decision_fire) begin
      id_d = id_q + 8'd1;
      kept_d = next_kept;
      pruned_d = next_pruned;
      packaged_d = next_packaged;
    end
    if (status_fire) begin
      status_held_d = 1'b0;
    end
    if (job_done) begin
      running_d = 1'b0;
      status_held_d = 1'b1;
      id_d = 8'd0;
      kept_d = 9'd0;
      pruned_d = 9'd0;
      packaged_d = 1'b0;
    end
    if (start) begin
      running_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      running_q <= 1'b0;
      id_q <= 8'd0;
      kept_q <= 9'd0;
      pruned_q <= 9'd0;
      packaged_q <= 1'b0;
      status_held_q <= 1'b0;
    end else begin
      running_q <= running_d;
      id_q <= id_d;
      kept_q <= kept_d;
      pruned_q <= pruned_d;
      packaged_q <= packaged_d;
      status_held_q <= status_held_d;
    end
  end

  logic [8:0] status_kept_held_q;
  logic [8:0] status_pruned_held_q;
  logic status_packaged_held_q;
  always_ff @(posedge clk_i) begin
    if (job_done) begin
      status_kept_held_q <= next_kept;
      status_pruned_held_q <= next_pruned;
      status_packaged_held_q <= next_packaged;
    end
  end

  assign status_valid_o = status_held_q;

  logic [8:0] status_kept;
  assign status_kept = status_kept_held_q;

  logic [8:0] status_pruned;
  assign status_pruned = status_pruned_held_q;

  logic status_packaged;
  assign status_packaged = status_packaged_held_q;

  token_packager_s8f4_w8_l8_b24_t256 u_packager (
    .clk_i        (clk_i),
    .rst_i        (rst_i),
    .token_valid_i(entries_out_valid),
    .token_ready_o(packager_token_ready),
    .token_data_i (entries_out_data),
    .in_valid_i   (in_valid_i),
    .in_ready_o   (in_ready_o),
    .in_data_i    (in_data_i),
    .out_valid_o  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_data_o   (out_data_o),
    .out_last_o   (out_last_o)
  );

  assign decision_data_o = {decision_score, decision_keep, decision_id};
  assign status_data_o = {status_packaged, status_pruned, status_kept};

endmodule

`default_nettype wire
