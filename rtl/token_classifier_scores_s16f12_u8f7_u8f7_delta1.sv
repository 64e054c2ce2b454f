// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Scores of a head's two channels by softmax, its weight by sigmoid; a weight waits for its
// scores.
//
// Bits of the streams' data:
//   logit: keep[15:0], prune[31:16], gate[47:32]
//   score: s0[7:0], s1[15:8], a[23:16]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_classifier_scores_s16f12_u8f7_u8f7_delta1 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        logit_valid_i,
  output      logic        logit_ready_o,
  input  wire logic [47:0] logit_data_i,
  output      logic        score_valid_o,
  input  wire logic        score_ready_i,
  output      logic [23:0] score_data_o
);

  logic pair_in_ready;
  logic sigmoid_in_ready;
  logic signed [15:0] logit_prune;
  logic signed [15:0] logit_keep;
  logic pair_out_valid;
  logic weights_out_valid;
  logic [15:0] pair_out_data;
  token_classifier_pair_s16f12_u8f7_d2048 u_pair (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (logit_valid_i && sigmoid_in_ready),
    .in_ready_o (pair_in_ready),
    .in_data_i  ({logit_prune, logit_keep}),
    .out_valid_o(pair_out_valid),
    .out_ready_i(score_ready_i && weights_out_valid),
    .out_data_o (pair_out_data)
  );

  logic signed [15:0] logit_gate;
  logic sigmoid_out_valid;
  logic [7:0] sigmoid_out_data;
  logic weights_in_ready;
  plan_sigmoid_s16f12_u8f7 u_sigmoid (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (logit_valid_i && pair_in_ready),
    .in_ready_o (sigmoid_in_ready),
    .in_data_i  (logit_gate),
    .out_valid_o(sigmoid_out_valid),
    .out_ready_i(weights_in_ready),
    .out_data_o (sigmoid_out_data)
  );

  logic [7:0] weights_out_data;
  prim_fifo_w8_d64 u_weights (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sigmoid_out_valid),
    .in_ready_o (weights_in_ready),
    .in_data_i  (sigmoid_out_data),
    .out_valid_o(weights_out_valid),
    .out_ready_i(score_ready_i && pair_out_valid),
    .out_data_o (weights_out_data)
  );

  assign logit_ready_o = pair_in_ready && sigmoid_in_ready;
  assign logit_prune = logit_data_i[31:16];
  assign logit_keep = logit_data_i[15:0];
  assign logit_gate = logit_data_i[47:32];
  assign score_valid_o = pair_out_valid && weights_out_valid;

  logic [7:0] score_s0;
  assign score_s0 = pair_out_data[7:0];

  logic [7:0] score_s1;
  assign score_s1 = pair_out_data[15:8];

  logic [7:0] score_a;
  assign score_a = weights_out_data;
  assign score_data_o = {score_a, score_s1, score_s0};

endmodule

`default_nettype wire
