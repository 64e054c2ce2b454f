// axi_write_master before any commands, any data and any memory that keeps AXI's rules. Beat number `which` of all data,
// whichever that is, is announced at its address and written in its place; command number `job` ends once, after all its
// bursts are answered, with the first fault among them.

module proof (
  input logic        clk_i,
  input logic        cmd_valid,
  input logic [31:0] cmd_address,
  input logic  [8:0] cmd_beats,
  input logic        data_valid,
  input logic        aw_ready,
  input logic        w_ready,
  input logic        give,
  input logic  [1:0] b_resp,
  input logic        done_ready,
  input logic        stop
);
  localparam int BURST = 2;
  localparam int OUTSTANDING = 2;
  // Cycles in which something moves if neither memory nor environment wait.
  localparam int PATIENCE = 6;

  logic started = 1'b0;
  wire rst = !started;
  always_ff @(posedge clk_i) started <= 1'b1;

  (* anyconst *) logic [3:0] which;
  (* anyconst *) logic [2:0] job;

  logic cmd_ready, data_ready, done_valid, aw_valid, w_valid, w_last, b_ready, busy, quiet;
  logic [1:0] done_error, error;
  logic [31:0] aw_address, w_data;
  logic [7:0] aw_len;
  logic [3:0] w_strobes;
  logic b_valid;

  // Beats that came in, were announced, were written, were answered; bursts written and answered; commands and their ends.
  logic [4:0] asked = 0, entered = 0, announced = 0, sent = 0, answered = 0;
  logic [2:0] taken = 0, written = 0;
  logic [3:0] jobs = 0, ends = 0;

  `DUT dut (
    .clk_i(clk_i), .rst_i(rst),
    .cmd_valid_i(cmd_valid), .cmd_ready_o(cmd_ready), .cmd_data_i({cmd_beats, cmd_address}),
    .data_valid_i(data_valid), .data_ready_o(data_ready), .data_data_i({31'd0, entered == which}),
    .done_valid_o(done_valid), .done_ready_i(done_ready), .done_data_o(done_error),
    .m_axi_awvalid_o(aw_valid), .m_axi_awready_i(aw_ready), .m_axi_awaddr_o(aw_address), .m_axi_awlen_o(aw_len),
    .m_axi_wvalid_o(w_valid), .m_axi_wready_i(w_ready), .m_axi_wdata_o(w_data), .m_axi_wstrb_o(w_strobes),
    .m_axi_wlast_o(w_last), .m_axi_bvalid_i(b_valid), .m_axi_bready_o(b_ready), .m_axi_bresp_i(b_resp),
    .clear_error_i(1'b0), .error_o(error), .busy_o(busy), .stop_i(stop), .quiet_o(quiet)
  );

  wire cmd_fire = cmd_valid && cmd_ready;
  wire data_fire = data_valid && data_ready;
  wire aw_fire = aw_valid && aw_ready;
  wire w_fire = w_valid && w_ready;
  wire b_fire = b_valid && b_ready;
  wire done_fire = done_valid && done_ready;

  // The memory answers bursts that were announced and written whole; the oldest of them has two beats if pairs[0].
  logic pairs [3];
  assign b_valid = give && taken != 0 && written != 0;
  wire [2:0] after = taken - 3'(b_fire);
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      taken <= after + 3'(aw_fire);
      written <= written - 3'(b_fire) + 3'(w_fire && w_last);
      if (b_fire) begin
        pairs[0] <= pairs[1];
        pairs[1] <= pairs[2];
        answered <= answered + 1 + 5'(pairs[0]);
      end
      if (aw_fire) pairs[after] <= aw_len != 0;
    end
  end

  // What is asked for.
  logic [31:0] want_address;
  logic want_last, job_skew;
  logic [1:0] want_error = 0;
  logic [4:0] job_start = 0, job_end = 0;
  wire [4:0] after_asked = asked + cmd_beats[2:0];
  wire mine = cmd_fire && asked <= which && which < after_asked;
  wire [4:0] after_announced = announced + aw_len[0] + 1;
  wire mine_announced = aw_valid && announced <= which && which < after_announced;
  wire last_of_mine = mine_announced ? which == after_announced - 1 : want_last;
  wire answers_job = b_fire && jobs > job && job_start <= answered && answered < job_end;
  wire [1:0] fault = b_resp[1] ? b_resp : {1'b0, job_skew};
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      if (cmd_fire) begin
        asked <= after_asked;
        jobs <= jobs + 1;
      end
      if (mine) want_address <= {cmd_address[31:2], 2'd0} + 4 * (which - asked);
      if (cmd_fire && jobs == job) begin
        job_start <= asked;
        job_end <= after_asked;
        job_skew <= cmd_address[1:0] != 0;
      end
      if (data_fire) entered <= entered + 1;
      if (aw_fire) announced <= after_announced;
      if (mine_announced) want_last <= last_of_mine;
      if (w_fire) sent <= sent + 1;
      if (answers_job && want_error == 0) want_error <= fault;
      if (done_fire) ends <= ends + 1;
    end
  end

  logic cmd_waits = 0, data_waits = 0, aw_waits = 0, w_waits = 0, b_waits = 0, done_waits = 0, stopped = 0, within = 0;
  logic [40:0] cmd_before;
  logic [39:0] aw_before;
  logic [5:0] w_before;
  logic [1:0] done_before, resp_before;
  logic [3:0] patience = 0;
  wire moves = cmd_fire || aw_fire || w_fire || b_fire || done_fire;
  wire eager = data_valid && aw_ready && w_ready && give && done_ready && !stop;
  always_ff @(posedge clk_i) begin
    if (!rst) begin
      cmd_waits <= cmd_valid && !cmd_ready;
      data_waits <= data_valid && !data_ready;
      aw_waits <= aw_valid && !aw_ready;
      w_waits <= w_valid && !w_ready;
      b_waits <= b_valid && !b_ready;
      done_waits <= done_valid && !done_ready;
      stopped <= stop;
      within <= w_fire && !w_last;
      patience <= (jobs != ends && eager && !moves) ? patience + 1 : 0;
    end
    cmd_before <= {cmd_beats, cmd_address};
    aw_before <= {aw_len, aw_address};
    w_before <= {w_last, w_strobes, w_data[0]};
    done_before <= done_error;
    resp_before <= b_resp;
  end

  always @(*) begin
    assume (b_resp != 2'd1);
    // Few bits that differ make it decidable in seconds: addresses around a border of 4 KiB, commands of some bursts.
    assume (cmd_beats < 5);
    assume (cmd_address[31:13] == 0 && cmd_address[11:4] == {8{!cmd_address[12]}});
    assume (!cmd_waits || (cmd_valid && {cmd_beats, cmd_address} == cmd_before));
    assume (!data_waits || data_valid);
    assume (!b_waits || (give && b_resp == resp_before));
    if (rst) assume (!cmd_valid && !data_valid);
    if (!rst) begin
      request_stable: assert (!aw_waits || (aw_valid && {aw_len, aw_address} == aw_before));
      request_form: assert (!aw_valid || (aw_len < BURST && aw_address[1:0] == 0));
      request_in_page: assert (!aw_valid || {1'b0, aw_address[11:0]} + 4 * (aw_len + 1) <= 4096);
      few_requests: assert (taken + 3'(aw_valid) <= OUTSTANDING);
      request_order: assert (!mine_announced
                             || (asked > which && aw_address + 4 * (which - announced) == want_address));
      data_there: assert (!aw_valid || after_announced <= entered);
      data_stable: assert (!w_waits || (w_valid && {w_last, w_strobes, w_data[0]} == w_before));
      data_announced: assert (!w_valid || sent < announced + (aw_valid ? aw_len[0] + 1 : 0));
      data_never_waits: assert (!within || w_valid);
      order: assert (!w_valid || (&w_strobes && w_data[0] == (sent == which)));
      last: assert (!w_valid || sent != which || w_last == last_of_mine);
      answer_taken: assert (!b_valid || b_ready);
      end_stable: assert (!done_waits || (done_valid && done_error == done_before));
      end_asked_for: assert (!done_valid || ends < jobs);
      if (done_valid && ends == job) begin
        end_answered: assert (answered >= job_end);
        end_error: assert (done_error == want_error);
      end
      none_while_stopped: assert (!(stopped && aw_valid) || aw_waits);
      quiet_when_none_owed: assert (!quiet || (taken == 0 && !aw_valid && !w_valid));
      busy_while_owed: assert (busy == (jobs != ends));
      no_deadlock: assert (patience < PATIENCE);
    end
  end
endmodule
