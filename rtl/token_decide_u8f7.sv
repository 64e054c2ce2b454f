// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Softmax over the two channels of a token's score, compared with the threshold. e0 / (e0 + e1)
// >= threshold is decided as e0 >= threshold * (e0 + e1): no division, no bit lost.
//
// Source: HeatViT (HPCA 2023), section V-C and Fig. 10, steps 1 and 2.
//
// Bits of the streams' data:
//   out: passes[0], score[8:1]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_decide_u8f7 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           mean_valid_i,
  output      logic           mean_ready_o,
  input  wire logic [2*8-1:0] mean_data_i,
  input  wire logic    [15:0] threshold_i,
  output      logic           out_valid_o,
  input  wire logic           out_ready_i,
  output      logic     [8:0] out_data_o
);

  typedef enum logic [1:0] {
    StIdle,
    StKeep,
    StPrune,
    StRest
  } state_e;

  state_e state_d, state_q;
  logic exp_in_ready;
  logic exp_out_valid;
  logic [8:0] magnitude;
  logic lower;
  logic [15:0] exp_out_data;
  exp_s9f7_u16f15 u_exp (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i ((state_q == StKeep) || (state_q == StPrune)),
    .in_ready_o (exp_in_ready),
    .in_data_i  (lower ? -magnitude : 9'sd0),
    .out_valid_o(exp_out_valid),
    .out_ready_i(1'b1),
    .out_data_o (exp_out_data)
  );

  logic [3:0] flying_d, flying_q;
  assign mean_ready_o = (state_q == StIdle) && !flying_q[3];

  logic mean_fire;
  assign mean_fire = mean_valid_i && mean_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  // The exponentials of a token stay until they are compared: hence the rest after each.
  always_comb begin
    state_d = state_q;
    flying_d = flying_q;
    if (mean_fire && !out_fire) begin
      flying_d = flying_q + 4'd1;
    end
    if (out_fire && !mean_fire) begin
      flying_d = flying_q - 4'd1;
    end
    unique case (state_q)
      StIdle: begin
        if (mean_fire) begin
          state_d = StKeep;
        end
      end
      StKeep: begin
        if (exp_in_ready) begin
          state_d = StPrune;
        end
      end
      StPrune: begin
        if (exp_in_ready) begin
          state_d = StRest;
        end
      end
      default: state_d = StIdle;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      flying_q <= 4'd0;
    end else begin
      state_q <= state_d;
      flying_q <= flying_d;
    end
  end

  logic second_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      second_q <= 1'b0;
    end else if (exp_out_valid) begin
      second_q <= !second_q;
    end
  end

  // Both channels relative to the larger one.
  logic loading;
  assign loading = state_q == StIdle;

  logic signed [8:0] difference_q;
  always_ff @(posedge clk_i) begin
    if (loading) begin
      difference_q <= 9'(mean_data_i[0*8 +: 8]) - 9'(mean_data_i[1*8 +: 8]);
    end
  end

  assign magnitude = difference_q[8] ? -difference_q : difference_q;
  assign lower = difference_q[8] ? state_q == StKeep : state_q == StPrune;

  // The exponentials, channel 0 first.
  logic [15:0] keep_exp_q;
  logic [15:0] prune_exp_q;
  always_ff @(posedge clk_i) begin
    if (exp_out_valid && !second_q) begin
      keep_exp_q <= exp_out_data;
    end
    if (exp_out_valid && second_q) begin
      prune_exp_q <= exp_out_data;
    end
  end

  logic [16:0] sum_q;
  logic [32:0] bound_q;
  always_ff @(posedge clk_i) begin
    sum_q <= 17'(keep_exp_q) + 17'(prune_exp_q);
    bound_q <= 33'(threshold_i) * 33'(sum_q);
  end

  logic passes_q;
  always_ff @(posedge clk_i) begin
    passes_q <= 33'({keep_exp_q, 16'd0}) >= bound_q;
  end

  // Sum, product and comparison are done; the verdict waits for its score.
  logic [3:0] progress_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      progress_q <= 4'd0;
    end else begin
      progress_q <= {progress_q[2:0], exp_out_valid && second_q};
    end
  end

  logic unused_scores_ready;
  logic unused_scores_valid;
  logic [7:0] scores_out_data;
  prim_fifo_w8_d8 u_scores (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (mean_fire),
    .in_ready_o (unused_scores_ready),
    .in_data_i  (mean_data_i[0*8 +: 8]),
    .out_valid_o(unused_scores_valid),
    .out_ready_i(out_fire),
    .out_data_o (scores_out_data)
  );

  logic unused_verdicts_ready;
  logic verdicts_out_valid;
  logic verdicts_out_data;
  prim_fifo_w1_d8 u_verdicts (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (progress_q[3]),
    .in_ready_o (unused_verdicts_ready),
    .in_data_i  (passes_q),
    .out_valid_o(verdicts_out_valid),
    .out_ready_i(out_ready_i),
    .out_data_o (verdicts_out_data)
  );

  assign out_valid_o = verdicts_out_valid;

  logic out_passes;
  assign out_passes = verdicts_out_data;

  logic [7:0] out_score;
  assign out_score = scores_out_data;
  assign out_data_o = {out_score, out_passes};

endmodule

`default_nettype wire
