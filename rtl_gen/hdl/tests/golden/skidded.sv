// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module skidded (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic signed [6:0] in_data_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic signed [7:0] out_data_o
);

  // A skid buffer behind the last stage registers the way back of `ready`.
  logic valid_q;
  logic signed [7:0] y_q;
  logic skid_in_ready;
  logic [7:0] skid_out_data;
  prim_skid_w8 u_skid (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q),
    .in_ready_o (skid_in_ready),
    .in_data_i  (y_q),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (skid_out_data)
  );

  logic advance;
  assign advance = skid_in_ready || !valid_q;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 1'b0;
    end else if (advance) begin
      valid_q <= in_valid_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 8'(in_data_i) + 8'sd1;
    end
  end

  assign out_data_o = skid_out_data;

endmodule

`default_nettype wire
