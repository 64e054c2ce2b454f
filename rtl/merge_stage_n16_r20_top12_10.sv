// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of merge exchange over 16 words: 6 comparators at distance 1. The larger word goes
// to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module merge_stage_n16_r20_top12_10 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pairs;
  generate
    for (pairs = 0; pairs < 6; pairs = pairs + 1) begin : gen_pairs
      compare_exchange_r20_p0 u_exchange (
        .a_i      (x_i[(pairs*2+1)*20 +: 20]),
        .b_i      (x_i[(pairs*2+2)*20 +: 20]),
        .larger_o (y_o[(pairs*2+1)*20 +: 20]),
        .smaller_o(y_o[(pairs*2+2)*20 +: 20])
      );
    end
  endgenerate

  assign y_o[0*20 +: 20] = x_i[0*20 +: 20];

  genvar idle_1;
  generate
    for (idle_1 = 0; idle_1 < 3; idle_1 = idle_1 + 1) begin : gen_idle_1
      assign y_o[(idle_1+13)*20 +: 20] = x_i[(idle_1+13)*20 +: 20];
    end
  endgenerate

endmodule

`default_nettype wire
