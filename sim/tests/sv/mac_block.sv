`default_nettype none
// An 8x8 block of int8 multiply-accumulate cells: activations move right, sums move down.
module mac_block #(
  parameter int unsigned N = 8
) (
  input  wire             clk_i,
  input  wire             load_i,
  input  wire  [ N*8-1:0] a_i,
  input  wire  [N*32-1:0] sum_i,
  output logic [ N*8-1:0] a_o,
  output logic [N*32-1:0] sum_o
);
  for (genvar r = 0; r < N; r++) begin : gen_row
    for (genvar c = 0; c < N; c++) begin : gen_col
      logic signed [7:0] weight_q, a_q, a;
      logic signed [31:0] sum_q, sum;
      if (c == 0) assign a = a_i[r*8+:8];
      else assign a = gen_row[r].gen_col[c-1].a_q;
      if (r == 0) assign sum = sum_i[c*32+:32];
      else assign sum = gen_row[r-1].gen_col[c].sum_q;
      always_ff @(posedge clk_i) begin
        if (load_i) weight_q <= a;
        a_q <= a;
        sum_q <= sum + 32'(weight_q * a);
      end
    end
    assign a_o[r*8+:8] = gen_row[r].gen_col[N-1].a_q;
  end
  for (genvar c = 0; c < N; c++) begin : gen_out
    assign sum_o[c*32+:32] = gen_row[N-1].gen_col[c].sum_q;
  end
endmodule
`default_nettype wire
