// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Sorts 197 unsigned keys of 16 bits, one vector a beat: descending, equal keys by lower index.
// Element i of the output is the token of new index i: it came in at index id_old, and its flag
// is set where i < k. Batcher's bitonic network with every comparator pointing the same way: 36
// stages, a register after each.
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

  logic [197*24-1:0] stage_1_q;
  logic [197*24-1:0] sorted_2;
  bitonic_stage_n197_r24_p0_mirror4 u_stage_2 (
    .x_i(stage_1_q),
    .y_o(sorted_2)
  );

  logic [197*24-1:0] stage_2_q;
  logic [197*24-1:0] sorted_3;
  bitonic_stage_n197_r24_p0_half2 u_stage_3 (
    .x_i(stage_2_q),
    .y_o(sorted_3)
  );

  logic [197*24-1:0] stage_3_q;
  logic [197*24-1:0] sorted_4;
  bitonic_stage_n197_r24_p0_mirror8 u_stage_4 (
    .x_i(stage_3_q),
    .y_o(sorted_4)
  );

  logic [197*24-1:0] stage_4_q;
  logic [197*24-1:0] sorted_5;
  bitonic_stage_n197_r24_p0_half4 u_stage_5 (
    .x_i(stage_4_q),
    .y_o(sorted_5)
  );

  logic [197*24-1:0] stage_5_q;
  logic [197*24-1:0] sorted_6;
  bitonic_stage_n197_r24_p0_half2 u_stage_6 (
    .x_i(stage_5_q),
    .y_o(sorted_6)
  );

  logic [197*24-1:0] stage_6_q;
  logic [197*24-1:0] sorted_7;
  bitonic_stage_n197_r24_p0_mirror16 u_stage_7 (
    .x_i(stage_6_q),
    .y_o(sorted_7)
  );

  logic [197*24-1:0] stage_7_q;
  logic [197*24-1:0] sorted_8;
  bitonic_stage_n197_r24_p0_half8 u_stage_8 (
    .x_i(stage_7_q),
    .y_o(sorted_8)
  );

  logic [197*24-1:0] stage_8_q;
  logic [197*24-1:0] sorted_9;
  bitonic_stage_n197_r24_p0_half4 u_stage_9 (
    .x_i(stage_8_q),
    .y_o(sorted_9)
  );

  logic [197*24-1:0] stage_9_q;
  logic [197*24-1:0] sorted_10;
  bitonic_stage_n197_r24_p0_half2 u_stage_10 (
    .x_i(stage_9_q),
    .y_o(sorted_10)
  );

  logic [197*24-1:0] stage_10_q;
  logic [197*24-1:0] sorted_11;
  bitonic_stage_n197_r24_p0_mirror32 u_stage_11 (
    .x_i(stage_10_q),
    .y_o(sorted_11)
  );

  logic [197*24-1:0] stage_11_q;
  logic [197*24-1:0] sorted_12;
  bitonic_stage_n197_r24_p0_half16 u_stage_12 (
    .x_i(stage_11_q),
    .y_o(sorted_12)
  );

  logic [197*24-1:0] stage_12_q;
  logic [197*24-1:0] sorted_13;
  bitonic_stage_n197_r24_p0_half8 u_stage_13 (
    .x_i(stage_12_q),
    .y_o(sorted_13)
  );

  logic [197*24-1:0] stage_13_q;
  logic [197*24-1:0] sorted_14;
  bitonic_stage_n197_r24_p0_half4 u_stage_14 (
    .x_i(stage_13_q),
    .y_o(sorted_14)
  );

  logic [197*24-1:0] stage_14_q;
  logic [197*24-1:0] sorted_15;
  bitonic_stage_n197_r24_p0_half2 u_stage_15 (
    .x_i(stage_14_q),
    .y_o(sorted_15)
  );

  logic [197*24-1:0] stage_15_q;
  logic [197*24-1:0] sorted_16;
  bitonic_stage_n197_r24_p0_mirror64 u_stage_16 (
    .x_i(stage_15_q),
    .y_o(sorted_16)
  );

  logic [197*24-1:0] stage_16_q;
  logic [197*24-1:0] sorted_17;
  bitonic_stage_n197_r24_p0_half32 u_stage_17 (
    .x_i(stage_16_q),
    .y_o(sorted_17)
  );

  logic [197*24-1:0] stage_17_q;
  logic [197*24-1:0] sorted_18;
  bitonic_stage_n197_r24_p0_half16 u_stage_18 (
    .x_i(stage_17_q),
    .y_o(sorted_18)
  );

  logic [197*24-1:0] stage_18_q;
  logic [197*24-1:0] sorted_19;
  bitonic_stage_n197_r24_p0_half8 u_stage_19 (
    .x_i(stage_18_q),
    .y_o(sorted_19)
  );

  logic [197*24-1:0] stage_19_q;
  logic [197*24-1:0] sorted_20;
  bitonic_stage_n197_r24_p0_half4 u_stage_20 (
    .x_i(stage_19_q),
    .y_o(sorted_20)
  );

  logic [197*24-1:0] stage_20_q;
  logic [197*24-1:0] sorted_21;
  bitonic_stage_n197_r24_p0_half2 u_stage_21 (
    .x_i(stage_20_q),
    .y_o(sorted_21)
  );

  logic [197*24-1:0] stage_21_q;
  logic [197*24-1:0] sorted_22;
  bitonic_stage_n197_r24_p0_mirror128 u_stage_22 (
    .x_i(stage_21_q),
    .y_o(sorted_22)
  );

  logic [197*24-1:0] stage_22_q;
  logic [197*24-1:0] sorted_23;
  bitonic_stage_n197_r24_p0_half64 u_stage_23 (
    .x_i(stage_22_q),
    .y_o(sorted_23)
  );

  logic [197*24-1:0] stage_23_q;
  logic [197*24-1:0] sorted_24;
  bitonic_stage_n197_r24_p0_half32 u_stage_24 (
    .x_i(stage_23_q),
    .y_o(sorted_24)
  );

  logic [197*24-1:0] stage_24_q;
  logic [197*24-1:0] sorted_25;
  bitonic_stage_n197_r24_p0_half16 u_stage_25 (
    .x_i(stage_24_q),
    .y_o(sorted_25)
  );

  logic [197*24-1:0] stage_25_q;
  logic [197*24-1:0] sorted_26;
  bitonic_stage_n197_r24_p0_half8 u_stage_26 (
    .x_i(stage_25_q),
    .y_o(sorted_26)
  );

  logic [197*24-1:0] stage_26_q;
  logic [197*24-1:0] sorted_27;
  bitonic_stage_n197_r24_p0_half4 u_stage_27 (
    .x_i(stage_26_q),
    .y_o(sorted_27)
  );

  logic [197*24-1:0] stage_27_q;
  logic [197*24-1:0] sorted_28;
  bitonic_stage_n197_r24_p0_half2 u_stage_28 (
    .x_i(stage_27_q),
    .y_o(sorted_28)
  );

  logic [197*24-1:0] stage_28_q;
  logic [197*24-1:0] sorted_29;
  bitonic_stage_n197_r24_p0_mirror256 u_stage_29 (
    .x_i(stage_28_q),
    .y_o(sorted_29)
  );

  logic [197*24-1:0] stage_29_q;
  logic [197*24-1:0] sorted_30;
  bitonic_stage_n197_r24_p0_half128 u_stage_30 (
    .x_i(stage_29_q),
    .y_o(sorted_30)
  );

  logic [197*24-1:0] stage_30_q;
  logic [197*24-1:0] sorted_31;
  bitonic_stage_n197_r24_p0_half64 u_stage_31 (
    .x_i(stage_30_q),
    .y_o(sorted_31)
  );

  logic [197*24-1:0] stage_31_q;
  logic [197*24-1:0] sorted_32;
  bitonic_stage_n197_r24_p0_half32 u_stage_32 (
    .x_i(stage_31_q),
    .y_o(sorted_32)
  );

  logic [197*24-1:0] stage_32_q;
  logic [197*24-1:0] sorted_33;
  bitonic_stage_n197_r24_p0_half16 u_stage_33 (
    .x_i(stage_32_q),
    .y_o(sorted_33)
  );

  logic [197*24-1:0] stage_33_q;
  logic [197*24-1:0] sorted_34;
  bitonic_stage_n197_r24_p0_half8 u_stage_34 (
    .x_i(stage_33_q),
    .y_o(sorted_34)
  );

  logic [197*24-1:0] stage_34_q;
  logic [197*24-1:0] sorted_35;
  bitonic_stage_n197_r24_p0_half4 u_stage_35 (
    .x_i(stage_34_q),
    .y_o(sorted_35)
  );

  logic [197*24-1:0] stage_35_q;
  logic [197*24-1:0] sorted_36;
  bitonic_stage_n197_r24_p0_half2 u_stage_36 (
    .x_i(stage_35_q),
    .y_o(sorted_36)
  );

  // Every stage moves when the output is empty or taken.
  logic [35:0] valid_q;
  assign out_valid_o = valid_q[35];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 36'd0;
    end else if (advance) begin
      valid_q <= {valid_q[34:0], in_valid_i};
    end
  end

  // Stage 1
  genvar token;
  generate
    for (token = 0; token < 197; token = token + 1) begin : gen_token
      logic [7:0] complement;
      assign complement = 8'(255-token);
      assign word[token*24 +: 24] = {in_data_i[token*16 +: 16], complement};
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_1_q <= sorted_1;
    end
  end

  // Stage 2
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_2_q <= sorted_2;
    end
  end

  // Stage 3
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_3_q <= sorted_3;
    end
  end

  // Stage 4
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_4_q <= sorted_4;
    end
  end

  // Stage 5
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_5_q <= sorted_5;
    end
  end

  // Stage 6
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_6_q <= sorted_6;
    end
  end

  // Stage 7
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_7_q <= sorted_7;
    end
  end

  // Stage 8
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_8_q <= sorted_8;
    end
  end

  // Stage 9
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_9_q <= sorted_9;
    end
  end

  // Stage 10
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_10_q <= sorted_10;
    end
  end

  // Stage 11
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_11_q <= sorted_11;
    end
  end

  // Stage 12
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_12_q <= sorted_12;
    end
  end

  // Stage 13
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_13_q <= sorted_13;
    end
  end

  // Stage 14
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_14_q <= sorted_14;
    end
  end

  // Stage 15
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_15_q <= sorted_15;
    end
  end

  // Stage 16
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_16_q <= sorted_16;
    end
  end

  // Stage 17
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_17_q <= sorted_17;
    end
  end

  // Stage 18
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_18_q <= sorted_18;
    end
  end

  // Stage 19
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_19_q <= sorted_19;
    end
  end

  // Stage 20
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_20_q <= sorted_20;
    end
  end

  // Stage 21
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_21_q <= sorted_21;
    end
  end

  // Stage 22
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_22_q <= sorted_22;
    end
  end

  // Stage 23
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_23_q <= sorted_23;
    end
  end

  // Stage 24
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_24_q <= sorted_24;
    end
  end

  // Stage 25
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_25_q <= sorted_25;
    end
  end

  // Stage 26
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_26_q <= sorted_26;
    end
  end

  // Stage 27
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_27_q <= sorted_27;
    end
  end

  // Stage 28
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_28_q <= sorted_28;
    end
  end

  // Stage 29
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_29_q <= sorted_29;
    end
  end

  // Stage 30
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_30_q <= sorted_30;
    end
  end

  // Stage 31
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_31_q <= sorted_31;
    end
  end

  // Stage 32
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_32_q <= sorted_32;
    end
  end

  // Stage 33
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_33_q <= sorted_33;
    end
  end

  // Stage 34
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_34_q <= sorted_34;
    end
  end

  // Stage 35
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_35_q <= sorted_35;
    end
  end

  // Stage 36
  logic [197*24-1:0] stage_36_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      stage_36_q <= sorted_36;
    end
  end

  logic [197*16-1:0] key;
  logic [197*8-1:0] id_old;
  logic [197*8-1:0] id_new;
  logic [196:0] flag;
  genvar element;
  generate
    for (element = 0; element < 197; element = element + 1) begin : gen_element
      assign key[element*16 +: 16] = stage_36_q[element*24+8 +: 16];
      assign id_old[element*8 +: 8] = ~stage_36_q[element*24 +: 8];
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
