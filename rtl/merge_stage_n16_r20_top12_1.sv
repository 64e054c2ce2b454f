// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of merge exchange over 16 words: 8 comparators at distance 8. The larger word goes
// to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module merge_stage_n16_r20_top12_1 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 0; pair < 8; pair = pair + 1) begin : gen_pair
      compare_exchange_r20_p0 u_exchange (
        .a_i      (x_i[pair*20 +: 20]),
        .b_i      (x_i[(pair+8)*20 +: 20]),
        .larger_o (y_o[pair*20 +: 20]),
        .smaller_o(y_o[(pair+8)*20 +: 20])
      );
    end
  endgenerate

endmodule

`default_nettype wire
