// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = e factor of 8 lanes, rounded to u16.16; what is cut off a lane is carried to the next.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: e[135:0] (8 x 17), factor[161:136], first[162]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_scale_u17f16_u16f16_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic    [162:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic [25:0] in_factor;
  assign in_factor = in_data_i[161:136];

  logic in_first;
  assign in_first = in_data_i[162];

  logic [8*17-1:0] in_e;
  assign in_e = in_data_i[135:0];

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic [8:0] valid_q;
  logic [8*16-1:0] y;
  logic last_s9_q;
  logic [7:0] keep_s9_q;
  logic unused_fifo_in_ready;
  logic [136:0] fifo_out_data;
  prim_fifo_w137_d16 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q[8]),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  ({last_s9_q, keep_s9_q, y}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (fifo_out_data)
  );

  logic [4:0] credit_q;
  assign in_ready_o = credit_q != 5'd0;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      credit_q <= 5'd16;
    end else if (in_fire && !out_fire) begin
      credit_q <= credit_q - 5'd1;
    end else if (out_fire && !in_fire) begin
      credit_q <= credit_q + 5'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 9'd0;
    end else begin
      valid_q <= {valid_q[7:0], in_fire};
    end
  end

  // Stage 1
  logic [25:0] factor_q;
  logic first_s1_q;
  logic last_s1_q;
  logic [7:0] keep_s1_q;
  always_ff @(posedge clk_i) begin
    factor_q <= in_factor;
    first_s1_q <= in_first;
    last_s1_q <= in_last_i;
    keep_s1_q <= in_keep_i;
  end

  logic first_s2_q;
  logic last_s2_q;
  logic [7:0] keep_s2_q;
  always_ff @(posedge clk_i) begin
    first_s2_q <= first_s1_q;
    last_s2_q <= last_s1_q;
    keep_s2_q <= keep_s1_q;
  end

  logic [8*29-1:0] products;
  genvar product;
  generate
    for (product = 0; product < 8; product = product + 1) begin : gen_product
      // Stage 1
      logic [16:0] entry_q;
      always_ff @(posedge clk_i) begin
        entry_q <= in_e[product*17 +: 17];
      end

      // Stage 2
      (* use_dsp = "yes" *) logic [28:0] product_m_q;
      always_ff @(posedge clk_i) begin
        product_m_q <= 29'((43'(entry_q) * 43'(factor_q)) >> 13);
      end

      // Stage 3
      logic [28:0] product_q;
      always_ff @(posedge clk_i) begin
        product_q <= product_m_q;
      end

      assign products[product*29 +: 29] = product_q;
    end
  endgenerate

  logic first_s3_q;
  logic last_s3_q;
  logic [7:0] keep_s3_q;
  always_ff @(posedge clk_i) begin
    first_s3_q <= first_s2_q;
    last_s3_q <= last_s2_q;
    keep_s3_q <= keep_s2_q;
  end

  // Stage 4
  logic [8*13-1:0] remainder;
  genvar cut;
  generate
    for (cut = 0; cut < 8; cut = cut + 1) begin : gen_cut
      assign remainder[cut*13 +: 13] = 13'(products[cut*29 +: 12]);
    end
  endgenerate

  logic [8*13-1:0] prefix_1_q;
  genvar prefix_1;
  generate
    for (prefix_1 = 0; prefix_1 < 8; prefix_1 = prefix_1 + 1) begin : gen_prefix_1
      if (prefix_1 == 0) begin : gen_same
        always_ff @(posedge clk_i) begin
          prefix_1_q[prefix_1*13 +: 13] <= remainder[prefix_1*13 +: 13];
        end
      end else begin : gen_sum
        always_ff @(posedge clk_i) begin
          prefix_1_q[prefix_1*13 +: 13] <=
              remainder[prefix_1*13 +: 13] + remainder[(prefix_1-1)*13 +: 13];
        end
      end
    end
  endgenerate

  logic first_s4_q;
  logic last_s4_q;
  logic [7:0] keep_s4_q;
  always_ff @(posedge clk_i) begin
    first_s4_q <= first_s3_q;
    last_s4_q <= last_s3_q;
    keep_s4_q <= keep_s3_q;
  end

  // Stage 5
  logic [8*13-1:0] prefix_2_q;
  genvar prefix_2;
  generate
    for (prefix_2 = 0; prefix_2 < 8; prefix_2 = prefix_2 + 1) begin : gen_prefix_2
      if (prefix_2 < 2) begin : gen_same
        always_ff @(posedge clk_i) begin
          prefix_2_q[prefix_2*13 +: 13] <= prefix_1_q[prefix_2*13 +: 13];
        end
      end else begin : gen_sum
        always_ff @(posedge clk_i) begin
          prefix_2_q[prefix_2*13 +: 13] <=
              prefix_1_q[prefix_2*13 +: 13] + prefix_1_q[(prefix_2-2)*13 +: 13];
        end
      end
    end
  endgenerate

  logic first_s5_q;
  logic last_s5_q;
  logic [7:0] keep_s5_q;
  always_ff @(posedge clk_i) begin
    first_s5_q <= first_s4_q;
    last_s5_q <= last_s4_q;
    keep_s5_q <= keep_s4_q;
  end

  // Stage 6
  logic [8*13-1:0] prefix_3_q;
  genvar prefix_3;
  generate
    for (prefix_3 = 0; prefix_3 < 8; prefix_3 = prefix_3 + 1) begin : gen_prefix_3
      if (prefix_3 < 4) begin : gen_same
        always_ff @(posedge clk_i) begin
          prefix_3_q[prefix_3*13 +: 13] <= prefix_2_q[prefix_3*13 +: 13];
        end
      end else begin : gen_sum
        always_ff @(posedge clk_i) begin
          prefix_3_q[prefix_3*13 +: 13] <=
              prefix_2_q[prefix_3*13 +: 13] + prefix_2_q[(prefix_3-4)*13 +: 13];
        end
      end
    end
  endgenerate

  logic first_s6_q;
  logic last_s6_q;
  logic [7:0] keep_s6_q;
  always_ff @(posedge clk_i) begin
    first_s6_q <= first_s5_q;
    last_s6_q <= last_s5_q;
    keep_s6_q <= keep_s5_q;
  end

  // Stage 7
  logic [11:0] rest_q;
  logic [11:0] start;
  assign start = first_s6_q ? 12'd2048 : rest_q;

  always_ff @(posedge clk_i) begin
    if (valid_q[5]) begin
      rest_q <= start + prefix_3_q[102:91];
    end
  end

  logic last_s7_q;
  logic [7:0] keep_s7_q;
  always_ff @(posedge clk_i) begin
    last_s7_q <= last_s6_q;
    keep_s7_q <= keep_s6_q;
  end

  logic [7:0] lap_q;
  logic [7:0] carry_q;
  genvar lap;
  generate
    for (lap = 0; lap < 8; lap = lap + 1) begin : gen_lap
      // Stage 7
      always_ff @(posedge clk_i) begin
        lap_q[lap] <= 1'((14'(prefix_3_q[lap*13 +: 13]) + 14'(start)) >> 12);
      end

      // Stage 8
      if (lap == 0) begin : gen_first
        always_ff @(posedge clk_i) begin
          carry_q[lap] <= lap_q[lap];
        end
      end else begin : gen_rest
        always_ff @(posedge clk_i) begin
          carry_q[lap] <= lap_q[lap] ^ lap_q[lap-1];
        end
      end
    end
  endgenerate

  logic last_s8_q;
  logic [7:0] keep_s8_q;
  always_ff @(posedge clk_i) begin
    last_s8_q <= last_s7_q;
    keep_s8_q <= keep_s7_q;
  end

  genvar round;
  generate
    for (round = 0; round < 8; round = round + 1) begin : gen_round
      // Stage 4
      logic [16:0] whole;
      assign whole = products[round*29+12 +: 17];

      logic [16:0] whole_s4_q;
      always_ff @(posedge clk_i) begin
        whole_s4_q <= whole;
      end

      logic [16:0] whole_s5_q;
      always_ff @(posedge clk_i) begin
        whole_s5_q <= whole_s4_q;
      end

      logic [16:0] whole_s6_q;
      always_ff @(posedge clk_i) begin
        whole_s6_q <= whole_s5_q;
      end

      logic [16:0] whole_s7_q;
      always_ff @(posedge clk_i) begin
        whole_s7_q <= whole_s6_q;
      end

      logic [16:0] whole_s8_q;
      always_ff @(posedge clk_i) begin
        whole_s8_q <= whole_s7_q;
      end

      // Stage 9
      logic [16:0] rounded;
      assign rounded = whole_s8_q + 17'(carry_q[round]);

      logic [15:0] out_y_q;
      always_ff @(posedge clk_i) begin
        out_y_q <= rounded[15:0] | {16{rounded[16]}};
      end

      assign y[round*16 +: 16] = out_y_q;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    last_s9_q <= last_s8_q;
    keep_s9_q <= keep_s8_q;
  end

  assign out_keep_o = fifo_out_data[135:128];
  assign out_last_o = fifo_out_data[136];
  assign out_data_o = fifo_out_data[127:0];

endmodule

`default_nettype wire
