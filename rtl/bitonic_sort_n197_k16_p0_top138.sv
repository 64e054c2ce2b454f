// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sorts 197 unsigned keys of 16 bits, one vector a beat: descending, equal keys by lower index.
// Element i of the output is the token of new index i: it came in at index id_old, and its flag
// is set where i < k. Batcher's bitonic network with every comparator pointing the same way: 36
// stages, a register after each.
//
// Bits of the streams' data, lane 0 in the lowest:
//   out: key[3151:0] (197 x 16), id_old[4727:3152] (197 x 8), id_new[6303:4728] (197 x 8),
//       flag[6500:6304] (197 x 1)
//
// Source: Batcher 1968; SDP (IPDPSW 2024), token dropping hardware.
// Latency: 36 cycles, one beat every cycle.
//
// Configuration a47914d86f66b9db: flow = stall, key_signed = false, key_width = 16, n = 197,
// payload_width = 0, register_every = 1, top_k = 138.
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_sort_n197_k16_p0_top138 (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic [197*16-1:0] in_data_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic     [6500:0] out_data_o
);

  logic [197*24-1:0] word;
  logic [197*24-1:0] sorted_1;
  bitonic_stage_n197_r24_p0_mirror2 u_stage_1 (
    .x_i(word),
    .y_o(sorted_1)
  );

  logic advance;
  logic [197*24-1:0] held_1;
  stage_register_n197_w24 u_register_1 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_1),
    .q_o      (held_1)
  );

  logic [197*24-1:0] sorted_2;
  bitonic_stage_n197_r24_p0_mirror4 u_stage_2 (
    .x_i(held_1),
    .y_o(sorted_2)
  );

  logic [197*24-1:0] held_2;
  stage_register_n197_w24 u_register_2 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_2),
    .q_o      (held_2)
  );

  logic [197*24-1:0] sorted_3;
  bitonic_stage_n197_r24_p0_half2 u_stage_3 (
    .x_i(held_2),
    .y_o(sorted_3)
  );

  logic [197*24-1:0] held_3;
  stage_register_n197_w24 u_register_3 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_3),
    .q_o      (held_3)
  );

  logic [197*24-1:0] sorted_4;
  bitonic_stage_n197_r24_p0_mirror8 u_stage_4 (
    .x_i(held_3),
    .y_o(sorted_4)
  );

  logic [197*24-1:0] held_4;
  stage_register_n197_w24 u_register_4 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_4),
    .q_o      (held_4)
  );

  logic [197*24-1:0] sorted_5;
  bitonic_stage_n197_r24_p0_half4 u_stage_5 (
    .x_i(held_4),
    .y_o(sorted_5)
  );

  logic [197*24-1:0] held_5;
  stage_register_n197_w24 u_register_5 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_5),
    .q_o      (held_5)
  );

  logic [197*24-1:0] sorted_6;
  bitonic_stage_n197_r24_p0_half2 u_stage_6 (
    .x_i(held_5),
    .y_o(sorted_6)
  );

  logic [197*24-1:0] held_6;
  stage_register_n197_w24 u_register_6 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_6),
    .q_o      (held_6)
  );

  logic [197*24-1:0] sorted_7;
  bitonic_stage_n197_r24_p0_mirror16 u_stage_7 (
    .x_i(held_6),
    .y_o(sorted_7)
  );

  logic [197*24-1:0] held_7;
  stage_register_n197_w24 u_register_7 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_7),
    .q_o      (held_7)
  );

  logic [197*24-1:0] sorted_8;
  bitonic_stage_n197_r24_p0_half8 u_stage_8 (
    .x_i(held_7),
    .y_o(sorted_8)
  );

  logic [197*24-1:0] held_8;
  stage_register_n197_w24 u_register_8 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_8),
    .q_o      (held_8)
  );

  logic [197*24-1:0] sorted_9;
  bitonic_stage_n197_r24_p0_half4 u_stage_9 (
    .x_i(held_8),
    .y_o(sorted_9)
  );

  logic [197*24-1:0] held_9;
  stage_register_n197_w24 u_register_9 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_9),
    .q_o      (held_9)
  );

  logic [197*24-1:0] sorted_10;
  bitonic_stage_n197_r24_p0_half2 u_stage_10 (
    .x_i(held_9),
    .y_o(sorted_10)
  );

  logic [197*24-1:0] held_10;
  stage_register_n197_w24 u_register_10 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_10),
    .q_o      (held_10)
  );

  logic [197*24-1:0] sorted_11;
  bitonic_stage_n197_r24_p0_mirror32 u_stage_11 (
    .x_i(held_10),
    .y_o(sorted_11)
  );

  logic [197*24-1:0] held_11;
  stage_register_n197_w24 u_register_11 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_11),
    .q_o      (held_11)
  );

  logic [197*24-1:0] sorted_12;
  bitonic_stage_n197_r24_p0_half16 u_stage_12 (
    .x_i(held_11),
    .y_o(sorted_12)
  );

  logic [197*24-1:0] held_12;
  stage_register_n197_w24 u_register_12 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_12),
    .q_o      (held_12)
  );

  logic [197*24-1:0] sorted_13;
  bitonic_stage_n197_r24_p0_half8 u_stage_13 (
    .x_i(held_12),
    .y_o(sorted_13)
  );

  logic [197*24-1:0] held_13;
  stage_register_n197_w24 u_register_13 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_13),
    .q_o      (held_13)
  );

  logic [197*24-1:0] sorted_14;
  bitonic_stage_n197_r24_p0_half4 u_stage_14 (
    .x_i(held_13),
    .y_o(sorted_14)
  );

  logic [197*24-1:0] held_14;
  stage_register_n197_w24 u_register_14 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_14),
    .q_o      (held_14)
  );

  logic [197*24-1:0] sorted_15;
  bitonic_stage_n197_r24_p0_half2 u_stage_15 (
    .x_i(held_14),
    .y_o(sorted_15)
  );

  logic [197*24-1:0] held_15;
  stage_register_n197_w24 u_register_15 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_15),
    .q_o      (held_15)
  );

  logic [197*24-1:0] sorted_16;
  bitonic_stage_n197_r24_p0_mirror64 u_stage_16 (
    .x_i(held_15),
    .y_o(sorted_16)
  );

  logic [197*24-1:0] held_16;
  stage_register_n197_w24 u_register_16 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_16),
    .q_o      (held_16)
  );

  logic [197*24-1:0] sorted_17;
  bitonic_stage_n197_r24_p0_half32 u_stage_17 (
    .x_i(held_16),
    .y_o(sorted_17)
  );

  logic [197*24-1:0] held_17;
  stage_register_n197_w24 u_register_17 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_17),
    .q_o      (held_17)
  );

  logic [197*24-1:0] sorted_18;
  bitonic_stage_n197_r24_p0_half16 u_stage_18 (
    .x_i(held_17),
    .y_o(sorted_18)
  );

  logic [197*24-1:0] held_18;
  stage_register_n197_w24 u_register_18 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_18),
    .q_o      (held_18)
  );

  logic [197*24-1:0] sorted_19;
  bitonic_stage_n197_r24_p0_half8 u_stage_19 (
    .x_i(held_18),
    .y_o(sorted_19)
  );

  logic [197*24-1:0] held_19;
  stage_register_n197_w24 u_register_19 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_19),
    .q_o      (held_19)
  );

  logic [197*24-1:0] sorted_20;
  bitonic_stage_n197_r24_p0_half4 u_stage_20 (
    .x_i(held_19),
    .y_o(sorted_20)
  );

  logic [197*24-1:0] held_20;
  stage_register_n197_w24 u_register_20 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_20),
    .q_o      (held_20)
  );

  logic [197*24-1:0] sorted_21;
  bitonic_stage_n197_r24_p0_half2 u_stage_21 (
    .x_i(held_20),
    .y_o(sorted_21)
  );

  logic [197*24-1:0] held_21;
  stage_register_n197_w24 u_register_21 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_21),
    .q_o      (held_21)
  );

  logic [197*24-1:0] sorted_22;
  bitonic_stage_n197_r24_p0_mirror128 u_stage_22 (
    .x_i(held_21),
    .y_o(sorted_22)
  );

  logic [197*24-1:0] held_22;
  stage_register_n197_w24 u_register_22 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_22),
    .q_o      (held_22)
  );

  logic [197*24-1:0] sorted_23;
  bitonic_stage_n197_r24_p0_half64 u_stage_23 (
    .x_i(held_22),
    .y_o(sorted_23)
  );

  logic [197*24-1:0] held_23;
  stage_register_n197_w24 u_register_23 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_23),
    .q_o      (held_23)
  );

  logic [197*24-1:0] sorted_24;
  bitonic_stage_n197_r24_p0_half32 u_stage_24 (
    .x_i(held_23),
    .y_o(sorted_24)
  );

  logic [197*24-1:0] held_24;
  stage_register_n197_w24 u_register_24 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_24),
    .q_o      (held_24)
  );

  logic [197*24-1:0] sorted_25;
  bitonic_stage_n197_r24_p0_half16 u_stage_25 (
    .x_i(held_24),
    .y_o(sorted_25)
  );

  logic [197*24-1:0] held_25;
  stage_register_n197_w24 u_register_25 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_25),
    .q_o      (held_25)
  );

  logic [197*24-1:0] sorted_26;
  bitonic_stage_n197_r24_p0_half8 u_stage_26 (
    .x_i(held_25),
    .y_o(sorted_26)
  );

  logic [197*24-1:0] held_26;
  stage_register_n197_w24 u_register_26 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_26),
    .q_o      (held_26)
  );

  logic [197*24-1:0] sorted_27;
  bitonic_stage_n197_r24_p0_half4 u_stage_27 (
    .x_i(held_26),
    .y_o(sorted_27)
  );

  logic [197*24-1:0] held_27;
  stage_register_n197_w24 u_register_27 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_27),
    .q_o      (held_27)
  );

  logic [197*24-1:0] sorted_28;
  bitonic_stage_n197_r24_p0_half2 u_stage_28 (
    .x_i(held_27),
    .y_o(sorted_28)
  );

  logic [197*24-1:0] held_28;
  stage_register_n197_w24 u_register_28 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_28),
    .q_o      (held_28)
  );

  logic [197*24-1:0] sorted_29;
  bitonic_stage_n197_r24_p0_mirror256 u_stage_29 (
    .x_i(held_28),
    .y_o(sorted_29)
  );

  logic [197*24-1:0] held_29;
  stage_register_n197_w24 u_register_29 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_29),
    .q_o      (held_29)
  );

  logic [197*24-1:0] sorted_30;
  bitonic_stage_n197_r24_p0_half128 u_stage_30 (
    .x_i(held_29),
    .y_o(sorted_30)
  );

  logic [197*24-1:0] held_30;
  stage_register_n197_w24 u_register_30 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_30),
    .q_o      (held_30)
  );

  logic [197*24-1:0] sorted_31;
  bitonic_stage_n197_r24_p0_half64 u_stage_31 (
    .x_i(held_30),
    .y_o(sorted_31)
  );

  logic [197*24-1:0] held_31;
  stage_register_n197_w24 u_register_31 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_31),
    .q_o      (held_31)
  );

  logic [197*24-1:0] sorted_32;
  bitonic_stage_n197_r24_p0_half32 u_stage_32 (
    .x_i(held_31),
    .y_o(sorted_32)
  );

  logic [197*24-1:0] held_32;
  stage_register_n197_w24 u_register_32 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_32),
    .q_o      (held_32)
  );

  logic [197*24-1:0] sorted_33;
  bitonic_stage_n197_r24_p0_half16 u_stage_33 (
    .x_i(held_32),
    .y_o(sorted_33)
  );

  logic [197*24-1:0] held_33;
  stage_register_n197_w24 u_register_33 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_33),
    .q_o      (held_33)
  );

  logic [197*24-1:0] sorted_34;
  bitonic_stage_n197_r24_p0_half8 u_stage_34 (
    .x_i(held_33),
    .y_o(sorted_34)
  );

  logic [197*24-1:0] held_34;
  stage_register_n197_w24 u_register_34 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_34),
    .q_o      (held_34)
  );

  logic [197*24-1:0] sorted_35;
  bitonic_stage_n197_r24_p0_half4 u_stage_35 (
    .x_i(held_34),
    .y_o(sorted_35)
  );

  logic [197*24-1:0] held_35;
  stage_register_n197_w24 u_register_35 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_35),
    .q_o      (held_35)
  );

  logic [197*24-1:0] sorted_36;
  bitonic_stage_n197_r24_p0_half2 u_stage_36 (
    .x_i(held_35),
    .y_o(sorted_36)
  );

  logic [197*24-1:0] held_36;
  stage_register_n197_w24 u_register_36 (
    .clk_i    (clk_i),
    .advance_i(advance),
    .d_i      (sorted_36),
    .q_o      (held_36)
  );

  // Every stage moves when the output is empty or taken.
  logic [35:0] valid_q;
  assign out_valid_o = valid_q[35];
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 36'd0;
    end else if (advance) begin
      valid_q <= {valid_q[34:0], in_valid_i};
    end
  end

  genvar token;
  generate
    for (token = 0; token < 197; token = token + 1) begin : gen_token
      logic [7:0] complement;
      assign complement = 8'(255-token);
      assign word[token*24 +: 24] = {in_data_i[token*16 +: 16], complement};
    end
  endgenerate

  logic [197*16-1:0] key;
  logic [197*8-1:0] id_old;
  logic [197*8-1:0] id_new;
  logic [196:0] flag;
  genvar element;
  generate
    for (element = 0; element < 197; element = element + 1) begin : gen_element
      assign key[element*16 +: 16] = held_36[element*24+8 +: 16];
      assign id_old[element*8 +: 8] = ~held_36[element*24 +: 8];
      assign id_new[element*8 +: 8] = 8'(element);
      assign flag[element] = 8'd138 > $unsigned(8'(element));
    end
  endgenerate

  logic [197*16-1:0] out_key;
  assign out_key = key;

  logic [197*8-1:0] out_id_old;
  assign out_id_old = id_old;

  logic [197*8-1:0] out_id_new;
  assign out_id_new = id_new;

  logic [196:0] out_flag;
  assign out_flag = flag;
  assign out_data_o = {out_flag, out_id_new, out_id_old, out_key};

endmodule

`default_nettype wire
