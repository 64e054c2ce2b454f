// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One column of 12 tiles in 3 groups, each of which may end a column of the matrix.
// y = acc*mult/2^shift, half to even, saturated to 16 bits.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_column_b8_l12_g3_n64 (
  input  wire logic            clk_i,
  input  wire logic      [3:0] swap_i /*verilator public_flat_rd*/,
  input  wire logic     [47:0] load_i /*verilator public_flat_rd*/,
  input  wire logic     [31:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic   [1535:0] x_i /*verilator public_flat_rd*/,
  input  wire logic     [11:0] head_i /*verilator public_flat_rd*/,
  input  wire logic     [11:0] tail_i /*verilator public_flat_rd*/,
  input  wire logic            first_i /*verilator public_flat_rd*/,
  input  wire logic      [5:0] read_i /*verilator public_flat_rd*/,
  input  wire logic            store_i /*verilator public_flat_rd*/,
  input  wire logic      [5:0] write_i /*verilator public_flat_rd*/,
  input  wire logic      [2:0] end_i /*verilator public_flat_rd*/,
  input  wire logic     [26:0] go_i /*verilator public_flat_rd*/,
  input  wire logic [3*16-1:0] mult_i /*verilator public_flat_rd*/,
  input  wire logic  [3*6-1:0] shift_i /*verilator public_flat_rd*/,
  output      logic [3*16-1:0] y_o
);
  /*verilator no_inline_module*/

  logic [3*76-1:0] sums;
  logic [3*76-1:0] skewed;
  prim_skew_l3_w76 u_skew (
    .clk_i(clk_i),
    .x_i  (sums),
    .y_o  (skewed)
  );

  logic [39:0] dots0_tail_sum;
  logic [39:0] dots0_head_sum;
  mpca_dots_b8_l4 u_dots0 (
    .clk_i     (clk_i),
    .swap_i    (swap_i),
    .load_i    (load_i[15:0]),
    .weight_i  (weight_i),
    .x_i       (x_i[511:0]),
    .head_i    (head_i[3:0]),
    .tail_i    (tail_i[3:0]),
    .head_sum_o(dots0_head_sum),
    .tail_sum_o(dots0_tail_sum)
  );

  logic [37:0] tail0_q;
  always_ff @(posedge clk_i) begin
    tail0_q <= {
      21'($signed(dots0_tail_sum[39:20])) + 21'(dots0_tail_sum[19:17]),
      dots0_tail_sum[16:0]
    };
  end

  logic [37:0] head0_q;
  always_ff @(posedge clk_i) begin
    head0_q <= {
      21'($signed(dots0_head_sum[39:20])) + 21'(dots0_head_sum[19:17]),
      dots0_head_sum[16:0]
    };
  end

  assign sums[0*76 +: 76] = {tail0_q, head0_q};

  logic [39:0] dots1_tail_sum;
  logic [39:0] dots1_head_sum;
  mpca_dots_b8_l4 u_dots1 (
    .clk_i     (clk_i),
    .swap_i    (swap_i),
    .load_i    (load_i[31:16]),
    .weight_i  (weight_i),
    .x_i       (x_i[1023:512]),
    .head_i    (head_i[7:4]),
    .tail_i    (tail_i[7:4]),
    .head_sum_o(dots1_head_sum),
    .tail_sum_o(dots1_tail_sum)
  );

  logic [37:0] tail1_q;
  always_ff @(posedge clk_i) begin
    tail1_q <= {
      21'($signed(dots1_tail_sum[39:20])) + 21'(dots1_tail_sum[19:17]),
      dots1_tail_sum[16:0]
    };
  end

  logic [37:0] head1_q;
  always_ff @(posedge clk_i) begin
    head1_q <= {
      21'($signed(dots1_head_sum[39:20])) + 21'(dots1_head_sum[19:17]),
      dots1_head_sum[16:0]
    };
  end

  assign sums[1*76 +: 76] = {tail1_q, head1_q};

  logic [39:0] dots2_tail_sum;
  logic [39:0] dots2_head_sum;
  mpca_dots_b8_l4 u_dots2 (
    .clk_i     (clk_i),
    .swap_i    (swap_i),
    .load_i    (load_i[47:32]),
    .weight_i  (weight_i),
    .x_i       (x_i[1535:1024]),
    .head_i    (head_i[11:8]),
    .tail_i    (tail_i[11:8]),
    .head_sum_o(dots2_head_sum),
    .tail_sum_o(dots2_tail_sum)
  );

  logic [37:0] tail2_q;
  always_ff @(posedge clk_i) begin
    tail2_q <= {
      21'($signed(dots2_tail_sum[39:20])) + 21'(dots2_tail_sum[19:17]),
      dots2_tail_sum[16:0]
    };
  end

  logic [37:0] head2_q;
  always_ff @(posedge clk_i) begin
    head2_q <= {
      21'($signed(dots2_head_sum[39:20])) + 21'(dots2_head_sum[19:17]),
      dots2_head_sum[16:0]
    };
  end

  assign sums[2*76 +: 76] = {tail2_q, head2_q};

  // Sums of columns that have not ended, in parts; carries between them are added at the end.
  logic [47:0] stored_rdata;
  logic [47:0] unfinished_q;
  prim_ram_w48_d64_lut_reg u_stored (
    .clk_i  (clk_i),
    .we_i   (store_i),
    .waddr_i(write_i),
    .wdata_i(unfinished_q),
    .raddr_i(read_i),
    .rdata_o(stored_rdata)
  );

  logic [47:0] old;
  assign old = first_i ? 48'd0 : stored_rdata;

  logic [16:0] begun_low_q;
  logic [16:0] begun_middle_q;
  logic signed [13:0] begun_high_q;
  always_ff @(posedge clk_i) begin
    begun_low_q <= old[16:0];
    begun_middle_q <= old[33:17];
    begun_high_q <= old[47:34];
  end

  logic [17:0] sum0_low;
  assign sum0_low = 18'(begun_low_q) + 18'(skewed[16:0]);

  logic [17:0] sum0_middle;
  assign sum0_middle = 18'(begun_middle_q) + 18'(skewed[33:17]);

  logic signed [13:0] sum0_high;
  assign sum0_high = begun_high_q + 14'($signed(skewed[37:34]));

  logic [17:0] acc0_low_q;
  logic [17:0] acc0_middle_q;
  logic signed [13:0] acc0_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[0]) begin
      acc0_low_q <= sum0_low;
      acc0_middle_q <= sum0_middle;
      acc0_high_q <= sum0_high;
    end
  end

  logic [16:0] carried0_low_q;
  logic [17:0] carried0_middle_q;
  logic signed [13:0] carried0_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[1]) begin
      carried0_low_q <= acc0_low_q[16:0];
      carried0_middle_q <= acc0_middle_q + 18'(acc0_low_q[17]);
      carried0_high_q <= acc0_high_q;
    end
  end

  logic [17:0] after0_low_q;
  logic [17:0] after0_middle_q;
  logic signed [13:0] after0_high_q;
  always_ff @(posedge clk_i) begin
    after0_low_q <= end_i[0] ? 18'(skewed[54:38]) : sum0_low;
    after0_middle_q <= end_i[0] ? 18'(skewed[71:55]) : sum0_middle;
    after0_high_q <= end_i[0] ? 14'($signed(skewed[75:72])) : sum0_high;
  end

  logic [18:0] sum1_low;
  assign sum1_low = 19'(after0_low_q) + 19'(skewed[92:76]);

  logic [18:0] sum1_middle;
  assign sum1_middle = 19'(after0_middle_q) + 19'(skewed[109:93]);

  logic signed [13:0] sum1_high;
  assign sum1_high = after0_high_q + 14'($signed(skewed[113:110]));

  logic [18:0] acc1_low_q;
  logic [18:0] acc1_middle_q;
  logic signed [13:0] acc1_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[9]) begin
      acc1_low_q <= sum1_low;
      acc1_middle_q <= sum1_middle;
      acc1_high_q <= sum1_high;
    end
  end

  logic [16:0] carried1_low_q;
  logic [18:0] carried1_middle_q;
  logic signed [13:0] carried1_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[10]) begin
      carried1_low_q <= acc1_low_q[16:0];
      carried1_middle_q <= acc1_middle_q + 19'(acc1_low_q[18:17]);
      carried1_high_q <= acc1_high_q;
    end
  end

  logic [18:0] after1_low_q;
  logic [18:0] after1_middle_q;
  logic signed [13:0] after1_high_q;
  always_ff @(posedge clk_i) begin
    after1_low_q <= end_i[1] ? 19'(skewed[130:114]) : sum1_low;
    after1_middle_q <= end_i[1] ? 19'(skewed[147:131]) : sum1_middle;
    after1_high_q <= end_i[1] ? 14'($signed(skewed[151:148])) : sum1_high;
  end

  logic [18:0] sum2_low;
  assign sum2_low = after1_low_q + 19'(skewed[168:152]);

  logic [18:0] sum2_middle;
  assign sum2_middle = after1_middle_q + 19'(skewed[185:169]);

  logic signed [13:0] sum2_high;
  assign sum2_high = after1_high_q + 14'($signed(skewed[189:186]));

  logic [18:0] acc2_low_q;
  logic [18:0] acc2_middle_q;
  logic signed [13:0] acc2_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[18]) begin
      acc2_low_q <= sum2_low;
      acc2_middle_q <= sum2_middle;
      acc2_high_q <= sum2_high;
    end
  end

  logic [16:0] carried2_low_q;
  logic [18:0] carried2_middle_q;
  logic signed [13:0] carried2_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[19]) begin
      carried2_low_q <= acc2_low_q[16:0];
      carried2_middle_q <= acc2_middle_q + 19'(acc2_low_q[18:17]);
      carried2_high_q <= acc2_high_q;
    end
  end

  logic [18:0] after2_low_q;
  logic [18:0] after2_middle_q;
  logic signed [13:0] after2_high_q;
  always_ff @(posedge clk_i) begin
    after2_low_q <= end_i[2] ? 19'(skewed[206:190]) : sum2_low;
    after2_middle_q <= end_i[2] ? 19'(skewed[223:207]) : sum2_middle;
    after2_high_q <= end_i[2] ? 14'($signed(skewed[227:224])) : sum2_high;
  end

  logic [16:0] carried_low_q;
  logic [18:0] carried_middle_q;
  logic signed [13:0] carried_high_q;
  always_ff @(posedge clk_i) begin
    carried_low_q <= after2_low_q[16:0];
    carried_middle_q <= after2_middle_q + 19'(after2_low_q[18:17]);
    carried_high_q <= after2_high_q;
  end

  always_ff @(posedge clk_i) begin
    unfinished_q <= {
      carried_high_q + 14'(carried_middle_q[18:17]),
      carried_middle_q[16:0],
      carried_low_q
    };
  end

  logic [3*48-1:0] ended;
  assign ended[0*48 +: 48] = {
    carried0_high_q + 14'(carried0_middle_q[17]),
    carried0_middle_q[16:0],
    carried0_low_q
  };
  assign ended[1*48 +: 48] = {
    carried1_high_q + 14'(carried1_middle_q[18:17]),
    carried1_middle_q[16:0],
    carried1_low_q
  };
  assign ended[2*48 +: 48] = {
    carried2_high_q + 14'(carried2_middle_q[18:17]),
    carried2_middle_q[16:0],
    carried2_low_q
  };

  logic [3*16-1:0] ys;
  logic [3*16-1:0] aligned;
  prim_skew_l3_w16 u_late (
    .clk_i(clk_i),
    .x_i  (ys),
    .y_o  (aligned)
  );

  genvar group;
  genvar gone_octet;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      logic signed [47:0] x_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9+2]) begin
          x_q <= ended[group*48 +: 48];
        end
      end

      logic [39:0] low_prod;
      prim_multiply_u24_u16 u_low (
        .clk_i(clk_i),
        .a_i  (x_q[23:0]),
        .b_i  (mult_i[group*16 +: 16]),
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
        if (go_i[group*9+3]) begin
          x_high_q <= x_q[47:24];
          mult_late_q <= mult_i[group*16 +: 16];
          prod_shift_q <= shift_i[group*6 +: 6];
        end
        if (go_i[group*9+4]) begin
          sum_shift_q <= prod_shift_q;
        end
        if (go_i[group*9+5]) begin
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
        if (go_i[group*9+6]) begin
          coarse_q <= prod >>> {whole_shift_q[5:3], 3'd0};
          fine_shift_q <= whole_shift_q[2:0];
          rest_q <= |gone;
        end
      end

      logic [16:0] shifted;
      assign shifted = 17'(coarse_q >>> fine_shift_q);

      logic [6:0] kept;
      assign kept = 7'd127 << fine_shift_q;

      logic [47:0] above_16;
      assign above_16 = coarse_q[63:16] ^ {48{coarse_q[64]}};

      logic signed [15:0] floor_q;
      logic up_q;
      logic over_q;
      logic negative_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9+7]) begin
          floor_q <= shifted[16:1];
          up_q <= shifted[0] && (shifted[1] || rest_q || |(coarse_q[6:0] & ~kept));
          negative_q <= coarse_q[64];
          over_q <= |above_16[47:7] || |(above_16[6:0] & kept);
        end
      end

      logic signed [15:0] y_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9+8]) begin
          y_q <=
              (over_q || (up_q && (floor_q == 16'sd32767))) ?
              (negative_q ? 16'sh8000 : 16'sd32767) :
              floor_q + 16'(up_q);
        end
      end

      assign ys[(2-group)*16 +: 16] = y_q;
    end
  endgenerate

  genvar out;
  generate
    for (out = 0; out < 3; out = out + 1) begin : gen_out
      assign y_o[out*16 +: 16] = aligned[(2-out)*16 +: 16];
    end
  endgenerate

endmodule

`default_nettype wire
