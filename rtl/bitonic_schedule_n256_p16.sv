// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Exchanges of a bitonic network over up to 256 words in 32 banks, one word of each bank a
// cycle. Block, distance and window have a bit of a place each. Blocks whose places have the
// block's bit are sorted upwards, the others downwards; partners differ in the distance's bit;
// the words of a cycle differ in the window's bits alone.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_schedule_n256_p16 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            start_i,
  input  wire logic      [7:0] last_place_i,
  output      logic            valid_o,
  output      logic            done_o,
  output      logic      [2:0] axis_o,
  output      logic [32*3-1:0] row_o,
  output      logic     [30:0] turned_o,
  output      logic     [31:0] absent_o
);

  // The places that take part: up to the next power of two, at least 2.
  logic [7:0] window_q;
  logic [7:0] group_q;
  logic [7:0] next_group;
  assign next_group = ((group_q | window_q) + 8'd1) & ~window_q;

  logic [7:0] used_q;
  logic pass_ends;
  assign pass_ends = &(group_q | window_q | ~used_q);

  logic [7:0] block_q;
  logic [7:0] distance_q;
  logic job_ends;
  assign job_ends = distance_q[0] && ((block_q & used_q) == 8'd0);

  logic [7:0] next_distance;
  assign next_distance = distance_q[0] ? block_q : {1'b0, distance_q[7:1]};

  logic low;
  assign low = |next_distance[4:0];

  logic [7:0] next_window;
  assign next_window =
      next_distance | 8'(next_distance[7:1]) | 8'(next_distance[7:2]) | 8'(next_distance[7:3])
      | 8'(next_distance[7:4])
      | ({8{low}} & 8'd31);

  typedef enum logic [1:0] {
    StIdle,
    StIssue,
    StRest,
    StStep
  } state_e;

  state_e state_d, state_q;
  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle: begin
        if (start_i) begin
          state_d = StIssue;
        end
      end
      StIssue: begin
        if (pass_ends) begin
          state_d = StRest;
        end
      end
      StRest: state_d = StStep;
      default: begin
        if (job_ends) begin
          state_d = StIdle;
        end else begin
          state_d = StIssue;
        end
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
    end else begin
      state_q <= state_d;
    end
  end

  logic [4:0] fold_q;
  logic fresh_q;
  logic done_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      done_q <= 1'b0;
    end else begin
      done_q <= (state_q == StStep) && job_ends;
    end
  end

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      StIdle: begin
        used_q <=
            last_place_i | 8'(last_place_i[7:1]) | 8'(last_place_i[7:2]) | 8'(last_place_i[7:3])
            | 8'(last_place_i[7:4])
            | 8'(last_place_i[7:5])
            | 8'(last_place_i[7:6])
            | 8'(last_place_i[7])
            | 8'd1;
        block_q <= 8'd2;
        distance_q <= 8'd1;
        window_q <= 8'd31;
        fresh_q <= 1'b1;
      end
      StStep: begin
        if (distance_q[0]) begin
          block_q <= {block_q[6:0], 1'b0};
        end
        distance_q <= next_distance;
        window_q <= next_window;
        fresh_q <= 1'b0;
      end
      default: ;
    endcase
    if (state_q == StIssue) begin
      group_q <= next_group;
      fold_q <= {
        next_group[4],
        next_group[3],
        next_group[2] ^ next_group[7],
        next_group[1] ^ next_group[6],
        next_group[0] ^ next_group[5]
      };
    end else begin
      group_q <= 8'd0;
      fold_q <= 5'd0;
    end
  end

  assign valid_o = state_q == StIssue;
  assign done_o = done_q;

  // The bit in which the banks of partners differ.
  assign axis_o = {
    distance_q[4],
    distance_q[2] || distance_q[3] || distance_q[7],
    distance_q[1] || distance_q[3] || distance_q[6]
  };

  // The places in the banks; absent: there is no such token, and nothing was written yet.
  logic [32*8-1:0] at;
  genvar bank;
  generate
    for (bank = 0; bank < 32; bank = bank + 1) begin : gen_bank
      logic [4:0] offset;
      assign offset = fold_q ^ 5'(bank);
      assign at[bank*8 +: 8] =
          group_q
          | (window_q
          & {
            offset[2],
            offset[1],
            offset[0],
            offset[4],
            offset[3],
            offset[2],
            offset[1],
            offset[0]
          });
      assign row_o[bank*3 +: 3] = at[bank*8+5 +: 3];
      assign absent_o[bank] = fresh_q && (at[bank*8 +: 8] > last_place_i);
    end
  endgenerate

  // Turned: the larger word goes to the upper of the two banks, of which the last is never the
  // lower one.
  genvar lower;
  generate
    for (lower = 0; lower < 31; lower = lower + 1) begin : gen_lower
      logic upper;
      assign upper = |(at[lower*8 +: 8] & distance_q);

      logic rising;
      assign rising = |(at[lower*8 +: 8] & block_q);
      assign turned_o[lower] = upper ^ rising;
    end
  endgenerate

endmodule

`default_nettype wire
