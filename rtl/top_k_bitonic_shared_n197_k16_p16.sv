// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Selects the k of up to 197 tokens with the highest unsigned keys of 16 bits, equal keys by
// lower index. One beat of `cmd` a job (n, k), one of `in` a token in the order of the indices,
// one of `out` a token in the order of the new indices, the kept ones first.
//
// A bitonic network over up to 256 words, its stages one after the other on 16 comparators. The
// words are in 32 banks, of which every cycle gives one each: partners are never in the same.
// Places without a token hold zeros, so that they come last. A word is {key, complement of the
// index}, so that no two tokens are equal.
//
// Bits of the streams' data:
//   cmd: n[7:0], k[15:8]
//   out: id_old[7:0], id_new[15:8], keep[16]
//
// Source: SDP (IPDPSW 2024), token dropping hardware; Batcher 1968.
// Latency: by the length of the row or job.
//
// Configuration c2bd18516ec3b019: key_signed = false, key_width = 16, n = 197,
// organisation = bitonic_shared, register_every = 1, units = 16.
// Emitted by espalier 0.1.0.

`default_nettype none

module top_k_bitonic_shared_n197_k16_p16 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        cmd_valid_i,
  output      logic        cmd_ready_o,
  input  wire logic [15:0] cmd_data_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [15:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [16:0] out_data_o,
  output      logic        out_last_o
);

  typedef enum logic [1:0] {
    StIdle,
    StLoad,
    StWait,
    StSort
  } state_e;

  state_e state_d, state_q;
  assign cmd_ready_o = state_q == StIdle;

  // A key may come where a token has left.
  logic [7:0] index_d, index_q;
  logic leaving_d, leaving_q;
  logic [7:0] leaving_place_d, leaving_place_q;
  logic open;
  assign open = !leaving_q || (index_q < leaving_place_q);
  assign in_ready_o = (state_q == StLoad) && open;

  logic [7:0] cmd_n;
  assign cmd_n = cmd_data_i[7:0];

  logic fits;
  assign fits = |cmd_n && (cmd_n <= 8'd197);

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic accept;
  assign accept = cmd_fire && fits;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic [7:0] job_last_q;
  logic final_key;
  assign final_key = in_fire && (index_q == job_last_q);

  logic word_valid_d, word_valid_q;
  logic start;
  assign start = (state_q == StWait) && !leaving_q && !word_valid_q;

  logic schedule_done;
  logic schedule_valid;
  logic [95:0] schedule_row;
  logic [30:0] schedule_turned;
  logic [2:0] schedule_axis;
  logic [31:0] schedule_absent;
  bitonic_schedule_n256_p16 u_schedule (
    .clk_i       (clk_i),
    .rst_i       (rst_i),
    .start_i     (start),
    .last_place_i(job_last_q),
    .valid_o     (schedule_valid),
    .done_o      (schedule_done),
    .axis_o      (schedule_axis),
    .row_o       (schedule_row),
    .turned_o    (schedule_turned),
    .absent_o    (schedule_absent)
  );

  always_comb begin
    state_d = state_q;
    index_d = index_q;
    if (in_fire) begin
      index_d = index_q + 8'd1;
    end
    if (final_key) begin
      index_d = 8'd0;
      state_d = StWait;
    end
    unique case (state_q)
      StIdle: begin
        if (accept) begin
          state_d = StLoad;
        end
      end
      StWait: begin
        if (start) begin
          state_d = StSort;
        end
      end
      StSort: begin
        if (schedule_done) begin
          state_d = StIdle;
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

  logic [7:0] cmd_k;
  assign cmd_k = cmd_data_i[15:8];

  logic [7:0] job_k_q;
  always_ff @(posedge clk_i) begin
    if (accept) begin
      job_last_q <= 8'(9'(cmd_n) - 9'd1);
      job_k_q <= cmd_k;
    end
  end

  // What is exchanged, as it passes the memory, the comparators and the memory again.
  logic valid_1_q;
  logic valid_2_q;
  logic valid_3_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_1_q <= 1'b0;
      valid_2_q <= 1'b0;
      valid_3_q <= 1'b0;
    end else begin
      valid_1_q <= schedule_valid;
      valid_2_q <= valid_1_q;
      valid_3_q <= valid_2_q;
    end
  end

  logic [32*3-1:0] row_1_q;
  logic [32*3-1:0] row_2_q;
  logic [32*3-1:0] row_3_q;
  logic [30:0] turned_1_q;
  logic [30:0] turned_2_q;
  logic [2:0] axis_1_q;
  logic [2:0] axis_2_q;
  logic [2:0] axis_3_q;
  logic [31:0] absent_q;
  always_ff @(posedge clk_i) begin
    row_1_q <= schedule_row;
    row_2_q <= row_1_q;
    row_3_q <= row_2_q;
    turned_1_q <= schedule_turned;
    turned_2_q <= turned_1_q;
    axis_1_q <= schedule_axis;
    axis_2_q <= axis_1_q;
    axis_3_q <= axis_2_q;
    absent_q <= schedule_absent;
  end

  // The banks: keys come in, words are read, compared and written back, and the order is read.
  logic [7:0] index_place;
  assign index_place = index_q;

  logic [7:0] place_left;
  assign place_left = leaving_place_q;

  logic [4:0] index_bank;
  assign index_bank = {
    index_place[4],
    index_place[3],
    index_place[2] ^ index_place[7],
    index_place[1] ^ index_place[6],
    index_place[0] ^ index_place[5]
  };

  logic [15:0] rank;
  assign rank = in_data_i;

  logic [23:0] loaded;
  assign loaded = {rank, ~index_q};

  logic tokens_in_ready;
  logic [7:0] word_place_q;
  logic word_keep_q;
  logic word_last_q;
  logic [7:0] chosen_bit;
  logic [17:0] tokens_out_data;
  prim_fifo_w18_d2 u_tokens (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (word_valid_q),
    .in_ready_o (tokens_in_ready),
    .in_data_i  ({word_last_q, word_keep_q, word_place_q, chosen_bit}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (tokens_out_data)
  );

  logic advance;
  assign advance = !word_valid_q || tokens_in_ready;

  logic [32*24-1:0] word_q;
  logic [32*24-1:0] back;
  genvar bank;
  generate
    for (bank = 0; bank < 32; bank = bank + 1) begin : gen_bank
      logic write;
      assign write = valid_3_q || (in_fire && (index_bank == 5'(bank)));

      logic [2:0] write_row;
      assign write_row = valid_3_q ? row_3_q[bank*3 +: 3] : index_place[7:5];

      logic [2:0] read_row;
      assign read_row = leaving_q ? place_left[7:5] : row_1_q[bank*3 +: 3];

      logic present;
      assign present = leaving_q || !absent_q[bank];

      (* ram_style = "distributed" *) logic [23:0] stored [8];
      always_ff @(posedge clk_i) begin
        if (write) begin
          stored[write_row] <= valid_3_q ? back[bank*24 +: 24] : loaded;
        end
        if (advance) begin
          word_q[bank*24 +: 24] <= stored[read_row] & {24{present}};
        end
      end
    end
  endgenerate

  // Who is whose partner depends on the bit in which their banks differ.
  logic [16*24-1:0] lower_0;
  logic [16*24-1:0] upper_0;
  logic [15:0] turn_0;
  genvar block_0;
  generate
    for (block_0 = 0; block_0 < 16; block_0 = block_0 + 1) begin : gen_block_0
      assign lower_0[block_0*24 +: 24] = word_q[(block_0*2)*24 +: 24];
      assign upper_0[block_0*24 +: 24] = word_q[(block_0*2+1)*24 +: 24];
      assign turn_0[block_0] = turned_2_q[block_0*2];
    end
  endgenerate

  logic [16*24-1:0] lower_1;
  logic [16*24-1:0] upper_1;
  logic [15:0] turn_1;
  genvar block_1;
  genvar pair_1;
  generate
    for (block_1 = 0; block_1 < 8; block_1 = block_1 + 1) begin : gen_block_1
      for (pair_1 = 0; pair_1 < 2; pair_1 = pair_1 + 1) begin : gen_pair_1
        assign lower_1[(block_1*2+pair_1)*24 +: 24] = word_q[(block_1*4+pair_1)*24 +: 24];
        assign upper_1[(block_1*2+pair_1)*24 +: 24] = word_q[(block_1*4+pair_1+2)*24 +: 24];
        assign turn_1[block_1*2+pair_1] = turned_2_q[block_1*4+pair_1];
      end
    end
  endgenerate

  logic [16*24-1:0] lower_2;
  logic [16*24-1:0] upper_2;
  logic [15:0] turn_2;
  genvar block_2;
  genvar pair_2;
  generate
    for (block_2 = 0; block_2 < 4; block_2 = block_2 + 1) begin : gen_block_2
      for (pair_2 = 0; pair_2 < 4; pair_2 = pair_2 + 1) begin : gen_pair_2
        assign lower_2[(block_2*4+pair_2)*24 +: 24] = word_q[(block_2*8+pair_2)*24 +: 24];
        assign upper_2[(block_2*4+pair_2)*24 +: 24] = word_q[(block_2*8+pair_2+4)*24 +: 24];
        assign turn_2[block_2*4+pair_2] = turned_2_q[block_2*8+pair_2];
      end
    end
  endgenerate

  logic [16*24-1:0] lower_3;
  logic [16*24-1:0] upper_3;
  logic [15:0] turn_3;
  genvar block_3;
  genvar pair_3;
  generate
    for (block_3 = 0; block_3 < 2; block_3 = block_3 + 1) begin : gen_block_3
      for (pair_3 = 0; pair_3 < 8; pair_3 = pair_3 + 1) begin : gen_pair_3
        assign lower_3[(block_3*8+pair_3)*24 +: 24] = word_q[(block_3*16+pair_3)*24 +: 24];
        assign upper_3[(block_3*8+pair_3)*24 +: 24] = word_q[(block_3*16+pair_3+8)*24 +: 24];
        assign turn_3[block_3*8+pair_3] = turned_2_q[block_3*16+pair_3];
      end
    end
  endgenerate

  logic [16*24-1:0] lower_4;
  logic [16*24-1:0] upper_4;
  logic [15:0] turn_4;
  genvar pair_4;
  generate
    for (pair_4 = 0; pair_4 < 16; pair_4 = pair_4 + 1) begin : gen_pair_4
      assign lower_4[pair_4*24 +: 24] = word_q[pair_4*24 +: 24];
      assign upper_4[pair_4*24 +: 24] = word_q[(pair_4+16)*24 +: 24];
      assign turn_4[pair_4] = turned_2_q[pair_4];
    end
  endgenerate

  logic [16*24-1:0] smaller_place;
  logic [16*24-1:0] larger_place;
  genvar unit;
  generate
    for (unit = 0; unit < 16; unit = unit + 1) begin : gen_unit
      logic [23:0] lower_of_unit;
      logic [23:0] upper_of_unit;
      logic turn_of_unit;
      turnable_exchange_r24 u_exchange (
        .a_i     (lower_of_unit),
        .b_i     (upper_of_unit),
        .turned_i(turn_of_unit),
        .a_o     (smaller_place[unit*24 +: 24]),
        .b_o     (larger_place[unit*24 +: 24])
      );

      assign lower_of_unit =
          axis_2_q[2] ? lower_4[unit*24 +: 24] :
          axis_2_q[1] ? (axis_2_q[0] ? lower_3[unit*24 +: 24] : lower_2[unit*24 +: 24]) :
          axis_2_q[0] ? lower_1[unit*24 +: 24] :
          lower_0[unit*24 +: 24];
      assign upper_of_unit =
          axis_2_q[2] ? upper_4[unit*24 +: 24] :
          axis_2_q[1] ? (axis_2_q[0] ? upper_3[unit*24 +: 24] : upper_2[unit*24 +: 24]) :
          axis_2_q[0] ? upper_1[unit*24 +: 24] :
          upper_0[unit*24 +: 24];
      assign turn_of_unit =
          axis_2_q[2] ? turn_4[unit] :
          axis_2_q[1] ? (axis_2_q[0] ? turn_3[unit] : turn_2[unit]) :
          axis_2_q[0] ? turn_1[unit] :
          turn_0[unit];
    end
  endgenerate

  logic [16*24-1:0] to_lower_q;
  logic [16*24-1:0] to_upper_q;
  always_ff @(posedge clk_i) begin
    to_lower_q <= smaller_place;
    to_upper_q <= larger_place;
  end

  logic [32*24-1:0] routed_0;
  generate
    for (block_0 = 0; block_0 < 16; block_0 = block_0 + 1) begin : gen_block_0_2
      assign routed_0[(block_0*2)*24 +: 24] = to_lower_q[block_0*24 +: 24];
      assign routed_0[(block_0*2+1)*24 +: 24] = to_upper_q[block_0*24 +: 24];
    end
  endgenerate

  logic [32*24-1:0] routed_1;
  generate
    for (block_1 = 0; block_1 < 8; block_1 = block_1 + 1) begin : gen_block_1_2
      for (pair_1 = 0; pair_1 < 2; pair_1 = pair_1 + 1) begin : gen_pair_1
        assign routed_1[(block_1*4+pair_1)*24 +: 24] = to_lower_q[(block_1*2+pair_1)*24 +: 24];
        assign routed_1[(block_1*4+pair_1+2)*24 +: 24] = to_upper_q[(block_1*2+pair_1)*24 +: 24];
      end
    end
  endgenerate

  logic [32*24-1:0] routed_2;
  generate
    for (block_2 = 0; block_2 < 4; block_2 = block_2 + 1) begin : gen_block_2_2
      for (pair_2 = 0; pair_2 < 4; pair_2 = pair_2 + 1) begin : gen_pair_2
        assign routed_2[(block_2*8+pair_2)*24 +: 24] = to_lower_q[(block_2*4+pair_2)*24 +: 24];
        assign routed_2[(block_2*8+pair_2+4)*24 +: 24] = to_upper_q[(block_2*4+pair_2)*24 +: 24];
      end
    end
  endgenerate

  logic [32*24-1:0] routed_3;
  generate
    for (block_3 = 0; block_3 < 2; block_3 = block_3 + 1) begin : gen_block_3_2
      for (pair_3 = 0; pair_3 < 8; pair_3 = pair_3 + 1) begin : gen_pair_3
        assign routed_3[(block_3*16+pair_3)*24 +: 24] = to_lower_q[(block_3*8+pair_3)*24 +: 24];
        assign routed_3[(block_3*16+pair_3+8)*24 +: 24] = to_upper_q[(block_3*8+pair_3)*24 +: 24];
      end
    end
  endgenerate

  logic [32*24-1:0] routed_4;
  generate
    for (pair_4 = 0; pair_4 < 16; pair_4 = pair_4 + 1) begin : gen_pair_4_2
      assign routed_4[pair_4*24 +: 24] = to_lower_q[pair_4*24 +: 24];
      assign routed_4[(pair_4+16)*24 +: 24] = to_upper_q[pair_4*24 +: 24];
    end
  endgenerate

  genvar home;
  generate
    for (home = 0; home < 32; home = home + 1) begin : gen_home
      assign back[home*24 +: 24] =
          axis_3_q[2] ? routed_4[home*24 +: 24] :
          axis_3_q[1] ? (axis_3_q[0] ? routed_3[home*24 +: 24] : routed_2[home*24 +: 24]) :
          axis_3_q[0] ? routed_1[home*24 +: 24] :
          routed_0[home*24 +: 24];
    end
  endgenerate

  // The order, one token a cycle.
  logic [7:0] leaving_last_q;
  logic last;
  assign last = leaving_place_q == leaving_last_q;

  logic left;
  assign left = leaving_q && advance;

  always_comb begin
    leaving_d = leaving_q;
    leaving_place_d = leaving_place_q;
    word_valid_d = word_valid_q;
    if (advance) begin
      word_valid_d = leaving_q;
    end
    if (left) begin
      leaving_place_d = leaving_place_q + 8'd1;
      if (last) begin
        leaving_d = 1'b0;
        leaving_place_d = 8'd0;
      end
    end
    if (schedule_done) begin
      leaving_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      leaving_q <= 1'b0;
      leaving_place_q <= 8'd0;
      word_valid_q <= 1'b0;
    end else begin
      leaving_q <= leaving_d;
      leaving_place_q <= leaving_place_d;
      word_valid_q <= word_valid_d;
    end
  end

  logic [7:0] leaving_k_q;
  logic [4:0] word_bank_q;
  always_ff @(posedge clk_i) begin
    if (schedule_done) begin
      leaving_last_q <= job_last_q;
      leaving_k_q <= job_k_q;
    end
    if (advance) begin
      word_bank_q <= {
        place_left[4],
        place_left[3],
        place_left[2] ^ place_left[7],
        place_left[1] ^ place_left[6],
        place_left[0] ^ place_left[5]
      };
      word_place_q <= leaving_place_q;
      word_keep_q <= leaving_k_q > leaving_place_q;
      word_last_q <= last;
    end
  end

  logic [32*8-1:0] word_index;
  genvar lane;
  generate
    for (lane = 0; lane < 32; lane = lane + 1) begin : gen_lane
      assign word_index[lane*8 +: 8] = ~word_q[lane*24 +: 8];
    end
  endgenerate

  // Bit by bit, for a choice among single bits is a plain multiplexer to every synthesiser.
  logic [255:0] index_bit;
  assign index_bit = word_index;

  genvar chosen;
  genvar of_bank;
  generate
    for (chosen = 0; chosen < 8; chosen = chosen + 1) begin : gen_chosen
      logic [31:0] of_banks;
      for (of_bank = 0; of_bank < 32; of_bank = of_bank + 1) begin : gen_of_bank
        assign of_banks[of_bank] = index_bit[of_bank*8+chosen];
      end

      assign chosen_bit[chosen] = of_banks[word_bank_q];
    end
  endgenerate

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
