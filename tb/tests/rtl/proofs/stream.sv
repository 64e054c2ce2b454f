// A buffer of one stream in and one out, WIDTH bits wide, before any environment: beat number `which`, whichever that is,
// comes out as it went in.

module proof (
  input logic             clk_i,
  input logic             in_valid,
  input logic             out_ready,
  input logic [WIDTH-1:0] in_data
);
  localparam int WIDTH = `WIDTH;
  // Cycles after which a beat has to be offered.
  localparam int LATENCY = `LATENCY;

  logic in_ready, out_valid;
  logic [WIDTH-1:0] out_data;
  logic started = 1'b0;
  wire rst = !started;
  always_ff @(posedge clk_i) started <= 1'b1;

  `DUT dut (
    .clk_i(clk_i), .rst_i(rst),
    .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data),
    .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data)
  );

  (* anyconst *) logic [5:0] which;
  logic [5:0] entered = 0, left = 0;
  logic [WIDTH-1:0] kept;
  logic [2:0] waited = 0;
  logic in_waits = 0, out_waits = 0;
  logic [WIDTH-1:0] in_before, out_before;
  wire in_fire = in_valid && in_ready;
  wire out_fire = out_valid && out_ready;
  wire empty = entered == left;

  always_ff @(posedge clk_i) begin
    if (!rst) begin
      in_waits <= in_valid && !in_ready;
      out_waits <= out_valid && !out_ready;
      entered <= entered + 6'(in_fire);
      left <= left + 6'(out_fire);
      if (in_fire && entered == which) kept <= in_data;
      waited <= (out_valid || empty) ? 0 : waited + 1;
    end
    in_before <= in_data;
    out_before <= out_data;
  end

  always @(*) begin
    assume (!rst || !in_valid);
    assume (!in_waits || (in_valid && in_data == in_before));
    if (!rst) begin
      no_beat_from_nowhere: assert (!out_valid || !empty || in_valid);
      stable: assert (!out_waits || (out_valid && out_data == out_before));
      order: assert (!(out_fire && left == which)
                     || (left != entered && out_data == kept)
                     || (left == entered && in_fire && out_data == in_data));
      nothing_stays: assert (waited < LATENCY + 1);
      takes_when_empty: assert (!empty || in_ready);
    end
  end
endmodule
