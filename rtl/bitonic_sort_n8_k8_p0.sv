// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sorts 8 unsigned keys of 8 bits, one vector a beat: descending, equal keys by lower index.
// Element i of the output is the token of new index i: it came in at index id_old, and its flag
// is set where i < k. Batcher's bitonic network with every comparator pointing the same way: 6
// stages, a register after each.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: key[63:0] (8 x 8), k[67:64]
//   out: key[63:0] (8 x 8), id_old[87:64] (8 x 3), id_new[111:88] (8 x 3), flag[119:112] (8 x 1)
//
// Source: Batcher 1968; SDP (IPDPSW 2024), token dropping hardware.
// Latency: 6 cycles, one beat every cycle.
//
// Configuration dd282e67a4d4a1b1: flow = stall, key_signed = false, key_width = 8, n = 8,
// payload_width = 0, register_every = 1.
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_sort_n8_k8_p0 (
  input  wire logic         clk_i,
  input  wire logic         rst_i,
  input  wire logic         in_valid_i,
  output      logic         in_ready_o,
  input  wire logic  [67:0] in_data_i,
  output      logic         out_valid_o,
  input  wire logic         out_ready_i,
  output      logic [119:0] out_data_o
);

  logic [8*8-1:0] in_key;
  assign in_key = in_data_i[63:0];

  logic [8*11-1:0] word;
  logic [8*11-1:0] sorted_1;
  bitonic_stage_n8_r11_p0_mirror2 u_stage_1 (
    .x_i(word),
    .y_o(sorted_1)
  );

  logic advance;
  logic [8*11-1:0] held_1;
  stage_register_n8_w11 u_register_1 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_1),
    .q_o      (held_1)
  );

  logic [8*11-1:0] sorted_2;
  bitonic_stage_n8_r11_p0_mirror4 u_stage_2 (
    .x_i(held_1),
    .y_o(sorted_2)
  );

  logic [8*11-1:0] held_2;
  stage_register_n8_w11 u_register_2 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_2),
    .q_o      (held_2)
  );

  logic [8*11-1:0] sorted_3;
  bitonic_stage_n8_r11_p0_half2 u_stage_3 (
    .x_i(held_2),
    .y_o(sorted_3)
  );

  logic [8*11-1:0] held_3;
  stage_register_n8_w11 u_register_3 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_3),
    .q_o      (held_3)
  );

  logic [8*11-1:0] sorted_4;
  bitonic_stage_n8_r11_p0_mirror8 u_stage_4 (
    .x_i(held_3),
    .y_o(sorted_4)
  );

  logic [8*11-1:0] held_4;
  stage_register_n8_w11 u_register_4 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_4),
    .q_o      (held_4)
  );

  logic [8*11-1:0] sorted_5;
  bitonic_stage_n8_r11_p0_half4 u_stage_5 (
    .x_i(held_4),
    .y_o(sorted_5)
  );

  logic [8*11-1:0] held_5;
  stage_register_n8_w11 u_register_5 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_5),
    .q_o      (held_5)
  );

  logic [8*11-1:0] sorted_6;
  bitonic_stage_n8_r11_p0_half2 u_stage_6 (
    .x_i(held_5),
    .y_o(sorted_6)
  );

  logic [8*11-1:0] held_6;
  stage_register_n8_w11 u_register_6 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_6),
    .q_o      (held_6)
  );

  logic [3:0] in_k;
  assign in_k = in_data_i[67:64];

  // Every stage moves when the output is empty or taken.
  logic [5:0] valid_q;
  assign out_valid_o = valid_q[5];
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 6'd0;
    end else if (advance) begin
      valid_q <= {valid_q[4:0], in_valid_i};
    end
  end

  // Stage 1
  genvar token;
  generate
    for (token = 0; token < 8; token = token + 1) begin : gen_token
      logic [2:0] complement;
      assign complement = 3'(7-token);
      assign word[token*11 +: 11] = {in_key[token*8 +: 8], complement};
    end
  endgenerate

  logic [3:0] k_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s1_q <= in_k;
    end
  end

  logic [3:0] k_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s2_q <= k_s1_q;
    end
  end

  logic [3:0] k_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s3_q <= k_s2_q;
    end
  end

  logic [3:0] k_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s4_q <= k_s3_q;
    end
  end

  logic [3:0] k_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s5_q <= k_s4_q;
    end
  end

  logic [3:0] k_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      k_s6_q <= k_s5_q;
    end
  end

  logic [8*8-1:0] key;
  logic [8*3-1:0] id_old;
  logic [8*3-1:0] id_new;
  logic [7:0] flag;
  genvar element;
  generate
    for (element = 0; element < 8; element = element + 1) begin : gen_element
      assign key[element*8 +: 8] = held_6[element*11+3 +: 8];
      assign id_old[element*3 +: 3] = ~held_6[element*11 +: 3];
      assign id_new[element*3 +: 3] = 3'(element);
      assign flag[element] = k_s6_q > $unsigned(4'(element));
    end
  endgenerate

  logic [8*8-1:0] out_key;
  assign out_key = key;

  logic [8*3-1:0] out_id_old;
  assign out_id_old = id_old;

  logic [8*3-1:0] out_id_new;
  assign out_id_new = id_new;

  logic [7:0] out_flag;
  assign out_flag = flag;
  assign out_data_o = {out_flag, out_id_new, out_id_old, out_key};

endmodule

`default_nettype wire
