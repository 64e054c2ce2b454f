// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// AXI4 write master: commands of an address and a number of beats, and their data, in; a beat a
// command out when all is written. Bursts of up to 64 beats end where the address is a multiple
// of that, so none crosses 4 KiB; up to 4 are on their way.
//
// A burst is announced only when all its data is in the buffer: it never holds the bus up.
// done.error: 0, 1 the command's address was no multiple of a beat, 2 SLVERR, 3 DECERR; error_o
// keeps the first.
//
// Bits of the streams' data:
//   cmd: address[39:0], beats[63:40]
//
// Source: ARM IHI 0022 (AXI4).
// Latency: by the length of the row or job.
//
// Configuration 2a19e9cd5c07f01d: address_bits = 40, data_bits = 256, length_bits = 24,
// max_burst = 64, outstanding = 4.
// Emitted by espalier 0.1.0.

`default_nettype none

module axi_write_master_a40_d256_b64_o4 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            cmd_valid_i,
  output      logic            cmd_ready_o,
  input  wire logic     [63:0] cmd_data_i,
  input  wire logic            data_valid_i,
  output      logic            data_ready_o,
  input  wire logic [8*32-1:0] data_data_i,
  output      logic            done_valid_o,
  input  wire logic            done_ready_i,
  output      logic      [1:0] done_data_o,
  input  wire logic            m_axi_awready_i,
  output      logic            m_axi_awvalid_o,
  output      logic     [39:0] m_axi_awaddr_o,
  output      logic      [7:0] m_axi_awlen_o,
  input  wire logic            m_axi_wready_i,
  output      logic            m_axi_wvalid_o,
  output      logic    [255:0] m_axi_wdata_o,
  output      logic     [31:0] m_axi_wstrb_o,
  output      logic            m_axi_wlast_o,
  input  wire logic            stop_i,
  output      logic            quiet_o,
  output      logic            m_axi_bready_o,
  input  wire logic            m_axi_bvalid_i,
  input  wire logic      [1:0] m_axi_bresp_i,
  input  wire logic            clear_error_i,
  output      logic      [1:0] error_o,
  output      logic            busy_o
);

  // Commands whose end has not been taken, and whether one of no beats waits for those before it.
  logic [2:0] jobs_q;
  logic empty_q;
  logic accept;
  assign accept = (jobs_q != 3'd4) && !empty_q;

  // The command that is being cut: where its next burst begins, in beats, and how many beats are
  // left.
  logic active_d, active_q;
  assign cmd_ready_o = !active_q && accept;

  logic [5:0] low_q;
  logic [6:0] to_border;
  assign to_border = 7'd64 - 7'(low_q);

  logic [23:0] left_q;
  logic ends;
  assign ends = left_q <= 24'(to_border);

  // The next burst, which reaches to the border or to the command's end.
  logic burst_valid_d, burst_valid_q;
  logic issue;
  logic cut;
  assign cut = active_q && (!burst_valid_q || issue);

  logic [39:0] cmd_address;
  assign cmd_address = cmd_data_i[39:0];

  logic cmd_fire;
  assign cmd_fire = cmd_valid_i && cmd_ready_o;

  logic [23:0] cmd_beats;
  assign cmd_beats = cmd_data_i[63:40];

  logic [28:0] high_q;
  logic skewed_q;
  logic [34:0] burst_place_q;
  logic [6:0] burst_beats_q;
  logic burst_last_q;
  logic burst_unaligned_q;
  always_ff @(posedge clk_i) begin
    if (cut) begin
      burst_place_q <= {high_q, low_q};
      burst_beats_q <= ends ? left_q[6:0] : to_border;
      burst_last_q <= ends;
      burst_unaligned_q <= skewed_q;
      high_q <= high_q + 29'd1;
      low_q <= 6'd0;
      left_q <= left_q - 24'(to_border);
    end
    if (cmd_fire) begin
      high_q <= cmd_address[39:11];
      low_q <= cmd_address[10:5];
      left_q <= cmd_beats;
      skewed_q <= |cmd_address[4:0];
    end
  end

  always_comb begin
    active_d = active_q;
    burst_valid_d = burst_valid_q;
    if (cut) begin
      burst_valid_d = 1'b1;
    end else if (issue) begin
      burst_valid_d = 1'b0;
    end
    if (cut && ends) begin
      active_d = 1'b0;
    end
    if (cmd_fire && |cmd_beats) begin
      active_d = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= 1'b0;
      burst_valid_q <= 1'b0;
    end else begin
      active_q <= active_d;
      burst_valid_q <= burst_valid_d;
    end
  end

  logic request_valid_q;
  logic request_free;
  assign request_free = !request_valid_q || m_axi_awready_i;

  logic [34:0] request_place_q;
  logic [7:0] request_len_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      request_valid_q <= 1'b0;
    end else if (request_free) begin
      request_valid_q <= issue;
    end
  end

  always_ff @(posedge clk_i) begin
    if (issue) begin
      request_place_q <= burst_place_q;
      request_len_q <= 8'($unsigned(burst_beats_q - 7'd1));
    end
  end

  assign m_axi_awvalid_o = request_valid_q;
  assign m_axi_awaddr_o = {request_place_q, 5'd0};
  assign m_axi_awlen_o = request_len_q;

  // Beats in the buffer that belong to no burst that was announced.
  logic beat_ready;
  logic buffer_out_valid;
  logic [255:0] buffer_out_data;
  prim_ram_fifo_w256_d256 u_buffer (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (data_valid_i),
    .in_ready_o (data_ready_o),
    .in_data_i  (data_data_i),
    .out_valid_o(buffer_out_valid),
    .out_ready_i(beat_ready),
    .out_data_o (buffer_out_data)
  );

  logic [6:0] taken;
  assign taken = issue ? burst_beats_q : 7'd0;

  logic data_fire;
  assign data_fire = data_valid_i && data_ready_o;

  logic [8:0] stored_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      stored_q <= 9'd0;
    end else begin
      stored_q <= stored_q - 9'(taken) + 9'(data_fire);
    end
  end

  logic whole;
  assign whole = stored_q >= 9'(burst_beats_q);

  // The burst whose data leaves, and the beats of it that are left.
  logic beat_valid_q;
  logic beat_free;
  assign beat_free = !beat_valid_q || m_axi_wready_i;

  logic sending_q;
  assign beat_ready = sending_q && beat_free;

  logic beat_load;
  assign beat_load = beat_ready && buffer_out_valid;

  logic [6:0] beats_left_q;
  logic final_beat;
  assign final_beat = beats_left_q == 7'd1;

  logic [255:0] beat_q;
  logic beat_last_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      sending_q <= 1'b0;
      beat_valid_q <= 1'b0;
    end else begin
      if (beat_free) begin
        beat_valid_q <= beat_load;
      end
      if (issue) begin
        sending_q <= 1'b1;
      end else if (beat_load && final_beat) begin
        sending_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_load) begin
      beat_q <= buffer_out_data;
      beat_last_q <= final_beat;
      beats_left_q <= beats_left_q - 7'd1;
    end
    if (issue) begin
      beats_left_q <= burst_beats_q;
    end
  end

  assign m_axi_wvalid_o = beat_valid_q;
  assign m_axi_wdata_o = beat_q;
  assign m_axi_wstrb_o = {32{1'b1}};
  assign m_axi_wlast_o = beat_last_q;

  logic data_idle;
  assign data_idle = !sending_q || (beat_load && final_beat);

  logic bursts_in_ready;
  logic waiting;
  logic answer_came;
  logic [1:0] oldest;
  prim_fifo_w2_d4 u_bursts (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (issue),
    .in_ready_o (bursts_in_ready),
    .in_data_i  ({burst_unaligned_q, burst_last_q}),
    .out_valid_o(waiting),
    .out_ready_i(answer_came),
    .out_data_o (oldest)
  );

  assign issue = burst_valid_q && request_free && whole && data_idle && bursts_in_ready && !stop_i;

  // An answer belongs to the oldest burst; what was not asked for is ignored.
  logic ends_in_ready;
  logic [1:0] command_fault;
  logic ends_empty;
  prim_ram_fifo_w2_d4 u_ends (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i ((answer_came && oldest[0]) || ends_empty),
    .in_ready_o (ends_in_ready),
    .in_data_i  (ends_empty ? 2'd0 : command_fault),
    .out_valid_o(done_valid_o),
    .out_ready_i(done_ready_i),
    .out_data_o (done_data_o)
  );

  assign quiet_o = !waiting;
  assign m_axi_bready_o = ends_in_ready;
  assign answer_came = m_axi_bvalid_i && ends_in_ready && waiting;

  logic [1:0] fault;
  assign fault = m_axi_bresp_i[1] ? m_axi_bresp_i : oldest[1] ? 2'd1 : 2'd0;

  logic [1:0] earlier_fault_q;
  assign command_fault = (|earlier_fault_q) ? earlier_fault_q : fault;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      earlier_fault_q <= 2'd0;
    end else if (answer_came) begin
      earlier_fault_q <= oldest[0] ? 2'd0 : command_fault;
    end
  end

  assign ends_empty = empty_q && !active_q && !burst_valid_q && !waiting;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      empty_q <= 1'b0;
    end else begin
      if (ends_empty) begin
        empty_q <= 1'b0;
      end
      if (cmd_fire && (cmd_beats == 24'd0)) begin
        empty_q <= 1'b1;
      end
    end
  end

  logic done_fire;
  assign done_fire = done_valid_o && done_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_q <= 3'd0;
    end else begin
      jobs_q <= jobs_q + 3'(cmd_fire) - 3'(done_fire);
    end
  end

  logic [1:0] error_q;
  logic error_open;
  assign error_open = clear_error_i || (error_q == 2'd0);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      error_q <= 2'd0;
    end else begin
      if (clear_error_i) begin
        error_q <= 2'd0;
      end
      if (error_open && answer_came && |fault) begin
        error_q <= fault;
      end
    end
  end

  assign error_o = error_q;
  assign busy_o = |jobs_q;

endmodule

`default_nettype wire
