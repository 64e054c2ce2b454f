// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Score of a token: the mean over its heads of both channels' scores, weighted by the heads'
// weights, rounded half to even. Weights that are all zero count as ones.
//
// Source: HeatViT (HPCA 2023), eq. 3.
//
// Bits of the streams' data:
//   head: s0[7:0], s1[15:8], a[23:16], first[24], last[25]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_score_s8_a8_h16 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           head_valid_i,
  output      logic           head_ready_o,
  input  wire logic    [25:0] head_data_i,
  output      logic           mean_valid_o,
  input  wire logic           mean_ready_i,
  output      logic [2*8-1:0] mean_data_o
);

  logic head_first;
  assign head_first = head_data_i[24];

  logic head_last;
  assign head_last = head_data_i[25];

  logic [7:0] head_a;
  assign head_a = head_data_i[23:16];

  // Zero weights count as ones until the first other weight, which starts the sums anew.
  logic seen_q;
  logic weighted;
  assign weighted = seen_q && !head_first;

  logic zero;
  assign zero = head_a == 8'd0;

  logic [7:0] factor;
  assign factor = (zero && !weighted) ? 8'd1 : head_a;

  logic restart;
  assign restart = head_first || (!zero && !weighted);

  logic full_q;
  logic dividers_in_ready;
  logic [11:0] weights_q;
  logic [2*20-1:0] sum;
  logic [15:0] dividers_out_data;
  divider_l2_d12_q8_n2 u_dividers (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (full_q),
    .in_ready_o (dividers_in_ready),
    .in_data_i  ({weights_q, sum}),
    .out_valid_o(mean_valid_o),
    .out_ready_i(mean_ready_i),
    .out_data_o (dividers_out_data)
  );

  // Sums that the dividers do not take yet hold back all heads behind them.
  logic moves;
  assign moves = !full_q || dividers_in_ready;
  assign head_ready_o = moves;

  logic head_fire;
  assign head_fire = head_valid_i && head_ready_o;

  logic multiplying_q;
  logic adding_q;
  logic held_last_q;
  logic ending_q;
  logic restarting_q;
  logic starting_q;
  logic [7:0] held_factor_q;
  logic [7:0] addend_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      multiplying_q <= 1'b0;
      adding_q <= 1'b0;
      full_q <= 1'b0;
    end else if (moves) begin
      multiplying_q <= head_fire;
      adding_q <= multiplying_q;
      full_q <= adding_q && ending_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (head_fire) begin
      seen_q <= weighted || !zero;
    end
    if (moves) begin
      held_last_q <= head_last;
      restarting_q <= restart;
      held_factor_q <= factor;
      ending_q <= held_last_q;
      starting_q <= restarting_q;
      addend_q <= held_factor_q;
    end
  end

  // In parts: each takes its carry from a comparison of the bits below, so that none ripples far.
  logic sums_move;
  assign sums_move = moves && adding_q;

  logic [19:0] s0_sum_q;
  logic [19:0] s0_so_far;
  assign s0_so_far = s0_sum_q & {20{!starting_q}};

  logic [7:0] head_s0;
  assign head_s0 = head_data_i[7:0];

  logic [7:0] held_s0_q;
  logic [15:0] s0_product_q;
  always_ff @(posedge clk_i) begin
    if (moves) begin
      held_s0_q <= head_s0;
      s0_product_q <= 16'(held_s0_q) * 16'(held_factor_q);
    end
    if (sums_move) begin
      s0_sum_q <= {
        s0_so_far[19:10] + 10'(20'(s0_product_q) >> 10) + 10'(s0_so_far[9:0] > ~s0_product_q[9:0]),
        s0_so_far[9:0] + s0_product_q[9:0]
      };
    end
  end

  assign sum[0*20 +: 20] = s0_sum_q;

  logic [19:0] s1_sum_q;
  logic [19:0] s1_so_far;
  assign s1_so_far = s1_sum_q & {20{!starting_q}};

  logic [7:0] head_s1;
  assign head_s1 = head_data_i[15:8];

  logic [7:0] held_s1_q;
  logic [15:0] s1_product_q;
  always_ff @(posedge clk_i) begin
    if (moves) begin
      held_s1_q <= head_s1;
      s1_product_q <= 16'(held_s1_q) * 16'(held_factor_q);
    end
    if (sums_move) begin
      s1_sum_q <= {
        s1_so_far[19:10] + 10'(20'(s1_product_q) >> 10) + 10'(s1_so_far[9:0] > ~s1_product_q[9:0]),
        s1_so_far[9:0] + s1_product_q[9:0]
      };
    end
  end

  assign sum[1*20 +: 20] = s1_sum_q;

  logic [11:0] weights_so_far;
  assign weights_so_far = weights_q & {12{!starting_q}};

  always_ff @(posedge clk_i) begin
    if (sums_move) begin
      weights_q <= {
        weights_so_far[11:6] + 6'(12'(addend_q) >> 6) + 6'(weights_so_far[5:0] > ~addend_q[5:0]),
        weights_so_far[5:0] + addend_q[5:0]
      };
    end
  end

  assign mean_data_o = dividers_out_data;

endmodule

`default_nettype wire
