// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of merge exchange over 16 words: 4 comparators at distance 4. The larger word goes
// to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module merge_stage_n16_r20_top12_3 (
  input  wire logic [16*20-1:0] x_i,
  output      logic [16*20-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 0; pair < 4; pair = pair + 1) begin : gen_pair
      compare_exchange_r20_p0 u_exchange (
        .a_i      (x_i[(pair+4)*20 +: 20]),
        .b_i      (x_i[(pair+8)*20 +: 20]),
        .larger_o (y_o[(pair+4)*20 +: 20]),
        .smaller_o(y_o[(pair+8)*20 +: 20])
      );
    end
  endgenerate

  genvar idles;
  genvar idle;
  generate
    for (idles = 0; idles < 2; idles = idles + 1) begin : gen_idles
      for (idle = 0; idle < 4; idle = idle + 1) begin : gen_idle
        assign y_o[(idles*12+idle)*20 +: 20] = x_i[(idles*12+idle)*20 +: 20];
      end
    end
  endgenerate

endmodule

`default_nettype wire
