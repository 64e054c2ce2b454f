// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// One column of a group of 4 tiles, in which a column of the matrix may end.
// y = acc*mult/2^shift, half to even, saturated to 16 bits.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_group_b8_l4_g3 (
  input  wire logic               clk_i,
  input  wire logic         [3:0] swap_i /*verilator public_flat_rd*/,
  input  wire logic               load_i /*verilator public_flat_rd*/,
  input  wire logic         [3:0] load_lane_i /*verilator public_flat_rd*/,
  input  wire logic         [3:0] load_beat_i /*verilator public_flat_rd*/,
  input  wire logic        [31:0] weight_i /*verilator public_flat_rd*/,
  input  wire logic       [511:0] x_i /*verilator public_flat_rd*/,
  input  wire logic         [3:0] head_i /*verilator public_flat_rd*/,
  input  wire logic         [3:0] tail_i /*verilator public_flat_rd*/,
  input  wire logic        [18:0] chain_low_i /*verilator public_flat_rd*/,
  input  wire logic        [18:0] chain_middle_i /*verilator public_flat_rd*/,
  input  wire logic signed [13:0] chain_high_i /*verilator public_flat_rd*/,
  input  wire logic               ends_i /*verilator public_flat_rd*/,
  input  wire logic         [8:0] go_i /*verilator public_flat_rd*/,
  input  wire logic        [15:0] mult_i /*verilator public_flat_rd*/,
  input  wire logic         [5:0] shift_i /*verilator public_flat_rd*/,
  output      logic        [18:0] chain_low_o,
  output      logic        [18:0] chain_middle_o,
  output      logic signed [13:0] chain_high_o,
  output      logic signed [15:0] y_o
);
  /*verilator no_inline_module*/

  logic [39:0] tail_parts;
  logic [39:0] head_parts;
  mpca_dots_b8_l4 u_dots (
    .clk_i      (clk_i),
    .swap_i     (swap_i),
    .load_i     (load_i),
    .load_lane_i(load_lane_i),
    .load_beat_i(load_beat_i),
    .weight_i   (weight_i),
    .x_i        (x_i),
    .head_i     (head_i),
    .tail_i     (tail_i),
    .head_sum_o (head_parts),
    .tail_sum_o (tail_parts)
  );

  logic [37:0] tail_sum_q;
  always_ff @(posedge clk_i) begin
    tail_sum_q <= {21'($signed(tail_parts[39:20])) + 21'(tail_parts[19:17]), tail_parts[16:0]};
  end

  logic [37:0] head_sum_q;
  always_ff @(posedge clk_i) begin
    head_sum_q <= {21'($signed(head_parts[39:20])) + 21'(head_parts[19:17]), head_parts[16:0]};
  end

  logic [18:0] sum_low;
  assign sum_low = chain_low_i + 19'(head_sum_q[16:0]);

  logic [18:0] sum_middle;
  assign sum_middle = chain_middle_i + 19'(head_sum_q[33:17]);

  logic signed [13:0] sum_high;
  assign sum_high = chain_high_i + 14'($signed(head_sum_q[37:34]));

  logic [18:0] after_low_q;
  logic [18:0] after_middle_q;
  logic signed [13:0] after_high_q;
  always_ff @(posedge clk_i) begin
    after_low_q <= ends_i ? 19'(tail_sum_q[16:0]) : sum_low;
    after_middle_q <= ends_i ? 19'(tail_sum_q[33:17]) : sum_middle;
    after_high_q <= ends_i ? 14'($signed(tail_sum_q[37:34])) : sum_high;
  end

  logic [18:0] acc_low_q;
  logic [18:0] acc_middle_q;
  logic signed [13:0] acc_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[0]) begin
      acc_low_q <= sum_low;
      acc_middle_q <= sum_middle;
      acc_high_q <= sum_high;
    end
  end

  logic [16:0] carried_low_q;
  logic [19:0] carried_middle_q;
  logic signed [13:0] carried_high_q;
  always_ff @(posedge clk_i) begin
    if (go_i[1]) begin
      carried_low_q <= acc_low_q[16:0];
      carried_middle_q <= 20'(acc_middle_q) + 20'(acc_low_q[18:17]);
      carried_high_q <= acc_high_q;
    end
  end

  logic signed [47:0] result_q;
  always_ff @(posedge clk_i) begin
    if (go_i[2]) begin
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
    .b_i  (mult_i),
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
    if (go_i[3]) begin
      x_high_q <= result_q[47:24];
      mult_late_q <= mult_i;
      prod_shift_q <= shift_i;
    end
    if (go_i[4]) begin
      sum_shift_q <= prod_shift_q;
    end
    if (go_i[5]) begin
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
  genvar gone_octet;
  generate
    for (gone_octet = 0; gone_octet < 7; gone_octet = gone_octet + 1) begin : gen_gone_octet
      assign gone[gone_octet] =
          |octet[gone_octet*8 +: 8] && (whole_shift_q[5:3] > $unsigned(3'(gone_octet)));
    end
  endgenerate

  logic signed [64:0] coarse_q;
  logic [2:0] fine_shift_q;
  logic rest_q;
  always_ff @(posedge clk_i) begin
    if (go_i[6]) begin
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
    if (go_i[7]) begin
      floor_q <= shifted[16:1];
      up_q <= shifted[0] && (shifted[1] || rest_q || |(coarse_q[6:0] & ~kept));
      negative_q <= coarse_q[64];
      over_q <= |above_16[47:7] || |(above_16[6:0] & kept);
    end
  end

  logic signed [15:0] y_q;
  always_ff @(posedge clk_i) begin
    if (go_i[8]) begin
      y_q <=
          (over_q || (up_q && (floor_q == 16'sd32767))) ? (negative_q ? 16'sh8000 : 16'sd32767) :
          floor_q + 16'(up_q);
    end
  end

  assign chain_low_o = after_low_q;
  assign chain_middle_o = after_middle_q;
  assign chain_high_o = after_high_q;
  assign y_o = y_q;

endmodule

`default_nettype wire
