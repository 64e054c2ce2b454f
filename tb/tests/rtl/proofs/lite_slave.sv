// A register slave with registers VALUE (0x0, read-write), EVENT (0x4, write one to clear, bit 0), INPUT (0x8, read-only)
// and FIXED (0x10, constant 5) before any master that keeps AXI4-Lite's rules.

module proof (
  input logic        clk_i,
  input logic        aw_valid,
  input logic  [4:0] aw_address,
  input logic        w_valid,
  input logic [31:0] w_data,
  input logic  [3:0] w_strobes,
  input logic        b_ready,
  input logic        ar_valid,
  input logic  [4:0] ar_address,
  input logic        r_ready,
  input logic        event_set,
  input logic [31:0] given
);
  logic started = 1'b0;
  wire rst = !started;
  always_ff @(posedge clk_i) started <= 1'b1;

  logic aw_ready, w_ready, b_valid, ar_ready, r_valid, event_bit;
  logic [1:0] b_resp, r_resp;
  logic [31:0] r_data, value;
  `DUT dut (
    .clk_i(clk_i), .rst_i(rst),
    .s_axi_awvalid_i(aw_valid), .s_axi_awready_o(aw_ready), .s_axi_awaddr_i(aw_address),
    .s_axi_wvalid_i(w_valid), .s_axi_wready_o(w_ready), .s_axi_wdata_i(w_data), .s_axi_wstrb_i(w_strobes),
    .s_axi_bvalid_o(b_valid), .s_axi_bready_i(b_ready), .s_axi_bresp_o(b_resp),
    .s_axi_arvalid_i(ar_valid), .s_axi_arready_o(ar_ready), .s_axi_araddr_i(ar_address),
    .s_axi_rvalid_o(r_valid), .s_axi_rready_i(r_ready), .s_axi_rdata_o(r_data), .s_axi_rresp_o(r_resp),
    .value_o(value), .event_o(event_bit), .event_set_i(event_set), .input_i(given)
  );

  logic aw_waits = 0, w_waits = 0, b_waits = 0, ar_waits = 0, r_waits = 0;
  logic [4:0] aw_before, ar_before;
  logic [35:0] w_before;
  logic [33:0] r_before;
  logic [1:0] b_before;
  // What was taken and is unanswered.
  logic has_aw = 0, has_w = 0, has_ar = 0;
  logic [4:0] aw, ar;
  logic [31:0] w;
  logic [3:0] strobes;
  // The registers by definition, one cycle behind those that change by themselves.
  logic [31:0] model = 0, value_before = 0, given_before;
  logic event_before = 0, set_before = 0;
  logic [2:0] write_age = 0, read_age = 0;
  wire [31:0] mask = {{8{strobes[3]}}, {8{strobes[2]}}, {8{strobes[1]}}, {8{strobes[0]}}};
  wire new_b = b_valid && !b_waits;
  wire new_r = r_valid && !r_waits;
  wire [31:0] written = (new_b && aw == 0) ? (model & ~mask) | (w & mask) : model;
  wire clears = new_b && aw == 4 && w[0] && strobes[0];
  wire write_known = aw == 0 || aw == 4 || aw == 8 || aw == 16;
  wire read_known = ar == 0 || ar == 4 || ar == 8 || ar == 16;
  wire [31:0] wanted = ar == 0 ? value_before : ar == 4 ? {31'd0, event_before} : ar == 8 ? given_before
                     : ar == 16 ? 32'd5 : 32'd0;

  always_ff @(posedge clk_i) begin
    if (!rst) begin
      aw_waits <= aw_valid && !aw_ready;
      w_waits <= w_valid && !w_ready;
      b_waits <= b_valid && !b_ready;
      ar_waits <= ar_valid && !ar_ready;
      r_waits <= r_valid && !r_ready;
      if (new_b) {has_aw, has_w} <= 2'b00;
      if (new_r) has_ar <= 1'b0;
      if (aw_valid && aw_ready) {has_aw, aw} <= {1'b1, aw_address};
      if (w_valid && w_ready) {has_w, w, strobes} <= {1'b1, w_data, w_strobes};
      if (ar_valid && ar_ready) {has_ar, ar} <= {1'b1, ar_address};
      model <= written;
      write_age <= (has_aw && has_w && !new_b && b_ready) ? write_age + 1 : 0;
      read_age <= (has_ar && !new_r && r_ready) ? read_age + 1 : 0;
      value_before <= value;
      event_before <= event_bit;
      set_before <= event_set;
    end
    given_before <= given;
    aw_before <= aw_address;
    w_before <= {w_strobes, w_data};
    ar_before <= ar_address;
    b_before <= b_resp;
    r_before <= {r_resp, r_data};
  end

  always @(*) begin
    if (rst) assume (!aw_valid && !w_valid && !ar_valid && !event_set);
    assume (!aw_waits || (aw_valid && aw_address == aw_before));
    assume (!w_waits || (w_valid && {w_strobes, w_data} == w_before));
    assume (!ar_waits || (ar_valid && ar_address == ar_before));
    if (!rst) begin
      answer_stable: assert (!b_waits || (b_valid && b_resp == b_before));
      data_stable: assert (!r_waits || (r_valid && {r_resp, r_data} == r_before));
      one_answer_a_write: assert (!new_b || (has_aw && has_w));
      one_answer_a_read: assert (!new_r || has_ar);
      write_response: assert (!new_b || b_resp == (write_known ? 2'd0 : 2'd2));
      read_response: assert (!new_r || r_resp == (read_known ? 2'd0 : 2'd2));
      read_value: assert (!new_r || r_data == wanted);
      value_as_written: assert (value == written);
      event_as_set: assert (event_bit == ((event_before && !clears) || set_before));
      no_overrun: assert (!(aw_valid && aw_ready && has_aw && !new_b) && !(w_valid && w_ready && has_w && !new_b));
      write_no_deadlock: assert (write_age < 3);
      read_no_deadlock: assert (read_age < 3);
    end
  end
endmodule
