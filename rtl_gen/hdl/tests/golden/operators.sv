// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module operators (
  input  wire logic signed [7:0] a_i,
  input  wire logic        [7:0] b_i,
  input  wire logic        [1:0] n_i,
  output      logic signed [9:0] sum_o,
  output      logic signed [7:0] shifted_o,
  output      logic       [10:0] grown_o,
  output      logic        [7:0] logic_o,
  output      logic        [2:0] compared_o,
  output      logic        [7:0] size_o,
  output      logic        [7:0] swapped_o,
  output      logic       [10:0] joined_o,
  output      logic        [9:0] cut_o,
  output      logic        [7:0] spread_o,
  output      logic        [8:0] twice_o,
  output      logic        [2:0] reduced_o,
  output      logic        [1:0] class_o,
  output      logic              toggled_o,
  input  wire logic              choice_with_a_name_that_fills_half_of_a_line_i,
  input  wire logic        [7:0] value_with_a_name_that_fills_half_of_a_line_i,
  output      logic        [7:0] chosen_o
);

  logic signed [8:0] negated;
  assign negated = -(9'(a_i));
  assign sum_o = 10'(a_i) + 10'(b_i) - ((negated < 9'sd0) ? 10'(negated) : 10'sd0);
  assign shifted_o = a_i >>> n_i;
  assign grown_o = 11'(b_i) << n_i;
  assign logic_o = (a_i & b_i) | ~(b_i ^ 8'd15);
  assign compared_o = {9'(a_i) < $signed(9'(b_i)), a_i >= -8'sd3, b_i != 8'd0};
  assign size_o = a_i[7] ? -a_i : a_i;
  assign swapped_o = {b_i[3:0], b_i[7:4]};
  assign joined_o = {n_i[0], n_i, b_i};
  assign cut_o = {n_i[1], 9'({b_i, n_i, a_i[0]})};
  assign spread_o = {8{a_i[7]}};
  assign twice_o = {n_i[0], b_i};
  assign reduced_o = {&b_i, |b_i, ^b_i};
  assign class_o = (b_i >= 8'd100) ? 2'd2 : (b_i >= 8'd10) ? 2'd1 : 2'd0;
  assign toggled_o = n_i[0] - 1'b1;
  assign chosen_o =
      choice_with_a_name_that_fills_half_of_a_line_i ?
      value_with_a_name_that_fills_half_of_a_line_i :
      b_i;

endmodule

`default_nettype wire
