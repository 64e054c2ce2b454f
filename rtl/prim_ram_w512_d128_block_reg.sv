// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Block RAM of 128 words, one write and one read port; read latency 2.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_ram_w512_d128_block_reg (
  input  wire logic         clk_i,
  input  wire logic         we_i,
  input  wire logic   [6:0] waddr_i,
  input  wire logic [511:0] wdata_i,
  input  wire logic   [6:0] raddr_i,
  output      logic [511:0] rdata_o
);

  logic [511:0] word_q;
  (* ram_style = "block" *) logic [511:0] words [128];
  always_ff @(posedge clk_i) begin
    if (we_i) begin
      words[waddr_i] <= wdata_i;
    end
    word_q <= words[raddr_i];
  end

  logic [511:0] out_q;
  always_ff @(posedge clk_i) begin
    out_q <= word_q;
  end

  assign rdata_o = out_q;

endmodule

`default_nettype wire
