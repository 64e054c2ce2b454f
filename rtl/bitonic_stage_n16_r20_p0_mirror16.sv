// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 16 words: in blocks of 16, word i meets word 15 - i. The
// larger word, by its upper 20 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n16_r20_p0_mirror16 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 0; pair < 8; pair = pair + 1) begin : gen_pair
      compare_exchange_r20_p0 u_exchange (
        .a_i      (x_i[pair*20 +: 20]),
        .b_i      (x_i[(15-pair)*20 +: 20]),
        .larger_o (y_o[pair*20 +: 20]),
        .smaller_o(y_o[(15-pair)*20 +: 20])
      );
    end
  endgenerate

endmodule

`default_nettype wire
