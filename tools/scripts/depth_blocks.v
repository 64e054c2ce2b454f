// A CARRY8 is a level; see depth_carry.v. Applied after all else is gates, for nothing may fold the LUTs.

(* techmap_celltype = "carry_block" *)
module _carry_block (ci, di, s, o, co);
  input ci;
  input [7:0] di, s;
  output [7:0] o;
  output co;
  genvar i;
  generate
    for (i = 0; i < 8; i = i + 1) begin : gen_bit
      \$lut #(.WIDTH(2*i+3), .LUT(0)) u_sum (.A({ci, s[i:0], di[i:0]}), .Y(o[i]));
    end
  endgenerate
  \$lut #(.WIDTH(17), .LUT(0)) u_carry (.A({ci, s, di}), .Y(co));
endmodule
