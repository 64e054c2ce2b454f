`default_nettype none
module two_clocks (
  input  wire        fast_clk_i,
  input  wire        slow_clk_i,
  output logic [7:0] fast_o,
  output logic [7:0] slow_o,
  output logic [7:0] crossed_o
);
  initial fast_o = 8'd0;
  initial slow_o = 8'd0;
  always_ff @(posedge fast_clk_i) fast_o <= fast_o + 8'd1;
  always_ff @(posedge slow_clk_i) begin
    slow_o <= slow_o + 8'd1;
    crossed_o <= fast_o;
  end
endmodule
`default_nettype wire
