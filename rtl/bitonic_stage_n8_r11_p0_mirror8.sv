// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 8 words: in blocks of 8, word i meets word 7 - i. The
// larger word, by its upper 11 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n8_r11_p0_mirror8 (
  input  wire logic [8*11-1:0] x_i,
  output      logic [8*11-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 0; pair < 4; pair = pair + 1) begin : gen_pair
      compare_exchange_r11_p0 u_exchange (
        .a_i      (x_i[pair*11 +: 11]),
        .b_i      (x_i[(7-pair)*11 +: 11]),
        .larger_o (y_o[pair*11 +: 11]),
        .smaller_o(y_o[(7-pair)*11 +: 11])
      );
    end
  endgenerate

endmodule

`default_nettype wire
