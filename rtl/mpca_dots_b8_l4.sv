// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One column of 4 tiles: 32 int16 multiply-accumulators, one in a DSP. Double-buffered weights;
// cascades of four DSPs; sums of the lanes up to a column's end and behind it.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_dots_b8_l4 (
  input  wire logic             clk_i,
  input  wire logic       [3:0] swap_i,
  input  wire logic             load_i,
  input  wire logic       [3:0] load_lane_i,
  input  wire logic       [3:0] load_beat_i,
  input  wire logic      [31:0] weight_i,
  input  wire logic [32*16-1:0] x_i,
  input  wire logic       [3:0] head_i,
  input  wire logic       [3:0] tail_i,
  output      logic      [39:0] head_sum_o,
  output      logic      [39:0] tail_sum_o
);

  genvar lane;
  genvar place;
  genvar row;
  generate
    for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
      // A register of its own: one for all lanes would drive every weight of the array.
      logic [3:0] exchange_q;
      always_ff @(posedge clk_i) begin
        exchange_q <= swap_i;
      end

      for (place = 0; place < 4; place = place + 1) begin : gen_place
        // The group's bit first: where no beat comes, a model looks at no place.
        logic [2*16-1:0] next_q;
        always_ff @(posedge clk_i) begin
          if (load_i) begin
            if (load_lane_i[lane] && load_beat_i[place]) begin
              next_q <= weight_i;
            end
          end
        end

        for (row = 0; row < 2; row = row + 1) begin : gen_row
          logic signed [15:0] held_q;
          always_ff @(posedge clk_i) begin
            if (exchange_q[place]) begin
              held_q <= next_q[row*16 +: 16];
            end
          end

          logic signed [33:0] sum;
          logic signed [33:0] above;
          if (place == 0) begin : gen_first
            assign above = 34'sd0;
          end else begin : gen_rest
            assign above = gen_lane[lane].gen_place[place-1].gen_row[row].sum;
          end

          prim_int16_mac u_mac (
            .clk_i   (clk_i),
            .weight_i(held_q),
            .x_i     (x_i[(lane*8+place*2+row)*16 +: 16]),
            .sum_i   (above),
            .sum_o   (sum)
          );
        end
      end

      logic signed [33:0] cascade0;
      assign cascade0 = gen_lane[lane].gen_place[3].gen_row[0].sum;

      logic signed [33:0] cascade1;
      assign cascade1 = gen_lane[lane].gen_place[3].gen_row[1].sum;

      logic [17:0] tree1_0_low_q;
      logic signed [17:0] tree1_0_high_q;
      always_ff @(posedge clk_i) begin
        tree1_0_low_q <= 18'(cascade0[16:0]) + 18'(cascade1[16:0]);
        tree1_0_high_q <= 18'($signed(cascade0[33:17])) + 18'($signed(cascade1[33:17]));
      end

      logic [35:0] of_lane;
      assign of_lane = {tree1_0_high_q, tree1_0_low_q};
    end
  endgenerate

  logic [18:0] head1_0_low_q;
  logic signed [18:0] head1_0_high_q;
  always_ff @(posedge clk_i) begin
    head1_0_low_q <=
        (head_i[0] ? 19'(gen_lane[0].of_lane[17:0]) : 19'd0)
        + (head_i[1] ? 19'(gen_lane[1].of_lane[17:0]) : 19'd0);
    head1_0_high_q <=
        (head_i[0] ? 19'($signed(gen_lane[0].of_lane[35:18])) : 19'sd0)
        + (head_i[1] ? 19'($signed(gen_lane[1].of_lane[35:18])) : 19'sd0);
  end

  logic [18:0] head1_1_low_q;
  logic signed [18:0] head1_1_high_q;
  always_ff @(posedge clk_i) begin
    head1_1_low_q <=
        (head_i[2] ? 19'(gen_lane[2].of_lane[17:0]) : 19'd0)
        + (head_i[3] ? 19'(gen_lane[3].of_lane[17:0]) : 19'd0);
    head1_1_high_q <=
        (head_i[2] ? 19'($signed(gen_lane[2].of_lane[35:18])) : 19'sd0)
        + (head_i[3] ? 19'($signed(gen_lane[3].of_lane[35:18])) : 19'sd0);
  end

  logic [19:0] head2_0_low_q;
  logic signed [19:0] head2_0_high_q;
  always_ff @(posedge clk_i) begin
    head2_0_low_q <= 20'(head1_0_low_q) + 20'(head1_1_low_q);
    head2_0_high_q <= 20'(head1_0_high_q) + 20'(head1_1_high_q);
  end

  assign head_sum_o = {head2_0_high_q, head2_0_low_q};

  logic [18:0] tail1_0_low_q;
  logic signed [18:0] tail1_0_high_q;
  always_ff @(posedge clk_i) begin
    tail1_0_low_q <=
        (tail_i[0] ? 19'(gen_lane[0].of_lane[17:0]) : 19'd0)
        + (tail_i[1] ? 19'(gen_lane[1].of_lane[17:0]) : 19'd0);
    tail1_0_high_q <=
        (tail_i[0] ? 19'($signed(gen_lane[0].of_lane[35:18])) : 19'sd0)
        + (tail_i[1] ? 19'($signed(gen_lane[1].of_lane[35:18])) : 19'sd0);
  end

  logic [18:0] tail1_1_low_q;
  logic signed [18:0] tail1_1_high_q;
  always_ff @(posedge clk_i) begin
    tail1_1_low_q <=
        (tail_i[2] ? 19'(gen_lane[2].of_lane[17:0]) : 19'd0)
        + (tail_i[3] ? 19'(gen_lane[3].of_lane[17:0]) : 19'd0);
    tail1_1_high_q <=
        (tail_i[2] ? 19'($signed(gen_lane[2].of_lane[35:18])) : 19'sd0)
        + (tail_i[3] ? 19'($signed(gen_lane[3].of_lane[35:18])) : 19'sd0);
  end

  logic [19:0] tail2_0_low_q;
  logic signed [19:0] tail2_0_high_q;
  always_ff @(posedge clk_i) begin
    tail2_0_low_q <= 20'(tail1_0_low_q) + 20'(tail1_1_low_q);
    tail2_0_high_q <= 20'(tail1_0_high_q) + 20'(tail1_1_high_q);
  end

  assign tail_sum_o = {tail2_0_high_q, tail2_0_low_q};

endmodule

`default_nettype wire
