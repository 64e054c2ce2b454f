// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// 6 memories of 4 slices of features, two buffers; 12 lanes choose one slice each.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_features_b8_l12_m6_f4_n64 (
  input  wire logic            clk_i,
  input  wire logic      [5:0] we_i,
  input  wire logic      [6:0] waddr_i,
  input  wire logic    [511:0] wdata_i,
  input  wire logic            buffer_i,
  input  wire logic      [5:0] token_i,
  input  wire logic [12*4-1:0] select_i,
  input  wire logic     [11:0] chunk_i,
  output      logic   [1535:0] x_o
);

  logic [6:0] raddr;
  assign raddr = {buffer_i, token_i};

  logic [24*128-1:0] words;
  genvar memory;
  genvar slice;
  generate
    for (memory = 0; memory < 6; memory = memory + 1) begin : gen_memory
      logic [4*128-1:0] word;
      prim_ram_w512_d128_block_reg u_ram (
        .clk_i  (clk_i),
        .we_i   (we_i[memory]),
        .waddr_i(waddr_i),
        .wdata_i(wdata_i),
        .raddr_i(raddr),
        .rdata_o(word)
      );

      for (slice = 0; slice < 4; slice = slice + 1) begin : gen_slice
        assign words[(memory*4+slice)*128 +: 128] = word[slice*128 +: 128];
      end
    end
  endgenerate

  // Chunks of slices, the last one filled up with zeros.
  logic [16*128-1:0] part0;
  genvar of0;
  generate
    for (of0 = 0; of0 < 16; of0 = of0 + 1) begin : gen_of0
      assign part0[of0*128 +: 128] = words[of0*128 +: 128];
    end
  endgenerate

  logic [16*128-1:0] part1;
  genvar of1;
  generate
    for (of1 = 0; of1 < 8; of1 = of1 + 1) begin : gen_of1
      assign part1[of1*128 +: 128] = words[(of1+16)*128 +: 128];
    end
  endgenerate

  genvar none1;
  generate
    for (none1 = 8; none1 < 16; none1 = none1 + 1) begin : gen_none1
      assign part1[none1*128 +: 128] = 128'd0;
    end
  endgenerate

  logic [12*128-1:0] chosen;
  genvar lane;
  generate
    for (lane = 0; lane < 12; lane = lane + 1) begin : gen_lane
      mpca_select_b8_r24 u_select (
        .clk_i   (clk_i),
        .part0_i (part0),
        .part1_i (part1),
        .select_i(select_i[lane*4 +: 4]),
        .chunk_i (chunk_i[lane]),
        .x_o     (chosen[lane*128 +: 128])
      );
    end
  endgenerate

  // Group g works g cycles behind group 0: each register has the groups that wait for longer.
  logic [1023:0] late1_q;
  always_ff @(posedge clk_i) begin
    late1_q <= chosen[1535:512];
  end

  logic [511:0] late2_q;
  always_ff @(posedge clk_i) begin
    late2_q <= late1_q[1023:512];
  end

  assign x_o = {late2_q, late1_q[511:0], chosen[511:0]};

endmodule

`default_nettype wire
