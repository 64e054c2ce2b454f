// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sums the class token's attention over the heads. The mean would have a common factor 1/heads,
// which changes neither the order of the tokens nor an average that is weighted with it.
//
// Bits of the streams' data:
//   job: last_token[7:0], last_head[10:8]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module tdhm_scores_u16f15_t197_h6 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        job_valid_i,
  output      logic        job_ready_o,
  input  wire logic [10:0] job_data_i,
  input  wire logic        attention_valid_i,
  output      logic        attention_ready_o,
  input  wire logic [15:0] attention_data_i,
  output      logic        key_valid_o,
  input  wire logic        key_ready_i,
  output      logic [18:0] key_data_o,
  input  wire logic        read_half_i,
  input  wire logic  [7:0] read_token_i,
  output      logic [18:0] read_score_o
);

  logic attention_fire;
  assign attention_fire = attention_valid_i && attention_ready_o;

  logic [7:0] job_last_token;
  assign job_last_token = job_data_i[7:0];

  logic [7:0] token_d, token_q;
  logic final_token;
  assign final_token = token_q == job_last_token;

  logic [2:0] job_last_head;
  assign job_last_head = job_data_i[10:8];

  logic [2:0] head_d, head_q;
  logic final_head;
  assign final_head = head_q == job_last_head;

  logic row_ends;
  assign row_ends = attention_fire && final_token;

  logic job_ends;
  assign job_ends = row_ends && final_head;

  logic summed;
  assign summed = attention_fire && final_head && |token_q;

  logic key_valid_d, key_valid_q;
  assign attention_ready_o = job_valid_i && (!key_valid_q || key_ready_i);
  assign job_ready_o = job_ends;

  logic half_d, half_q;
  always_comb begin
    token_d = token_q;
    head_d = head_q;
    half_d = half_q;
    key_valid_d = key_valid_q;
    if (key_ready_i) begin
      key_valid_d = 1'b0;
    end
    if (summed) begin
      key_valid_d = 1'b1;
    end
    if (attention_fire) begin
      token_d = token_q + 8'd1;
    end
    if (row_ends) begin
      token_d = 8'd0;
      head_d = head_q + 3'd1;
    end
    if (job_ends) begin
      head_d = 3'd0;
      half_d = !half_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      token_q <= 8'd0;
      head_q <= 3'd0;
      half_q <= 1'b0;
      key_valid_q <= 1'b0;
    end else begin
      token_q <= token_d;
      head_q <= head_d;
      half_q <= half_d;
      key_valid_q <= key_valid_d;
    end
  end

  logic [18:0] so_far;
  (* ram_style = "distributed" *) logic [18:0] partial [256];
  assign so_far = partial[token_q] & {19{|head_q}};

  logic [18:0] sum;
  assign sum = so_far + 19'(attention_data_i);

  logic [18:0] key_q;
  (* ram_style = "distributed" *) logic [18:0] whole [512];
  always_ff @(posedge clk_i) begin
    if (attention_fire) begin
      partial[token_q] <= sum;
    end
    if (summed) begin
      whole[{half_q, token_q}] <= sum;
      key_q <= sum;
    end
  end

  assign key_valid_o = key_valid_q;
  assign key_data_o = key_q;
  assign read_score_o = whole[{read_half_i, read_token_i}];

endmodule

`default_nettype wire
