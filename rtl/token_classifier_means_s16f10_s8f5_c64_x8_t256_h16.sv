// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Mean over 64 channels, 8 a beat, rounded half to even and saturated.
//
// Bits of the streams' data:
//   cmd: tokens[8:0], heads[13:9]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_classifier_means_s16f10_s8f5_c64_x8_t256_h16 (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              cmd_valid_i,
  output      logic              cmd_ready_o,
  input  wire logic       [13:0] cmd_data_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic   [8*16-1:0] in_data_i,
  output      logic              mean_valid_o,
  input  wire logic              mean_ready_i,
  output      logic signed [7:0] mean_data_o,
  output      logic              mean_last_o
);

  logic [13:0] commands_out_data;
  logic [8:0] last_token;
  logic [8:0] token_q;
  logic ends_token;
  logic commands_out_valid;
  logic in_fire;
  prim_fifo_w14_d2 u_commands (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (cmd_valid_i),
    .in_ready_o (cmd_ready_o),
    .in_data_i  (cmd_data_i),
    .out_valid_o(commands_out_valid),
    .out_ready_i(in_fire && ends_token && (token_q == last_token)),
    .out_data_o (commands_out_data)
  );

  logic enters;
  logic unused_ends_ready;
  logic unused_ends_valid;
  logic done_q;
  logic ends_out_data;
  prim_fifo_w1_d16 u_ends (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (enters),
    .in_ready_o (unused_ends_ready),
    .in_data_i  (ends_token),
    .out_valid_o(unused_ends_valid),
    .out_ready_i(done_q),
    .out_data_o (ends_out_data)
  );

  logic signed [7:0] rounded_q;
  logic unused_means_ready;
  logic [8:0] means_out_data;
  prim_fifo_w9_d16 u_means (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (done_q),
    .in_ready_o (unused_means_ready),
    .in_data_i  ({ends_out_data, rounded_q}),
    .out_valid_o(mean_valid_o),
    .out_ready_i(mean_ready_i),
    .out_data_o (means_out_data)
  );

  assign last_token = commands_out_data[8:0] - 9'd1;

  // Beat, head and token that come next.
  logic [2:0] beat_q;
  logic ends_head;
  assign ends_head = beat_q == 3'd7;

  logic [4:0] head_q;
  assign ends_token = ends_head && (head_q == (commands_out_data[13:9] - 5'd1));

  logic [4:0] room_q;
  assign in_ready_o = commands_out_valid && |room_q;
  assign in_fire = in_valid_i && in_ready_o;
  assign enters = in_fire && ends_head;

  logic mean_fire;
  assign mean_fire = mean_valid_o && mean_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_q <= 3'd0;
      head_q <= 5'd0;
      token_q <= 9'd0;
      room_q <= 5'd16;
    end else begin
      if (in_fire) begin
        beat_q <= ends_head ? 3'd0 : beat_q + 3'd1;
      end
      if (enters) begin
        head_q <= ends_token ? 5'd0 : head_q + 5'd1;
      end
      if (in_fire && ends_token) begin
        token_q <= (token_q == last_token) ? 9'd0 : token_q + 9'd1;
      end
      if (enters && !mean_fire) begin
        room_q <= room_q - 5'd1;
      end else if (mean_fire && !enters) begin
        room_q <= room_q + 5'd1;
      end
    end
  end

  // Sums of a beat, of a head; the mean has the sum's bits.
  logic [8*16-1:0] held_q;
  always_ff @(posedge clk_i) begin
    held_q <= in_data_i;
  end

  logic [4*17-1:0] beat_sum_1_q;
  genvar beat_sum_1;
  generate
    for (beat_sum_1 = 0; beat_sum_1 < 4; beat_sum_1 = beat_sum_1 + 1) begin : gen_beat_sum_1
      always_ff @(posedge clk_i) begin
        beat_sum_1_q[beat_sum_1*17 +: 17] <=
            17'($signed(held_q[(beat_sum_1*2)*16 +: 16]))
            + 17'($signed(held_q[(beat_sum_1*2+1)*16 +: 16]));
      end
    end
  endgenerate

  logic [2*18-1:0] beat_sum_2_q;
  genvar beat_sum_2;
  generate
    for (beat_sum_2 = 0; beat_sum_2 < 2; beat_sum_2 = beat_sum_2 + 1) begin : gen_beat_sum_2
      always_ff @(posedge clk_i) begin
        beat_sum_2_q[beat_sum_2*18 +: 18] <=
            18'($signed(beat_sum_1_q[(beat_sum_2*2)*17 +: 17]))
            + 18'($signed(beat_sum_1_q[(beat_sum_2*2+1)*17 +: 17]));
      end
    end
  endgenerate

  logic [1*19-1:0] beat_sum_3_q;
  genvar beat_sum_3;
  generate
    for (beat_sum_3 = 0; beat_sum_3 < 1; beat_sum_3 = beat_sum_3 + 1) begin : gen_beat_sum_3
      always_ff @(posedge clk_i) begin
        beat_sum_3_q[beat_sum_3*19 +: 19] <= {
          9'(19'($signed(beat_sum_2_q[(beat_sum_3*2)*18 +: 18])) >> 10)
          + 9'(19'($signed(beat_sum_2_q[(beat_sum_3*2+1)*18 +: 18])) >> 10)
          + 9'(beat_sum_2_q[beat_sum_3*36 +: 10] > ~beat_sum_2_q[beat_sum_3*36+18 +: 10]),
          beat_sum_2_q[beat_sum_3*36 +: 10] + beat_sum_2_q[beat_sum_3*36+18 +: 10]
        };
      end
    end
  endgenerate

  logic [3:0] beat_valid_q;
  logic [3:0] beat_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_valid_q <= 4'd0;
    end else begin
      beat_valid_q <= {beat_valid_q[2:0], in_fire};
    end
  end

  always_ff @(posedge clk_i) begin
    beat_last_q <= {beat_last_q[2:0], ends_head};
  end

  logic first_q;
  logic signed [21:0] total_q;
  logic signed [21:0] so_far;
  assign so_far = total_q & {22{!first_q}};

  logic signed [11:0] rounded_wide;
  assign rounded_wide = 12'((23'(total_q) + 23'sd1023 + 23'(total_q[11])) >> 11);

  logic complete_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
      complete_q <= 1'b0;
      done_q <= 1'b0;
    end else begin
      if (beat_valid_q[3]) begin
        first_q <= beat_last_q[3];
      end
      complete_q <= beat_valid_q[3] && beat_last_q[3];
      done_q <= complete_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[3]) begin
      total_q <= {
        so_far[21:16] + 6'(22'($signed(beat_sum_3_q[0*19 +: 19])) >> 16)
        + 6'(so_far[15:0] > ~beat_sum_3_q[15:0]),
        so_far[15:8] + beat_sum_3_q[15:8] + 8'(so_far[7:0] > ~beat_sum_3_q[7:0]),
        so_far[7:0] + beat_sum_3_q[7:0]
      };
    end
    rounded_q <=
        (rounded_wide[11:7] == {5{rounded_wide[11]}}) ? rounded_wide[7:0] :
        {rounded_wide[11], {7{!rounded_wide[11]}}};
  end

  assign mean_data_o = means_out_data[7:0];
  assign mean_last_o = means_out_data[8];

endmodule

`default_nettype wire
