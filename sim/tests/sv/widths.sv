`default_nettype none
module widths (
  input  wire  [  0:0] a1_i,
  input  wire  [  8:0] a9_i,
  input  wire  [ 31:0] a32_i,
  input  wire  [ 63:0] a64_i,
  input  wire  [ 99:0] a100_i,
  input  wire  [299:0] a300_i,
  input  wire  [ 15:4] odd_i,
  input  wire  [  7:0] lanes_i [3],
  output logic [  0:0] a1_o,
  output logic [  8:0] a9_o,
  output logic [ 31:0] a32_o,
  output logic [ 63:0] a64_o,
  output logic [ 99:0] a100_o,
  output logic [299:0] a300_o,
  output logic [ 15:4] odd__o,
  output logic [  9:0] sum_o
);
  assign a1_o = ~a1_i;
  assign a9_o = ~a9_i;
  assign a32_o = ~a32_i;
  assign a64_o = ~a64_i;
  assign a100_o = ~a100_i;
  assign a300_o = ~a300_i;
  assign odd__o = ~odd_i;
  assign sum_o = 10'(lanes_i[0]) + 10'(lanes_i[1]) + 10'(lanes_i[2]);
endmodule
`default_nettype wire
