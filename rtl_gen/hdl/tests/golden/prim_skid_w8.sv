// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Skid buffer: holds the beat that arrives in the cycle in which the consumer stops.

`default_nettype none

module prim_skid_w8 (
  input  wire logic       clk_i,
  input  wire logic       rst_i,
  input  wire logic       in_valid_i,
  output      logic       in_ready_o,
  input  wire logic [7:0] in_data_i,
  output      logic       out_valid_o,
  input  wire logic       out_ready_i,
  output      logic [7:0] out_data_o
);

  logic full_q;
  assign in_ready_o = !full_q;
  assign out_valid_o = full_q || in_valid_i;

  logic [7:0] held_q;
  assign out_data_o = full_q ? held_q : in_data_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      full_q <= 1'b0;
    end else begin
      full_q <= out_valid_o && !out_ready_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!full_q) begin
      held_q <= in_data_i;
    end
  end

endmodule

`default_nettype wire
