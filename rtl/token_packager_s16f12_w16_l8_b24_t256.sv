// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Token packager: kept tokens pass in order, the others are accumulated with their weights, and
// their weighted mean, rounded half to even, follows as package token. Weights that are all zero
// count as ones.
//
// Source: HeatViT (HPCA 2023), eq. 4 and Fig. 10, step 3.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module token_packager_s16f12_w16_l8_b24_t256 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  input  wire logic            token_valid_i,
  output      logic            token_ready_o,
  input  wire logic     [22:0] token_data_i,
  input  wire logic            in_valid_i,
  output      logic            in_ready_o,
  input  wire logic [8*16-1:0] in_data_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic [8*16-1:0] out_data_o,
  output      logic            out_last_o
);

  logic token_keep;
  assign token_keep = token_data_i[0];

  logic [15:0] token_weight;
  assign token_weight = token_data_i[17:2];

  logic output_in_ready;
  logic in_fire;
  logic sent;
  logic last;
  logic [127:0] channels;
  logic [128:0] output_out_data;
  prim_fifo_w129_d2 u_output (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i ((in_fire && token_keep) || sent),
    .in_ready_o (output_in_ready),
    .in_data_i  ({last, channels}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o (output_out_data)
  );

  typedef enum logic [2:0] {
    StToken,
    StFlush,
    StLoad,
    StDivide,
    StSend
  } state_e;

  state_e state_d, state_q;
  logic sending;
  logic dividers_out_valid;
  logic dividers_in_ready;
  logic [23:0] weight_sum_q;
  logic [8*40-1:0] numerator;
  logic [8*16-1:0] quotient;
  divider_l8_d24_q16 u_dividers (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (state_q == StDivide),
    .in_ready_o (dividers_in_ready),
    .in_data_i  ({weight_sum_q, numerator}),
    .out_valid_o(dividers_out_valid),
    .out_ready_i(sending),
    .out_data_o (quotient)
  );

  logic receiving;
  assign receiving = state_q == StToken;
  assign in_ready_o = receiving && token_valid_i && (output_in_ready || !token_keep);
  assign in_fire = in_valid_i && in_ready_o;

  logic [4:0] token_last_beat;
  assign token_last_beat = token_data_i[22:18];

  logic [4:0] beat_d, beat_q;
  logic final_beat;
  assign final_beat = beat_q == token_last_beat;

  logic token_done;
  assign token_done = in_fire && final_beat;
  assign token_ready_o = token_done;
  assign sending = (state_q == StSend) && output_in_ready;
  assign sent = sending && dividers_out_valid;

  logic [4:0] package_last_beat_q;
  logic package_end;
  assign package_end = beat_q == package_last_beat_q;

  logic job_done;
  assign job_done = sent && package_end;

  // Whether a token of the job was pruned, and whether one with a weight other than zero was.
  // Zero weights count as ones until the first other weight, which starts the sums anew.
  logic zero;
  assign zero = token_weight == 16'd0;

  logic weighted_d, weighted_q;
  logic [15:0] factor;
  assign factor = (zero && !weighted_q) ? 16'd1 : token_weight;

  logic any_d, any_q;
  logic restart;
  assign restart = !any_q || (!zero && !weighted_q);

  logic token_last;
  assign token_last = token_data_i[1];

  logic packages;
  assign packages = token_last && (any_q || !token_keep);

  always_comb begin
    any_d = any_q;
    weighted_d = weighted_q;
    if (token_done && !token_keep) begin
      any_d = 1'b1;
      weighted_d = weighted_q || !zero;
    end
    if (job_done) begin
      any_d = 1'b0;
      weighted_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      any_q <= 1'b0;
      weighted_q <= 1'b0;
    end else begin
      any_q <= any_d;
      weighted_q <= weighted_d;
    end
  end

  always_comb begin
    beat_d = beat_q;
    if (in_fire || sent) begin
      beat_d = beat_q + 5'd1;
    end
    if (token_done || job_done) begin
      beat_d = 5'd0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      beat_q <= 5'd0;
    end else begin
      beat_q <= beat_d;
    end
  end

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StToken: begin
        if (token_done && packages) begin
          state_d = StFlush;
        end
      end
      StFlush: state_d = StLoad;
      StLoad: state_d = StDivide;
      StDivide: begin
        if (dividers_in_ready) begin
          state_d = StSend;
        end
      end
      default: begin
        if (job_done) begin
          state_d = StToken;
        end else if (sent) begin
          state_d = StLoad;
        end
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StToken;
    end else begin
      state_q <= state_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (token_done) begin
      package_last_beat_q <= token_last_beat;
    end
    if (token_done && !token_keep) begin
      weight_sum_q <= (restart ? 24'd0 : weight_sum_q) + 24'(factor);
    end
  end

  // Products, one cycle before they are added to the sums of their beat.
  logic adding_q;
  logic [4:0] product_beat_q;
  logic product_restart_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      adding_q <= 1'b0;
    end else begin
      adding_q <= in_fire && !token_keep;
    end
  end

  always_ff @(posedge clk_i) begin
    product_beat_q <= beat_q;
    product_restart_q <= restart;
  end

  logic [4:0] address;
  assign address = (state_q == StLoad) ? beat_q : product_beat_q;

  logic [8*40-1:0] stored;
  (* ram_style = "distributed" *) logic [319:0] sums [24];
  assign stored = sums[address];

  logic [8*40-1:0] updated;
  always_ff @(posedge clk_i) begin
    if (adding_q) begin
      sums[product_beat_q] <= updated;
    end
  end

  logic [8*16-1:0] result;
  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      logic signed [31:0] product_q;
      always_ff @(posedge clk_i) begin
        product_q <= 32'($signed(in_data_i[lane*16 +: 16])) * $signed(32'(factor));
      end

      assign updated[lane*40 +: 40] =
          (product_restart_q ? 40'sd0 : stored[lane*40 +: 40]) + 40'(product_q);

      logic signed [39:0] sum_q;
      always_ff @(posedge clk_i) begin
        if (state_q == StLoad) begin
          sum_q <= stored[lane*40 +: 40];
        end
      end

      assign numerator[lane*40 +: 40] = sum_q[39] ? -sum_q : sum_q;
      assign result[lane*16 +: 16] = sum_q[39] ? -quotient[lane*16 +: 16] : quotient[lane*16 +: 16];
    end
  endgenerate

  assign last = receiving ? token_last && final_beat && !any_q : package_end;
  assign channels = receiving ? in_data_i : result;
  assign out_data_o = output_out_data[127:0];
  assign out_last_o = output_out_data[128];

endmodule

`default_nettype wire
