// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// The indices of 16 keys in descending order of the keys, equal keys by lower index. A word is
// {key, complement of the index}, so that no two are equal. 10 stages.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module merge_exchange_order_n16_k16_top12 (
  input  wire logic             clk_i,
  input  wire logic             rst_i,
  input  wire logic             start_i,
  input  wire logic [16*16-1:0] key_i,
  output      logic             done_o,
  output      logic  [16*4-1:0] order_o
);

  logic [16*20-1:0] word;
  genvar token;
  generate
    for (token = 0; token < 16; token = token + 1) begin : gen_token
      logic [3:0] complement;
      assign complement = 4'(15-token);
      assign word[token*20 +: 20] = {key_i[token*16 +: 16], complement};
    end
  endgenerate

  logic [16*20-1:0] sorted_1;
  merge_stage_n16_r20_top12_1 u_stage_1 (
    .x_i(word),
    .y_o(sorted_1)
  );

  logic [16*20-1:0] held_1;
  stage_register_n16_w20 u_register_1 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_1),
    .q_o      (held_1)
  );

  logic valid_1_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_1_q <= 1'b0;
    end else begin
      valid_1_q <= start_i;
    end
  end

  logic [16*20-1:0] sorted_2;
  merge_stage_n16_r20_top12_2 u_stage_2 (
    .x_i(held_1),
    .y_o(sorted_2)
  );

  logic [16*20-1:0] held_2;
  stage_register_n16_w20 u_register_2 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_2),
    .q_o      (held_2)
  );

  logic valid_2_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_2_q <= 1'b0;
    end else begin
      valid_2_q <= valid_1_q;
    end
  end

  logic [16*20-1:0] sorted_3;
  merge_stage_n16_r20_top12_3 u_stage_3 (
    .x_i(held_2),
    .y_o(sorted_3)
  );

  logic [16*20-1:0] held_3;
  stage_register_n16_w20 u_register_3 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_3),
    .q_o      (held_3)
  );

  logic valid_3_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_3_q <= 1'b0;
    end else begin
      valid_3_q <= valid_2_q;
    end
  end

  logic [16*20-1:0] sorted_4;
  merge_stage_n16_r20_top12_4 u_stage_4 (
    .x_i(held_3),
    .y_o(sorted_4)
  );

  logic [16*20-1:0] held_4;
  stage_register_n16_w20 u_register_4 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_4),
    .q_o      (held_4)
  );

  logic valid_4_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_4_q <= 1'b0;
    end else begin
      valid_4_q <= valid_3_q;
    end
  end

  logic [16*20-1:0] sorted_5;
  merge_stage_n16_r20_top12_5 u_stage_5 (
    .x_i(held_4),
    .y_o(sorted_5)
  );

  logic [16*20-1:0] held_5;
  stage_register_n16_w20 u_register_5 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_5),
    .q_o      (held_5)
  );

  logic valid_5_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_5_q <= 1'b0;
    end else begin
      valid_5_q <= valid_4_q;
    end
  end

  logic [16*20-1:0] sorted_6;
  merge_stage_n16_r20_top12_6 u_stage_6 (
    .x_i(held_5),
    .y_o(sorted_6)
  );

  logic [16*20-1:0] held_6;
  stage_register_n16_w20 u_register_6 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_6),
    .q_o      (held_6)
  );

  logic valid_6_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_6_q <= 1'b0;
    end else begin
      valid_6_q <= valid_5_q;
    end
  end

  logic [16*20-1:0] sorted_7;
  merge_stage_n16_r20_top12_7 u_stage_7 (
    .x_i(held_6),
    .y_o(sorted_7)
  );

  logic [16*20-1:0] held_7;
  stage_register_n16_w20 u_register_7 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_7),
    .q_o      (held_7)
  );

  logic valid_7_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_7_q <= 1'b0;
    end else begin
      valid_7_q <= valid_6_q;
    end
  end

  logic [16*20-1:0] sorted_8;
  merge_stage_n16_r20_top12_8 u_stage_8 (
    .x_i(held_7),
    .y_o(sorted_8)
  );

  logic [16*20-1:0] held_8;
  stage_register_n16_w20 u_register_8 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_8),
    .q_o      (held_8)
  );

  logic valid_8_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_8_q <= 1'b0;
    end else begin
      valid_8_q <= valid_7_q;
    end
  end

  logic [16*20-1:0] sorted_9;
  merge_stage_n16_r20_top12_9 u_stage_9 (
    .x_i(held_8),
    .y_o(sorted_9)
  );

  logic [16*20-1:0] held_9;
  stage_register_n16_w20 u_register_9 (
    .clk_i    (clk_i),
    .advance_i(1'b1),
    .d_i      (sorted_9),
    .q_o      (held_9)
  );

  logic valid_9_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_9_q <= 1'b0;
    end else begin
      valid_9_q <= valid_8_q;
    end
  end

  logic [16*20-1:0] sorted_10;
  merge_stage_n16_r20_top12_10 u_stage_10 (
    .x_i(held_9),
    .y_o(sorted_10)
  );

  // Only the indices leave; they stay until the next order is there.
  logic [16*4-1:0] order_q;
  logic [16*16-1:0] unused_keys;
  genvar place;
  generate
    for (place = 0; place < 16; place = place + 1) begin : gen_place
      assign unused_keys[place*16 +: 16] = sorted_10[place*20+4 +: 16];

      always_ff @(posedge clk_i) begin
        if (valid_9_q) begin
          order_q[place*4 +: 4] <= ~sorted_10[place*20 +: 4];
        end
      end
    end
  endgenerate

  logic done_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      done_q <= 1'b0;
    end else begin
      done_q <= valid_9_q;
    end
  end

  assign done_o = done_q;
  assign order_o = order_q;

endmodule

`default_nettype wire
