// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 1 dividers that take operands in turn: these may come faster than one divides.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_reciprocal_w15_p16_d32768_t15_e30_n1 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [29:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [36:0] out_data_o
);

  logic enters_q;
  logic leaves_q;
  logic [0:0] divider_ready;
  logic [0:0] divider_valid;
  logic [1*37-1:0] divider_data;
  genvar turn;
  generate
    for (turn = 0; turn < 1; turn = turn + 1) begin : gen_turn
      softmax_reciprocal_w15_p16_d32768_t15_e30 u_divider (
        .clk_i      (clk_i),
        .rst_i      (rst_i),
        .in_valid_i (in_valid_i && (enters_q == 1'(turn))),
        .in_ready_o (divider_ready[turn]),
        .in_data_i  (in_data_i),
        .out_valid_o(divider_valid[turn]),
        .out_ready_i(out_ready_i && (leaves_q == 1'(turn))),
        .out_data_o (divider_data[turn*37 +: 37])
      );
    end
  endgenerate

  assign in_ready_o = divider_ready[enters_q];
  assign out_valid_o = divider_valid[leaves_q];
  assign out_data_o = divider_data[6'(leaves_q) * 6'd37 +: 37];

  logic in_fire;
  assign in_fire = in_valid_i && in_ready_o;

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      enters_q <= 1'b0;
    end else if (in_fire) begin
      enters_q <= (enters_q == 1'b0) ? 1'b0 : enters_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      leaves_q <= 1'b0;
    end else if (out_fire) begin
      leaves_q <= (leaves_q == 1'b0) ? 1'b0 : leaves_q + 1'b1;
    end
  end

endmodule

`default_nettype wire
