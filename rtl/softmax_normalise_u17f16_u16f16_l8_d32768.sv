// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = e / sum(e) over a row, u17.16 to u16.16. What is cut off an entry is carried to the next,
// so that the row's sum keeps it.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_normalise_u17f16_u16f16_l8_d32768 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*17-1:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic [7:0] write_q;
  logic [7:0] read_q;
  logic in_fire;
  logic reads;
  logic [143:0] words_rdata;
  prim_held_ram_w144_d128 u_words (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q[6:0]),
    .wdata_i({in_keep_i, in_data_i}),
    .re_i   (reads),
    .raddr_i(read_q[6:0]),
    .rdata_o(words_rdata)
  );

  logic row_ends;
  logic unused_ends_ready;
  logic unused_ends_valid;
  logic complete_q;
  logic [6:0] ends_out_data;
  prim_fifo_w7_d32 u_ends (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_ends),
    .in_ready_o (unused_ends_ready),
    .in_data_i  (write_q[6:0]),
    .out_valid_o(unused_ends_valid),
    .out_ready_i(complete_q),
    .out_data_o (ends_out_data)
  );

  logic [24:0] sum_q;
  logic unused_sums_ready;
  logic sums_out_valid;
  logic [31:0] sums_out_data;
  logic reciprocals_in_ready;
  prim_fifo_w32_d32 u_sums (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (complete_q),
    .in_ready_o (unused_sums_ready),
    .in_data_i  ({ends_out_data, sum_q}),
    .out_valid_o(sums_out_valid),
    .out_ready_i(reciprocals_in_ready),
    .out_data_o (sums_out_data)
  );

  logic reciprocals_out_valid;
  logic [32:0] reciprocals_out_data;
  logic quotients_in_ready;
  softmax_reciprocal_w25_p16_d32768_t7 u_reciprocals (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sums_out_valid),
    .in_ready_o (reciprocals_in_ready),
    .in_data_i  (sums_out_data),
    .out_valid_o(reciprocals_out_valid),
    .out_ready_i(quotients_in_ready),
    .out_data_o (reciprocals_out_data)
  );

  logic row_read;
  logic [32:0] quotients_out_data;
  logic quotients_out_valid;
  prim_fifo_w33_d4 u_quotients (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (reciprocals_out_valid),
    .in_ready_o (quotients_in_ready),
    .in_data_i  (reciprocals_out_data),
    .out_valid_o(quotients_out_valid),
    .out_ready_i(row_read),
    .out_data_o (quotients_out_data)
  );

  logic word_valid_q;
  logic scale_in_ready;
  logic word_last_q;
  logic word_first_q;
  logic [25:0] word_factor_q;
  softmax_scale_u17f16_u16f16_l8 u_scale (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (word_valid_q),
    .in_ready_o (scale_in_ready),
    .in_data_i  ({word_first_q, word_factor_q, words_rdata[135:0]}),
    .in_keep_i  (words_rdata[143:136]),
    .in_last_i  (word_last_q),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .out_keep_o (out_keep_o),
    .out_last_o (out_last_o)
  );

  // Beats into the ring and into the sum of their row.
  assign in_fire = in_valid_i && in_ready_o;
  assign row_ends = in_fire && in_last_i;

  logic [5:0] rows_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rows_q <= 6'd0;
    end else if (row_ends && !row_read) begin
      rows_q <= rows_q + 6'd1;
    end else if (row_read && !row_ends) begin
      rows_q <= rows_q - 6'd1;
    end
  end

  assign in_ready_o = !((write_q[6:0] == read_q[6:0]) && (write_q[7] ^ read_q[7])) && !rows_q[5];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 8'd0;
    end else if (in_fire) begin
      write_q <= write_q + 8'd1;
    end
  end

  logic [8*17-1:0] held_q;
  always_ff @(posedge clk_i) begin
    held_q <= in_data_i;
  end

  logic [4*18-1:0] beat_sum_1_q;
  genvar beat_sum_1;
  generate
    for (beat_sum_1 = 0; beat_sum_1 < 4; beat_sum_1 = beat_sum_1 + 1) begin : gen_beat_sum_1
      always_ff @(posedge clk_i) begin
        beat_sum_1_q[beat_sum_1*18 +: 18] <=
            18'(held_q[(beat_sum_1*2)*17 +: 17]) + 18'(held_q[(beat_sum_1*2+1)*17 +: 17]);
      end
    end
  endgenerate

  logic [2*19-1:0] beat_sum_2_q;
  genvar beat_sum_2;
  generate
    for (beat_sum_2 = 0; beat_sum_2 < 2; beat_sum_2 = beat_sum_2 + 1) begin : gen_beat_sum_2
      always_ff @(posedge clk_i) begin
        beat_sum_2_q[beat_sum_2*19 +: 19] <= {
          9'(19'(beat_sum_1_q[(beat_sum_2*2)*18 +: 18]) >> 10)
          + 9'(19'(beat_sum_1_q[(beat_sum_2*2+1)*18 +: 18]) >> 10)
          + 9'(beat_sum_1_q[beat_sum_2*36 +: 10] > ~beat_sum_1_q[beat_sum_2*36+18 +: 10]),
          beat_sum_1_q[beat_sum_2*36 +: 10] + beat_sum_1_q[beat_sum_2*36+18 +: 10]
        };
      end
    end
  endgenerate

  logic [1*20-1:0] beat_sum_3_q;
  genvar beat_sum_3;
  generate
    for (beat_sum_3 = 0; beat_sum_3 < 1; beat_sum_3 = beat_sum_3 + 1) begin : gen_beat_sum_3
      always_ff @(posedge clk_i) begin
        beat_sum_3_q[beat_sum_3*20 +: 20] <= {
          10'(20'(beat_sum_2_q[(beat_sum_3*2)*19 +: 19]) >> 10)
          + 10'(20'(beat_sum_2_q[(beat_sum_3*2+1)*19 +: 19]) >> 10)
          + 10'(beat_sum_2_q[beat_sum_3*38 +: 10] > ~beat_sum_2_q[beat_sum_3*38+19 +: 10]),
          beat_sum_2_q[beat_sum_3*38 +: 10] + beat_sum_2_q[beat_sum_3*38+19 +: 10]
        };
      end
    end
  endgenerate

  logic [3:0] beat_valid_q;
  logic [3:0] beat_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_valid_q <= 4'd0;
    end else begin
      beat_valid_q <= {beat_valid_q[2:0], in_fire};
    end
  end

  always_ff @(posedge clk_i) begin
    beat_last_q <= {beat_last_q[2:0], in_last_i};
  end

  logic first_q;
  logic [24:0] sum_so_far;
  assign sum_so_far = sum_q & {25{!first_q}};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
      complete_q <= 1'b0;
    end else begin
      complete_q <= beat_valid_q[3] && beat_last_q[3];
      if (beat_valid_q[3]) begin
        first_q <= beat_last_q[3];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[3]) begin
      sum_q <= {
        sum_so_far[24:18] + 7'(25'(beat_sum_3_q[0*20 +: 20]) >> 18)
        + 7'(sum_so_far[17:0] > ~beat_sum_3_q[17:0]),
        sum_so_far[17:9] + beat_sum_3_q[17:9] + 9'(sum_so_far[8:0] > ~beat_sum_3_q[8:0]),
        sum_so_far[8:0] + beat_sum_3_q[8:0]
      };
    end
  end

  // The beats of a row whose quotient is there, again.
  logic advance;
  assign advance = scale_in_ready || !word_valid_q;
  assign reads = quotients_out_valid && advance;

  logic ends_here;
  assign ends_here = read_q[6:0] == quotients_out_data[32:26];
  assign row_read = reads && ends_here;

  logic row_first_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      read_q <= 8'd0;
      word_valid_q <= 1'b0;
      row_first_q <= 1'b1;
    end else begin
      if (reads) begin
        read_q <= read_q + 8'd1;
        row_first_q <= ends_here;
      end
      if (advance) begin
        word_valid_q <= quotients_out_valid;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_last_q <= ends_here;
      word_first_q <= row_first_q;
      word_factor_q <= quotients_out_data[25:0];
    end
  end

endmodule

`default_nettype wire
