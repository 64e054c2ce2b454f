// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 197 words: in blocks of 256, word i meets word 255 - i. The
// larger word, by its upper 24 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n197_r24_p0_mirror256 (
  input  wire logic [197*24-1:0] x_i,
  output      logic [197*24-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar pair;
  generate
    for (pair = 59; pair < 128; pair = pair + 1) begin : gen_pair
      compare_exchange_r24_p0 u_exchange (
        .a_i      (x_i[pair*24 +: 24]),
        .b_i      (x_i[(255-pair)*24 +: 24]),
        .larger_o (y_o[pair*24 +: 24]),
        .smaller_o(y_o[(255-pair)*24 +: 24])
      );
    end
  endgenerate

  genvar idle;
  generate
    for (idle = 0; idle < 59; idle = idle + 1) begin : gen_idle
      assign y_o[idle*24 +: 24] = x_i[idle*24 +: 24];
    end
  endgenerate

endmodule

`default_nettype wire
