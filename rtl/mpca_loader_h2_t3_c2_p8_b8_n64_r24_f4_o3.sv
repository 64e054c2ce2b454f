// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Features of mpca: token by token, a beat for each memory in use, into one of two buffers.
//
// Emitted by espalier 0.1.0.

`default_nettype none

module mpca_loader_h2_t3_c2_p8_b8_n64_r24_f4_o3 (
  input  wire logic             clk_i,
  input  wire logic             rst_i,
  input  wire logic             feature_valid_i,
  output      logic             feature_ready_o,
  input  wire logic [32*16-1:0] feature_data_i,
  input  wire logic             features_valid_i,
  input  wire logic       [6:0] features_n_i,
  input  wire logic       [4:0] features_rows_i,
  input  wire logic             job_done_i,
  input  wire logic             buffer_i,
  output      logic             features_pop_o,
  output      logic       [5:0] we_o,
  output      logic       [6:0] waddr_o,
  output      logic     [511:0] wdata_o,
  output      logic       [1:0] features_full_o
);

  logic [1:0] full_q;
  logic buffer_q;
  logic closing_q;
  assign feature_ready_o = features_valid_i && !full_q[buffer_q] && !closing_q;

  logic feature_fire;
  assign feature_fire = feature_valid_i && feature_ready_o;

  logic opening_q;
  logic [4:0] rest_q;
  logic [4:0] left;
  assign left = opening_q ? features_rows_i : rest_q;

  logic token_last;
  assign token_last = left <= 5'd4;

  logic [5:0] token_q;
  logic done;
  assign done = feature_fire && token_last && ((7'(token_q) + 7'd1) == features_n_i);

  logic [5:0] memory_q;
  logic [5:0] write_q;
  logic [6:0] address_q;
  logic [511:0] value_q;
  logic written_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      buffer_q <= 1'b0;
      token_q <= 6'd0;
      opening_q <= 1'b1;
      memory_q <= 6'd1;
      closing_q <= 1'b0;
      write_q <= 6'd0;
    end else begin
      write_q <= memory_q & {6{feature_fire}};
      closing_q <= done;
      if (feature_fire) begin
        opening_q <= token_last;
        memory_q <= token_last ? 6'd1 : {memory_q[4:0], 1'b0};
        if (token_last) begin
          token_q <= done ? 6'd0 : token_q + 6'd1;
        end
      end
      if (done) begin
        buffer_q <= !buffer_q;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    address_q <= {buffer_q, token_q};
    value_q <= feature_data_i;
    written_q <= buffer_q;
    if (feature_fire) begin
      rest_q <= left - 5'd4;
    end
  end

  genvar of;
  generate
    for (of = 0; of < 2; of = of + 1) begin : gen_of
      always_ff @(posedge clk_i) begin
        if (rst_i) begin
          full_q[of] <= 1'b0;
        end else begin
          if (job_done_i && (buffer_i == 1'(of))) begin
            full_q[of] <= 1'b0;
          end
          if (closing_q && (written_q == 1'(of))) begin
            full_q[of] <= 1'b1;
          end
        end
      end
    end
  endgenerate

  assign features_pop_o = done;
  assign we_o = write_q;
  assign waddr_o = address_q;
  assign wdata_o = value_q;
  assign features_full_o = full_q;

endmodule

`default_nettype wire
