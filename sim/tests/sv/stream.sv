`default_nettype none
// out.y = in.x + in.k[0] - in.k[1], one register.
module stream (
  input  wire         clk_i,
  input  wire         rst_i,
  input  wire         in_valid_i,
  output logic        in_ready_o,
  input  wire  [19:0] in_data_i,
  output logic        out_valid_o,
  input  wire         out_ready_i,
  output logic [ 9:0] out_data_o
);
  assign in_ready_o = !out_valid_o || out_ready_i;
  always_ff @(posedge clk_i) begin
    if (rst_i) out_valid_o <= 1'b0;
    else if (in_ready_o) out_valid_o <= in_valid_i;
    if (in_ready_o && in_valid_i) begin
      out_data_o <= {{2{in_data_i[7]}}, in_data_i[7:0]} + {4'b0, in_data_i[13:8]} - {4'b0, in_data_i[19:14]};
    end
  end
endmodule
`default_nettype wire
