// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of merge exchange over 16 words: 8 comparators at distance 2. The larger word goes
// to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module merge_stage_n16_r20_top12_4 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pairs;
  genvar pair;
  generate
    for (pairs = 0; pairs < 4; pairs = pairs + 1) begin : gen_pairs
      for (pair = 0; pair < 2; pair = pair + 1) begin : gen_pair
        compare_exchange_r20_p0 u_exchange (
          .a_i      (x_i[(pairs*4+pair)*20 +: 20]),
          .b_i      (x_i[(pairs*4+pair+2)*20 +: 20]),
          .larger_o (y_o[(pairs*4+pair)*20 +: 20]),
          .smaller_o(y_o[(pairs*4+pair+2)*20 +: 20])
        );
      end
    end
  endgenerate

endmodule

`default_nettype wire
