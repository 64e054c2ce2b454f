// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Selects the k of up to 196 tokens with the highest unsigned keys of 19 bits, equal keys by
// lower index. One beat of `cmd` a job (n, k), one of `in` a token in the order of the indices,
// one of `out` a token in the order of the new indices, the kept ones first.
//
// The k-th key is found digit by digit from the top: the keys that agree with the digits found
// so far are counted by their next digit, and the counts are added up from the highest until
// they reach k. Then the kept tokens and the others are written to their new places, both in the
// order of their indices.
//
// Bits of the streams' data:
//   cmd: n[7:0], k[15:8]
//   out: id_old[7:0], id_new[15:8], keep[16]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module top_k_radix_select_n196_k19 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        cmd_valid_i,
  output      logic        cmd_ready_o,
  input  wire logic [15:0] cmd_data_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [18:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [16:0] out_data_o,
  output      logic        out_last_o
);

  // The digits found so far, the lowest last: then the tokens are divided.
  logic [4:0] known_q;
  logic dividing;
  assign dividing = known_q[0];

  typedef enum logic [2:0] {
    StIdle,
    StLoad,
    StRead,
    StDrain,
    StFind
  } state_e;

  state_e state_d, state_q;
  assign cmd_ready_o = state_q == StIdle;
  assign in_ready_o = state_q == StLoad;

  logic [7:0] cmd_n;
  assign cmd_n = cmd_data_i[7:0];

  logic fits;
  assign fits = |cmd_n && (cmd_n <= 8'd196);

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic accept;
  assign accept = cmd_fire && fits;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  // The old order has to be gone before the new one is written.
  logic leaving_d, leaving_q;
  logic reading;
  assign reading = (state_q == StRead) && !(dividing && leaving_q);

  logic advance;
  assign advance = in_fire || reading;

  logic [7:0] job_n_q;
  logic [7:0] index_d, index_q;
  logic final_key;
  assign final_key = advance && ((9'(index_q) + 9'd1) == 9'(job_n_q));

  // One key a cycle, as it comes or out of the memory.
  logic [18:0] rank;
  assign rank = in_data_i;

  logic [5*4-1:0] key_q;
  logic [7:0] key_id_q;
  logic key_valid_q;
  (* ram_style = "distributed" *) logic [18:0] keys [196];
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      key_valid_q <= 1'b0;
    end else begin
      key_valid_q <= advance;
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      keys[index_q] <= rank;
    end
    key_q <= (state_q == StLoad) ? 20'(rank) : 20'(keys[index_q]);
    key_id_q <= index_q;
  end

  // A key agrees if it has the digits found so far.
  logic [5*4-1:0] threshold_q;
  logic [4:0] differs;
  genvar place;
  generate
    for (place = 0; place < 5; place = place + 1) begin : gen_place
      assign differs[place] = known_q[place] && (key_q[place*4 +: 4] != threshold_q[place*4 +: 4]);
    end
  endgenerate

  logic agrees;
  assign agrees = differs == 5'd0;

  logic [2:0] digit_q;
  logic [3:0] value;
  assign value = key_q[5'(digit_q) * 5'd4 +: 4];

  logic counting;
  assign counting = key_valid_q && agrees && !dividing;

  logic finding;
  assign finding = state_q == StFind;

  logic [16*8-1:0] count_q;
  logic [7:0] need_q;
  logic found;
  assign found = finding && (need_q <= count_q[15*8 +: 8]);

  logic clear;
  assign clear = accept || found;

  genvar digit_value;
  generate
    for (digit_value = 0; digit_value < 16; digit_value = digit_value + 1) begin : gen_digit_value
      logic hit;
      assign hit = counting && (value == 4'(digit_value));

      logic [7:0] below;
      if (digit_value == 0) begin : gen_lowest
        assign below = 8'd0;
      end else begin : gen_higher
        assign below = count_q[(digit_value-1)*8 +: 8];
      end

      always_ff @(posedge clk_i) begin
        if (hit) begin
          count_q[digit_value*8 +: 8] <= count_q[digit_value*8 +: 8] + 8'd1;
        end
        if (finding) begin
          count_q[digit_value*8 +: 8] <= below;
        end
        if (clear) begin
          count_q[digit_value*8 +: 8] <= 8'd0;
        end
      end
    end
  endgenerate

  logic [3:0] level_q;
  genvar found_place;
  generate
    for (found_place = 0; found_place < 5; found_place = found_place + 1) begin : gen_found_place
      always_ff @(posedge clk_i) begin
        if (found && (digit_q == 3'(found_place))) begin
          threshold_q[found_place*4 +: 4] <= level_q;
          known_q[found_place] <= 1'b1;
        end
        if (accept) begin
          known_q[found_place] <= 1'b0;
        end
      end
    end
  endgenerate

  // The kept tokens go to the places from 0, the others to those from k; of the keys at the
  // threshold, `need` are kept.
  logic above;
  assign above = key_q > threshold_q;

  logic keep;
  assign keep = above || (agrees && |need_q);

  logic dividing_key;
  assign dividing_key = key_valid_q && dividing;

  logic lessens;
  assign lessens = (finding && !found) || (dividing_key && agrees && |need_q);

  logic [7:0] spent;
  assign spent = finding ? count_q[15*8 +: 8] : 8'd1;

  logic [7:0] kept_place_q;
  logic [7:0] lost_place_q;
  logic [7:0] new_place;
  assign new_place = keep ? kept_place_q : lost_place_q;

  logic [7:0] cmd_k;
  assign cmd_k = cmd_data_i[15:8];

  logic [7:0] kept;
  assign kept = (cmd_k > cmd_n) ? cmd_n : cmd_k;

  logic [7:0] job_k_q;
  (* ram_style = "distributed" *) logic [7:0] order [196];
  always_ff @(posedge clk_i) begin
    if (dividing_key) begin
      order[new_place] <= key_id_q;
      if (keep) begin
        kept_place_q <= kept_place_q + 8'd1;
      end else begin
        lost_place_q <= lost_place_q + 8'd1;
      end
    end
    if (lessens) begin
      need_q <= need_q - spent;
    end
    if (finding && !found) begin
      level_q <= level_q - 4'd1;
    end
    if (found) begin
      level_q <= 4'd15;
    end
    if (found && (digit_q != 3'd0)) begin
      digit_q <= digit_q - 3'd1;
    end
    if (accept) begin
      job_n_q <= cmd_n;
      job_k_q <= kept;
      need_q <= kept;
      digit_q <= 3'd4;
      level_q <= 4'd15;
      kept_place_q <= 8'd0;
      lost_place_q <= kept;
    end
  end

  logic divided;
  assign divided = (state_q == StDrain) && dividing;

  always_comb begin
    state_d = state_q;
    index_d = index_q;
    if (advance) begin
      index_d = index_q + 8'd1;
    end
    if (final_key) begin
      index_d = 8'd0;
      state_d = StDrain;
    end
    unique case (state_q)
      StIdle: begin
        if (accept) begin
          state_d = StLoad;
        end
      end
      StDrain: begin
        if (dividing) begin
          state_d = StIdle;
        end else begin
          state_d = StFind;
        end
      end
      StFind: begin
        if (found) begin
          state_d = StRead;
        end
      end
      default: ;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      index_q <= 8'd0;
    end else begin
      state_q <= state_d;
      index_q <= index_d;
    end
  end

  logic [7:0] place_d, place_q;
  logic [7:0] leaving_k_q;
  logic tokens_in_ready;
  logic last;
  logic [17:0] tokens_out_data;
  prim_fifo_w18_d2 u_tokens (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (leaving_q),
    .in_ready_o (tokens_in_ready),
    .in_data_i  ({last, leaving_k_q > place_q, place_q, order[place_q]}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (tokens_out_data)
  );

  logic step;
  assign step = leaving_q && tokens_in_ready;

  logic [7:0] leaving_n_q;
  assign last = (9'(place_q) + 9'd1) == 9'(leaving_n_q);

  always_comb begin
    leaving_d = leaving_q;
    place_d = place_q;
    if (step) begin
      place_d = place_q + 8'd1;
      if (last) begin
        place_d = 8'd0;
        leaving_d = 1'b0;
      end
    end
    if (divided) begin
      leaving_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      leaving_q <= 1'b0;
      place_q <= 8'd0;
    end else begin
      leaving_q <= leaving_d;
      place_q <= place_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (divided) begin
      leaving_n_q <= job_n_q;
      leaving_k_q <= job_k_q;
    end
  end

  logic [7:0] out_id_old;
  assign out_id_old = tokens_out_data[7:0];

  logic [7:0] out_id_new;
  assign out_id_new = tokens_out_data[15:8];

  logic out_keep;
  assign out_keep = tokens_out_data[16];
  assign out_last_o = tokens_out_data[17];
  assign out_data_o = {out_keep, out_id_new, out_id_old};

endmodule

`default_nettype wire
