`default_nettype none
module state (
  input  wire          clk_i,
  input  wire          load_i,
  input  wire   [63:0] x_i,
  input  wire   [ 3:0] address_i,
  output logic  [63:0] x_o,
  output logic [127:0] word_o
);
  logic [127:0] memory [16];
  assign word_o = memory[address_i];
  always_ff @(posedge clk_i) begin
    if (load_i) begin
      x_o <= x_i;
      memory[address_i] <= {x_i, x_i};
    end
  end
endmodule
`default_nettype wire
