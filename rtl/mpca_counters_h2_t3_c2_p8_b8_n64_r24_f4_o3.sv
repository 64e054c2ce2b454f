// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Counters of mpca: cycles, products, faults, and cycles without a token by their first cause.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_counters_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        job_push_i,
  input  wire logic        jobs_busy_i,
  input  wire logic        job_done_i,
  input  wire logic        last_out_i,
  input  wire logic        entry_valid_i,
  input  wire logic        job_fault_i,
  input  wire logic        fire_i,
  input  wire logic        lacks_weights_i,
  input  wire logic        lacks_features_i,
  input  wire logic  [3:0] rows_used_i,
  input  wire logic  [3:0] entry_used_i,
  input  wire logic  [6:0] job_n_i,
  output      logic [39:0] macs_o,
  output      logic [31:0] faults_o,
  output      logic [31:0] cycles_o,
  output      logic [31:0] no_job_o,
  output      logic [31:0] no_weights_o,
  output      logic [31:0] no_features_o,
  output      logic [31:0] no_room_o
);

  // Counters: a tile's products are its rows times its columns within the matrix times the tokens,
  // a few bits of them a cycle.
  logic [6:0] tile_q;
  logic [3:0] rows_q;
  logic [3:0] cols_q;
  logic [5:0] area_low_q;
  logic [5:0] area_high_q;
  logic [7:0] area_q;
  logic [11:0] tokens_q;
  logic [9:0] part_low_q;
  logic [7:0] part_high_q;
  logic [10:0] part_q;
  logic [3:0] step_q;
  logic [19:0] shifted_q;
  logic valid_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      tile_q <= 7'd0;
      step_q <= 4'd0;
      valid_q <= 1'b0;
    end else begin
      tile_q <= {tile_q[5:0], entry_valid_i};
      step_q <= tile_q[6:3];
      valid_q <= |step_q;
    end
  end

  always_ff @(posedge clk_i) begin
    rows_q <= rows_used_i;
    cols_q <= entry_used_i;
    if (tile_q[0]) begin
      area_low_q <= 6'($unsigned(rows_q & {4{cols_q[0]}})) + 6'({rows_q & {4{cols_q[1]}}, 1'b0});
      area_high_q <= 6'($unsigned(rows_q & {4{cols_q[2]}})) + 6'({rows_q & {4{cols_q[3]}}, 1'b0});
    end
    if (tile_q[1]) begin
      area_q <= 8'(area_low_q) + {area_high_q, 2'd0};
    end
    if (tile_q[1]) begin
      tokens_q <= 12'(job_n_i);
    end else begin
      tokens_q <= {3'd0, tokens_q[11:3]};
    end
    part_low_q <=
        10'($unsigned(area_q & {8{tokens_q[0]}})) + 10'({area_q & {8{tokens_q[1]}}, 1'b0});
    part_high_q <= area_q & {8{tokens_q[2]}};
    part_q <= 11'(part_low_q) + 11'({part_high_q, 2'd0});
    shifted_q <=
        (20'(part_q) & {20{step_q[0]}}) | (20'({part_q, 3'd0}) & {20{step_q[1]}})
        | (20'({part_q, 6'd0}) & {20{step_q[2]}})
        | ({part_q, 9'd0} & {20{step_q[3]}});
  end

  logic [19:0] macs_low_q;
  logic [20:0] macs_low_next;
  assign macs_low_next = 21'(macs_low_q) + 21'(shifted_q);

  logic [2:0] macs_carry_q;
  logic [19:0] macs_high_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      macs_low_q <= 20'd0;
      macs_carry_q <= 3'd0;
      macs_high_q <= 20'd0;
    end else begin
      if (valid_q) begin
        macs_low_q <= macs_low_next[19:0];
        macs_carry_q <= 3'(macs_low_next[20]);
      end else begin
        macs_carry_q <= 3'd0;
      end
      macs_high_q <= macs_high_q + 20'(macs_carry_q);
    end
  end

  logic [19:0] macs_settled_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      macs_settled_q <= 20'd0;
    end else begin
      macs_settled_q <= macs_low_q;
    end
  end

  assign macs_o = {macs_high_q, macs_settled_q};

  // That a job is over is counted a cycle late, for it takes long to tell.
  logic job_over_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      job_over_q <= 1'b0;
    end else begin
      job_over_q <= job_done_i;
    end
  end

  logic all_out_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      all_out_q <= 1'b0;
    end else begin
      all_out_q <= last_out_i;
    end
  end

  logic [7:0] jobs_entering_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_entering_q <= 8'd0;
    end else if (job_push_i && !job_over_q) begin
      jobs_entering_q <= jobs_entering_q + 8'd1;
    end else if (job_over_q && !job_push_i) begin
      jobs_entering_q <= jobs_entering_q - 8'd1;
    end
  end

  logic any_jobs_entering;
  assign any_jobs_entering = |jobs_entering_q;

  logic [7:0] jobs_coming_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      jobs_coming_q <= 8'd0;
    end else if (job_push_i && !all_out_q) begin
      jobs_coming_q <= jobs_coming_q + 8'd1;
    end else if (all_out_q && !job_push_i) begin
      jobs_coming_q <= jobs_coming_q - 8'd1;
    end
  end

  logic any_jobs_coming;
  assign any_jobs_coming = |jobs_coming_q;

  logic busy;
  assign busy = jobs_busy_i || any_jobs_coming;

  logic waits;
  assign waits = busy && !fire_i;

  logic beyond_no_job;
  assign beyond_no_job = waits && any_jobs_entering;

  logic beyond_no_weights;
  assign beyond_no_weights = beyond_no_job && !lacks_weights_i;

  logic beyond_no_features;
  assign beyond_no_features = beyond_no_weights && !lacks_features_i;

  // Events, a cycle late; each counter in two halves, of which the upper one moves where the lower
  // one is full.
  logic [5:0] now_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      now_q <= '0;
    end else begin
      now_q <= {
        beyond_no_features,
        beyond_no_weights && lacks_features_i,
        beyond_no_job && lacks_weights_i,
        waits && !any_jobs_entering,
        busy,
        job_fault_i
      };
    end
  end

  logic [6*32-1:0] totals;
  genvar counter;
  generate
    for (counter = 0; counter < 6; counter = counter + 1) begin : gen_counter
      logic [15:0] low_q;
      logic [15:0] high_q;
      logic full_q;
      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          low_q <= 16'd0;
          high_q <= 16'd0;
          full_q <= 1'b0;
        end else if (now_q[counter]) begin
          low_q <= low_q + 16'd1;
          full_q <= low_q == 16'd65534;
          if (full_q) begin
            high_q <= high_q + 16'd1;
          end
        end
      end

      assign totals[counter*32 +: 32] = {high_q, low_q};
    end
  endgenerate

  assign faults_o = totals[0*32 +: 32];
  assign cycles_o = totals[1*32 +: 32];
  assign no_job_o = totals[2*32 +: 32];
  assign no_weights_o = totals[3*32 +: 32];
  assign no_features_o = totals[4*32 +: 32];
  assign no_room_o = totals[5*32 +: 32];

endmodule

`default_nettype wire
