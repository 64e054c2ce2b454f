// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 197 words: in blocks of 2, word i meets word 1 - i. The
// larger word, by its upper 24 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n197_r24_p0_mirror2 (
  input  wire logic [197*24-1:0] x_i,
  output      logic [197*24-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar block;
  generate
    for (block = 0; block < 98; block = block + 1) begin : gen_block
      compare_exchange_r24_p0 u_exchange (
        .a_i      (x_i[(block*2)*24 +: 24]),
        .b_i      (x_i[(block*2+1)*24 +: 24]),
        .larger_o (y_o[(block*2)*24 +: 24]),
        .smaller_o(y_o[(block*2+1)*24 +: 24])
      );
    end
  endgenerate

  assign y_o[196*24 +: 24] = x_i[196*24 +: 24];

endmodule

`default_nettype wire
