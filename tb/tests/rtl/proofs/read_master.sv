// axi_read_master before any commands, any consumer and any memory that keeps AXI's rules. Beat number `which` of all that
// are asked for, whichever that is, is requested at its address; the memory marks it, and the mark comes out in its place.

module proof (
  input logic        clk_i,
  input logic        cmd_valid,
  input logic [31:0] cmd_address,
  input logic  [8:0] cmd_beats,
  input logic        data_ready,
  input logic        ar_ready,
  input logic        give,
  input logic  [1:0] r_resp,
  input logic        stop
);
  localparam int BURST = 2;
  localparam int OUTSTANDING = 2;
  // Cycles in which a beat comes if neither memory nor consumer wait.
  localparam int PATIENCE = 9;

  logic started = 1'b0;
  wire rst = !started;
  always_ff @(posedge clk_i) started <= 1'b1;

  logic cmd_ready, data_valid, data_last, ar_valid, r_ready, busy, quiet;
  logic [33:0] data;
  logic [31:0] ar_address;
  logic [7:0] ar_len;
  logic [1:0] error;
  logic r_valid, r_last;
  logic [31:0] r_data;

  `DUT dut (
    .clk_i(clk_i), .rst_i(rst),
    .cmd_valid_i(cmd_valid), .cmd_ready_o(cmd_ready), .cmd_data_i({cmd_beats, cmd_address}),
    .data_valid_o(data_valid), .data_ready_i(data_ready), .data_data_o(data), .data_last_o(data_last),
    .m_axi_arvalid_o(ar_valid), .m_axi_arready_i(ar_ready), .m_axi_araddr_o(ar_address), .m_axi_arlen_o(ar_len),
    .m_axi_rvalid_i(r_valid), .m_axi_rready_o(r_ready), .m_axi_rdata_i(r_data), .m_axi_rresp_i(r_resp),
    .m_axi_rlast_i(r_last), .clear_error_i(1'b0), .error_o(error), .busy_o(busy),
    .stop_i(stop), .quiet_o(quiet)
  );

  // The memory: whether the bursts that are taken and unanswered have another beat, the oldest in slot 0.
  (* anyconst *) logic [3:0] which;
  logic [4:0] asked = 0, requested = 0, returned = 0, given = 0;
  logic [1:0] taken = 0;
  logic more [3];
  wire ar_fire = ar_valid && ar_ready;
  assign r_valid = give && taken != 0;
  assign r_last = !more[0];
  assign r_data = {31'd0, returned == which};
  wire r_fire = r_valid && r_ready;
  wire ends = r_fire && r_last;
  wire [1:0] after = taken - 2'(ends);
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      taken <= after + 2'(ar_fire);
      if (r_fire) more[0] <= 1'b0;
      if (ends) more[0] <= more[1];
      if (ar_fire) more[after] <= ar_len != 0;
    end
  end

  // What is asked for, beat by beat.
  logic [31:0] want_address;
  logic want_last, want_skew;
  logic [1:0] want_resp;
  wire cmd_fire = cmd_valid && cmd_ready;
  wire [4:0] after_asked = asked + cmd_beats[2:0];
  wire mine = cmd_fire && asked <= which && which < after_asked;
  wire [4:0] after_requested = requested + ar_len[0] + 1;
  wire mine_requested = ar_valid && requested <= which && which < after_requested;
  wire data_fire = data_valid && data_ready;
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      if (cmd_fire) asked <= after_asked;
      if (mine) begin
        want_address <= {cmd_address[31:2], 2'd0} + 4 * (which - asked);
        want_last <= which == after_asked - 1;
        want_skew <= cmd_address[1:0] != 0;
      end
      if (ar_fire) requested <= after_requested;
      if (r_fire) returned <= returned + 1;
      if (r_fire && returned == which) want_resp <= r_resp;
      if (data_fire) given <= given + 1;
    end
  end

  logic cmd_waits = 0, ar_waits = 0, data_waits = 0, r_waits = 0, stopped = 0;
  logic [40:0] cmd_before;
  logic [39:0] ar_before;
  logic [3:0] data_before;
  logic [1:0] resp_before;
  logic [4:0] patience = 0;
  wire owed = asked != given;
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      cmd_waits <= cmd_valid && !cmd_ready;
      ar_waits <= ar_valid && !ar_ready;
      data_waits <= data_valid && !data_ready;
      r_waits <= r_valid && !r_ready;
      patience <= (owed && !data_fire && ar_ready && give && data_ready && !stop) ? patience + 1 : 0;
      stopped <= stop;
    end
    cmd_before <= {cmd_beats, cmd_address};
    ar_before <= {ar_len, ar_address};
    data_before <= {data_last, data[33:32], data[0]};
    resp_before <= r_resp;
  end

  always @(*) begin
    assume (r_resp != 2'd1);
    // Few bits that differ make it decidable in seconds: addresses around a border of 4 KiB, commands of some bursts.
    assume (cmd_beats < 6);
    assume (cmd_address[31:13] == 0 && cmd_address[11:4] == {8{!cmd_address[12]}});
    assume (!cmd_waits || (cmd_valid && {cmd_beats, cmd_address} == cmd_before));
    assume (!r_waits || (give && r_resp == resp_before));
    if (rst) assume (!cmd_valid);
    if (!rst) begin
      request_stable: assert (!ar_waits || (ar_valid && {ar_len, ar_address} == ar_before));
      request_form: assert (!ar_valid || (ar_len < BURST && ar_address[1:0] == 0));
      request_in_page: assert (!ar_valid || {1'b0, ar_address[11:0]} + 4 * (ar_len + 1) <= 4096);
      few_requests: assert (taken + 2'(ar_valid) <= OUTSTANDING);
      bus_never_waits: assert (!r_valid || r_ready);
      data_stable: assert (!data_waits || (data_valid && {data_last, data[33:32], data[0]} == data_before));
      nothing_unasked: assert (!data_valid || owed);
      request_order: assert (!mine_requested
                             || (asked > which && ar_address + 4 * (which - requested) == want_address));
      order: assert (!data_fire || data[0] == (given == which));
      if (data_fire && given == which) begin
        last: assert (data_last == want_last);
        response: assert (data[33:32] == (want_resp[1] ? want_resp : {1'b0, want_skew}));
      end
      none_while_stopped: assert (!(stopped && ar_valid) || ar_waits);
      quiet_when_none_owed: assert (quiet == (taken == 0 && !ar_valid));
      no_deadlock: assert (patience < PATIENCE);
      busy_while_owed: assert (!owed || busy || !data_valid);
    end
  end
endmodule
