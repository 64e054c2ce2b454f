// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module credited (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic signed [6:0] in_data_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic signed [7:0] out_data_o
);

  // The stages never hold: a beat enters only when the output FIFO has room for it.
  logic valid_q;
  logic signed [7:0] y_q;
  logic unused_fifo_in_ready;
  logic [7:0] fifo_out_data;
  prim_fifo_w8_d4 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (valid_q),
    .in_ready_o (unused_fifo_in_ready),
    .in_data_i  (y_q),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (fifo_out_data)
  );

  logic [2:0] credit_q;
  assign in_ready_o = credit_q != 3'd0;

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      credit_q <= 3'd4;
    end else if (in_fire && !out_fire) begin
      credit_q <= credit_q - 3'd1;
    end else if (out_fire && !in_fire) begin
      credit_q <= credit_q + 3'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 1'b0;
    end else begin
      valid_q <= in_fire;
    end
  end

  always_ff @(posedge clk_i) begin
    y_q <= 8'(in_data_i) + 8'sd1;
  end

  assign out_data_o = fifo_out_data;

endmodule

`default_nettype wire
