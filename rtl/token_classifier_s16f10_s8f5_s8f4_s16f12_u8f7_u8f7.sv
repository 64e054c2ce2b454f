// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Between the token classifier's matrix products: channel means of each head, features with
// their means over the tokens, scores and weights of the heads.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: tokens[8:0], heads[13:9]
//   logit: keep[15:0], prune[31:16], gate[47:32]
//   feature: local[63:0] (8 x 8), global[127:64] (8 x 8)
//   score: s0[7:0], s1[15:8], a[23:16]
//
// Source: HeatViT (HPCA 2023), section IV-A, eq. 3.
// Latency: by the length of the row or job.
//
// Configuration 4bc26499a79ed88f: a = u8.7, delta2 = 1.0, feature = s8.4, head_width = 64,
// lanes = 8, logit = s16.12, max_heads = 16, max_tokens = 256, mean = s8.5, s = u8.7,
// x = s16.10, x_lanes = 8.
// Emitted by espalier 0.1.0.

`default_nettype none

module token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7 (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              cmd_valid_i,
  output      logic              cmd_ready_o,
  input  wire logic       [13:0] cmd_data_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic   [8*16-1:0] in_data_i,
  input  wire logic              local_valid_i,
  output      logic              local_ready_o,
  input  wire logic    [8*8-1:0] local_data_i,
  input  wire logic              logit_valid_i,
  output      logic              logit_ready_o,
  input  wire logic       [47:0] logit_data_i,
  output      logic              mean_valid_o,
  input  wire logic              mean_ready_i,
  output      logic signed [7:0] mean_data_o,
  output      logic              mean_last_o,
  output      logic              feature_valid_o,
  input  wire logic              feature_ready_i,
  output      logic      [127:0] feature_data_o,
  output      logic              feature_last_o,
  output      logic              score_valid_o,
  input  wire logic              score_ready_i,
  output      logic       [23:0] score_data_o
);

  // A command goes to the two paths that count; one of a size that they cannot do goes to neither.
  logic [8:0] cmd_tokens;
  assign cmd_tokens = cmd_data_i[8:0];

  logic [4:0] cmd_heads;
  assign cmd_heads = cmd_data_i[13:9];

  logic sized;
  assign sized = |cmd_tokens && (cmd_tokens <= 9'd256) && |cmd_heads && (cmd_heads <= 5'd16);

  logic means_cmd_ready;
  logic features_cmd_ready;
  token_classifier_means_s16f10_s8f5_c64_x8_t256_h16 u_means (
    .clk_i       (clk_i),
    .rst_i       (rst_i),
    .cmd_valid_i (cmd_valid_i && sized && features_cmd_ready),
    .cmd_ready_o (means_cmd_ready),
    .cmd_data_i  ({cmd_heads, cmd_tokens}),
    .in_valid_i  (in_valid_i),
    .in_ready_o  (in_ready_o),
    .in_data_i   (in_data_i),
    .mean_valid_o(mean_valid_o),
    .mean_ready_i(mean_ready_i),
    .mean_data_o (mean_data_o),
    .mean_last_o (mean_last_o)
  );

  logic [127:0] features_feature_data;
  token_classifier_features_s8f4_c64_l8_t256_h16 u_features (
    .clk_i          (clk_i),
    .rst_i          (rst_i),
    .cmd_valid_i    (cmd_valid_i && sized && means_cmd_ready),
    .cmd_ready_o    (features_cmd_ready),
    .cmd_data_i     ({cmd_heads, cmd_tokens}),
    .local_valid_i  (local_valid_i),
    .local_ready_o  (local_ready_o),
    .local_data_i   (local_data_i),
    .feature_valid_o(feature_valid_o),
    .feature_ready_i(feature_ready_i),
    .feature_data_o (features_feature_data),
    .feature_last_o (feature_last_o)
  );

  assign cmd_ready_o = means_cmd_ready && features_cmd_ready;

  logic [8*8-1:0] feature_local;
  assign feature_local = features_feature_data[63:0];

  logic [8*8-1:0] feature_global;
  assign feature_global = features_feature_data[127:64];

  logic [23:0] scores_score_data;
  token_classifier_scores_s16f12_u8f7_u8f7_delta1 u_scores (
    .clk_i        (clk_i),
    .rst_i        (rst_i),
    .logit_valid_i(logit_valid_i),
    .logit_ready_o(logit_ready_o),
    .logit_data_i (logit_data_i),
    .score_valid_o(score_valid_o),
    .score_ready_i(score_ready_i),
    .score_data_o (scores_score_data)
  );

  logic [7:0] score_s0;
  assign score_s0 = scores_score_data[7:0];

  logic [7:0] score_s1;
  assign score_s1 = scores_score_data[15:8];

  logic [7:0] score_a;
  assign score_a = scores_score_data[23:16];
  assign feature_data_o = {feature_global, feature_local};
  assign score_data_o = {score_a, score_s1, score_s0};

endmodule

`default_nettype wire
