`default_nettype none
// Signed numbers of every width from 1 to 64, in the low bits of the inputs; a result of each, w bits wide at w - 1.
module signed_widths (
  input  wire logic [63:0]      a_i,
  input  wire logic [63:0]      b_i,
  output      logic [64*64-1:0] extended_o,
  output      logic [64*32-1:0] narrow_o,
  output      logic [64*64-1:0] product_o,
  output      logic [63:0]      less_o,
  output      logic [63:0]      at_most_o,
  output      logic [63:0]      more_o,
  output      logic [63:0]      at_least_o
);
  for (genvar w = 1; w <= 64; w++) begin : gen_width
    wire signed [w-1:0] a = a_i[w-1:0];
    wire signed [w-1:0] b = b_i[w-1:0];
    wire signed [w-1:0] product = a * b;
    assign extended_o[(w-1)*64 +: 64] = 64'(a);
    assign narrow_o[(w-1)*32 +: 32] = 32'(a);
    assign product_o[(w-1)*64 +: 64] = 64'(product);
    assign less_o[w-1] = a < b;
    assign at_most_o[w-1] = a <= b;
    assign more_o[w-1] = a > b;
    assign at_least_o[w-1] = a >= b;
  end
endmodule
`default_nettype wire
