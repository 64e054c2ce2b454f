// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Configuration 0123.

`default_nettype none

module vit_system (
  input  wire logic       clk_i,  // hdl/tests/golden.rs:168
  input  wire logic       rst_i,  // hdl/tests/golden.rs:168
  input  wire logic       in_valid_i,  // hdl/tests/golden.rs:169
  output      logic       in_ready_o,  // hdl/tests/golden.rs:169
  input  wire logic [7:0] in_data_i,  // hdl/tests/golden.rs:169
  output      logic       out_valid_o,  // hdl/tests/golden.rs:170
  input  wire logic       out_ready_i,  // hdl/tests/golden.rs:170
  output      logic [7:0] out_data_o,  // hdl/tests/golden.rs:170
  input  wire logic       slow_i,  // hdl/tests/golden.rs:176
  output      logic       slow_o  // hdl/tests/golden.rs:177
);

  logic skid_out_valid;  // hdl/tests/golden.rs:173
  logic [7:0] skid_out_data;  // hdl/tests/golden.rs:173
  logic fifo_in_ready;  // hdl/tests/golden.rs:173
  vit_prim_skid_w8 u_skid (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  (in_data_i),
    .out_valid_o(skid_out_valid),
    .out_ready_i(fifo_in_ready),
    .out_data_o (skid_out_data)
  );

  vit_prim_fifo_w8_d4 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (skid_out_valid),
    .in_ready_o (fifo_in_ready),
    .in_data_i  (skid_out_data),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

  logic buffer_o;  // hdl/tests/golden.rs:177
  BUFG u_buffer (
    .I(slow_i),
    .O(buffer_o)
  );

  assign slow_o = buffer_o;

endmodule

`default_nettype wire
