// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Old index and score of each token by its new index, for two jobs; and the sum of the scores
// that are not kept.
//
// Bits of the streams' data:
//   selected: id_old[7:0], id_new[15:8], keep[16]
//   decision: id_old[7:0], id_new[15:8], keep[16]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module tdhm_order_u16f15_t197_h6 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        selected_valid_i,
  output      logic        selected_ready_o,
  input  wire logic [16:0] selected_data_i,
  input  wire logic        selected_last_i,
  output      logic        decision_valid_o,
  input  wire logic        decision_ready_i,
  output      logic [16:0] decision_data_o,
  output      logic        decision_last_o,
  output      logic        total_valid_o,
  input  wire logic        total_ready_i,
  output      logic [26:0] total_data_o,
  input  wire logic [18:0] score_i,
  input  wire logic        read_half_i,
  input  wire logic  [7:0] read_place_i,
  output      logic        score_half_o,
  output      logic  [7:0] score_token_o,
  output      logic [26:0] read_entry_o
);

  // The class token has index 0, the others count from 1.
  logic [7:0] selected_id_old;
  assign selected_id_old = selected_data_i[7:0];

  logic [7:0] id_old_row;
  assign id_old_row = selected_id_old + 8'd1;

  logic [7:0] selected_id_new;
  assign selected_id_new = selected_data_i[15:8];

  logic [7:0] id_new_row;
  assign id_new_row = selected_id_new + 8'd1;

  logic selected_keep;
  assign selected_keep = selected_data_i[16];

  logic [7:0] decision_id_old;
  assign decision_id_old = id_old_row;

  logic [7:0] decision_id_new;
  assign decision_id_new = id_new_row;

  logic decision_keep;
  assign decision_keep = selected_keep;
  assign decision_last_o = selected_last_i;

  // The sum of the job before has to be taken.
  logic total_promised_d, total_promised_q;
  logic able;
  assign able = !total_promised_q || !selected_last_i;
  assign decision_valid_o = selected_valid_i && able;
  assign selected_ready_o = decision_ready_i && able;

  logic selected_fire;
  assign selected_fire = selected_valid_i && selected_ready_o;

  logic ends;
  assign ends = selected_fire && selected_last_i;

  logic half_d, half_q;
  logic entry_half_q;
  logic entry_valid_q;
  logic entry_last_q;
  logic entry_lost_q;
  logic [7:0] entry_old_q;
  logic [7:0] entry_new_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      entry_valid_q <= 1'b0;
    end else begin
      entry_valid_q <= selected_fire;
    end
  end

  always_ff @(posedge clk_i) begin
    entry_half_q <= half_q;
    entry_last_q <= selected_last_i;
    entry_lost_q <= !selected_keep;
    entry_old_q <= id_old_row;
    entry_new_q <= id_new_row;
  end

  logic [18:0] addend;
  assign addend = score_i & {19{entry_lost_q}};

  logic [26:0] so_far_d, so_far_q;
  logic [26:0] sum;
  assign sum = so_far_q + 27'(addend);

  logic summed;
  assign summed = entry_valid_q && entry_last_q;

  logic total_fire;
  assign total_fire = total_valid_o && total_ready_i;

  logic total_held_d, total_held_q;
  always_comb begin
    total_held_d = total_held_q;
    total_promised_d = total_promised_q;
    half_d = half_q;
    so_far_d = so_far_q;
    if (total_fire) begin
      total_held_d = 1'b0;
      total_promised_d = 1'b0;
    end
    if (entry_valid_q) begin
      so_far_d = sum;
    end
    if (ends) begin
      half_d = !half_q;
      total_promised_d = 1'b1;
    end
    if (summed) begin
      so_far_d = 27'd0;
      total_held_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      total_held_q <= 1'b0;
      total_promised_q <= 1'b0;
      half_q <= 1'b0;
      so_far_q <= 27'd0;
    end else begin
      total_held_q <= total_held_d;
      total_promised_q <= total_promised_d;
      half_q <= half_d;
      so_far_q <= so_far_d;
    end
  end

  logic [26:0] total_sum_q;
  (* ram_style = "distributed" *) logic [26:0] order [512];
  always_ff @(posedge clk_i) begin
    if (entry_valid_q) begin
      order[{entry_half_q, entry_new_q}] <= {score_i, entry_old_q};
    end
    if (summed) begin
      total_sum_q <= sum;
    end
  end

  assign total_valid_o = total_held_q;
  assign total_data_o = total_sum_q;
  assign score_half_o = entry_half_q;
  assign score_token_o = entry_old_q;
  assign read_entry_o = order[{read_half_i, read_place_i}];
  assign decision_data_o = {decision_keep, decision_id_new, decision_id_old};

endmodule

`default_nettype wire
