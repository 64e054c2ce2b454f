// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One column of 12 tiles in 3 groups, each of which may end a column of the matrix.
// y = acc*mult/2^shift, half to even, saturated to 16 bits.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_column_b8_l12_g3_n64 (
  input  wire logic             clk_i,
  input  wire logic       [3:0] swap_i /*verilator public_flat_rd*/,
  input  wire logic  [3*16-1:0] load_i /*verilator public_flat_rd*/,
  input  wire logic      [31:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic [3*512-1:0] x_i /*verilator public_flat_rd*/,
  input  wire logic   [3*4-1:0] head_i /*verilator public_flat_rd*/,
  input  wire logic   [3*4-1:0] tail_i /*verilator public_flat_rd*/,
  input  wire logic             sums_first_i /*verilator public_flat_rd*/,
  input  wire logic       [5:0] sums_read_i /*verilator public_flat_rd*/,
  input  wire logic             sums_store_i /*verilator public_flat_rd*/,
  input  wire logic       [5:0] sums_write_i /*verilator public_flat_rd*/,
  input  wire logic       [2:0] ends_i /*verilator public_flat_rd*/,
  input  wire logic      [26:0] go_i /*verilator public_flat_rd*/,
  input  wire logic  [3*16-1:0] mult_i /*verilator public_flat_rd*/,
  input  wire logic   [3*6-1:0] shift_i /*verilator public_flat_rd*/,
  output      logic  [3*16-1:0] y_o
);
  /*verilator no_inline_module*/

  logic [3*76-1:0] sums;
  logic [3*76-1:0] skewed;
  prim_skew_l3_w76 u_skew (
    .clk_i(clk_i),
    .x_i  (sums),
    .y_o  (skewed)
  );

  genvar lanes;
  generate
    for (lanes = 0; lanes < 3; lanes = lanes + 1) begin : gen_lanes
      logic [39:0] tail_parts;
      logic [39:0] head_parts;
      mpca_dots_b8_l4 u_dots (
        .clk_i     (clk_i),
        .swap_i    (swap_i),
        .load_i    (load_i[lanes*16 +: 16]),
        .weight_i  (weight_i),
        .x_i       (x_i[lanes*512 +: 512]),
        .head_i    (head_i[lanes*4 +: 4]),
        .tail_i    (tail_i[lanes*4 +: 4]),
        .head_sum_o(head_parts),
        .tail_sum_o(tail_parts)
      );

      logic [37:0] tail_sum_q;
      logic [37:0] head_sum_q;
      always_ff @(posedge clk_i) begin
        tail_sum_q <= {21'($signed(tail_parts[39:20])) + 21'(tail_parts[19:17]), tail_parts[16:0]};
        head_sum_q <= {21'($signed(head_parts[39:20])) + 21'(head_parts[19:17]), head_parts[16:0]};
      end

      assign sums[lanes*76 +: 76] = {tail_sum_q, head_sum_q};
    end
  endgenerate

  // Sums of columns that have not ended, in parts, as they come to each group and leave the last
  // one.
  logic [47:0] stored_rdata;
  logic [47:0] unfinished_q;
  prim_ram_w48_d64_lut_reg u_stored (
    .clk_i  (clk_i),
    .we_i   (sums_store_i),
    .waddr_i(sums_write_i),
    .wdata_i(unfinished_q),
    .raddr_i(sums_read_i),
    .rdata_o(stored_rdata)
  );

  logic [47:0] old;
  assign old = sums_first_i ? 48'd0 : stored_rdata;

  logic [16:0] begun_low_q;
  logic [16:0] begun_middle_q;
  logic signed [13:0] begun_high_q;
  always_ff @(posedge clk_i) begin
    begun_low_q <= old[16:0];
    begun_middle_q <= old[33:17];
    begun_high_q <= old[47:34];
  end

  logic [4*19-1:0] chain_low;
  assign chain_low[0*19 +: 19] = 19'(begun_low_q);

  logic [4*19-1:0] chain_middle;
  assign chain_middle[0*19 +: 19] = 19'(begun_middle_q);

  logic [4*14-1:0] chain_high;
  assign chain_high[0*14 +: 14] = begun_high_q;

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
      logic [18:0] sum_low;
      assign sum_low = chain_low[group*19 +: 19] + 19'(skewed[group*76 +: 17]);

      logic [18:0] sum_middle;
      assign sum_middle = chain_middle[group*19 +: 19] + 19'(skewed[group*76+17 +: 17]);

      logic signed [13:0] sum_high;
      assign sum_high = chain_high[group*14 +: 14] + 14'($signed(skewed[group*76+34 +: 4]));

      logic [18:0] after_low_q;
      logic [18:0] after_middle_q;
      logic signed [13:0] after_high_q;
      always_ff @(posedge clk_i) begin
        after_low_q <= ends_i[group] ? 19'(skewed[group*76+38 +: 17]) : sum_low;
        after_middle_q <= ends_i[group] ? 19'(skewed[group*76+55 +: 17]) : sum_middle;
        after_high_q <= ends_i[group] ? 14'($signed(skewed[group*76+72 +: 4])) : sum_high;
      end

      assign chain_low[(group+1)*19 +: 19] = after_low_q;
      assign chain_middle[(group+1)*19 +: 19] = after_middle_q;
      assign chain_high[(group+1)*14 +: 14] = after_high_q;

      logic [18:0] acc_low_q;
      logic [18:0] acc_middle_q;
      logic signed [13:0] acc_high_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9]) begin
          acc_low_q <= sum_low;
          acc_middle_q <= sum_middle;
          acc_high_q <= sum_high;
        end
      end

      logic [16:0] carried_low_q;
      logic [19:0] carried_middle_q;
      logic signed [13:0] carried_high_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9+1]) begin
          carried_low_q <= acc_low_q[16:0];
          carried_middle_q <= 20'(acc_middle_q) + 20'(acc_low_q[18:17]);
          carried_high_q <= acc_high_q;
        end
      end

      logic signed [47:0] result_q;
      always_ff @(posedge clk_i) begin
        if (go_i[group*9+2]) begin
          result_q <= {
            carried_high_q + 14'(carried_middle_q[19:17]),
            carried_middle_q[16:0],
            carried_low_q
          };
        end
      end

      logic [39:0] low_prod;
      prim_multiply_u24_u16 u_low (
        .clk_i(clk_i),
        .a_i  (result_q[23:0]),
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
          x_high_q <= result_q[47:24];
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

  // What leaves the last group is stored, its carries added.
  logic [16:0] last_low_q;
  logic [19:0] last_middle_q;
  logic signed [13:0] last_high_q;
  always_ff @(posedge clk_i) begin
    last_low_q <= chain_low[73:57];
    last_middle_q <= 20'(chain_middle[3*19 +: 19]) + 20'(chain_low[75:74]);
    last_high_q <= chain_high[3*14 +: 14];
  end

  always_ff @(posedge clk_i) begin
    unfinished_q <= {last_high_q + 14'(last_middle_q[19:17]), last_middle_q[16:0], last_low_q};
  end

  genvar out;
  generate
    for (out = 0; out < 3; out = out + 1) begin : gen_out
      assign y_o[out*16 +: 16] = aligned[(2-out)*16 +: 16];
    end
  endgenerate

endmodule

`default_nettype wire
