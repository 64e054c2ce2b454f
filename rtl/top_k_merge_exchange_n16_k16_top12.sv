// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Selects the k of up to 16 tokens with the highest unsigned keys of 16 bits, equal keys by
// lower index. One beat of `cmd` a job (n, k), one of `in` a token in the order of the indices,
// one of `out` a token in the order of the new indices, the kept ones first.
//
// A comparator network over all keys at once. Places without a token hold the lowest key and the
// highest indices, so that no comparator moves them.
//
// Bits of the streams' data:
//   cmd: n[4:0], k[9:5]
//   out: id_old[3:0], id_new[7:4], keep[8]
//
// Source: SDP (IPDPSW 2024), token dropping hardware; Knuth, TAOCP 3, 5.2.2, algorithm M.
// Latency: by the length of the row or job.
//
// Configuration b3c78a16ffe8b726: k_max = 12, key_signed = false, key_width = 16, n = 16,
// organisation = merge_exchange, register_every = 1.
// Emitted by espalier 0.1.0.

`default_nettype none

module top_k_merge_exchange_n16_k16_top12 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        cmd_valid_i,
  output      logic        cmd_ready_o,
  input  wire logic  [9:0] cmd_data_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [15:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic  [8:0] out_data_o,
  output      logic        out_last_o
);

  typedef enum logic [1:0] {
    StIdle,
    StLoad,
    StLaunch
  } state_e;

  state_e state_d, state_q;
  logic [1:0] in_flight_d, in_flight_q;
  logic start;
  assign start = (state_q == StLaunch) && (in_flight_q != 2'd2);
  assign cmd_ready_o = (state_q == StIdle) || start;
  assign in_ready_o = state_q == StLoad;

  logic [4:0] cmd_n;
  assign cmd_n = cmd_data_i[4:0];

  logic fits;
  assign fits = |cmd_n && (cmd_n <= 5'd16);

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic accept;
  assign accept = cmd_fire && fits;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic [4:0] job_n_q;
  logic [3:0] index_d, index_q;
  logic final_key;
  assign final_key = in_fire && ((5'(index_q) + 5'd1) == job_n_q);

  always_comb begin
    state_d = state_q;
    index_d = index_q;
    if (in_fire) begin
      index_d = index_q + 4'd1;
    end
    if (final_key) begin
      state_d = StLaunch;
    end
    if (start) begin
      state_d = StIdle;
    end
    if (accept) begin
      state_d = StLoad;
      index_d = 4'd0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      index_q <= 4'd0;
    end else begin
      state_q <= state_d;
      index_q <= index_d;
    end
  end

  logic [4:0] cmd_k;
  assign cmd_k = cmd_data_i[9:5];

  logic [4:0] job_k_q;
  always_ff @(posedge clk_i) begin
    if (accept) begin
      job_n_q <= cmd_n;
      job_k_q <= cmd_k;
    end
  end

  // A key for every place; those of a job before are cleared when the next one begins.
  logic [15:0] rank;
  assign rank = in_data_i;

  logic [16*16-1:0] key_q;
  genvar token;
  generate
    for (token = 0; token < 16; token = token + 1) begin : gen_token
      logic here;
      assign here = in_fire && (index_q == 4'(token));

      always_ff @(posedge clk_i) begin
        if (accept) begin
          key_q[token*16 +: 16] <= 16'd0;
        end else if (here) begin
          key_q[token*16 +: 16] <= rank;
        end
      end
    end
  endgenerate

  logic [16*4-1:0] sorted;
  logic network_done;
  merge_exchange_order_n16_k16_top12 u_network (
    .clk_i  (clk_i),
    .rst_i  (rst_i),
    .start_i(start),
    .key_i  (key_q),
    .done_o (network_done),
    .order_o(sorted)
  );

  logic unused_jobs_ready;
  logic unused_jobs_valid;
  logic [9:0] jobs_out_data;
  logic take;
  prim_fifo_w10_d2 u_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (start),
    .in_ready_o (unused_jobs_ready),
    .in_data_i  ({job_k_q, job_n_q}),
    .out_valid_o(unused_jobs_valid),
    .out_ready_i(take),
    .out_data_o (jobs_out_data)
  );

  // The order that leaves, one token a cycle, while the next one may stand behind the network.
  logic leaving_d, leaving_q;
  logic [16*4-1:0] order_q;
  logic [3:0] place_d, place_q;
  logic tokens_in_ready;
  logic last;
  logic keep;
  logic [9:0] tokens_out_data;
  prim_fifo_w10_d2 u_tokens (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (leaving_q),
    .in_ready_o (tokens_in_ready),
    .in_data_i  ({last, keep, place_q, order_q[3:0]}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (tokens_out_data)
  );

  logic step;
  assign step = leaving_q && tokens_in_ready;

  logic [3:0] last_place_q;
  assign last = place_q == last_place_q;

  logic left;
  assign left = step && last;

  logic waiting_d, waiting_q;
  logic arrived;
  assign arrived = waiting_q || network_done;
  assign take = arrived && (!leaving_q || left);

  always_comb begin
    in_flight_d = in_flight_q;
    leaving_d = leaving_q;
    waiting_d = waiting_q;
    place_d = place_q;
    waiting_d = arrived && !take;
    if (step) begin
      place_d = place_q + 4'd1;
    end
    if (left) begin
      leaving_d = 1'b0;
      place_d = 4'd0;
    end
    if (take) begin
      leaving_d = 1'b1;
    end
    if (start && !left) begin
      in_flight_d = in_flight_q + 2'd1;
    end
    if (left && !start) begin
      in_flight_d = in_flight_q - 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      in_flight_q <= 2'd0;
      leaving_q <= 1'b0;
      waiting_q <= 1'b0;
      place_q <= 4'd0;
    end else begin
      in_flight_q <= in_flight_d;
      leaving_q <= leaving_d;
      waiting_q <= waiting_d;
      place_q <= place_d;
    end
  end

  // Behind the last token comes whatever stands behind the network; it leaves once it has arrived.
  logic goes_on;
  assign goes_on = leaving_q && !last;

  logic [4:0] kept_q;
  always_ff @(posedge clk_i) begin
    if (step || take) begin
      order_q <= goes_on ? {4'd0, order_q[63:4]} : sorted;
    end
    if (take) begin
      last_place_q <= 4'(6'(jobs_out_data[4:0]) - 6'd1);
      kept_q <= jobs_out_data[9:5];
    end
  end

  assign keep = kept_q > 5'(place_q);

  logic [3:0] out_id_old;
  assign out_id_old = tokens_out_data[3:0];

  logic [3:0] out_id_new;
  assign out_id_new = tokens_out_data[7:4];

  logic out_keep;
  assign out_keep = tokens_out_data[8];
  assign out_last_o = tokens_out_data[9];
  assign out_data_o = {out_keep, out_id_new, out_id_old};

endmodule

`default_nettype wire
