`default_nettype none
// Sums rows of four-lane beats: out.sum of the kept lanes of a row, out.count of them; one beat of output a row.
module rows (
  input  wire         clk_i,
  input  wire         rst_i,
  input  wire         in_valid_i,
  output logic        in_ready_o,
  input  wire  [79:0] in_data_i,
  input  wire         in_last_i,
  input  wire  [ 3:0] in_keep_i,
  output logic        out_valid_o,
  input  wire         out_ready_i,
  output logic [45:0] out_data_o
);
  logic signed [31:0] sum_q, sum_d;
  logic [11:0] count_q, count_d;
  assign in_ready_o = !out_valid_o || out_ready_i;
  always_comb begin
    sum_d = sum_q;
    count_d = count_q;
    for (int i = 0; i < 4; i++) begin
      if (in_keep_i[i]) begin
        sum_d += 32'($signed(in_data_i[20*i+:18]));
        count_d += 12'd1;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (in_valid_i && in_ready_o) begin
      sum_q <= in_last_i ? 32'd0 : sum_d;
      count_q <= in_last_i ? 12'd0 : count_d;
      out_data_o <= {count_d, 2'b00, sum_d};
    end
    if (in_ready_o) out_valid_o <= in_valid_i && in_last_i;
    if (rst_i) begin
      out_valid_o <= 1'b0;
      sum_q <= 32'd0;
      count_q <= 12'd0;
    end
  end
endmodule
`default_nettype wire
