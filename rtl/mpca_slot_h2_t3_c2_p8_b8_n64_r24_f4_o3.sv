// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// The slot of mpca that is filled: tiles take its lanes in order, one column may end in a group.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_slot_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        slot_begins_i,
  input  wire logic        entry_commit_i,
  input  wire logic        entry_waits_i,
  input  wire logic        entry_valid_i,
  input  wire logic        entry_end_i,
  input  wire logic        entry_last_i,
  input  wire logic  [4:0] entry_bank_i,
  input  wire logic  [7:0] entry_head_i,
  input  wire logic [12:0] entry_column_i,
  input  wire logic  [3:0] entry_used_i,
  output      logic        slot_full_o,
  output      logic        slot_last_o,
  output      logic        slot_ended_o,
  output      logic  [2:0] slot_group_o,
  output      logic  [3:0] slot_place_o,
  output      logic  [2:0] slot_ends_o,
  output      logic [11:0] slot_heads_o,
  output      logic [11:0] slot_tails_o,
  output      logic [59:0] slot_banks_o,
  output      logic [23:0] end_head_o,
  output      logic [38:0] end_column_o,
  output      logic [11:0] end_used_o
);

  logic full_q;
  logic ended_q;
  logic leave_group;
  assign leave_group = entry_waits_i && !full_q && ended_q && entry_end_i;

  logic [3:0] place_q;
  logic group_done;
  assign group_done = leave_group || (entry_commit_i && place_q[3]);

  logic [2:0] group_q;
  logic filled;
  assign filled = group_done && group_q[2];

  logic closes;
  assign closes = filled || (entry_commit_i && entry_last_i);

  logic last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      full_q <= 1'b0;
      group_q <= 3'd1;
      place_q <= 4'd1;
      ended_q <= 1'b0;
    end else begin
      if (slot_begins_i) begin
        full_q <= 1'b0;
      end
      if (entry_commit_i) begin
        place_q <= {place_q[2:0], place_q[3]};
        ended_q <= ended_q || entry_end_i;
      end
      if (group_done) begin
        place_q <= 4'd1;
        group_q <= {group_q[1:0], group_q[2]};
        ended_q <= 1'b0;
      end
      if (closes) begin
        full_q <= 1'b1;
        place_q <= 4'd1;
        group_q <= 3'd1;
        ended_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (entry_commit_i) begin
      last_q <= entry_last_i;
    end
  end

  logic [2:0] at_group;
  assign at_group = group_q;

  logic [3:0] at_place;
  assign at_place = place_q;

  logic [2:0] ends_q;
  logic [3*8-1:0] end_head_q;
  logic [3*13-1:0] end_column_q;
  logic [3*4-1:0] end_used_q;
  logic [11:0] heads_q;
  logic [11:0] tails_q;
  logic [12*5-1:0] banks_q;
  genvar group;
  genvar lane;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      logic here;
      assign here = entry_commit_i && at_group[group];

      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          ends_q[group] <= 1'b0;
        end else begin
          if (slot_begins_i) begin
            ends_q[group] <= 1'b0;
          end
          if (here && entry_end_i) begin
            ends_q[group] <= 1'b1;
          end
        end
      end

      always_ff @(posedge clk_i) begin
        if (here && entry_end_i) begin
          end_head_q[group*8 +: 8] <= entry_head_i;
          end_column_q[group*13 +: 13] <= entry_column_i;
          end_used_q[group*4 +: 4] <= entry_used_i;
        end
      end

      for (lane = 0; lane < 4; lane = lane + 1) begin : gen_lane
        always_ff @(posedge clk_i) begin
          if (rst_i) begin
            heads_q[group*4+lane] <= 1'b0;
            tails_q[group*4+lane] <= 1'b0;
          end else begin
            if (slot_begins_i) begin
              heads_q[group*4+lane] <= 1'b0;
              tails_q[group*4+lane] <= 1'b0;
            end
            if (here && at_place[lane]) begin
              heads_q[group*4+lane] <= entry_valid_i && !ended_q;
              tails_q[group*4+lane] <= entry_valid_i && ended_q;
            end
          end
        end

        always_ff @(posedge clk_i) begin
          if (here && at_place[lane]) begin
            banks_q[(group*4+lane)*5 +: 5] <= entry_bank_i;
          end
        end
      end
    end
  endgenerate

  assign slot_full_o = full_q;
  assign slot_last_o = last_q;
  assign slot_ended_o = ended_q;
  assign slot_group_o = group_q;
  assign slot_place_o = place_q;
  assign slot_ends_o = ends_q;
  assign slot_heads_o = heads_q;
  assign slot_tails_o = tails_q;
  assign slot_banks_o = banks_q;
  assign end_head_o = end_head_q;
  assign end_column_o = end_column_q;
  assign end_used_o = end_used_q;

endmodule

`default_nettype wire
