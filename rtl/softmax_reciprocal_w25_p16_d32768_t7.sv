// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// floor(32768 * 2^18 / aligned), shifted left as far as the sum was, where the sum is shifted
// left until its leading one is the highest bit, at most 8 times, and its upper 17 bits divide.
//
// Bits of the streams' data:
//   in: sum[24:0], tag[31:25]
//   out: quotient[25:0], tag[32:26]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_reciprocal_w25_p16_d32768_t7 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [31:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [32:0] out_data_o
);

  // Align the sum.
  logic [24:0] align_sum_q;
  logic [8:0] align_scale_q;
  logic align_done;
  assign align_done = align_sum_q[24] || align_scale_q[8];

  logic [3:0] high_count_q;
  logic high_done;
  assign high_done = high_count_q == 4'd0;

  logic [3:0] low_count_q;
  logic low_done;
  assign low_done = low_count_q == 4'd0;

  logic align_valid_q;
  assign in_ready_o = !align_valid_q;

  logic [24:0] in_sum;
  assign in_sum = in_data_i[24:0];

  logic high_valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      align_valid_q <= 1'b0;
    end else begin
      align_valid_q <= align_valid_q ? !(align_done && !high_valid_q) : in_valid_i;
    end
  end

  logic [6:0] in_tag;
  assign in_tag = in_data_i[31:25];

  logic [6:0] align_tag_q;
  always_ff @(posedge clk_i) begin
    if (!align_valid_q) begin
      align_sum_q <= in_sum;
      align_scale_q <= 9'd1;
      align_tag_q <= in_tag;
    end else if (!align_done) begin
      align_sum_q <= {align_sum_q[23:0], 1'b0};
      align_scale_q <= {align_scale_q[7:0], 1'b0};
    end
  end

  // Upper half of the quotient.
  logic [16:0] high_divisor_q;
  logic signed [17:0] high_remainder_q;
  logic signed [17:0] high_next;
  assign high_next =
      {high_remainder_q[16:0], !high_remainder_q[17]}
      + ({1'b0, high_divisor_q} ^ {18{!high_remainder_q[17]}});

  logic [8:0] high_scale_q;
  logic [8:0] high_place;
  assign high_place = high_scale_q & {9{!high_next[17]}};

  logic low_valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      high_valid_q <= 1'b0;
    end else begin
      high_valid_q <= high_valid_q ? !(high_done && !low_valid_q) : align_valid_q && align_done;
    end
  end

  logic [16:0] high_quotient_q;
  logic [6:0] high_tag_q;
  always_ff @(posedge clk_i) begin
    if (!high_valid_q) begin
      high_count_q <= 4'd9;
      high_divisor_q <= align_sum_q[24:8];
      high_remainder_q <= 18'sd32768;
      high_quotient_q <= 17'd0;
      high_scale_q <= align_scale_q;
      high_tag_q <= align_tag_q;
    end else if (!high_done) begin
      high_count_q <= high_count_q - 4'd1;
      high_remainder_q <= high_next;
      high_quotient_q <= {high_quotient_q[15:0], 1'b0} | 17'(high_place);
    end
  end

  // Lower half of the quotient.
  logic [16:0] low_divisor_q;
  logic signed [17:0] low_remainder_q;
  logic signed [17:0] low_next;
  assign low_next =
      {low_remainder_q[16:0], !low_remainder_q[17]}
      + ({1'b0, low_divisor_q} ^ {18{!low_remainder_q[17]}});

  logic [8:0] low_scale_q;
  logic [8:0] low_place;
  assign low_place = low_scale_q & {9{!low_next[17]}};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      low_valid_q <= 1'b0;
    end else begin
      low_valid_q <= low_valid_q ? !(low_done && out_ready_i) : high_valid_q && high_done;
    end
  end

  logic [25:0] low_quotient_q;
  logic [6:0] low_tag_q;
  always_ff @(posedge clk_i) begin
    if (!low_valid_q) begin
      low_count_q <= 4'd9;
      low_divisor_q <= high_divisor_q;
      low_remainder_q <= high_remainder_q;
      low_quotient_q <= 26'(high_quotient_q);
      low_scale_q <= high_scale_q;
      low_tag_q <= high_tag_q;
    end else if (!low_done) begin
      low_count_q <= low_count_q - 4'd1;
      low_remainder_q <= low_next;
      low_quotient_q <= {low_quotient_q[24:0], 1'b0} | 26'(low_place);
    end
  end

  assign out_valid_o = low_valid_q && low_done;

  logic [25:0] out_quotient;
  assign out_quotient = low_quotient_q;

  logic [6:0] out_tag;
  assign out_tag = low_tag_q;
  assign out_data_o = {out_tag, out_quotient};

endmodule

`default_nettype wire
