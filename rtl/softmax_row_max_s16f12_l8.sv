// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Row buffer of softmax: gives each beat of a row together with the row's maximum, once the row
// is complete.
//
// Bits of the streams' data, lane 0 in the lowest:
//   out: x[127:0] (8 x 16), max[143:128]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_max_s16f12_l8 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  input  wire logic      [7:0] in_keep_i,
  input  wire logic            in_last_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic    [143:0] out_data_o,
  output      logic      [7:0] out_keep_o,
  output      logic            out_last_o
);

  logic [6:0] write_q;
  logic [6:0] read_q;
  logic in_fire;
  logic reads;
  logic [135:0] words_rdata;
  prim_held_ram_w136_d64 u_words (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q[5:0]),
    .wdata_i({in_keep_i, in_data_i}),
    .re_i   (reads),
    .raddr_i(read_q[5:0]),
    .rdata_o(words_rdata)
  );

  logic row_ends;
  logic row_read;
  logic unused_ends_ready;
  logic [5:0] ends_out_data;
  logic unused_ends_valid;
  prim_fifo_w6_d32 u_ends (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (row_ends),
    .in_ready_o (unused_ends_ready),
    .in_data_i  (write_q[5:0]),
    .out_valid_o(unused_ends_valid),
    .out_ready_i(row_read),
    .out_data_o (ends_out_data)
  );

  logic [3:0] beat_valid_q;
  logic [3:0] beat_last_q;
  logic signed [15:0] max_with_beat;
  logic unused_maxima_ready;
  logic maxima_out_valid;
  logic [15:0] maxima_out_data;
  prim_fifo_w16_d32 u_maxima (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (beat_valid_q[3] && beat_last_q[3]),
    .in_ready_o (unused_maxima_ready),
    .in_data_i  (max_with_beat),
    .out_valid_o(maxima_out_valid),
    .out_ready_i(row_read),
    .out_data_o (maxima_out_data)
  );

  assign in_fire = in_valid_i && in_ready_o;
  assign row_ends = in_fire && in_last_i;

  logic [5:0] rows_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rows_q <= 6'd0;
    end else if (row_ends && !row_read) begin
      rows_q <= rows_q + 6'd1;
    end else if (row_read && !row_ends) begin
      rows_q <= rows_q - 6'd1;
    end
  end

  assign in_ready_o = !((write_q[5:0] == read_q[5:0]) && (write_q[6] ^ read_q[6])) && !rows_q[5];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 7'd0;
    end else if (in_fire) begin
      write_q <= write_q + 7'd1;
    end
  end

  logic [5:0] length_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      length_q <= 6'd0;
    end else if (in_fire) begin
      if (in_last_i) begin
        length_q <= 6'd0;
      end else begin
        length_q <= length_q + 6'd1;
      end
    end
  end

`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      row_of_at_most_32_beats: assert (!in_fire || (length_q < 6'd32));
    end
  end
`endif

  // The maximum of a beat's kept entries, then of the row.
  logic [7:0] kept;
  assign kept = in_keep_i;

  logic [8*16-1:0] entry_q;
  genvar entry;
  generate
    for (entry = 0; entry < 8; entry = entry + 1) begin : gen_entry
      always_ff @(posedge clk_i) begin
        entry_q[entry*16 +: 16] <= kept[entry] ? in_data_i[entry*16 +: 16] : 16'd32768;
      end
    end
  endgenerate

  logic [4*16-1:0] beat_max_1_q;
  genvar beat_max_1;
  generate
    for (beat_max_1 = 0; beat_max_1 < 4; beat_max_1 = beat_max_1 + 1) begin : gen_beat_max_1
      logic signed [15:0] even;
      assign even = entry_q[(beat_max_1*2)*16 +: 16];

      logic signed [15:0] odd;
      assign odd = entry_q[(beat_max_1*2+1)*16 +: 16];

      always_ff @(posedge clk_i) begin
        beat_max_1_q[beat_max_1*16 +: 16] <= (even > odd) ? even : odd;
      end
    end
  endgenerate

  logic [2*16-1:0] beat_max_2_q;
  genvar beat_max_2;
  generate
    for (beat_max_2 = 0; beat_max_2 < 2; beat_max_2 = beat_max_2 + 1) begin : gen_beat_max_2
      logic signed [15:0] even;
      assign even = beat_max_1_q[(beat_max_2*2)*16 +: 16];

      logic signed [15:0] odd;
      assign odd = beat_max_1_q[(beat_max_2*2+1)*16 +: 16];

      always_ff @(posedge clk_i) begin
        beat_max_2_q[beat_max_2*16 +: 16] <= (even > odd) ? even : odd;
      end
    end
  endgenerate

  logic [1*16-1:0] beat_max_3_q;
  genvar beat_max_3;
  generate
    for (beat_max_3 = 0; beat_max_3 < 1; beat_max_3 = beat_max_3 + 1) begin : gen_beat_max_3
      logic signed [15:0] even;
      assign even = beat_max_2_q[(beat_max_3*2)*16 +: 16];

      logic signed [15:0] odd;
      assign odd = beat_max_2_q[(beat_max_3*2+1)*16 +: 16];

      always_ff @(posedge clk_i) begin
        beat_max_3_q[beat_max_3*16 +: 16] <= (even > odd) ? even : odd;
      end
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_valid_q <= 4'd0;
    end else begin
      beat_valid_q <= {beat_valid_q[2:0], in_fire};
    end
  end

  always_ff @(posedge clk_i) begin
    beat_last_q <= {beat_last_q[2:0], in_last_i};
  end

  logic first_q;
  logic signed [15:0] max_q;
  assign max_with_beat =
      (first_q || ($signed(beat_max_3_q[0*16 +: 16]) > max_q)) ? beat_max_3_q[0*16 +: 16] : max_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      first_q <= 1'b1;
    end else if (beat_valid_q[3]) begin
      first_q <= beat_last_q[3];
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_q[3]) begin
      max_q <= max_with_beat;
    end
  end

  // Replay: a beat is read, waits at the memory's output and moves to the output registers.
  logic out_valid_q;
  logic advance;
  assign advance = out_ready_i || !out_valid_q;
  assign reads = maxima_out_valid && advance;

  logic ends_here;
  assign ends_here = read_q[5:0] == ends_out_data;
  assign row_read = reads && ends_here;

  logic word_valid_q;
  logic word_last_q;
  logic signed [15:0] word_max_q;
  logic out_last_q;
  logic signed [15:0] out_max_q;
  logic [135:0] out_word_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      read_q <= 7'd0;
      out_valid_q <= 1'b0;
      word_valid_q <= 1'b0;
    end else begin
      if (reads) begin
        read_q <= read_q + 7'd1;
      end
      if (advance) begin
        word_valid_q <= maxima_out_valid;
        out_valid_q <= word_valid_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_last_q <= ends_here;
      word_max_q <= maxima_out_data;
      out_last_q <= word_last_q;
      out_max_q <= word_max_q;
      out_word_q <= words_rdata;
    end
  end

  assign out_valid_o = out_valid_q;
  assign out_last_o = out_last_q;
  assign out_keep_o = out_word_q[135:128];

  logic [8*16-1:0] out_x;
  assign out_x = out_word_q[127:0];

  logic signed [15:0] out_max;
  assign out_max = out_max_q;
  assign out_data_o = {out_max, out_x};

endmodule

`default_nettype wire
