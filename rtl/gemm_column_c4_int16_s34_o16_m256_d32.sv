// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Accumulators, requantisation and output FIFO of 4 columns. y = (acc + bias)*mult/2^shift,
// rounded half to even and saturated.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module gemm_column_c4_int16_s34_o16_m256_d32 (
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
  input  wire logic [4*34-1:0] sum_i /*verilator public_flat_rd*/,
  input  wire logic      [3:0] param_we_i /*verilator public_flat_rd*/,
  input  wire logic      [1:0] param_set_i /*verilator public_flat_rd*/,
  input  wire logic     [69:0] param_i /*verilator public_flat_rd*/,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i /*verilator public_flat_rd*/,
  output      logic [4*16-1:0] out_data_o
);
  /*verilator no_inline_module*/

  // The tag, stage by stage; the sums of the array join at stage 2.
  logic [2:0] valid_line_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_line_q <= 3'd0;
    end else begin
      valid_line_q <= {valid_line_q[1:0], valid_i};
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

  logic [1:0] first_line_q;
  always_ff @(posedge clk_i) begin
    first_line_q <= {first_line_q[0], first_i};
  end

  logic [2:0] last_line_q;
  always_ff @(posedge clk_i) begin
    last_line_q <= {last_line_q[1:0], last_i};
  end

  logic [1:0] set1_q;
  logic [1:0] set2_q;
  always_ff @(posedge clk_i) begin
    set1_q <= set_i;
    set2_q <= set1_q;
  end

  logic [2:0] row_scale_line_q;
  always_ff @(posedge clk_i) begin
    row_scale_line_q <= {row_scale_line_q[1:0], row_scale_i};
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
  assign result = valid_line_q[2] && last_line_q[2];

  logic [6:0] push_line_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      push_line_q <= 7'd0;
    end else begin
      push_line_q <= {push_line_q[5:0], result};
    end
  end

  logic [7:0] narrow_line_q;
  always_ff @(posedge clk_i) begin
    narrow_line_q <= {narrow_line_q[6:0], narrow_i};
  end

  logic write;
  assign write = valid_line_q[2] && !last_line_q[2];

  logic [4*16-1:0] y;
  genvar col;
  genvar gone_octet;
  generate
    for (col = 0; col < 4; col = col + 1) begin : gen_col
      // The first tile of K adds to the bias, the others to what is stored.
      logic [47:0] biases_rdata;
      prim_ram_w48_d4_lut u_biases (
        .clk_i  (clk_i),
        .we_i   (param_we_i[col]),
        .waddr_i(param_set_i),
        .wdata_i(param_i[47:0]),
        .raddr_i(set1_q),
        .rdata_o(biases_rdata)
      );

      logic [49:0] sums_rdata;
      logic [47:0] acc_q;
      logic [1:0] carry_q;
      prim_ram_w50_d256_block_reg u_sums (
        .clk_i  (clk_i),
        .we_i   (write),
        .waddr_i(row3_q),
        .wdata_i({carry_q, acc_q}),
        .raddr_i(row_i),
        .rdata_o(sums_rdata)
      );

      logic [47:0] base;
      assign base = first_line_q[1] ? biases_rdata : sums_rdata[47:0];

      logic [47:0] term;
      assign term = 48'($signed(sum_i[col*34 +: 34]));

      logic [16:0] slice0;
      assign slice0 = 17'(base[15:0]) + 17'(term[15:0]);

      logic [16:0] slice1;
      assign slice1 = 17'(base[31:16]) + 17'(term[31:16]) + 17'(sums_rdata[48] && !first_line_q[1]);

      logic [15:0] slice2;
      assign slice2 = base[47:32] + term[47:32] + 16'(sums_rdata[49] && !first_line_q[1]);

      always_ff @(posedge clk_i) begin
        acc_q <= {slice2, slice1[15:0], slice0[15:0]};
        carry_q <= {slice1[16], slice0[16]};
      end

      logic [21:0] scales_rdata;
      prim_ram_w22_d4_lut u_scales (
        .clk_i  (clk_i),
        .we_i   (param_we_i[col]),
        .waddr_i(param_set_i),
        .wdata_i(param_i[69:48]),
        .raddr_i(set2_q),
        .rdata_o(scales_rdata)
      );

      logic signed [47:0] x_q;
      logic [15:0] mult_q;
      logic [5:0] shift_q;
      always_ff @(posedge clk_i) begin
        if (result) begin
          x_q <= acc_q + 48'({carry_q[1], 15'd0, carry_q[0], 16'd0});
          mult_q <= row_scale_line_q[2] ? mult3_q : scales_rdata[15:0];
          shift_q <= row_scale_line_q[2] ? shift3_q : scales_rdata[21:16];
        end
      end

      logic [39:0] low_prod;
      prim_multiply_u24_u16 u_low (
        .clk_i(clk_i),
        .a_i  (x_q[23:0]),
        .b_i  (mult_q),
        .p_o  (low_prod)
      );

      logic signed [23:0] x_high_q;
      logic [15:0] mult_late_q;
      logic signed [39:0] high_prod;
      prim_multiply_add_s24_u16_u16_p40 u_high (
        .clk_i(clk_i),
        .a_i  (x_high_q),
        .b_i  (mult_late_q),
        .c_i  (low_prod[39:24]),
        .p_o  (high_prod)
      );

      logic [5:0] prod_shift_q;
      logic [5:0] sum_shift_q;
      logic [5:0] whole_shift_q;
      logic [23:0] bottom_q;
      always_ff @(posedge clk_i) begin
        if (push_line_q[0]) begin
          x_high_q <= x_q[47:24];
          mult_late_q <= mult_q;
          prod_shift_q <= shift_q;
        end
        if (push_line_q[1]) begin
          sum_shift_q <= prod_shift_q;
        end
        if (push_line_q[2]) begin
          bottom_q <= low_prod[23:0];
          whole_shift_q <= sum_shift_q;
        end
      end

      logic signed [64:0] prod;
      assign prod = {high_prod, bottom_q, 1'b0};

      // Whether anything is left below half a unit: in the bytes that go first, then in the bits.
      logic [7*8-1:0] octet;
      assign octet = prod[55:0];

      logic [6:0] gone;
      for (gone_octet = 0; gone_octet < 7; gone_octet = gone_octet + 1) begin : gen_gone_octet
        assign gone[gone_octet] =
            |octet[gone_octet*8 +: 8] && (whole_shift_q[5:3] > $unsigned(3'(gone_octet)));
      end

      logic signed [64:0] coarse_q;
      logic [2:0] fine_shift_q;
      logic rest_q;
      always_ff @(posedge clk_i) begin
        if (push_line_q[3]) begin
          coarse_q <= prod >>> {whole_shift_q[5:3], 3'd0};
          fine_shift_q <= whole_shift_q[2:0];
          rest_q <= |gone;
        end
      end

      logic [16:0] shifted;
      assign shifted = 17'(coarse_q >>> fine_shift_q);

      logic [6:0] kept;
      assign kept = 7'd127 << fine_shift_q;

      logic [55:0] above_8;
      assign above_8 = coarse_q[63:8] ^ {56{coarse_q[64]}};

      logic [47:0] above_16;
      assign above_16 = coarse_q[63:16] ^ {48{coarse_q[64]}};

      logic signed [15:0] floor_q;
      logic up_q;
      logic over_q;
      logic negative_q;
      logic to_narrow_q;
      always_ff @(posedge clk_i) begin
        if (push_line_q[4]) begin
          floor_q <= shifted[16:1];
          up_q <= shifted[0] && (shifted[1] || rest_q || |(coarse_q[6:0] & ~kept));
          negative_q <= coarse_q[64];
          over_q <=
              narrow_line_q[7] ? |above_8[55:7] || |(above_8[6:0] & kept) :
              |above_16[47:7] || |(above_16[6:0] & kept);
          to_narrow_q <= narrow_line_q[7];
        end
      end

      logic [14:0] most;
      assign most = to_narrow_q ? 15'd127 : 15'd32767;

      logic signed [15:0] y_q;
      always_ff @(posedge clk_i) begin
        if (push_line_q[5]) begin
          y_q <=
              (over_q || (up_q && (floor_q == 16'(most)))) ?
              (negative_q ? -(16'(most)) - 16'd1 : 16'(most)) :
              floor_q + 16'(up_q);
        end
      end

      assign y[col*16 +: 16] = y_q;
    end
  endgenerate

  logic unused_fifo_ready;
  prim_fifo_w64_d32 u_fifo (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (push_line_q[6]),
    .in_ready_o (unused_fifo_ready),
    .in_data_i  (y),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (out_data_o)
  );

endmodule

`default_nettype wire
