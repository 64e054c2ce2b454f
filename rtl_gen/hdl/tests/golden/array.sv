// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

(* keep_hierarchy = "yes" *)
module array (
  input  wire logic            clk_i,
  input  wire logic            en_i,
  input  wire logic  [3*8-1:0] act_i,
  input  wire logic  [3*8-1:0] weight_i,
  output      logic [3*24-1:0] y_o
);

  genvar row;
  genvar col;
  generate
    for (row = 0; row < 3; row = row + 1) begin : gen_row
      for (col = 0; col < 3; col = col + 1) begin : gen_col
        logic signed [7:0] a_q;
        if (col == 0) begin : gen_edge
          logic signed [7:0] first;
          assign first = act_i[row*8 +: 8] ^ 8'd1;

          always_ff @(posedge clk_i) begin
            if (en_i) begin
              a_q <= first;
            end
          end
        end else begin : gen_inner
          always_ff @(posedge clk_i) begin
            if (en_i) begin
              a_q <= gen_row[row].gen_col[col-1].a_q;
            end
          end
        end

        (* use_dsp = "yes" *) logic signed [23:0] acc_q;
        always_ff @(posedge clk_i) begin
          if (en_i) begin
            acc_q <= acc_q + 24'(a_q) * 24'($signed(weight_i[col*8 +: 8]));
          end
        end
      end
    end
  endgenerate

  genvar out;
  generate
    for (out = 0; out < 3; out = out + 1) begin : gen_out
      assign y_o[out*24 +: 24] =
          gen_row[out].gen_col[0].acc_q + gen_row[out].gen_col[1].acc_q
          + gen_row[out].gen_col[2].acc_q;
    end
  endgenerate

endmodule

`default_nettype wire
