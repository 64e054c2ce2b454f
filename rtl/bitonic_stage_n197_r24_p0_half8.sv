// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One stage of a bitonic sorter over 197 words: in blocks of 8, word i meets word i + 4. The
// larger word, by its upper 24 bits, goes to the lower index.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module bitonic_stage_n197_r24_p0_half8 (
  input  wire logic [197*24-1:0] x_i,
  output      logic [197*24-1:0] y_o
);
  /*verilator no_inline_module*/

  genvar block;
  genvar pair;
  generate
    for (block = 0; block < 24; block = block + 1) begin : gen_block
      for (pair = 0; pair < 4; pair = pair + 1) begin : gen_pair
        compare_exchange_r24_p0 u_exchange (
          .a_i      (x_i[(block*8+pair)*24 +: 24]),
          .b_i      (x_i[(block*8+pair+4)*24 +: 24]),
          .larger_o (y_o[(block*8+pair)*24 +: 24]),
          .smaller_o(y_o[(block*8+pair+4)*24 +: 24])
        );
      end
    end
  endgenerate

  compare_exchange_r24_p0 u_exchange_rest (
    .a_i      (x_i[192*24 +: 24]),
    .b_i      (x_i[196*24 +: 24]),
    .larger_o (y_o[192*24 +: 24]),
    .smaller_o(y_o[196*24 +: 24])
  );

  genvar idle;
  generate
    for (idle = 193; idle < 196; idle = idle + 1) begin : gen_idle
      assign y_o[idle*24 +: 24] = x_i[idle*24 +: 24];
    end
  endgenerate

endmodule

`default_nettype wire
