// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 16 words: in blocks of 8, word i meets word i + 4. The
// larger word, by its upper 20 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n16_r20_p0_half8 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar block;
  genvar pair;
  generate
    for (block = 0; block < 2; block = block + 1) begin : gen_block
      for (pair = 0; pair < 4; pair = pair + 1) begin : gen_pair
        compare_exchange_r20_p0 u_exchange (
          .a_i      (x_i[(block*8+pair)*20 +: 20]),
          .b_i      (x_i[(block*8+pair+4)*20 +: 20]),
          .larger_o (y_o[(block*8+pair)*20 +: 20]),
          .smaller_o(y_o[(block*8+pair+4)*20 +: 20])
        );
      end
    end
  endgenerate

endmodule

`default_nettype wire
