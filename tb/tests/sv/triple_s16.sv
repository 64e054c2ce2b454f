`default_nettype none
// y = saturate16(3 x), two registers, stalls as a whole.
module triple_s16 (
  input  wire         clk_i,
  input  wire         rst_i,
  input  wire         in_valid_i,
  output logic        in_ready_o,
  input  wire  [15:0] in_data_i,
  output logic        out_valid_o,
  input  wire         out_ready_i,
  output logic [15:0] out_data_o
);
  logic go, valid_q;
  logic signed [17:0] product_q;
  assign go = out_ready_i || !out_valid_o;
  assign in_ready_o = go;
  always_ff @(posedge clk_i) begin
    if (rst_i) {out_valid_o, valid_q} <= 2'b00;
    else if (go) {out_valid_o, valid_q} <= {valid_q, in_valid_i};
    if (go) begin
      product_q <= 18'($signed(in_data_i)) + 18'($signed(in_data_i)) + 18'($signed(in_data_i));
      if (product_q > 18'sd32767) out_data_o <= 16'sh7fff;
      else if (product_q < -18'sd32768) out_data_o <= 16'sh8000;
      else out_data_o <= product_q[15:0];
    end
  end
`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) assert (!(out_valid_o && $isunknown(out_data_o))) else $error("unknown output");
  end
`endif
endmodule
`default_nettype wire
