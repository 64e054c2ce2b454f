// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 3 groups of 16 x 4 int8 multiply-accumulators, two in a DSP. Sums follow 17 cycles after their
// activations.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_engine_array_i16_o4_h3_l2 (
  input  wire logic             clk_i,
  input  wire logic             swap_i,
  input  wire logic  [6*64-1:0] act_i,
  input  wire logic       [7:0] load_i,
  input  wire logic       [5:0] used_i,
  input  wire logic  [24*8-1:0] weight_i,
  input  wire logic             summed_i,
  output      logic [12*21-1:0] sum_o
);

  // A block starts a cycle after the one above.
  logic [1:0] block_swap;
  prim_skew_l2_w1 u_swap_skew (
    .clk_i(clk_i),
    .x_i  ({2{swap_i}}),
    .y_o  (block_swap)
  );

  // The border: rows beyond K become 0, -128 becomes -127, and the high lane pays what the low one
  // borrows.
  logic [1*8-1:0] load_row_q;
  always_ff @(posedge clk_i) begin
    load_row_q <= load_i;
  end

  genvar group;
  genvar lane;
  genvar port;
  genvar pair;
  genvar step;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      logic [2*64-1:0] group_act;
      logic [2*64-1:0] block_act;
      prim_skew_l2_w64 u_act_skew (
        .clk_i(clk_i),
        .x_i  (group_act),
        .y_o  (block_act)
      );

      for (lane = 0; lane < 2; lane = lane + 1) begin : gen_lane
        assign group_act[lane*64 +: 64] = act_i[(group*2+lane)*64 +: 64];
      end

      for (port = 0; port < 2; port = port + 1) begin : gen_port
        logic [2*16-1:0] word_q;
        for (pair = 0; pair < 2; pair = pair + 1) begin : gen_pair
          logic low_least;
          assign low_least = weight_i[(group*8+port*4+pair*2)*8 +: 8] == 8'sh80;

          logic [7:0] low;
          assign low =
              {
                weight_i[group*64+port*32+pair*16+1 +: 7],
                weight_i[group*64+port*32+pair*16] || low_least
              }
              & {8{used_i[group*2+port]}};

          logic high_least;
          assign high_least = weight_i[(group*8+port*4+pair*2+1)*8 +: 8] == 8'sh80;

          logic [7:0] high;
          assign high =
              {
                weight_i[group*64+port*32+pair*16+9 +: 7],
                weight_i[group*64+port*32+pair*16+8] || high_least
              }
              & {8{used_i[group*2+port]}};

          always_ff @(posedge clk_i) begin
            word_q[pair*16 +: 16] <= {high - 8'(low[7]), low};
          end
        end

        for (step = 0; step < 1; step = step + 1) begin : gen_step
          logic [7:0] load_q;
          logic [31:0] weight_q;
          always_ff @(posedge clk_i) begin
            load_q <= load_row_q[step*8 +: 8];
            weight_q <= word_q;
          end

          logic [75:0] above;
          logic [4*19-1:0] below;
          if (port == 0) begin : gen_top
            assign above = 76'd0;
          end else begin : gen_port_2
            assign above = gen_group[group].gen_port[port-1].gen_step[0].below;
          end

          gemm_engine_block_p2_s19 u_block (
            .clk_i   (clk_i),
            .swap_i  (block_swap[port+step]),
            .load_i  (load_q),
            .act_i   (block_act[(port+step)*64 +: 64]),
            .weight_i(weight_q),
            .above_i (above),
            .below_o (below)
          );
        end
      end
    end
  endgenerate

  // Groups together or each for itself: low and high parts are summed apart, carries run at the
  // end.
  genvar column;
  generate
    for (column = 0; column < 4; column = column + 1) begin : gen_column
      logic [11:0] own1_0_low_q;
      logic signed [6:0] own1_0_high_q;
      always_ff @(posedge clk_i) begin
        own1_0_low_q <= gen_group[0].gen_port[1].gen_step[0].below[column*19 +: 12];
        own1_0_high_q <= gen_group[0].gen_port[1].gen_step[0].below[column*19+12 +: 7];
      end

      logic [11:0] own1_1_low_q;
      logic signed [6:0] own1_1_high_q;
      always_ff @(posedge clk_i) begin
        own1_1_low_q <= gen_group[1].gen_port[1].gen_step[0].below[column*19 +: 12];
        own1_1_high_q <= gen_group[1].gen_port[1].gen_step[0].below[column*19+12 +: 7];
      end

      logic [11:0] own1_2_low_q;
      logic signed [6:0] own1_2_high_q;
      always_ff @(posedge clk_i) begin
        own1_2_low_q <= gen_group[2].gen_port[1].gen_step[0].below[column*19 +: 12];
        own1_2_high_q <= gen_group[2].gen_port[1].gen_step[0].below[column*19+12 +: 7];
      end

      logic [12:0] rest1_0_low_q;
      logic signed [7:0] rest1_0_high_q;
      always_ff @(posedge clk_i) begin
        rest1_0_low_q <=
            13'(gen_group[1].gen_port[1].gen_step[0].below[column*19 +: 12])
            + 13'(gen_group[2].gen_port[1].gen_step[0].below[column*19 +: 12]);
        rest1_0_high_q <=
            8'($signed(gen_group[1].gen_port[1].gen_step[0].below[column*19+12 +: 7]))
            + 8'($signed(gen_group[2].gen_port[1].gen_step[0].below[column*19+12 +: 7]));
      end

      logic [13:0] own2_0_low_q;
      logic signed [8:0] own2_0_high_q;
      always_ff @(posedge clk_i) begin
        own2_0_low_q <= 14'(own1_0_low_q) + (summed_i ? 14'(rest1_0_low_q) : 14'd0);
        own2_0_high_q <= 9'(own1_0_high_q) + (summed_i ? 9'(rest1_0_high_q) : 9'sd0);
      end

      logic [11:0] own2_1_low_q;
      logic signed [6:0] own2_1_high_q;
      always_ff @(posedge clk_i) begin
        own2_1_low_q <= own1_1_low_q;
        own2_1_high_q <= own1_1_high_q;
      end

      logic [11:0] own2_2_low_q;
      logic signed [6:0] own2_2_high_q;
      always_ff @(posedge clk_i) begin
        own2_2_low_q <= own1_2_low_q;
        own2_2_high_q <= own1_2_high_q;
      end

      logic signed [20:0] sum0_q;
      always_ff @(posedge clk_i) begin
        sum0_q <= {own2_0_high_q + 9'(own2_0_low_q[13:12]), own2_0_low_q[11:0]};
      end

      assign sum_o[column*21 +: 21] = sum0_q;

      logic signed [20:0] sum1_q;
      always_ff @(posedge clk_i) begin
        sum1_q <= {9'(own2_1_high_q), own2_1_low_q};
      end

      assign sum_o[(column+4)*21 +: 21] = sum1_q;

      logic signed [20:0] sum2_q;
      always_ff @(posedge clk_i) begin
        sum2_q <= {9'(own2_2_high_q), own2_2_low_q};
      end

      assign sum_o[(column+8)*21 +: 21] = sum2_q;
    end
  endgenerate

endmodule

`default_nettype wire
