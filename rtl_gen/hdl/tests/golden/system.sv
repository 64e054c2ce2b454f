// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module system (
  input  wire logic       clk_i,
  input  wire logic       rst_i,
  input  wire logic       in_valid_i,
  output      logic       in_ready_o,
  input  wire logic [7:0] in_data_i,
  output      logic       out_valid_o,
  input  wire logic       out_ready_i,
  output      logic [7:0] out_data_o,
  input  wire logic       slow_i,
  output      logic       slow_o
);

  logic skid_out_valid;
  logic [7:0] skid_out_data;
  logic fifo_in_ready;
  prim_skid_w8 u_skid (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .out_valid_o(skid_out_valid),
    .out_ready_i(fifo_in_ready),
    .out_data_o (skid_out_data)
  );

  prim_fifo_w8_d4 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (skid_out_valid),
    .in_ready_o (fifo_in_ready),
    .in_data_i  (skid_out_data),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

  logic buffer_o;
  BUFG u_buffer (
    .I(slow_i),
    .O(buffer_o)
  );

  assign slow_o = buffer_o;

endmodule

`default_nettype wire
