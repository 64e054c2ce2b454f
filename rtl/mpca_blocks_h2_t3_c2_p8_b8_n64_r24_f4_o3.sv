// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// The rows of a block column's blocks, by its header, and the slice of features that a tile
// multiplies.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_blocks_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic             clk_i,
  input  wire logic [16*16-1:0] words_i,
  input  wire logic             header_write_i,
  input  wire logic       [1:0] header_beat_i,
  input  wire logic       [4:0] list_index_i,
  input  wire logic       [4:0] list_base_i,
  input  wire logic             job_sparse_i,
  input  wire logic             list_double_i,
  input  wire logic             list_lower_i,
  input  wire logic       [4:0] job_tiles_i,
  input  wire logic       [3:0] job_k_rest_i,
  output      logic       [4:0] entry_bank_o,
  output      logic             tile_there_o,
  output      logic             tile_astray_o,
  output      logic       [3:0] rows_used_o
);

  logic [1:0] at_header_beat;
  assign at_header_beat = header_beat_i;

  logic [32*9-1:0] list_q;
  genvar beat;
  genvar entry;
  generate
    for (beat = 0; beat < 2; beat = beat + 1) begin : gen_beat
      logic mine;
      assign mine = header_write_i && at_header_beat[beat];

      for (entry = 0; entry < 16; entry = entry + 1) begin : gen_entry
        always_ff @(posedge clk_i) begin
          if (mine) begin
            list_q[(beat*16+entry)*9 +: 9] <= {|words_i[entry*16+8 +: 8], words_i[entry*16 +: 8]};
          end
        end
      end
    end
  endgenerate

  logic [4:0] list_place;
  assign list_place = list_index_i + 5'd1;

  logic [8:0] block_row_q;
  logic [9:0] row_q;
  logic [4:0] bank_q;
  logic there_q;
  logic astray_q;
  logic last_row_q;
  always_ff @(posedge clk_i) begin
    block_row_q <= job_sparse_i ? list_q[9'(list_place) * 9'd9 +: 9] : 9'(list_index_i);
    row_q <= list_double_i ? {block_row_q, list_double_i && list_lower_i} : 10'(block_row_q);
    bank_q <= list_base_i + row_q[4:0];
    there_q <= row_q < 10'(job_tiles_i);
    astray_q <= {row_q[9:1], row_q[0] && !list_double_i} >= 10'(job_tiles_i);
    last_row_q <= (11'(row_q) + 11'd1) == 11'(job_tiles_i);
  end

  logic [3:0] rows_within;
  assign rows_within = last_row_q ? job_k_rest_i : 4'd8;
  assign entry_bank_o = bank_q;
  assign tile_there_o = there_q;
  assign tile_astray_o = astray_q;
  assign rows_used_o = rows_within;

endmodule

`default_nettype wire
