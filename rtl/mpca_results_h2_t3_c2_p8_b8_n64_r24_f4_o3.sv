// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Results of mpca, and what is known of them when their token enters.
//
// Bits of the streams' data, lane 0 in the lowest:
//   out: y[383:0] (24 x 16), token[401:384] (3 x 6), head[425:402] (3 x 8),
//       column[464:426] (3 x 13)
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_results_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic            clk_i,
  input  wire logic            rst_i,
  output      logic            out_valid_o,
  input  wire logic            out_ready_i,
  output      logic    [464:0] out_data_o,
  output      logic     [23:0] out_keep_o,
  output      logic            out_last_o,
  input  wire logic            results_known_i,
  input  wire logic            results_due_i,
  input  wire logic      [5:0] results_token_i,
  input  wire logic      [2:0] results_ends_i,
  input  wire logic  [3*8-1:0] results_head_i,
  input  wire logic [3*13-1:0] results_column_i,
  input  wire logic  [3*4-1:0] results_used_i,
  input  wire logic            job_done_i,
  input  wire logic    [383:0] y_i,
  output      logic            out_taken_o,
  output      logic            last_out_o
);

  logic out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  logic unused_values_ready;
  logic values_out_valid;
  logic [383:0] values_out_data;
  prim_fifo_w384_d32 u_values (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (results_due_i),
    .in_ready_o (unused_values_ready),
    .in_data_i  (y_i),
    .out_valid_o(values_out_valid),
    .out_ready_i(out_fire),
    .out_data_o (values_out_data)
  );

  assign out_valid_o = values_out_valid;

  logic [24*16-1:0] out_y;
  assign out_y = values_out_data;

  // Rows of groups in which no column ends are 0 throughout.
  logic job_last_q;
  always_ff @(posedge clk_i) begin
    job_last_q <= job_done_i;
  end

  logic [3*8-1:0] ended_head;
  logic [3*13-1:0] ended_column;
  logic [3*4-1:0] ended_used;
  genvar group;
  generate
    for (group = 0; group < 3; group = group + 1) begin : gen_group
      assign ended_head[group*8 +: 8] = results_ends_i[group] ? results_head_i[group*8 +: 8] : 8'd0;
      assign ended_column[group*13 +: 13] =
          results_ends_i[group] ? results_column_i[group*13 +: 13] : 13'd0;
      assign ended_used[group*4 +: 4] = results_ends_i[group] ? results_used_i[group*4 +: 4] : 4'd0;
    end
  endgenerate

  logic unused_names_ready;
  logic unused_names_valid;
  logic [81:0] name;
  prim_fifo_w82_d32 u_names (
    .clk_i      (clk_i),
    .rst_i      (rst_i),
    .in_valid_i (results_known_i),
    .in_ready_o (unused_names_ready),
    .in_data_i  ({job_last_q, results_token_i, ended_used, ended_column, ended_head}),
    .out_valid_o(unused_names_valid),
    .out_ready_i(out_fire),
    .out_data_o (name)
  );

  logic [23:0] of_head;
  assign of_head = name[23:0];

  logic [3*8-1:0] out_head;
  assign out_head = of_head;

  logic [38:0] of_column;
  assign of_column = name[62:24];

  logic [3*13-1:0] out_column;
  assign out_column = of_column;

  logic [11:0] of_used;
  assign of_used = name[74:63];

  logic [3*4-1:0] row_used;
  assign row_used = of_used;

  logic [5:0] of_token;
  assign of_token = name[80:75];

  logic of_last;
  assign of_last = name[81];
  assign out_last_o = of_last;

  logic [3*6-1:0] out_token;
  logic [23:0] keep;
  genvar row;
  genvar result;
  generate
    for (row = 0; row < 3; row = row + 1) begin : gen_row
      assign out_token[row*6 +: 6] = of_token;

      for (result = 0; result < 8; result = result + 1) begin : gen_result
        assign keep[row*8+result] = row_used[row*4 +: 4] > $unsigned(4'(result));
      end
    end
  endgenerate

  assign out_keep_o = keep;
  assign out_taken_o = out_fire;
  assign last_out_o = out_fire && out_last_o;
  assign out_data_o = {out_column, out_head, out_token, out_y};

endmodule

`default_nettype wire
