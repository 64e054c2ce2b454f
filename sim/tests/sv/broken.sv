module broken (
  input  wire  clk_i,
  output logic y_o
);
  always_ff @(posedge clk_i y_o <= 1'b1;
endmodule
