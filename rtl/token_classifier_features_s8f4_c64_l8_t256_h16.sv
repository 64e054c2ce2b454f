// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Features of a head, and beside each token's the mean over all tokens, rounded half to even.
// Two heads are held: one comes in, the other is divided and goes out.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: tokens[8:0], heads[13:9]
//   feature: local[63:0] (8 x 8), global[127:64] (8 x 8)
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_classifier_features_s8f4_c64_l8_t256_h16 (
  input  wire logic           clk_i,
  input  wire logic           rst_i,
  input  wire logic           cmd_valid_i,
  output      logic           cmd_ready_o,
  input  wire logic    [13:0] cmd_data_i,
  input  wire logic           local_valid_i,
  output      logic           local_ready_o,
  input  wire logic [8*8-1:0] local_data_i,
  output      logic           feature_valid_o,
  input  wire logic           feature_ready_i,
  output      logic   [127:0] feature_data_o,
  output      logic           feature_last_o
);

  logic [13:0] commands_out_data;
  logic ends_job;
  logic commands_out_valid;
  logic local_fire;
  prim_fifo_w14_d2 u_commands (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (cmd_valid_i),
    .in_ready_o (cmd_ready_o),
    .in_data_i  (cmd_data_i),
    .out_valid_o(commands_out_valid),
    .out_ready_i(local_fire && ends_job),
    .out_data_o (commands_out_data)
  );

  logic [1:0] came_q;
  logic [1:0] gone_q;
  logic [1:0] beat_q;
  logic [8:0] token_q;
  logic [1:0] out_beat_q;
  logic [8:0] out_token_q;
  logic reads;
  logic [63:0] words_rdata;
  prim_held_ram_w64_d2048 u_words (
    .clk_i  (clk_i),
    .we_i   (local_fire),
    .waddr_i({came_q[0], token_q[7:0], beat_q}),
    .wdata_i(local_data_i),
    .re_i   (reads),
    .raddr_i({gone_q[0], out_token_q[7:0], out_beat_q}),
    .rdata_o(words_rdata)
  );

  typedef enum logic [1:0] {
    StIdle,
    StRead,
    StDivide,
    StWait
  } state_e;

  state_e state_d, state_q;
  logic dividers_in_ready;
  logic dividers_out_valid;
  logic [8:0] denominator_q;
  logic [8*18-1:0] numerator;
  logic [63:0] dividers_out_data;
  divider_l8_d9_q8_signed u_dividers (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (state_q == StDivide),
    .in_ready_o (dividers_in_ready),
    .in_data_i  ({denominator_q, numerator}),
    .out_valid_o(dividers_out_valid),
    .out_ready_i(state_q == StWait),
    .out_data_o (dividers_out_data)
  );

  logic [8:0] job_tokens;
  assign job_tokens = commands_out_data[8:0];

  logic [4:0] job_heads;
  assign job_heads = commands_out_data[13:9];

  // Heads that came in, that are summed, divided and gone out, modulo four; the lowest bit is the
  // bank.
  logic full;
  assign full = (came_q - gone_q) == 2'd2;

  logic ends_row;
  assign ends_row = beat_q == 2'd3;

  logic [8:0] next_token;
  assign next_token = token_q + 9'd1;

  logic ends_head;
  assign ends_head = ends_row && (next_token == job_tokens);

  logic [4:0] head_q;
  logic [4:0] next_head;
  assign next_head = head_q + 5'd1;
  assign ends_job = ends_head && (next_head == job_heads);
  assign local_ready_o = commands_out_valid && !full;
  assign local_fire = local_valid_i && local_ready_o;

  (* ram_style = "distributed" *) logic [8:0] counts [2];
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      came_q <= 2'd0;
      beat_q <= 2'd0;
      token_q <= 9'd0;
      head_q <= 5'd0;
    end else if (local_fire) begin
      beat_q <= ends_row ? 2'd0 : beat_q + 2'd1;
      if (ends_row) begin
        token_q <= ends_head ? 9'd0 : next_token;
      end
      if (ends_head) begin
        head_q <= ends_job ? 5'd0 : next_head;
        came_q <= came_q + 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (local_fire) begin
      if (ends_head) begin
        counts[came_q[0]] <= job_tokens;
      end
    end
  end

  // Sums over the tokens, a cycle behind.
  logic [1:0] summed_q;
  logic adding_q;
  logic starting_q;
  logic ending_q;
  logic adding_bank_q;
  logic [1:0] adding_beat_q;
  logic [8*8-1:0] addend_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      summed_q <= 2'd0;
      adding_q <= 1'b0;
    end else begin
      adding_q <= local_fire;
      if (adding_q && ending_q) begin
        summed_q <= summed_q + 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    starting_q <= token_q == 9'd0;
    ending_q <= ends_head;
    adding_bank_q <= came_q[0];
    adding_beat_q <= beat_q;
    addend_q <= local_data_i;
  end

  logic [2:0] adding_place;
  assign adding_place = {adding_bank_q, adding_beat_q};

  logic [8*17-1:0] stored;
  (* ram_style = "distributed" *) logic [135:0] sums [8];
  assign stored = sums[adding_place];

  logic [8*17-1:0] updated;
  always_ff @(posedge clk_i) begin
    if (adding_q) begin
      sums[adding_place] <= updated;
    end
  end

  // In parts: each takes its carry from a comparison of the bits below, so that none ripples far.
  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      logic [16:0] so_far;
      assign so_far = stored[lane*17 +: 17] & {17{!starting_q}};

      logic [16:0] term;
      assign term = 17'($signed(addend_q[lane*8 +: 8]));
      assign updated[lane*17 +: 17] = {
        so_far[16:9] + term[16:9] + 8'(so_far[8:0] > ~term[8:0]),
        so_far[8:0] + term[8:0]
      };
    end
  endgenerate

  // Division, a beat of features after the other.
  logic [1:0] dividing_beat_q;
  logic ends_division;
  assign ends_division = dividing_beat_q == 2'd3;

  logic [1:0] divided_q;
  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle: begin
        if (summed_q != divided_q) begin
          state_d = StRead;
        end
      end
      StRead: state_d = StDivide;
      StDivide: begin
        if (dividers_in_ready) begin
          state_d = StWait;
        end
      end
      default: begin
        if (dividers_out_valid) begin
          if (ends_division) begin
            state_d = StIdle;
          end else begin
            state_d = StRead;
          end
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

  logic written;
  assign written = (state_q == StWait) && dividers_out_valid;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      divided_q <= 2'd0;
      dividing_beat_q <= 2'd0;
    end else if (written) begin
      dividing_beat_q <= ends_division ? 2'd0 : dividing_beat_q + 2'd1;
      if (ends_division) begin
        divided_q <= divided_q + 2'd1;
      end
    end
  end

  logic [2:0] dividing_place;
  assign dividing_place = {divided_q[0], dividing_beat_q};

  logic [8*17-1:0] read_sum;
  assign read_sum = sums[dividing_place];

  always_ff @(posedge clk_i) begin
    if (state_q == StRead) begin
      denominator_q <= counts[divided_q[0]];
    end
  end

  genvar sum;
  generate
    for (sum = 0; sum < 8; sum = sum + 1) begin : gen_sum
      logic signed [16:0] dividend;
      assign dividend = read_sum[sum*17 +: 17];

      logic [16:0] magnitude_q;
      logic negative_q;
      always_ff @(posedge clk_i) begin
        if (state_q == StRead) begin
          magnitude_q <= {
            (dividend[16:9] ^ {8{dividend[16]}}) + 8'(dividend[16] && (dividend[8:0] == 9'd0)),
            (dividend[8:0] ^ {9{dividend[16]}}) + 9'(dividend[16])
          };
          negative_q <= dividend[16];
        end
      end

      assign numerator[sum*18 +: 18] = {negative_q, magnitude_q};
    end
  endgenerate

  (* ram_style = "distributed" *) logic [63:0] globals [8];
  always_ff @(posedge clk_i) begin
    if (written) begin
      globals[dividing_place] <= dividers_out_data;
    end
  end

  // Replay: a beat is read, waits at the memory's output and moves to the output registers.
  logic out_valid_q;
  logic advance;
  assign advance = feature_ready_i || !out_valid_q;

  logic there;
  assign there = divided_q != gone_q;
  assign reads = there && advance;

  logic out_ends_row;
  assign out_ends_row = out_beat_q == 2'd3;

  logic [8:0] next_out;
  assign next_out = out_token_q + 9'd1;

  logic out_ends;
  assign out_ends = out_ends_row && (next_out == counts[gone_q[0]]);

  logic word_valid_q;
  logic word_last_q;
  logic out_last_q;
  logic [63:0] word_global_q;
  logic [63:0] out_global_q;
  logic [63:0] out_local_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      gone_q <= 2'd0;
      out_beat_q <= 2'd0;
      out_token_q <= 9'd0;
      word_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (reads) begin
        out_beat_q <= out_ends_row ? 2'd0 : out_beat_q + 2'd1;
        if (out_ends_row) begin
          out_token_q <= out_ends ? 9'd0 : next_out;
        end
        if (out_ends) begin
          gone_q <= gone_q + 2'd1;
        end
      end
      if (advance) begin
        word_valid_q <= there;
        out_valid_q <= word_valid_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_last_q <= out_ends_row;
      word_global_q <= globals[{gone_q[0], out_beat_q}];
      out_last_q <= word_last_q;
      out_local_q <= words_rdata;
      out_global_q <= word_global_q;
    end
  end

  assign feature_valid_o = out_valid_q;
  assign feature_last_o = out_last_q;

  logic [8*8-1:0] feature_local;
  assign feature_local = out_local_q;

  logic [8*8-1:0] feature_global;
  assign feature_global = out_global_q;
  assign feature_data_o = {feature_global, feature_local};

endmodule

`default_nettype wire
