// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// GELU, s16.12 to s16.12, rounded half to even and saturated:
//   y = x/2 (1 + L(x/sqrt2)),
//   L(u) = sign(u) (1 - 0.2888 (min(|u|, 1.769) - 1.769)^2),
// computed as x times the gain (1 + L)/2.
//
// Source: HeatViT (HPCA 2023), eq. 5 and 6.
// Latency: 9 cycles, one beat every cycle.
//
// Configuration ec69c740e47f56a7: delta1 = 1.0, flow = stall, method = polynomial, x = s16.12,
// y = s16.12.
// Emitted by espalier 0.1.0.

`default_nettype none

module gelu_s16f12_s16f12 (
  input  wire logic               clk_i,
  input  wire logic               rst_i,
  input  wire logic               in_valid_i,
  output      logic               in_ready_o,
  input  wire logic signed [15:0] in_data_i,
  output      logic               out_valid_o,
  input  wire logic               out_ready_i,
  output      logic signed [15:0] out_data_o
);

  // Every stage moves when the output is empty or taken.
  logic [8:0] valid_q;
  assign out_valid_o = valid_q[8];

  logic advance;
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 9'd0;
    end else if (advance) begin
      valid_q <= {valid_q[7:0], in_valid_i};
    end
  end

  // Stage 1
  // Distance of |x| from the parabola's vertex, 0 beyond it.
  logic negative;
  assign negative = in_data_i[15];

  logic signed [15:0] difference;
  assign difference = (negative ? 16'sd10247 : 16'sd10248) + (negative ? in_data_i : ~in_data_i);

  logic [13:0] t_q;
  logic negative_s1_q;
  logic signed [15:0] x_s1_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      t_q <= (|difference[15:14]) ? 14'd0 : difference[13:0];
      negative_s1_q <= negative;
      x_s1_q <= in_data_i;
    end
  end

  // Stage 2
  (* use_dsp = "yes" *) logic [15:0] square_m_q;
  logic negative_s2_q;
  logic signed [15:0] x_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      square_m_q <= 16'((27'(t_q) * 27'(t_q)) >> 11);
      negative_s2_q <= negative_s1_q;
      x_s2_q <= x_s1_q;
    end
  end

  // Stage 3
  logic [15:0] square_q;
  logic negative_s3_q;
  logic signed [15:0] x_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      square_q <= square_m_q;
      negative_s3_q <= negative_s2_q;
      x_s3_q <= x_s2_q;
    end
  end

  // Stage 4
  logic [18:0] h_1a_q;
  logic [20:0] h_1b_q;
  logic negative_s4_q;
  logic signed [15:0] x_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      h_1a_q <= (19'(square_q) << 3) + 19'(square_q);
      h_1b_q <= (21'(square_q) << 5) - 21'(square_q);
      negative_s4_q <= negative_s3_q;
      x_s4_q <= x_s3_q;
    end
  end

  // Stage 5
  logic [14:0] h_q;
  logic negative_s5_q;
  logic signed [15:0] x_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      h_q <= 15'(((26'(h_1a_q) << 7) + 26'(h_1b_q)) >> 11);
      negative_s5_q <= negative_s4_q;
      x_s5_q <= x_s4_q;
    end
  end

  // Stage 6
  // The gain, (1 - delta1)/2 + h or (1 + delta1)/2 - h by the sign of x.
  logic signed [15:0] step;
  assign step = negative_s5_q ? 16'(h_q) : ~(16'(h_q));

  logic [16:0] gain_q;
  logic signed [15:0] x_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      gain_q <= (negative_s5_q ? 17'sd0 : 17'd65537) + 17'(step);
      x_s6_q <= x_s5_q;
    end
  end

  // Stage 7
  (* use_dsp = "yes" *) logic signed [31:0] product_m_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      product_m_q <= 32'(x_s6_q) * $signed(32'(gain_q));
    end
  end

  // Stage 8
  logic signed [31:0] product_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      product_q <= product_m_q;
    end
  end

  // Stage 9
  logic signed [15:0] y_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      y_q <= 16'((product_q + 32'sd32767 + 32'(product_q[16])) >> 16);
    end
  end

  assign out_data_o = y_q;

endmodule

`default_nettype wire
