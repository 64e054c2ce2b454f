// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.

`default_nettype none

module control (
  input  wire logic       clk_i,
  input  wire logic       rst_i,
  input  wire logic       go_i,
  input  wire logic       stop_i,
  output      logic [1:0] busy_o,
  output      logic       done_o
);

  // The machine counts to nine.
  typedef enum logic [1:0] {
    StIdle,
    StRun,
    StDone
  } state_e;

  state_e state_d, state_q;
  logic [3:0] count_d, count_q;
  always_comb begin
    state_d = state_q;
    count_d = count_q;
    unique case (state_q)
      StIdle: begin
        if (go_i) begin
          state_d = StRun;
        end
      end
      StRun: begin
        if (count_q == 4'd9) begin
          state_d = StDone;
        end else begin
          count_d = count_q + 4'd1;
        end
      end
      default: begin
        state_d = StIdle;
        count_d = 4'd0;
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      count_q <= 4'd3;
    end else begin
      state_q <= state_d;
      count_q <= count_d;
    end
  end

  logic [3:0] held_q;
  always_ff @(posedge clk_i) begin
    if (go_i && !stop_i) begin
      held_q <= count_q;
    end else if (stop_i) begin
      held_q <= 4'd0;
    end
  end

  // One process sets a register with and one without reset: each is printed with the branches that
  // set it.
  logic [3:0] turns_q;
  logic [3:0] turned_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      turns_q <= 4'd0;
    end else if (held_q != 4'd0) begin
      turns_q <= turns_q + 4'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (held_q == 4'd0) begin
      turned_q <= turns_q;
    end
  end

  always_comb begin
    unique case (count_q[1:0])
      2'd0: busy_o = 2'd1;
      2'd1, 2'd2: busy_o = 2'd2;
      default: busy_o = held_q[1:0];
    endcase
  end

  assign done_o = (state_q == StDone) ^ |held_q[3:2] ^ |turned_q;

`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      count_small: assert (count_q <= 4'd9);
    end
  end
`endif

endmodule

`default_nettype wire
