// Techmap rules for additions on carry chains, as UltraScale+ has them: a LUT a bit, then CARRY8. Short additions, and those of
// a constant, stay trees of LUTs.

(* techmap_celltype = "$add $sub" *)
module _carry_add (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CELLTYPE_ = "";
  parameter _TECHMAP_CONSTMSK_A_ = 0;
  parameter _TECHMAP_CONSTMSK_B_ = 0;
  localparam SUBTRACT = _TECHMAP_CELLTYPE_ == "$sub";
  localparam CONSTANT = &_TECHMAP_CONSTMSK_A_ || &_TECHMAP_CONSTMSK_B_;
  localparam BLOCKS = (Y_WIDTH + 7) / 8;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  wire _TECHMAP_FAIL_ = Y_WIDTH <= (CONSTANT ? 18 : 10);
  wire [8*BLOCKS-1:0] a, b, sum;
  wire [BLOCKS:0] carry;
  \$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(8*BLOCKS)) u_a (.A(A), .Y(a));
  \$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(8*BLOCKS)) u_b (.A(B), .Y(b));
  assign carry[0] = SUBTRACT;
  genvar i;
  generate
    for (i = 0; i < BLOCKS; i = i + 1) begin : gen_block
      carry_block u_carry (
        .ci(carry[i]),
        .di(a[8*i +: 8]),
        .s(a[8*i +: 8] ^ b[8*i +: 8] ^ {8{SUBTRACT}}),
        .o(sum[8*i +: 8]),
        .co(carry[i + 1])
      );
    end
  endgenerate
  assign Y = sum[Y_WIDTH-1:0];
endmodule
