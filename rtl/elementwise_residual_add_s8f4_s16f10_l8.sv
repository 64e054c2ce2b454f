// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = r + x mult / 2^shift, s8.4 to s16.10, 8 lanes a beat, for a job's mult and shift. Rounded
// once, half to even, and saturated. A job ends with last.
//
// Bits of the streams' data:
//   cmd: mult[15:0], shift[21:16]
//
// Source: SDP (IPDPSW 2024), element-wise module.
// Latency: 7 cycles, one beat every cycle.
//
// Configuration 573db7e695f6920d: flow = stall, lanes = 8, operation = residual_add, x = s8.4,
// y = s16.10.
// Emitted by espalier 0.1.0.

`default_nettype none

module elementwise_residual_add_s8f4_s16f10_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            cmd_valid_i,
  output      logic            cmd_ready_o,
  input  wire logic     [21:0] cmd_data_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic  [8*8-1:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  input  wire logic            residual_valid_i,
  output      logic            residual_ready_o,
  input  wire logic [8*16-1:0] residual_data_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic [5:0] cmd_shift;
  logic [15:0] cmd_mult;
  logic jobs_out_valid;
  logic [25:0] jobs_out_data;
  logic in_fire;
  prim_fifo_w26_d2 u_jobs (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (cmd_valid_i),
    .in_ready_o (cmd_ready_o),
    .in_data_i  ({cmd_shift[5:3], 23'(cmd_mult) << ~cmd_shift[2:0]}),
    .out_valid_o(jobs_out_valid),
    .out_ready_i(in_fire && in_last_i),
    .out_data_o (jobs_out_data)
  );

  logic job_and_residual;
  logic lanes_in_ready;
  elementwise_lanes_residual_add_s8f4_s16f10_l8 u_lanes (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_valid_i && job_and_residual),
    .in_ready_o (lanes_in_ready),
    .in_data_i  ({jobs_out_data, residual_data_i, in_data_i}),
    .in_keep_i  (in_keep_i),
    .in_last_i  (in_last_i),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o),
    .out_keep_o (out_keep_o),
    .out_last_o (out_last_o)
  );

  // A shift is a number of bytes and 7 bits more; what it has too much the multiplier is raised
  // by.
  assign cmd_shift = cmd_data_i[21:16];
  assign cmd_mult = cmd_data_i[15:0];

  // A beat passes when everything that it takes is there.
  assign job_and_residual = jobs_out_valid && residual_valid_i;
  assign residual_ready_o = lanes_in_ready && jobs_out_valid && in_valid_i;
  assign in_ready_o = lanes_in_ready && job_and_residual;
  assign in_fire = in_valid_i && in_ready_o;

endmodule

`default_nettype wire
