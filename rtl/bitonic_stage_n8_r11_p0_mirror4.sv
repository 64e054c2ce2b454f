// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 8 words: in blocks of 4, word i meets word 3 - i. The
// larger word, by its upper 11 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n8_r11_p0_mirror4 (
  input  wire logic [8*11-1:0] x_i,
  output      logic [8*11-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar block;
  genvar pair;
  generate
    for (block = 0; block < 2; block = block + 1) begin : gen_block
      for (pair = 0; pair < 2; pair = pair + 1) begin : gen_pair
        compare_exchange_r11_p0 u_exchange (
          .a_i      (x_i[(block*4+pair)*11 +: 11]),
          .b_i      (x_i[(block*4+3-pair)*11 +: 11]),
          .larger_o (y_o[(block*4+pair)*11 +: 11]),
          .smaller_o(y_o[(block*4+3-pair)*11 +: 11])
        );
      end
    end
  endgenerate

endmodule

`default_nettype wire
