// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 197 words: in blocks of 128, word i meets word i + 64. The
// larger word, by its upper 24 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n197_r24_p0_half128 (
  input  wire logic [197*24-1:0] x_i,
  output      logic [197*24-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 0; pair < 64; pair = pair + 1) begin : gen_pair
      compare_exchange_r24_p0 u_exchange (
        .a_i      (x_i[pair*24 +: 24]),
        .b_i      (x_i[(pair+64)*24 +: 24]),
        .larger_o (y_o[pair*24 +: 24]),
        .smaller_o(y_o[(pair+64)*24 +: 24])
      );
    end
  endgenerate

  genvar pair_rest;
  generate
    for (pair_rest = 0; pair_rest < 5; pair_rest = pair_rest + 1) begin : gen_pair_rest
      compare_exchange_r24_p0 u_exchange_rest (
        .a_i      (x_i[(pair_rest+128)*24 +: 24]),
        .b_i      (x_i[(pair_rest+192)*24 +: 24]),
        .larger_o (y_o[(pair_rest+128)*24 +: 24]),
        .smaller_o(y_o[(pair_rest+192)*24 +: 24])
      );
    end
  endgenerate

  genvar idle;
  generate
    for (idle = 133; idle < 192; idle = idle + 1) begin : gen_idle
      assign y_o[idle*24 +: 24] = x_i[idle*24 +: 24];
    end
  endgenerate

endmodule

`default_nettype wire
