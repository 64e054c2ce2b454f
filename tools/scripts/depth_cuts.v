// Techmap rules for counting logic levels: a path ends at a multiplier, for that becomes a DSP, and at a clocked
// memory port. An unclocked read port counts as one level, as LUT RAM does.

(* techmap_celltype = "$mul" *)
module _cut_mul (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  cut_multiplier _TECHMAP_REPLACE_ (.a(A), .b(B), .y(Y));
endmodule
