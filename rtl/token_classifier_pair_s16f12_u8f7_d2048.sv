// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Softmax over two channels: the remainder of the first one's rounding goes to the second one.
//
// Bits of the streams' data:
//   in: keep[15:0], prune[31:16]
//   out: s0[7:0], s1[15:8]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_classifier_pair_s16f12_u8f7_d2048 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [31:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [15:0] out_data_o
);

  logic signed [15:0] in_keep;
  assign in_keep = in_data_i[15:0];

  logic signed [15:0] in_prune;
  assign in_prune = in_data_i[31:16];

  // Every stage moves when the output is empty or taken.
  logic [34:0] valid_q;
  assign out_valid_o = valid_q[34];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 35'd0;
    end else if (advance) begin
      valid_q <= {valid_q[33:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [16:0] difference_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      difference_q <= 17'(in_keep) - 17'(in_prune);
    end
  end

  // Stage 2
  logic keep_is_lower;
  assign keep_is_lower = difference_q[16];

  logic signed [16:0] argument_q;
  logic keep_is_lower_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      argument_q <= keep_is_lower ? difference_q : -difference_q;
      keep_is_lower_s2_q <= keep_is_lower;
    end
  end

  // Stage 3
  logic signed [16:0] x_q;
  logic keep_is_lower_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      x_q <= argument_q;
      keep_is_lower_s3_q <= keep_is_lower_s2_q;
    end
  end

  // Stage 4
  // x log2(e); with all bits inverted it is negated, less one unit.
  (* use_dsp = "yes" *) logic signed [18:0] scaled_m_q;
  logic keep_is_lower_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_m_q <= 19'((34'(x_q) * 34'sd94548) >> 15);
      keep_is_lower_s4_q <= keep_is_lower_s3_q;
    end
  end

  // Stage 5
  logic signed [18:0] scaled_q;
  logic keep_is_lower_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_q <= scaled_m_q;
      keep_is_lower_s5_q <= keep_is_lower_s4_q;
    end
  end

  // Stage 6
  logic [17:0] distance_wide;
  assign distance_wide = 18'(~scaled_q);

  // -x log2(e) = z + f
  logic [16:0] distance_q;
  logic keep_is_lower_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      distance_q <= scaled_q[18] ? (distance_wide[17] ? 17'd131071 : distance_wide[16:0]) : 17'd0;
      keep_is_lower_s6_q <= keep_is_lower_s5_q;
    end
  end

  // Stage 7
  logic [12:0] f;
  assign f = distance_q[12:0];

  logic [3:0] z;
  assign z = distance_q[16:13];

  logic [14:0] bend_1a_q;
  logic [17:0] bend_1b_q;
  logic [12:0] f_s7_q;
  logic [3:0] z_s7_q;
  logic keep_is_lower_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      bend_1a_q <= (15'(f) << 2) - 15'(f);
      bend_1b_q <= (18'(f) << 5) - 18'(f);
      f_s7_q <= f;
      z_s7_q <= z;
      keep_is_lower_s7_q <= keep_is_lower_s6_q;
    end
  end

  // Stage 8
  logic [12:0] slope_q;
  logic [12:0] f_s8_q;
  logic [3:0] z_s8_q;
  logic keep_is_lower_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      slope_q <= 13'd5508 - 13'(11'(((23'(bend_1a_q) << 7) - 23'(bend_1b_q)) >> 11));
      f_s8_q <= f_s7_q;
      z_s8_q <= z_s7_q;
      keep_is_lower_s8_q <= keep_is_lower_s7_q;
    end
  end

  // Stage 9
  (* use_dsp = "yes" *) logic [12:0] drop_m_q;
  logic [3:0] z_s9_q;
  logic keep_is_lower_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_m_q <= 13'((26'(slope_q) * 26'(f_s8_q)) >> 13);
      z_s9_q <= z_s8_q;
      keep_is_lower_s9_q <= keep_is_lower_s8_q;
    end
  end

  // Stage 10
  logic [12:0] drop_q;
  logic [3:0] z_s10_q;
  logic keep_is_lower_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      drop_q <= drop_m_q;
      z_s10_q <= z_s9_q;
      keep_is_lower_s10_q <= keep_is_lower_s9_q;
    end
  end

  // Stage 11
  // exp(-f ln2) = c0 - f (c1 - a2 f)
  logic [13:0] mantissa_q;
  logic [3:0] z_s11_q;
  logic keep_is_lower_s11_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      mantissa_q <= 14'd8193 - 14'(drop_q);
      z_s11_q <= z_s10_q;
      keep_is_lower_s11_q <= keep_is_lower_s10_q;
    end
  end

  // Stage 12
  logic [13:0] shifted_q;
  logic keep_is_lower_s12_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_q <= mantissa_q >> z_s11_q;
      keep_is_lower_s12_q <= keep_is_lower_s11_q;
    end
  end

  // Stage 13
  logic [12:0] y_q;
  logic keep_is_lower_s13_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 13'((shifted_q + 14'd1) >> 1);
      keep_is_lower_s13_q <= keep_is_lower_s12_q;
    end
  end

  // Stage 14
  // The sum has its leading one at bit F, or at F + 1: then it is halved, and the quotient
  // doubled.
  logic [13:0] sum_q;
  logic [12:0] e_q;
  logic keep_is_lower_s14_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      sum_q <= 14'(y_q) + 14'd4097;
      e_q <= y_q;
      keep_is_lower_s14_q <= keep_is_lower_s13_q;
    end
  end

  // Stage 15
  logic halved;
  assign halved = sum_q >= 14'd8192;

  logic is_halved_q;
  logic [12:0] divisor_q;
  logic [12:0] e_s15_q;
  logic keep_is_lower_s15_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      is_halved_q <= halved;
      divisor_q <= halved ? sum_q[13:1] : sum_q[12:0];
      e_s15_q <= e_q;
      keep_is_lower_s15_q <= keep_is_lower_s14_q;
    end
  end

  // Stage 16
  logic fits_1;
  assign fits_1 = 14'd8192 >= 14'(divisor_q);

  logic quotient_1_q;
  logic [13:0] rest_1_q;
  logic [12:0] divisor_s16_q;
  logic [12:0] e_s16_q;
  logic keep_is_lower_s16_q;
  logic is_halved_s16_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_1_q <= fits_1;
      rest_1_q <= {fits_1 ? 13'(14'd8192) - divisor_q : 13'(14'd8192), 1'b0};
      divisor_s16_q <= divisor_q;
      e_s16_q <= e_s15_q;
      keep_is_lower_s16_q <= keep_is_lower_s15_q;
      is_halved_s16_q <= is_halved_q;
    end
  end

  // Stage 17
  logic fits_2;
  assign fits_2 = rest_1_q >= 14'(divisor_s16_q);

  logic [1:0] quotient_2_q;
  logic [13:0] rest_2_q;
  logic [12:0] divisor_s17_q;
  logic [12:0] e_s17_q;
  logic keep_is_lower_s17_q;
  logic is_halved_s17_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_2_q <= {quotient_1_q, fits_2};
      rest_2_q <= {fits_2 ? rest_1_q[12:0] - divisor_s16_q : rest_1_q[12:0], 1'b0};
      divisor_s17_q <= divisor_s16_q;
      e_s17_q <= e_s16_q;
      keep_is_lower_s17_q <= keep_is_lower_s16_q;
      is_halved_s17_q <= is_halved_s16_q;
    end
  end

  // Stage 18
  logic fits_3;
  assign fits_3 = rest_2_q >= 14'(divisor_s17_q);

  logic [2:0] quotient_3_q;
  logic [13:0] rest_3_q;
  logic [12:0] divisor_s18_q;
  logic [12:0] e_s18_q;
  logic keep_is_lower_s18_q;
  logic is_halved_s18_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_3_q <= {quotient_2_q, fits_3};
      rest_3_q <= {fits_3 ? rest_2_q[12:0] - divisor_s17_q : rest_2_q[12:0], 1'b0};
      divisor_s18_q <= divisor_s17_q;
      e_s18_q <= e_s17_q;
      keep_is_lower_s18_q <= keep_is_lower_s17_q;
      is_halved_s18_q <= is_halved_s17_q;
    end
  end

  // Stage 19
  logic fits_4;
  assign fits_4 = rest_3_q >= 14'(divisor_s18_q);

  logic [3:0] quotient_4_q;
  logic [13:0] rest_4_q;
  logic [12:0] divisor_s19_q;
  logic [12:0] e_s19_q;
  logic keep_is_lower_s19_q;
  logic is_halved_s19_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_4_q <= {quotient_3_q, fits_4};
      rest_4_q <= {fits_4 ? rest_3_q[12:0] - divisor_s18_q : rest_3_q[12:0], 1'b0};
      divisor_s19_q <= divisor_s18_q;
      e_s19_q <= e_s18_q;
      keep_is_lower_s19_q <= keep_is_lower_s18_q;
      is_halved_s19_q <= is_halved_s18_q;
    end
  end

  // Stage 20
  logic fits_5;
  assign fits_5 = rest_4_q >= 14'(divisor_s19_q);

  logic [4:0] quotient_5_q;
  logic [13:0] rest_5_q;
  logic [12:0] divisor_s20_q;
  logic [12:0] e_s20_q;
  logic keep_is_lower_s20_q;
  logic is_halved_s20_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_5_q <= {quotient_4_q, fits_5};
      rest_5_q <= {fits_5 ? rest_4_q[12:0] - divisor_s19_q : rest_4_q[12:0], 1'b0};
      divisor_s20_q <= divisor_s19_q;
      e_s20_q <= e_s19_q;
      keep_is_lower_s20_q <= keep_is_lower_s19_q;
      is_halved_s20_q <= is_halved_s19_q;
    end
  end

  // Stage 21
  logic fits_6;
  assign fits_6 = rest_5_q >= 14'(divisor_s20_q);

  logic [5:0] quotient_6_q;
  logic [13:0] rest_6_q;
  logic [12:0] divisor_s21_q;
  logic [12:0] e_s21_q;
  logic keep_is_lower_s21_q;
  logic is_halved_s21_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_6_q <= {quotient_5_q, fits_6};
      rest_6_q <= {fits_6 ? rest_5_q[12:0] - divisor_s20_q : rest_5_q[12:0], 1'b0};
      divisor_s21_q <= divisor_s20_q;
      e_s21_q <= e_s20_q;
      keep_is_lower_s21_q <= keep_is_lower_s20_q;
      is_halved_s21_q <= is_halved_s20_q;
    end
  end

  // Stage 22
  logic fits_7;
  assign fits_7 = rest_6_q >= 14'(divisor_s21_q);

  logic [6:0] quotient_7_q;
  logic [13:0] rest_7_q;
  logic [12:0] divisor_s22_q;
  logic [12:0] e_s22_q;
  logic keep_is_lower_s22_q;
  logic is_halved_s22_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_7_q <= {quotient_6_q, fits_7};
      rest_7_q <= {fits_7 ? rest_6_q[12:0] - divisor_s21_q : rest_6_q[12:0], 1'b0};
      divisor_s22_q <= divisor_s21_q;
      e_s22_q <= e_s21_q;
      keep_is_lower_s22_q <= keep_is_lower_s21_q;
      is_halved_s22_q <= is_halved_s21_q;
    end
  end

  // Stage 23
  logic fits_8;
  assign fits_8 = rest_7_q >= 14'(divisor_s22_q);

  logic [7:0] quotient_8_q;
  logic [13:0] rest_8_q;
  logic [12:0] divisor_s23_q;
  logic [12:0] e_s23_q;
  logic keep_is_lower_s23_q;
  logic is_halved_s23_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_8_q <= {quotient_7_q, fits_8};
      rest_8_q <= {fits_8 ? rest_7_q[12:0] - divisor_s22_q : rest_7_q[12:0], 1'b0};
      divisor_s23_q <= divisor_s22_q;
      e_s23_q <= e_s22_q;
      keep_is_lower_s23_q <= keep_is_lower_s22_q;
      is_halved_s23_q <= is_halved_s22_q;
    end
  end

  // Stage 24
  logic fits_9;
  assign fits_9 = rest_8_q >= 14'(divisor_s23_q);

  logic [8:0] quotient_9_q;
  logic [13:0] rest_9_q;
  logic [12:0] divisor_s24_q;
  logic [12:0] e_s24_q;
  logic keep_is_lower_s24_q;
  logic is_halved_s24_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_9_q <= {quotient_8_q, fits_9};
      rest_9_q <= {fits_9 ? rest_8_q[12:0] - divisor_s23_q : rest_8_q[12:0], 1'b0};
      divisor_s24_q <= divisor_s23_q;
      e_s24_q <= e_s23_q;
      keep_is_lower_s24_q <= keep_is_lower_s23_q;
      is_halved_s24_q <= is_halved_s23_q;
    end
  end

  // Stage 25
  logic fits_10;
  assign fits_10 = rest_9_q >= 14'(divisor_s24_q);

  logic [9:0] quotient_10_q;
  logic [13:0] rest_10_q;
  logic [12:0] divisor_s25_q;
  logic [12:0] e_s25_q;
  logic keep_is_lower_s25_q;
  logic is_halved_s25_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_10_q <= {quotient_9_q, fits_10};
      rest_10_q <= {fits_10 ? rest_9_q[12:0] - divisor_s24_q : rest_9_q[12:0], 1'b0};
      divisor_s25_q <= divisor_s24_q;
      e_s25_q <= e_s24_q;
      keep_is_lower_s25_q <= keep_is_lower_s24_q;
      is_halved_s25_q <= is_halved_s24_q;
    end
  end

  // Stage 26
  logic fits_11;
  assign fits_11 = rest_10_q >= 14'(divisor_s25_q);

  logic [10:0] quotient_11_q;
  logic [13:0] rest_11_q;
  logic [12:0] divisor_s26_q;
  logic [12:0] e_s26_q;
  logic keep_is_lower_s26_q;
  logic is_halved_s26_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_11_q <= {quotient_10_q, fits_11};
      rest_11_q <= {fits_11 ? rest_10_q[12:0] - divisor_s25_q : rest_10_q[12:0], 1'b0};
      divisor_s26_q <= divisor_s25_q;
      e_s26_q <= e_s25_q;
      keep_is_lower_s26_q <= keep_is_lower_s25_q;
      is_halved_s26_q <= is_halved_s25_q;
    end
  end

  // Stage 27
  logic fits_12;
  assign fits_12 = rest_11_q >= 14'(divisor_s26_q);

  logic [11:0] quotient_12_q;
  logic [13:0] rest_12_q;
  logic [12:0] divisor_s27_q;
  logic [12:0] e_s27_q;
  logic keep_is_lower_s27_q;
  logic is_halved_s27_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_12_q <= {quotient_11_q, fits_12};
      rest_12_q <= {fits_12 ? rest_11_q[12:0] - divisor_s26_q : rest_11_q[12:0], 1'b0};
      divisor_s27_q <= divisor_s26_q;
      e_s27_q <= e_s26_q;
      keep_is_lower_s27_q <= keep_is_lower_s26_q;
      is_halved_s27_q <= is_halved_s26_q;
    end
  end

  // Stage 28
  logic fits_13;
  assign fits_13 = rest_12_q >= 14'(divisor_s27_q);

  logic [12:0] quotient_13_q;
  logic [12:0] e_s28_q;
  logic keep_is_lower_s28_q;
  logic is_halved_s28_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      quotient_13_q <= {quotient_12_q, fits_13};
      e_s28_q <= e_s27_q;
      keep_is_lower_s28_q <= keep_is_lower_s27_q;
      is_halved_s28_q <= is_halved_s27_q;
    end
  end

  // Stage 29
  // Both products, cut to twelve bits more than a score.
  logic [12:0] e_keep_q;
  logic [12:0] e_prune_q;
  logic [12:0] factor_q;
  logic is_halved_s29_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      e_keep_q <= keep_is_lower_s28_q ? e_s28_q : 13'd4097;
      e_prune_q <= keep_is_lower_s28_q ? 13'd4097 : e_s28_q;
      factor_q <= quotient_13_q;
      is_halved_s29_q <= is_halved_s28_q;
    end
  end

  // Stage 30
  (* use_dsp = "yes" *) logic [19:0] keep_product_m_q;
  logic is_halved_s30_q;
  (* use_dsp = "yes" *) logic [19:0] prune_product_m_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      keep_product_m_q <= 20'((26'(e_keep_q) * 26'(factor_q)) >> 6);
      is_halved_s30_q <= is_halved_s29_q;
      prune_product_m_q <= 20'((26'(e_prune_q) * 26'(factor_q)) >> 6);
    end
  end

  // Stage 31
  logic [19:0] keep_product_q;
  logic is_halved_s31_q;
  logic [19:0] prune_product_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      keep_product_q <= keep_product_m_q;
      is_halved_s31_q <= is_halved_s30_q;
      prune_product_q <= prune_product_m_q;
    end
  end

  // Stage 32
  logic [19:0] keep_product_share_q;
  logic [19:0] prune_product_share_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      keep_product_share_q <= is_halved_s31_q ? 20'(keep_product_q[19:1]) : keep_product_q;
      prune_product_share_q <= is_halved_s31_q ? 20'(prune_product_q[19:1]) : prune_product_q;
    end
  end

  // Stage 33
  logic [20:0] first_q;
  logic [19:0] prune_product_share_s33_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      first_q <= 21'(keep_product_share_q) + 21'd2048;
      prune_product_share_s33_q <= prune_product_share_q;
    end
  end

  // Stage 34
  logic [8:0] keep_whole_q;
  logic [8:0] prune_whole_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      keep_whole_q <= first_q[20:12];
      prune_whole_q <= 9'((21'(prune_product_share_s33_q) + 21'(first_q[11:0])) >> 12);
    end
  end

  // Stage 35
  logic [7:0] s0_q;
  logic [7:0] s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      s0_q <= keep_whole_q[8] ? 8'd255 : keep_whole_q[7:0];
      s1_q <= prune_whole_q[8] ? 8'd255 : prune_whole_q[7:0];
    end
  end

  logic [7:0] out_s0;
  assign out_s0 = s0_q;

  logic [7:0] out_s1;
  assign out_s1 = s1_q;
  assign out_data_o = {out_s1, out_s0};

endmodule

`default_nettype wire
