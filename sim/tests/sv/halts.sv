`default_nettype none
module halts (
  input  wire        clk_i,
  input  wire  [7:0] x_i,
  input  wire        loop_i,
  output logic       y_o,
  output logic [7:0] x_o
);
  always_ff @(posedge clk_i) begin
    x_o <= x_i;
    if (x_i == 8'd1) $finish;
    if (x_i == 8'd2) $stop;
    if (x_i == 8'd3) $display("three at %0d", x_i);
    assert (x_i != 8'd4) else $error("x is %0d", x_i);
    if (x_i == 8'd5) $fatal(1, "five");
  end
  assign y_o = loop_i & ~y_o;
endmodule
`default_nettype wire
