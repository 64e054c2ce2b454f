`default_nettype none
module counter #(
  parameter int unsigned Width = 8
) (
  input  wire              clk_i,
  input  wire              rst_i,
  input  wire              enable_i,
  output logic [Width-1:0] count_o
);
  always_ff @(posedge clk_i) begin
    if (rst_i) count_o <= '0;
    else if (enable_i) count_o <= count_o + 1'b1;
  end
endmodule
`default_nettype wire
