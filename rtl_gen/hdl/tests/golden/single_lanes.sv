// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module single_lanes (
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic              in_data_i,
  input  wire logic              size_valid_i,
  output      logic              size_ready_o,
  input  wire logic signed [7:0] size_data_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic        [9:0] out_data_o
);

  assign out_valid_o = in_valid_i && size_valid_i;
  assign in_ready_o = out_ready_i && size_valid_i;
  assign size_ready_o = out_ready_i && in_valid_i;

  logic out_flag;
  logic signed [8:0] out_y;
  genvar lane;
  generate
    for (lane = 0; lane < 1; lane = lane + 1) begin : gen_lane
      assign out_flag = !in_data_i;
      assign out_y = in_data_i ? -(9'(size_data_i)) : 9'(size_data_i);
    end
  endgenerate

  assign out_data_o = {out_y, out_flag};

endmodule

`default_nettype wire
