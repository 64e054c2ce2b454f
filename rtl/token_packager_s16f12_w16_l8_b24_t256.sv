// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Token packager: kept tokens pass in order, the others are accumulated with their weights, and
// their weighted mean, rounded half to even, follows as package token. Weights that are all zero
// count as ones.
//
// Source: HeatViT (HPCA 2023), eq. 4 and Fig. 10, step 3.
//
// Bits of the streams' data:
//   token: keep[0], last[1], weight[17:2], last_beat[22:18]
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
    FetchIdle,
    FetchSettle,
    FetchAddress,
    FetchRead,
    FetchDivide
  } fetch_e;

  fetch_e fetch_d, fetch_q;
  logic dividers_out_valid;
  logic dividers_in_ready;
  logic [23:0] weight_sum_q;
  logic [8*41-1:0] numerator;
  logic [127:0] dividers_out_data;
  divider_l8_d24_q16_signed u_dividers (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (fetch_q == FetchDivide),
    .in_ready_o (dividers_in_ready),
    .in_data_i  ({weight_sum_q, numerator}),
    .out_valid_o(dividers_out_valid),
    .out_ready_i(output_in_ready),
    .out_data_o (dividers_out_data)
  );

  logic packing_d, packing_q;
  assign in_ready_o = !packing_q && token_valid_i && (output_in_ready || !token_keep);
  assign in_fire = in_valid_i && in_ready_o;

  logic [4:0] token_last_beat;
  assign token_last_beat = token_data_i[22:18];

  logic [4:0] beat_d, beat_q;
  logic final_beat;
  assign final_beat = beat_q == token_last_beat;

  logic token_done;
  assign token_done = in_fire && final_beat;
  assign token_ready_o = token_done;
  assign sent = output_in_ready && dividers_out_valid;

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

  // The package token: its sums are fetched and divided, one beat ahead of the quotients that
  // leave.
  logic begins;
  assign begins = token_done && packages;

  logic fetched;
  assign fetched = (fetch_q == FetchDivide) && dividers_in_ready;

  logic [4:0] fetch_beat_q;
  logic fetch_end;
  assign fetch_end = fetch_beat_q == package_last_beat_q;

  always_comb begin
    packing_d = packing_q;
    fetch_d = fetch_q;
    if (begins) begin
      packing_d = 1'b1;
    end
    if (job_done) begin
      packing_d = 1'b0;
    end
    unique case (fetch_q)
      FetchIdle: begin
        if (begins) begin
          fetch_d = FetchSettle;
        end
      end
      FetchSettle: fetch_d = FetchAddress;
      FetchAddress: fetch_d = FetchRead;
      FetchRead: fetch_d = FetchDivide;
      default: begin
        if (fetched) begin
          if (fetch_end) begin
            fetch_d = FetchIdle;
          end else begin
            fetch_d = FetchAddress;
          end
        end
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      packing_q <= 1'b0;
      fetch_q <= FetchIdle;
    end else begin
      packing_q <= packing_d;
      fetch_q <= fetch_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (fetch_q == FetchIdle) begin
      fetch_beat_q <= 5'd0;
    end else if (fetched) begin
      fetch_beat_q <= fetch_beat_q + 5'd1;
    end
  end

  // Factors, products, sums: a cycle each.
  logic multiplying_q;
  logic ending_q;
  logic adding_q;
  logic counting_q;
  logic [4:0] product_beat_q;
  logic [4:0] sum_beat_q;
  logic restarting_q;
  logic starting_q;
  logic [15:0] held_factor_q;
  logic [15:0] addend_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      multiplying_q <= 1'b0;
      ending_q <= 1'b0;
      adding_q <= 1'b0;
      counting_q <= 1'b0;
    end else begin
      multiplying_q <= in_fire && !token_keep;
      ending_q <= token_done && !token_keep;
      adding_q <= multiplying_q;
      counting_q <= ending_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (token_done) begin
      package_last_beat_q <= token_last_beat;
    end
    product_beat_q <= beat_q;
    restarting_q <= restart;
    held_factor_q <= factor;
    sum_beat_q <= (fetch_q == FetchAddress) ? fetch_beat_q : product_beat_q;
    starting_q <= restarting_q;
    addend_q <= held_factor_q;
  end

  // In parts: each takes its carry from a comparison of the bits below, so that none ripples far.
  logic [23:0] weight_so_far;
  assign weight_so_far = weight_sum_q & {24{!starting_q}};

  logic [23:0] weight_addend;
  assign weight_addend = 24'(addend_q);

  always_ff @(posedge clk_i) begin
    if (counting_q) begin
      weight_sum_q <= {
        weight_so_far[23:16] + weight_addend[23:16]
        + 8'(weight_so_far[15:0] > ~weight_addend[15:0]),
        weight_so_far[15:8] + weight_addend[15:8] + 8'(weight_so_far[7:0] > ~weight_addend[7:0]),
        weight_so_far[7:0] + weight_addend[7:0]
      };
    end
  end

  genvar lane;
  generate
    for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane
      logic signed [15:0] held_q;
      always_ff @(posedge clk_i) begin
        if (token_valid_i) begin
          held_q <= in_data_i[lane*16 +: 16];
        end
      end

      logic signed [31:0] product_q;
      always_ff @(posedge clk_i) begin
        if (multiplying_q) begin
          product_q <= 32'(held_q) * $signed(32'(held_factor_q));
        end
      end

      logic signed [39:0] stored;
      (* ram_style = "distributed" *) logic signed [39:0] sums [24];
      assign stored = sums[sum_beat_q];

      logic [39:0] so_far;
      assign so_far = stored & {40{!starting_q}};

      logic [39:0] addend;
      assign addend = 40'(product_q);

      always_ff @(posedge clk_i) begin
        if (adding_q) begin
          sums[sum_beat_q] <=
              {
                so_far[39:30] + addend[39:30] + 10'(so_far[29:0] > ~addend[29:0]),
                so_far[29:20] + addend[29:20] + 10'(so_far[19:0] > ~addend[19:0]),
                so_far[19:10] + addend[19:10] + 10'(so_far[9:0] > ~addend[9:0]),
                so_far[9:0] + addend[9:0]
              };
        end
      end

      logic [39:0] magnitude_q;
      logic negative_q;
      always_ff @(posedge clk_i) begin
        if (fetch_q == FetchRead) begin
          magnitude_q <= {
            (stored[39:30] ^ {10{stored[39]}}) + 10'(stored[39] && (stored[29:0] == 30'd0)),
            (stored[29:20] ^ {10{stored[39]}}) + 10'(stored[39] && (stored[19:0] == 20'd0)),
            (stored[19:10] ^ {10{stored[39]}}) + 10'(stored[39] && (stored[9:0] == 10'd0)),
            (stored[9:0] ^ {10{stored[39]}}) + 10'(stored[39])
          };
          negative_q <= stored[39];
        end
      end

      assign numerator[lane*41 +: 41] = {negative_q, magnitude_q};
    end
  endgenerate

  assign last = packing_q ? package_end : token_last && final_beat && !any_q;
  assign channels = packing_q ? dividers_out_data : in_data_i;
  assign out_data_o = output_out_data[127:0];
  assign out_last_o = output_out_data[128];

endmodule

`default_nettype wire
