// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Accumulators, requantisation and output FIFO of 4 columns. y = (acc + bias)*mult/2^shift,
// rounded half to even and saturated.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_column_c4_int16_o16_m256_d32 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            valid_i /*verilator public_flat_rd*/,
  input  wire logic            first_i /*verilator public_flat_rd*/,
  input  wire logic            last_i /*verilator public_flat_rd*/,
  input  wire logic            row_scale_i /*verilator public_flat_rd*/,
  input  wire logic            narrow_i /*verilator public_flat_rd*/,
  input  wire logic      [1:0] set_i /*verilator public_flat_rd*/,
  input  wire logic      [7:0] row_i /*verilator public_flat_rd*/,
  input  wire logic     [15:0] mult_i /*verilator public_flat_rd*/,
  input  wire logic      [5:0] shift_i /*verilator public_flat_rd*/,
  input  wire logic [4*48-1:0] sum_i /*verilator public_flat_rd*/,
  input  wire logic      [3:0] param_we_i /*verilator public_flat_rd*/,
  input  wire logic      [1:0] param_set_i /*verilator public_flat_rd*/,
  input  wire logic     [69:0] param_i /*verilator public_flat_rd*/,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i /*verilator public_flat_rd*/,
  output      logic [4*16-1:0] out_data_o
);
  /*verilator no_inline_module*/

  // The tag, stage by stage; the sums of the array join at stage 2.
  logic valid1_q;
  logic valid2_q;
  logic valid3_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid1_q <= 1'b0;
      valid2_q <= 1'b0;
      valid3_q <= 1'b0;
    end else begin
      valid1_q <= valid_i;
      valid2_q <= valid1_q;
      valid3_q <= valid2_q;
    end
  end

  logic [7:0] row1_q;
  logic [7:0] row2_q;
  logic [7:0] row3_q;
  always_ff @(posedge clk_i) begin
    row1_q <= row_i;
    row2_q <= row1_q;
    row3_q <= row2_q;
  end

  logic first1_q;
  logic first2_q;
  always_ff @(posedge clk_i) begin
    first1_q <= first_i;
    first2_q <= first1_q;
  end

  logic last1_q;
  logic last2_q;
  logic last3_q;
  always_ff @(posedge clk_i) begin
    last1_q <= last_i;
    last2_q <= last1_q;
    last3_q <= last2_q;
  end

  logic [1:0] set1_q;
  logic [1:0] set2_q;
  always_ff @(posedge clk_i) begin
    set1_q <= set_i;
    set2_q <= set1_q;
  end

  logic row_scale1_q;
  logic row_scale2_q;
  logic row_scale3_q;
  always_ff @(posedge clk_i) begin
    row_scale1_q <= row_scale_i;
    row_scale2_q <= row_scale1_q;
    row_scale3_q <= row_scale2_q;
  end

  logic [15:0] mult1_q;
  logic [15:0] mult2_q;
  logic [15:0] mult3_q;
  always_ff @(posedge clk_i) begin
    mult1_q <= mult_i;
    mult2_q <= mult1_q;
    mult3_q <= mult2_q;
  end

  logic [5:0] shift1_q;
  logic [5:0] shift2_q;
  logic [5:0] shift3_q;
  always_ff @(posedge clk_i) begin
    shift1_q <= shift_i;
    shift2_q <= shift1_q;
    shift3_q <= shift2_q;
  end

  logic result;
  assign result = valid3_q && last3_q;

  logic push1_q;
  logic push2_q;
  logic push3_q;
  logic push4_q;
  logic push5_q;
  logic push6_q;
  logic push7_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      push1_q <= 1'b0;
      push2_q <= 1'b0;
      push3_q <= 1'b0;
      push4_q <= 1'b0;
      push5_q <= 1'b0;
      push6_q <= 1'b0;
      push7_q <= 1'b0;
    end else begin
      push1_q <= result;
      push2_q <= push1_q;
      push3_q <= push2_q;
      push4_q <= push3_q;
      push5_q <= push4_q;
      push6_q <= push5_q;
      push7_q <= push6_q;
    end
  end

  logic narrow1_q;
  logic narrow2_q;
  logic narrow3_q;
  logic narrow4_q;
  logic narrow5_q;
  logic narrow6_q;
  logic narrow7_q;
  logic narrow8_q;
  logic narrow9_q;
  always_ff @(posedge clk_i) begin
    narrow1_q <= narrow_i;
    narrow2_q <= narrow1_q;
    narrow3_q <= narrow2_q;
    narrow4_q <= narrow3_q;
    narrow5_q <= narrow4_q;
    narrow6_q <= narrow5_q;
    narrow7_q <= narrow6_q;
    narrow8_q <= narrow7_q;
    narrow9_q <= narrow8_q;
  end

  logic write;
  assign write = valid3_q && !last3_q;

  logic [4*16-1:0] y;
  genvar col;
  genvar gone_octet;
  generate
    for (col = 0; col < 4; col = col + 1) begin : gen_col
      logic [47:0] sums_rdata;
      logic signed [47:0] acc_q;
      prim_ram_w48_d256_block_reg u_sums (
        .clk_i  (clk_i),
        .we_i   (write),
        .waddr_i(row3_q),
        .wdata_i(acc_q),
        .raddr_i(row_i),
        .rdata_o(sums_rdata)
      );

      always_ff @(posedge clk_i) begin
        acc_q <= (first2_q ? 48'sd0 : sums_rdata) + sum_i[col*48 +: 48];
      end

      logic [69:0] params_rdata;
      prim_ram_w70_d4_lut u_params (
        .clk_i  (clk_i),
        .we_i   (param_we_i[col]),
        .waddr_i(param_set_i),
        .wdata_i(param_i),
        .raddr_i(set2_q),
        .rdata_o(params_rdata)
      );

      logic signed [47:0] x_q;
      logic [15:0] mult_q;
      logic [5:0] shift_q;
      always_ff @(posedge clk_i) begin
        if (result) begin
          x_q <= acc_q + params_rdata[47:0];
          mult_q <= row_scale3_q ? mult3_q : params_rdata[63:48];
          shift_q <= row_scale3_q ? shift3_q : params_rdata[69:64];
        end
      end

      (* use_dsp = "yes" *) logic [39:0] low_prod_q;
      (* use_dsp = "yes" *) logic signed [39:0] high_prod_q;
      logic [5:0] prod_shift_q;
      always_ff @(posedge clk_i) begin
        if (push1_q) begin
          low_prod_q <= 40'(x_q[23:0]) * 40'(mult_q);
          high_prod_q <= 40'($signed(x_q[47:24])) * $signed(40'(mult_q));
          prod_shift_q <= shift_q;
        end
      end

      logic signed [63:0] prod_q;
      logic [5:0] sum_shift_q;
      logic [5:0] point_q;
      logic shifts_q;
      always_ff @(posedge clk_i) begin
        if (push2_q) begin
          prod_q <= {high_prod_q, 24'd0} + 64'(low_prod_q);
          sum_shift_q <= prod_shift_q;
          point_q <= prod_shift_q - 6'd1;
          shifts_q <= |prod_shift_q;
        end
      end

      // Half a unit of the shifted product.
      logic [62:0] unit;
      assign unit = 63'(shifts_q) << point_q;

      logic signed [64:0] round_q;
      logic [5:0] round_shift_q;
      always_ff @(posedge clk_i) begin
        if (push3_q) begin
          round_q <= 65'(prod_q) + 65'(unit);
          round_shift_q <= sum_shift_q;
        end
      end

      // A tie leaves no bit below the point: in the bytes that go first, then in the bits.
      logic [7*8-1:0] octet;
      assign octet = round_q[55:0];

      logic [6:0] gone;
      for (gone_octet = 0; gone_octet < 7; gone_octet = gone_octet + 1) begin : gen_gone_octet
        assign gone[gone_octet] =
            |octet[gone_octet*8 +: 8] && (round_shift_q[5:3] > $unsigned(3'(gone_octet)));
      end

      logic signed [64:0] coarse_q;
      logic [2:0] fine_shift_q;
      logic rest_q;
      always_ff @(posedge clk_i) begin
        if (push4_q) begin
          coarse_q <= round_q >>> {round_shift_q[5:3], 3'd0};
          fine_shift_q <= round_shift_q[2:0];
          rest_q <= |gone || (round_shift_q == 6'd0);
        end
      end

      logic signed [64:0] shifted;
      assign shifted = coarse_q >>> fine_shift_q;

      logic is_tie;
      assign is_tie = !rest_q && ((coarse_q[6:0] & ~(7'd127 << fine_shift_q)) == 7'd0);

      logic signed [64:0] fine_q;
      always_ff @(posedge clk_i) begin
        if (push5_q) begin
          fine_q <= {shifted[64:1], shifted[0] && !is_tie};
        end
      end

      logic signed [15:0] y_q;
      always_ff @(posedge clk_i) begin
        if (push6_q) begin
          y_q <=
              narrow9_q ? ((fine_q[64:7] == {58{fine_q[64]}}) ? 16'($signed(fine_q[7:0])) :
              16'($signed({fine_q[64], {7{!fine_q[64]}}}))) :
              (fine_q[64:15] == {50{fine_q[64]}}) ? fine_q[15:0] :
              {fine_q[64], {15{!fine_q[64]}}};
        end
      end

      assign y[col*16 +: 16] = y_q;
    end
  endgenerate

  logic unused_fifo_ready;
  prim_fifo_w64_d32 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push7_q),
    .in_ready_o (unused_fifo_ready),
    .in_data_i  (y),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

endmodule

`default_nettype wire
