// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sorts 16 unsigned keys of 16 bits, one vector a beat: descending, equal keys by lower index.
// Element i of the output is the token of new index i: it came in at index id_old, and its flag
// is set where i < k. Batcher's bitonic network with every comparator pointing the same way: 10
// stages, a register after each.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: key[255:0] (16 x 16), k[260:256]
//   out: key[255:0] (16 x 16), id_old[319:256] (16 x 4), id_new[383:320] (16 x 4),
//       flag[399:384] (16 x 1)
//
// Source: Batcher 1968; SDP (IPDPSW 2024), token dropping hardware.
// Latency: 10 cycles, one beat every cycle.
//
// Configuration dac84e5ee15953aa: flow = stall, key_signed = false, key_width = 16, n = 16,
// payload_width = 0, register_every = 1.
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_sort_n16_k16_p0 (
  input  wire logic         clk_i,
  input  wire logic         rst_i,
  input  wire logic         in_valid_i,
  output      logic         in_ready_o,
  input  wire logic [260:0] in_data_i,
  output      logic         out_valid_o,
  input  wire logic         out_ready_i,
  output      logic [399:0] out_data_o
);

  logic [16*16-1:0] in_key;
  assign in_key = in_data_i[255:0];

  logic [16*20-1:0] word;
  logic [16*20-1:0] sorted_1;
  bitonic_stage_n16_r20_p0_mirror2 u_stage_1 (
    .x_i(word),
    .y_o(sorted_1)
  );

  logic advance;
  logic [16*20-1:0] held_1;
  stage_register_n16_w20 u_register_1 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_1),
    .q_o      (held_1)
  );

  logic [16*20-1:0] sorted_2;
  bitonic_stage_n16_r20_p0_mirror4 u_stage_2 (
    .x_i(held_1),
    .y_o(sorted_2)
  );

  logic [16*20-1:0] held_2;
  stage_register_n16_w20 u_register_2 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_2),
    .q_o      (held_2)
  );

  logic [16*20-1:0] sorted_3;
  bitonic_stage_n16_r20_p0_half2 u_stage_3 (
    .x_i(held_2),
    .y_o(sorted_3)
  );

  logic [16*20-1:0] held_3;
  stage_register_n16_w20 u_register_3 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_3),
    .q_o      (held_3)
  );

  logic [16*20-1:0] sorted_4;
  bitonic_stage_n16_r20_p0_mirror8 u_stage_4 (
    .x_i(held_3),
    .y_o(sorted_4)
  );

  logic [16*20-1:0] held_4;
  stage_register_n16_w20 u_register_4 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_4),
    .q_o      (held_4)
  );

  logic [16*20-1:0] sorted_5;
  bitonic_stage_n16_r20_p0_half4 u_stage_5 (
    .x_i(held_4),
    .y_o(sorted_5)
  );

  logic [16*20-1:0] held_5;
  stage_register_n16_w20 u_register_5 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_5),
    .q_o      (held_5)
  );

  logic [16*20-1:0] sorted_6;
  bitonic_stage_n16_r20_p0_half2 u_stage_6 (
    .x_i(held_5),
    .y_o(sorted_6)
  );

  logic [16*20-1:0] held_6;
  stage_register_n16_w20 u_register_6 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_6),
    .q_o      (held_6)
  );

  logic [16*20-1:0] sorted_7;
  bitonic_stage_n16_r20_p0_mirror16 u_stage_7 (
    .x_i(held_6),
    .y_o(sorted_7)
  );

  logic [16*20-1:0] held_7;
  stage_register_n16_w20 u_register_7 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_7),
    .q_o      (held_7)
  );

  logic [16*20-1:0] sorted_8;
  bitonic_stage_n16_r20_p0_half8 u_stage_8 (
    .x_i(held_7),
    .y_o(sorted_8)
  );

  logic [16*20-1:0] held_8;
  stage_register_n16_w20 u_register_8 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_8),
    .q_o      (held_8)
  );

  logic [16*20-1:0] sorted_9;
  bitonic_stage_n16_r20_p0_half4 u_stage_9 (
    .x_i(held_8),
    .y_o(sorted_9)
  );

  logic [16*20-1:0] held_9;
  stage_register_n16_w20 u_register_9 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_9),
    .q_o      (held_9)
  );

  logic [16*20-1:0] sorted_10;
  bitonic_stage_n16_r20_p0_half2 u_stage_10 (
    .x_i(held_9),
    .y_o(sorted_10)
  );

  logic [16*20-1:0] held_10;
  stage_register_n16_w20 u_register_10 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_10),
    .q_o      (held_10)
  );

  logic [4:0] in_k;
  assign in_k = in_data_i[260:256];

  // Every stage moves when the output is empty or taken.
  logic [9:0] valid_q;
  assign out_valid_o = valid_q[9];
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 10'd0;
    end else if (advance) begin
      valid_q <= {valid_q[8:0], in_valid_i};
    end
  end

  // Stage 1
  genvar token;
  generate
    for (token = 0; token < 16; token = token + 1) begin : gen_token
      logic [3:0] complement;
      assign complement = 4'(15-token);
      assign word[token*20 +: 20] = {in_key[token*16 +: 16], complement};
    end
  endgenerate

  logic [4:0] k_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s1_q <= in_k;
    end
  end

  logic [4:0] k_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s2_q <= k_s1_q;
    end
  end

  logic [4:0] k_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s3_q <= k_s2_q;
    end
  end

  logic [4:0] k_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s4_q <= k_s3_q;
    end
  end

  logic [4:0] k_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s5_q <= k_s4_q;
    end
  end

  logic [4:0] k_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s6_q <= k_s5_q;
    end
  end

  logic [4:0] k_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s7_q <= k_s6_q;
    end
  end

  logic [4:0] k_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s8_q <= k_s7_q;
    end
  end

  logic [4:0] k_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s9_q <= k_s8_q;
    end
  end

  logic [4:0] k_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s10_q <= k_s9_q;
    end
  end

  logic [16*16-1:0] key;
  logic [16*4-1:0] id_old;
  logic [16*4-1:0] id_new;
  logic [15:0] flag;
  genvar element;
  generate
    for (element = 0; element < 16; element = element + 1) begin : gen_element
      assign key[element*16 +: 16] = held_10[element*20+4 +: 16];
      assign id_old[element*4 +: 4] = ~held_10[element*20 +: 4];
      assign id_new[element*4 +: 4] = 4'(element);
      assign flag[element] = k_s10_q > $unsigned(5'(element));
    end
  endgenerate

  logic [16*16-1:0] out_key;
  assign out_key = key;

  logic [16*4-1:0] out_id_old;
  assign out_id_old = id_old;

  logic [16*4-1:0] out_id_new;
  assign out_id_new = id_new;

  logic [15:0] out_flag;
  assign out_flag = flag;
  assign out_data_o = {out_flag, out_id_new, out_id_old, out_key};

endmodule

`default_nettype wire
