// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Tokens of mpca: the first of a slot takes the waiting tiles; where columns end, a token needs
// room.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_issue_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic       clk_i,
  input  wire logic       rst_i,
  input  wire logic [6:0] job_n_i,
  input  wire logic       slot_full_i,
  input  wire logic       slot_last_i,
  input  wire logic [2:0] slot_ends_i,
  input  wire logic [1:0] features_full_i,
  input  wire logic       out_taken_i,
  output      logic       slot_begins_o,
  output      logic [5:0] token_o,
  output      logic       buffer_o,
  output      logic       fire_o,
  output      logic       job_done_o,
  output      logic       has_results_o,
  output      logic       lacks_weights_o,
  output      logic       lacks_features_o
);

  logic opening_q;
  logic [6:0] slot_n_q;
  logic [6:0] n_now;
  assign n_now = opening_q ? job_n_i : slot_n_q;

  logic slot_has_end_q;
  logic has_end_now;
  assign has_end_now = opening_q ? |slot_ends_i : slot_has_end_q;

  logic slot_is_last_q;
  logic is_last_now;
  assign is_last_now = opening_q ? slot_last_i : slot_is_last_q;

  logic [3:0] gap_q;
  logic without_weights;
  assign without_weights = opening_q && (!slot_full_i || |gap_q);

  logic buffer_q;
  logic without_features;
  assign without_features = opening_q && !features_full_i[buffer_q];

  logic [5:0] credit_q;
  logic no_room;
  assign no_room = has_end_now && (credit_q == 6'd0);

  logic enters;
  assign enters = !without_weights && !without_features && !no_room;

  logic [5:0] token_q;
  logic token_last;
  assign token_last = (7'(token_q) + 7'd1) == n_now;

  logic job_ends;
  assign job_ends = enters && token_last && is_last_now;

  logic with_results;
  assign with_results = enters && has_end_now;

  logic begins;
  assign begins = enters && opening_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      opening_q <= 1'b1;
      token_q <= 6'd0;
      buffer_q <= 1'b0;
      gap_q <= 4'd0;
      credit_q <= 6'd32;
    end else begin
      if (begins) begin
        gap_q <= 4'd11;
      end else if (|gap_q) begin
        gap_q <= gap_q - 4'd1;
      end
      if (enters) begin
        opening_q <= token_last;
        token_q <= token_last ? 6'd0 : token_q + 6'd1;
      end
      if (job_ends) begin
        buffer_q <= !buffer_q;
      end
      if (out_taken_i && !with_results) begin
        credit_q <= credit_q + 6'd1;
      end else if (with_results && !out_taken_i) begin
        credit_q <= credit_q - 6'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (begins) begin
      slot_n_q <= job_n_i;
      slot_has_end_q <= has_end_now;
      slot_is_last_q <= slot_last_i;
    end
  end

  assign slot_begins_o = begins;
  assign token_o = token_q;
  assign buffer_o = buffer_q;
  assign fire_o = enters;
  assign job_done_o = job_ends;
  assign has_results_o = with_results;
  assign lacks_weights_o = without_weights;
  assign lacks_features_o = without_features;

endmodule

`default_nettype wire
