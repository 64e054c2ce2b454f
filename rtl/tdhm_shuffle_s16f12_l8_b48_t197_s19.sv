// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Fetches the class token and the kept tokens in the order of their new indices. Then, beat by
// beat, the others: their channels are multiplied with their scores and summed in one DSP a
// lane, and the sums divided by that of the scores. Scores that are all zero count as ones.
//
// Bits of the streams' data:
//   job: last_token[7:0], kept[15:8], last_beat[21:16]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module tdhm_shuffle_s16f12_l8_b48_t197_s19 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            job_valid_i,
  output      logic            job_ready_o,
  input  wire logic     [21:0] job_data_i,
  input  wire logic            total_valid_i,
  output      logic            total_ready_o,
  input  wire logic     [26:0] total_data_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic            out_last_o,
  input  wire logic            loaded_i,
  output      logic            done_o,
  output      logic            entry_half_o,
  output      logic      [7:0] entry_place_o,
  input  wire logic     [26:0] entry_i,
  output      logic            half_o,
  output      logic      [7:0] token_o,
  output      logic      [5:0] beat_o,
  input  wire logic [8*16-1:0] x_i
);

  typedef enum logic [1:0] {
    StIdle,
    StPass,
    StFuse,
    StFinish
  } state_e;

  state_e state_d, state_q;
  logic [1:0] loaded_jobs_d, loaded_jobs_q;
  logic start;
  assign start = (state_q == StIdle) && job_valid_i && total_valid_i && (loaded_jobs_q != 2'd0);
  assign job_ready_o = start;
  assign total_ready_o = start;

  logic [26:0] score_sum_q;
  logic plain;
  assign plain = score_sum_q == 27'd0;

  logic [7:0] last_token_q;
  logic [7:0] kept_q;
  logic [7:0] lost;
  assign lost = last_token_q - kept_q;

  logic loses;
  assign loses = |lost;

  logic [7:0] job_last_token;
  assign job_last_token = job_data_i[7:0];

  logic [7:0] job_kept;
  assign job_kept = job_data_i[15:8];

  logic [5:0] job_last_beat;
  assign job_last_beat = job_data_i[21:16];

  logic [5:0] last_beat_q;
  logic [26:0] denominator_q;
  always_ff @(posedge clk_i) begin
    if (start) begin
      last_token_q <= job_last_token;
      kept_q <= job_kept;
      last_beat_q <= job_last_beat;
      score_sum_q <= total_data_i;
    end
    denominator_q <= plain ? 27'(lost) : score_sum_q;
  end

  // One beat a cycle is asked for: tokens one by one, or a beat of all tokens that are lost.
  logic [4:0] reserved_d, reserved_q;
  logic room;
  assign room = reserved_q != 5'd16;

  logic [7:0] first_lost;
  assign first_lost = kept_q + 8'd1;

  logic [7:0] place_d, place_q;
  logic column_begins;
  assign column_begins = place_q == first_lost;

  logic column_ends;
  assign column_ends = place_q == last_token_q;

  logic passing;
  assign passing = (state_q == StPass) && room;

  logic [1:0] columns_d, columns_q;
  logic fusing;
  assign fusing = (state_q == StFuse) && (!column_begins || (columns_q != 2'd2));

  logic [5:0] beat_d, beat_q;
  logic beat_ends;
  assign beat_ends = beat_q == last_beat_q;

  logic pass_ends;
  assign pass_ends = beat_ends && (place_q == kept_q);

  logic [7:0] next_place;
  assign next_place = place_q + 8'd1;

  logic [5:0] next_beat;
  assign next_beat = beat_q + 6'd1;

  logic moving;
  logic fused_open_d, fused_open_q;
  logic over;
  assign over = (state_q == StFinish) && !moving && !fused_open_q;

  logic half_d, half_q;
  logic fused;
  always_comb begin
    state_d = state_q;
    half_d = half_q;
    loaded_jobs_d = loaded_jobs_q;
    place_d = place_q;
    beat_d = beat_q;
    fused_open_d = fused_open_q;
    if (over) begin
      half_d = !half_q;
    end
    if (fused) begin
      fused_open_d = 1'b0;
    end
    unique case (state_q)
      StIdle: begin
        if (start) begin
          state_d = StPass;
        end
      end
      StPass: begin
        if (passing) begin
          beat_d = next_beat;
          if (beat_ends) begin
            beat_d = 6'd0;
            place_d = next_place;
          end
          if (pass_ends) begin
            if (loses) begin
              state_d = StFuse;
            end else begin
              state_d = StFinish;
            end
            fused_open_d = loses;
          end
        end
      end
      StFuse: begin
        if (fusing) begin
          place_d = next_place;
          if (column_ends) begin
            place_d = first_lost;
            beat_d = next_beat;
            if (beat_ends) begin
              state_d = StFinish;
            end
          end
        end
      end
      default: begin
        place_d = 8'd0;
        beat_d = 6'd0;
        if (over) begin
          state_d = StIdle;
        end
      end
    endcase
    if (loaded_i && !start) begin
      loaded_jobs_d = loaded_jobs_q + 2'd1;
    end
    if (start && !loaded_i) begin
      loaded_jobs_d = loaded_jobs_q - 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      half_q <= 1'b0;
      loaded_jobs_q <= 2'd0;
      place_q <= 8'd0;
      beat_q <= 6'd0;
      fused_open_q <= 1'b0;
    end else begin
      state_q <= state_d;
      half_q <= half_d;
      loaded_jobs_q <= loaded_jobs_d;
      place_q <= place_d;
      beat_q <= beat_d;
      fused_open_q <= fused_open_d;
    end
  end

  assign done_o = over;

  // The entry of a place: old index and score. The class token stays the first.
  assign entry_half_o = half_q;
  assign entry_place_o = place_q;

  logic [7:0] token_q;
  logic [18:0] weight_q;
  logic [5:0] token_beat_q;
  always_ff @(posedge clk_i) begin
    token_q <= entry_i[7:0] & {8{|place_q}};
    weight_q <= plain ? 19'd1 : entry_i[26:8];
    token_beat_q <= beat_q;
  end

  assign half_o = half_q;
  assign token_o = token_q;
  assign beat_o = token_beat_q;

  // What goes along with a beat: to the buffer's output, and for the lost ones to the sum.
  logic [3:0] passed_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      passed_q <= 4'd0;
    end else begin
      passed_q <= {passed_q[2:0], passing};
    end
  end

  logic [3:0] passed_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      passed_last_q <= 4'd0;
    end else begin
      passed_last_q <= {passed_last_q[2:0], pass_ends && !loses};
    end
  end

  logic [4:0] added_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      added_q <= 5'd0;
    end else begin
      added_q <= {added_q[3:0], fusing};
    end
  end

  logic [4:0] added_first_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      added_first_q <= 5'd0;
    end else begin
      added_first_q <= {added_first_q[3:0], column_begins};
    end
  end

  logic [4:0] added_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      added_last_q <= 5'd0;
    end else begin
      added_last_q <= {added_last_q[3:0], fusing && column_ends};
    end
  end

  logic [18:0] weight_1_q;
  logic [18:0] weight_2_q;
  logic [18:0] weight_3_q;
  always_ff @(posedge clk_i) begin
    weight_1_q <= weight_q;
    weight_2_q <= weight_1_q;
    weight_3_q <= weight_2_q;
  end

  assign moving = |passed_q || |added_q;

  logic arrives;
  assign arrives = passed_q[3];

  // Sums, their magnitudes, quotients.
  logic column_valid_d, column_valid_q;
  logic dividers_in_ready;
  logic [8*44-1:0] numerator;
  logic dividers_out_valid;
  logic [127:0] dividers_out_data;
  divider_l8_d27_q16_signed u_dividers (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (column_valid_q),
    .in_ready_o (dividers_in_ready),
    .in_data_i  ({denominator_q, numerator}),
    .out_valid_o(dividers_out_valid),
    .out_ready_i(room),
    .out_data_o (dividers_out_data)
  );

  logic taken;
  assign taken = column_valid_q && dividers_in_ready;

  logic summed_d, summed_q;
  logic moves;
  assign moves = summed_q && !column_valid_q;

  logic column_summed;
  assign column_summed = added_last_q[4];

  logic column_issued;
  assign column_issued = fusing && column_begins;

  always_comb begin
    columns_d = columns_q;
    summed_d = summed_q;
    column_valid_d = column_valid_q;
    if (moves) begin
      summed_d = 1'b0;
    end
    if (column_summed) begin
      summed_d = 1'b1;
    end
    if (taken) begin
      column_valid_d = 1'b0;
    end
    if (moves) begin
      column_valid_d = 1'b1;
    end
    if (column_issued && !taken) begin
      columns_d = columns_q + 2'd1;
    end
    if (taken && !column_issued) begin
      columns_d = columns_q - 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      columns_q <= 2'd0;
      summed_q <= 1'b0;
      column_valid_q <= 1'b0;
    end else begin
      columns_q <= columns_d;
      summed_q <= summed_d;
      column_valid_q <= column_valid_d;
    end
  end

  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      logic signed [42:0] sum;
      prim_multiply_accumulate_s16_u19_p43 u_accumulate (
        .clk_i  (clk_i),
        .a_i    (x_i[lane*16 +: 16]),
        .b_i    (weight_3_q),
        .add_i  (added_q[4]),
        .first_i(added_first_q[4]),
        .sum_o  (sum)
      );

      logic [42:0] magnitude_q;
      logic negative_q;
      always_ff @(posedge clk_i) begin
        if (moves) begin
          magnitude_q <= {
            (sum[42:36] ^ {7{sum[42]}}) + 7'(sum[42] && (sum[35:0] == 36'd0)),
            (sum[35:27] ^ {9{sum[42]}}) + 9'(sum[42] && (sum[26:0] == 27'd0)),
            (sum[26:18] ^ {9{sum[42]}}) + 9'(sum[42] && (sum[17:0] == 18'd0)),
            (sum[17:9] ^ {9{sum[42]}}) + 9'(sum[42] && (sum[8:0] == 9'd0)),
            (sum[8:0] ^ {9{sum[42]}}) + 9'(sum[42])
          };
          negative_q <= sum[42];
        end
      end

      assign numerator[lane*44 +: 44] = {negative_q, magnitude_q};
    end
  endgenerate

  // Kept tokens and the fused one never come at once.
  logic fused_valid;
  assign fused_valid = dividers_out_valid && room;

  logic [5:0] fused_beat_d, fused_beat_q;
  logic fused_ends;
  assign fused_ends = fused_beat_q == last_beat_q;
  assign fused = fused_valid && fused_ends;

  logic [127:0] channels;
  logic unused_output_ready;
  logic [128:0] output_out_data;
  prim_fifo_w129_d16 u_output (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (arrives || fused_valid),
    .in_ready_o (unused_output_ready),
    .in_data_i  ({arrives ? passed_last_q[3] : fused_ends, channels}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (output_out_data)
  );

  assign channels = arrives ? x_i : dividers_out_data;
  assign out_data_o = output_out_data[127:0];
  assign out_last_o = output_out_data[128];

  logic grows;
  assign grows = passing || fused_valid;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_comb begin
    reserved_d = reserved_q;
    fused_beat_d = fused_beat_q;
    if (fused_valid) begin
      fused_beat_d = fused_beat_q + 6'd1;
    end
    if (fused) begin
      fused_beat_d = 6'd0;
    end
    if (grows && !out_fire) begin
      reserved_d = reserved_q + 5'd1;
    end
    if (out_fire && !grows) begin
      reserved_d = reserved_q - 5'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      reserved_q <= 5'd0;
      fused_beat_q <= 6'd0;
    end else begin
      reserved_q <= reserved_d;
      fused_beat_q <= fused_beat_d;
    end
  end

endmodule

`default_nettype wire
