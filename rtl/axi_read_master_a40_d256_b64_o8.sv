// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// AXI4 read master: commands of an address and a number of beats in, their data in order out.
// Bursts of up to 64 beats end where the address is a multiple of that, so none crosses 4 KiB;
// up to 8 are on their way.
//
// A burst is asked for only when there is room for all of it: m_axi_rready_o never holds the bus
// up. data.error: 0, 1 the command's address was no multiple of a beat, 2 SLVERR, 3 DECERR;
// error_o keeps the first.
//
// Bits of the streams' data, lane 0 in the lowest:
//   cmd: address[39:0], beats[63:40]
//   data: data[255:0] (8 x 32), error[257:256]
//
// Source: ARM IHI 0022 (AXI4).
// Latency: by the length of the row or job.
//
// Configuration 558cbd98dcd03552: address_bits = 40, data_bits = 256, length_bits = 24,
// max_burst = 64, outstanding = 8.
// Emitted by espalier 0.1.0.

`default_nettype none

module axi_read_master_a40_d256_b64_o8 (
  input  wire logic         clk_i,
  input  wire logic         rst_i,
  input  wire logic         cmd_valid_i,
  output      logic         cmd_ready_o,
  input  wire logic  [63:0] cmd_data_i,
  output      logic         data_valid_o,
  input  wire logic         data_ready_i,
  output      logic [257:0] data_data_o,
  output      logic         data_last_o,
  input  wire logic         m_axi_arready_i,
  output      logic         m_axi_arvalid_o,
  output      logic  [39:0] m_axi_araddr_o,
  output      logic   [7:0] m_axi_arlen_o,
  input  wire logic         stop_i,
  output      logic         quiet_o,
  input  wire logic         m_axi_rvalid_i,
  output      logic         m_axi_rready_o,
  input  wire logic         m_axi_rlast_i,
  input  wire logic   [1:0] m_axi_rresp_i,
  input  wire logic [255:0] m_axi_rdata_i,
  input  wire logic         clear_error_i,
  output      logic   [1:0] error_o,
  output      logic         busy_o
);

  // The command that is being cut: where its next burst begins, in beats, and how many beats are
  // left.
  logic active_d, active_q;
  assign cmd_ready_o = !active_q;

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
  assign request_free = !request_valid_q || m_axi_arready_i;

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

  assign m_axi_arvalid_o = request_valid_q;
  assign m_axi_araddr_o = {request_place_q, 5'd0};
  assign m_axi_arlen_o = request_len_q;

  // Room in the buffer that no burst on its way needs.
  logic bursts_in_ready;
  logic bursts_out_valid;
  logic beat_came;
  logic [1:0] oldest;
  prim_fifo_w2_d8 u_bursts (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (issue),
    .in_ready_o (bursts_in_ready),
    .in_data_i  ({burst_unaligned_q, burst_last_q}),
    .out_valid_o(bursts_out_valid),
    .out_ready_i(beat_came && m_axi_rlast_i),
    .out_data_o (oldest)
  );

  logic [9:0] room_q;
  logic fits;
  assign fits = room_q >= 10'(burst_beats_q);
  assign issue = burst_valid_q && request_free && fits && bursts_in_ready && !stop_i;
  assign quiet_o = !bursts_out_valid;

  logic [6:0] taken;
  assign taken = issue ? burst_beats_q : 7'd0;

  logic data_fire;
  assign data_fire = data_valid_o && data_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      room_q <= 10'd512;
    end else begin
      room_q <= room_q - 10'(taken) + 10'(data_fire);
    end
  end

  // What comes belongs to the oldest burst; what was not asked for is ignored.
  logic buffer_in_ready;
  logic beat_asked;
  logic [1:0] fault;
  logic [258:0] word;
  logic buffer_out_valid;
  prim_ram_fifo_w259_d512 u_buffer (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (beat_asked),
    .in_ready_o (buffer_in_ready),
    .in_data_i  ({m_axi_rlast_i && oldest[0], fault, m_axi_rdata_i}),
    .out_valid_o(buffer_out_valid),
    .out_ready_i(data_ready_i),
    .out_data_o (word)
  );

  assign m_axi_rready_o = buffer_in_ready;
  assign beat_asked = m_axi_rvalid_i && bursts_out_valid;
  assign beat_came = beat_asked && buffer_in_ready;
  assign fault = m_axi_rresp_i[1] ? m_axi_rresp_i : oldest[1] ? 2'd1 : 2'd0;

`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      always_ready: assert (!m_axi_rvalid_i || buffer_in_ready);
    end
  end
`endif

  assign data_valid_o = buffer_out_valid;

  logic [8*32-1:0] data_data;
  assign data_data = word[255:0];

  logic [1:0] data_error;
  assign data_error = word[257:256];
  assign data_last_o = word[258];

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
      if (error_open && beat_came && |fault) begin
        error_q <= fault;
      end
    end
  end

  assign error_o = error_q;

  logic busy_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      busy_q <= 1'b0;
    end else begin
      busy_q <= cmd_fire || active_q || burst_valid_q || (room_q != 10'd512);
    end
  end

  assign busy_o = busy_q;
  assign data_data_o = {data_error, data_data};

endmodule

`default_nettype wire
