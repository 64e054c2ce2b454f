// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Block RAM of 18912 words, one write and one read port; the word read last stays at the output.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_held_ram_w128_d18912 (
  input  wire logic         clk_i,
  input  wire logic         we_i,
  input  wire logic  [14:0] waddr_i,
  input  wire logic [127:0] wdata_i,
  input  wire logic         re_i,
  input  wire logic  [14:0] raddr_i,
  output      logic [127:0] rdata_o
);

  logic [127:0] word_q;
  (* ram_style = "block" *) logic [127:0] words [18912];
  always_ff @(posedge clk_i) begin
    if (we_i) begin
      words[waddr_i] <= wdata_i;
    end
    if (re_i) begin
      word_q <= words[raddr_i];
    end
  end

  assign rdata_o = word_q;

endmodule

`default_nettype wire
