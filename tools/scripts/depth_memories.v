// Techmap rules for memories; see depth_cuts.v. Applied after all else is gates, for nothing may fold the LUTs.

(* techmap_celltype = "$mem_v2" *)
module _cut_mem (RD_CLK, RD_EN, RD_ARST, RD_SRST, RD_ADDR, RD_DATA, WR_CLK, WR_EN, WR_ADDR, WR_DATA);
  parameter MEMID = "";
  parameter SIZE = 1;
  parameter OFFSET = 0;
  parameter ABITS = 1;
  parameter WIDTH = 1;
  parameter INIT = 0;
  parameter RD_PORTS = 1;
  parameter RD_CLK_ENABLE = 0;
  parameter RD_CLK_POLARITY = 0;
  parameter RD_TRANSPARENCY_MASK = 0;
  parameter RD_COLLISION_X_MASK = 0;
  parameter RD_WIDE_CONTINUATION = 0;
  parameter RD_CE_OVER_SRST = 0;
  parameter RD_INIT_VALUE = 0;
  parameter RD_ARST_VALUE = 0;
  parameter RD_SRST_VALUE = 0;
  parameter WR_PORTS = 1;
  parameter WR_CLK_ENABLE = 0;
  parameter WR_CLK_POLARITY = 0;
  parameter WR_PRIORITY_MASK = 0;
  parameter WR_WIDE_CONTINUATION = 0;
  input [RD_PORTS-1:0] RD_CLK, RD_EN, RD_ARST, RD_SRST;
  input [RD_PORTS*ABITS-1:0] RD_ADDR;
  output [RD_PORTS*WIDTH-1:0] RD_DATA;
  input [WR_PORTS-1:0] WR_CLK;
  input [WR_PORTS*WIDTH-1:0] WR_EN;
  input [WR_PORTS*ABITS-1:0] WR_ADDR;
  input [WR_PORTS*WIDTH-1:0] WR_DATA;
  cut_memory u_write (.en(WR_EN), .addr(WR_ADDR), .data(WR_DATA));
  genvar p;
  genvar b;
  generate
    for (p = 0; p < RD_PORTS; p = p + 1) begin : gen_port
      if (RD_CLK_ENABLE[p]) begin : gen_clocked
        cut_memory u_read (.en(RD_EN[p]), .addr(RD_ADDR[p*ABITS +: ABITS]), .q(RD_DATA[p*WIDTH +: WIDTH]));
      end else begin : gen_free
        for (b = 0; b < WIDTH; b = b + 1) begin : gen_bit
          \$lut #(
            .WIDTH(ABITS),
            .LUT(0)
          ) u_read (
            .A(RD_ADDR[p*ABITS +: ABITS]),
            .Y(RD_DATA[p*WIDTH + b])
          );
        end
      end
    end
  endgenerate
endmodule
