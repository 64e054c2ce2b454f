// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Divides 8 numerators of sign and magnitude by one denominator of 24 bits: quotients of 16
// bits, rounded half to even. Restoring division, one bit a cycle; each numerator must be below
// den * 2^quotient bits.
//
// Bits of the streams' data, lane 0 in the lowest:
//   in: num[327:0] (8 x 41), den[351:328]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module divider_l8_d24_q16_signed (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic    [351:0] in_data_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o
);

  typedef enum logic [1:0] {
    StIdle,
    StStep,
    StRound
  } state_e;

  state_e state_d, state_q;
  logic stepping;
  assign stepping = state_q == StStep;
  assign in_ready_o = state_q == StIdle;

  // A quotient leaves in two steps: what it is rounded by, the rounded one.
  logic rounding_q;
  logic done_q;
  logic leaves;
  assign leaves = (state_q == StRound) && !rounding_q && !done_q;
  assign out_valid_o = done_q;

  logic [3:0] count_q;
  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle: begin
        if (in_valid_i) begin
          state_d = StStep;
        end
      end
      StStep: begin
        if (count_q == 4'd15) begin
          state_d = StRound;
        end
      end
      default: begin
        if (leaves) begin
          state_d = StIdle;
        end
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
    end else begin
      state_q <= state_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rounding_q <= 1'b0;
      done_q <= 1'b0;
    end else begin
      rounding_q <= leaves;
      if (rounding_q) begin
        done_q <= 1'b1;
      end else if (out_ready_i) begin
        done_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (stepping) begin
      count_q <= count_q + 4'd1;
    end else begin
      count_q <= 4'd0;
    end
  end

  logic starting;
  assign starting = (state_q == StIdle) && in_valid_i;

  logic [23:0] in_den;
  assign in_den = in_data_i[351:328];

  logic [23:0] den_q;
  always_ff @(posedge clk_i) begin
    if (starting) begin
      den_q <= in_den;
    end
  end

  logic [8*41-1:0] in_num;
  assign in_num = in_data_i[327:0];

  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      // The remainder with the next bit of the numerator; while rounding, twice the remainder.
      logic [23:0] rem_q;
      logic [15:0] quo_q;
      logic [24:0] shifted;
      assign shifted = {rem_q, quo_q[15] && stepping};

      // Less than twice the denominator, so that the bit above tells which is larger.
      logic [24:0] difference;
      assign difference = shifted - 25'(den_q);

      logic fits;
      assign fits = !difference[24];

      always_ff @(posedge clk_i) begin
        unique case (state_q)
          StIdle: begin
            if (in_valid_i) begin
              rem_q <= in_num[lane*41+16 +: 24];
              quo_q <= in_num[lane*41 +: 16];
            end
          end
          StStep: begin
            rem_q <= fits ? difference[23:0] : shifted[23:0];
            quo_q <= {quo_q[14:0], fits};
          end
          default: ;
        endcase
      end

      // -(quotient + up) = ~quotient + !up
      logic sign_q;
      always_ff @(posedge clk_i) begin
        if (starting) begin
          sign_q <= in_num[lane*41+40];
        end
      end

      logic [15:0] leaving_q;
      logic up_q;
      always_ff @(posedge clk_i) begin
        if (leaves) begin
          leaving_q <= quo_q ^ {16{sign_q}};
          up_q <= ((shifted > 25'(den_q)) || ((shifted == 25'(den_q)) && quo_q[0])) ^ sign_q;
        end
        if (rounding_q) begin
          leaving_q <= leaving_q + 16'(up_q);
        end
      end

      assign out_data_o[lane*16 +: 16] = leaving_q;
    end
  endgenerate

endmodule

`default_nettype wire
