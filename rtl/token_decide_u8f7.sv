// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Softmax over the two channels of a token's score, compared with the threshold. e0 / (e0 + e1)
// >= threshold is decided as e0 >= threshold * (e0 + e1): no division, no bit lost.
//
// Source: HeatViT (HPCA 2023), section V-C and Fig. 10, steps 1 and 2.
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

  typedef enum logic [2:0] {
    StIdle,
    StKeep,
    StPrune,
    StWait,
    StSum,
    StProduct,
    StCompare,
    StDone
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

  assign mean_ready_o = state_q == StIdle;
  assign out_valid_o = state_q == StDone;

  logic second_q;
  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle: begin
        if (mean_valid_i) begin
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
          state_d = StWait;
        end
      end
      StWait: begin
        if (exp_out_valid && second_q) begin
          state_d = StSum;
        end
      end
      StSum: state_d = StProduct;
      StProduct: state_d = StCompare;
      StCompare: state_d = StDone;
      default: begin
        if (out_ready_i) begin
          state_d = StIdle;
        end
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
    end else begin
      state_q <= state_d;
    end
  end

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

  logic [7:0] score_q;
  logic signed [8:0] difference_q;
  always_ff @(posedge clk_i) begin
    if (loading) begin
      score_q <= mean_data_i[0*8 +: 8];
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

  logic out_passes;
  assign out_passes = passes_q;

  logic [7:0] out_score;
  assign out_score = score_q;
  assign out_data_o = {out_score, out_passes};

endmodule

`default_nettype wire
