// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Row buffer of softmax: gives each entry of a row together with the row's maximum, once the row
// is complete.
//
// Bits of the streams' data:
//   out: x[7:0], max[15:8]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_row_max_s8f4 (
  input  wire logic              clk_i,
  input  wire logic              rst_i,
  input  wire logic              in_valid_i,
  output      logic              in_ready_o,
  input  wire logic signed [7:0] in_data_i,
  input  wire logic              in_last_i,
  output      logic              out_valid_o,
  input  wire logic              out_ready_i,
  output      logic       [15:0] out_data_o,
  output      logic              out_last_o
);

  logic [9:0] write_q;
  logic [9:0] read_q;
  logic full;
  assign full = (write_q[8:0] == read_q[8:0]) && (write_q[9] ^ read_q[9]);

  logic in_fire;
  logic issue;
  logic [7:0] entries_rdata;
  prim_held_ram_w8_d512 u_entries (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q[8:0]),
    .wdata_i(in_data_i),
    .re_i   (issue),
    .raddr_i(read_q[8:0]),
    .rdata_o(entries_rdata)
  );

  logic rows_in_ready;
  logic signed [7:0] max_with_x;
  logic [16:0] rows_out_data;
  logic rows_out_valid;
  logic advance;
  logic ends;
  prim_fifo_w17_d32 u_rows (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (in_fire && in_last_i),
    .in_ready_o (rows_in_ready),
    .in_data_i  ({write_q[8:0], max_with_x}),
    .out_valid_o(rows_out_valid),
    .out_ready_i(advance && ends),
    .out_data_o (rows_out_data)
  );

  assign in_ready_o = rows_in_ready && !full;

  // The maximum so far; the first entry of a row starts it anew.
  logic first_q;
  logic signed [7:0] max_q;
  logic larger;
  assign larger = first_q || (in_data_i > max_q);
  assign max_with_x = larger ? in_data_i : max_q;
  assign in_fire = in_valid_i && in_ready_o;

  // Entries of the row so far, for the assertion alone: longer rows would overflow their sum.
  logic [8:0] length_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      length_q <= 9'd0;
    end else if (in_fire) begin
      if (in_last_i) begin
        length_q <= 9'd0;
      end else begin
        length_q <= length_q + 9'd1;
      end
    end
  end

`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      row_of_at_most_256: assert (!in_fire || (length_q < 9'd256));
    end
  end
`endif

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 10'd0;
      first_q <= 1'b1;
    end else if (in_fire) begin
      write_q <= write_q + 10'd1;
      first_q <= in_last_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      max_q <= max_with_x;
    end
  end

  // Replay: an entry is read, waits at the memory's output and moves to the output registers.
  logic out_valid_q;
  assign advance = out_ready_i || !out_valid_q;
  assign issue = rows_out_valid && advance;
  assign ends = read_q[8:0] == rows_out_data[16:8];

  logic word_valid_q;
  logic word_last_q;
  logic signed [7:0] word_max_q;
  logic out_last_q;
  logic signed [7:0] out_max_q;
  logic signed [7:0] out_x_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      read_q <= 10'd0;
      word_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (issue) begin
        read_q <= read_q + 10'd1;
      end
      if (advance) begin
        word_valid_q <= rows_out_valid;
        out_valid_q <= word_valid_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      word_last_q <= ends;
      word_max_q <= rows_out_data[7:0];
      out_last_q <= word_last_q;
      out_max_q <= word_max_q;
      out_x_q <= entries_rdata;
    end
  end

  assign out_valid_o = out_valid_q;
  assign out_last_o = out_last_q;

  logic signed [7:0] out_x;
  assign out_x = out_x_q;

  logic signed [7:0] out_max;
  assign out_max = out_max_q;
  assign out_data_o = {out_max, out_x};

endmodule

`default_nettype wire
