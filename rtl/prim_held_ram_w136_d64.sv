// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Block RAM of 64 words, one write and one read port; the word read last stays at the output.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module prim_held_ram_w136_d64 (
  input  wire logic         clk_i,
  input  wire logic         we_i,
  input  wire logic   [5:0] waddr_i,
  input  wire logic [135:0] wdata_i,
  input  wire logic         re_i,
  input  wire logic   [5:0] raddr_i,
  output      logic [135:0] rdata_o
);

  logic [135:0] word_q;
  (* ram_style = "block" *) logic [135:0] words [64];
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
