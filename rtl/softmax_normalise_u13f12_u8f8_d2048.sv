// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// y = e / sum(e) over a row, u13.12 to u8.8. What is cut off an entry is carried to the next, so
// that the row's sum keeps it.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module softmax_normalise_u13f12_u8f8_d2048 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [12:0] in_data_i,
  input  wire logic        in_last_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic  [7:0] out_data_o,
  output      logic        out_last_o
);

  logic [9:0] write_q;
  logic [9:0] read_q;
  logic in_fire;
  logic reads;
  logic [12:0] exponentials_rdata;
  prim_held_ram_w13_d512 u_exponentials (
    .clk_i  (clk_i),
    .we_i   (in_fire),
    .waddr_i(write_q[8:0]),
    .wdata_i(in_data_i),
    .re_i   (reads),
    .raddr_i(read_q[8:0]),
    .rdata_o(exponentials_rdata)
  );

  logic sums_out_valid;
  logic reciprocal_in_ready;
  logic [9:0] sum_low_q;
  logic high_valid_q;
  logic high_last_q;
  logic [8:0] high_end_q;
  logic [10:0] high_sum;
  logic unused_sums_ready;
  logic [29:0] sums_out_data;
  prim_fifo_w30_d32 u_sums (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (high_valid_q && high_last_q),
    .in_ready_o (unused_sums_ready),
    .in_data_i  ({high_end_q, high_sum, sum_low_q}),
    .out_valid_o(sums_out_valid),
    .out_ready_i(reciprocal_in_ready),
    .out_data_o (sums_out_data)
  );

  logic [30:0] reciprocal_out_data;
  logic advance;
  logic free;
  logic reciprocal_out_valid;
  softmax_reciprocal_w21_p12_d2048_t9 u_reciprocal (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (sums_out_valid),
    .in_ready_o (reciprocal_in_ready),
    .in_data_i  (sums_out_data),
    .out_valid_o(reciprocal_out_valid),
    .out_ready_i(advance && free),
    .out_data_o (reciprocal_out_data)
  );

  logic divides;
  assign divides = sums_out_valid && reciprocal_in_ready;
  assign in_fire = in_valid_i && in_ready_o;

  logic row_ends;
  assign row_ends = in_fire && in_last_i;

  logic [5:0] rows_q;
  logic row_left_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rows_q <= 6'd0;
      row_left_q <= 1'b0;
    end else begin
      row_left_q <= divides;
      if (row_ends && !row_left_q) begin
        rows_q <= rows_q + 6'd1;
      end else if (row_left_q && !row_ends) begin
        rows_q <= rows_q - 6'd1;
      end
    end
  end

  assign in_ready_o = !(((write_q[8:0] == read_q[8:0]) && (write_q[9] ^ read_q[9])) || rows_q[5]);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      write_q <= 10'd0;
    end else if (in_fire) begin
      write_q <= write_q + 10'd1;
    end
  end

  // The sum of the row: its lower half first, its upper half with the carry one cycle later.
  logic sum_first_q;
  logic [10:0] low_sum;
  assign low_sum = (sum_first_q ? 11'd0 : 11'(sum_low_q)) + 11'(in_data_i[9:0]);

  logic sum_carry_q;
  logic high_first_q;
  logic [2:0] high_e_q;
  logic [10:0] sum_high_q;
  assign high_sum = (high_first_q ? 11'd0 : sum_high_q) + 11'(high_e_q) + 11'(sum_carry_q);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      sum_first_q <= 1'b1;
      high_valid_q <= 1'b0;
    end else begin
      high_valid_q <= in_fire;
      if (in_fire) begin
        sum_first_q <= in_last_i;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_fire) begin
      sum_low_q <= low_sum[9:0];
      sum_carry_q <= low_sum[10];
      high_last_q <= in_last_i;
      high_first_q <= sum_first_q;
      high_e_q <= in_data_i[12:10];
      high_end_q <= write_q[8:0];
    end
    if (high_valid_q) begin
      sum_high_q <= high_sum;
    end
  end

  // Replay: start a row when its quotient is there and the row before is read.
  logic [5:0] valid_q;
  assign advance = out_ready_i || !valid_q[5];

  logic [8:0] row_end_q;
  logic ends;
  assign ends = read_q[8:0] == row_end_q;

  logic active_q;
  logic fresh_q;
  assign free = !fresh_q && (!active_q || ends);

  logic start;
  assign start = reciprocal_out_valid && free;
  assign reads = active_q && advance;

  logic [5:0] last_q;
  logic [3:0] first_q;
  logic [21:0] row_factor_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      read_q <= 10'd0;
      valid_q <= 6'd0;
      active_q <= 1'b0;
      fresh_q <= 1'b0;
    end else begin
      if (reads) begin
        read_q <= read_q + 10'd1;
      end
      if (advance) begin
        active_q <= start || (active_q && !ends);
        fresh_q <= start;
        valid_q <= {valid_q[4:0], active_q};
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      last_q <= {last_q[4:0], ends};
      first_q <= {first_q[2:0], fresh_q};
      if (start) begin
        row_factor_q <= reciprocal_out_data[21:0];
        row_end_q <= reciprocal_out_data[30:22];
      end
    end
  end

  // Multiply, carry the remainder, round.
  logic [20:0] product_p_q;
  logic [11:0] rest_q;
  logic [12:0] with_rest;
  assign with_rest = 13'(product_p_q[11:0]) + (first_q[3] ? 13'd2048 : 13'(rest_q));

  logic carry_q;
  logic [8:0] whole_q;
  logic [8:0] rounded;
  assign rounded = whole_q + 9'(carry_q);

  logic [21:0] factor_q;
  logic [12:0] entry_q;
  (* use_dsp = "yes" *) logic [20:0] product_m_q;
  logic [7:0] out_y_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      entry_q <= exponentials_rdata;
      if (first_q[0]) begin
        factor_q <= row_factor_q;
      end
      product_m_q <= 21'((35'(entry_q) * 35'(factor_q)) >> 13);
      product_p_q <= product_m_q;
      if (valid_q[3]) begin
        rest_q <= with_rest[11:0];
        carry_q <= with_rest[12];
      end
      whole_q <= product_p_q[20:12];
      out_y_q <= rounded[7:0] | {8{rounded[8]}};
    end
  end

  assign out_valid_o = valid_q[5];
  assign out_last_o = last_q[5];
  assign out_data_o = out_y_q;

endmodule

`default_nettype wire
