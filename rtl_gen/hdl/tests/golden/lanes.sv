// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module lanes (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic     [35:0] in_data_i,
  input  wire logic            in_last_i,
  output      logic      [7:0] beats_o,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [4*13-1:0] out_data_o,
  output      logic            out_last_o
);

  logic [4*8-1:0] in_x;
  assign in_x = in_data_i[31:0];

  logic signed [3:0] in_gain;
  assign in_gain = in_data_i[35:32];

  logic [7:0] beats_q;
  assign beats_o = beats_q;

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic [6:0] valid_q;
  logic [4*13-1:0] sums;
  logic last_s7_q;
  logic unused_fifo_in_ready;
  logic [52:0] fifo_out_data;
  prim_fifo_w53_d16 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q[6]),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  ({last_s7_q, sums}),
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
      valid_q <= 7'd0;
    end else begin
      valid_q <= {valid_q[5:0], in_fire};
    end
  end

  // Stage 1
  logic signed [3:0] gain_q;
  logic last_s1_q;
  always_ff @(posedge clk_i) begin
    gain_q <= in_gain;
    last_s1_q <= in_last_i;
  end

  // Stage 2
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beats_q <= 8'd0;
    end else if (valid_q[0]) begin
      beats_q <= beats_q + 8'd1;
    end
  end

  logic last_s2_q;
  always_ff @(posedge clk_i) begin
    last_s2_q <= last_s1_q;
  end

  logic last_s3_q;
  always_ff @(posedge clk_i) begin
    last_s3_q <= last_s2_q;
  end

  logic last_s4_q;
  always_ff @(posedge clk_i) begin
    last_s4_q <= last_s3_q;
  end

  logic [4*12-1:0] size;
  genvar lane;
  generate
    for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
      // Stage 1
      logic signed [7:0] held_q;
      always_ff @(posedge clk_i) begin
        held_q <= in_x[lane*8 +: 8];
      end

      // Stage 2
      logic signed [11:0] product_q;
      always_ff @(posedge clk_i) begin
        product_q <= 12'(held_q) * 12'(gain_q);
      end

      // Stage 3
      // A product and its sign.
      logic negative;
      assign negative = product_q[11];

      logic signed [11:0] waited_q;
      logic negative_s3_q;
      always_ff @(posedge clk_i) begin
        waited_q <= product_q;
        negative_s3_q <= negative;
      end

      // Stage 4
      logic signed [11:0] waits_q;
      logic negative_s4_q;
      always_ff @(posedge clk_i) begin
        waits_q <= waited_q;
        negative_s4_q <= negative_s3_q;
      end

      // Stage 5
      // The size of what waited, by the sign from before.
      logic [11:0] size_q;
      always_ff @(posedge clk_i) begin
        size_q <= negative_s4_q ? -waits_q : waits_q;
      end

      assign size[lane*12 +: 12] = size_q;
    end
  endgenerate

  logic last_s5_q;
  always_ff @(posedge clk_i) begin
    last_s5_q <= last_s4_q;
  end

  // Stage 6
  logic [4*12-1:0] neighbour_q;
  genvar place;
  generate
    for (place = 0; place < 4; place = place + 1) begin : gen_place
      if (place == 0) begin : gen_edge
        always_ff @(posedge clk_i) begin
          neighbour_q[place*12 +: 12] <= 12'd0;
        end
      end else begin : gen_inner
        always_ff @(posedge clk_i) begin
          neighbour_q[place*12 +: 12] <= size[(place-1)*12 +: 12];
        end
      end
    end
  endgenerate

  logic [4*12-1:0] own;
  genvar beside;
  generate
    for (beside = 0; beside < 4; beside = beside + 1) begin : gen_beside
      logic [11:0] size_s6_q;
      always_ff @(posedge clk_i) begin
        size_s6_q <= size[beside*12 +: 12];
      end

      assign own[beside*12 +: 12] = size_s6_q;
    end
  endgenerate

  logic last_s6_q;
  always_ff @(posedge clk_i) begin
    last_s6_q <= last_s5_q;
  end

  // Stage 7
  genvar add;
  generate
    for (add = 0; add < 4; add = add + 1) begin : gen_add
      logic [12:0] sum_q;
      always_ff @(posedge clk_i) begin
        sum_q <= 13'(own[add*12 +: 12]) + 13'(neighbour_q[add*12 +: 12]);
      end

      assign sums[add*13 +: 13] = sum_q;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    last_s7_q <= last_s6_q;
  end

  assign out_last_o = fifo_out_data[52];
  assign out_data_o = fifo_out_data[51:0];

endmodule

`default_nettype wire
