// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// AXI4-Lite slave: Control and status of the accelerator. 41 registers of 32 bits. Addresses
// without a register are answered with SLVERR; writes to what cannot be written change nothing.
//
// Source: ARM IHI 0022 (AXI4-Lite).
//
// Configuration 99b05eb4bacb0561: hash = 0123456789abcdef, version = 65536.
// Emitted by espalier 0.1.0.

`default_nettype none

module axi_lite_slave_accelerator_01234567 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic [11:0] s_axi_awaddr_i,
  input  wire logic        s_axi_awvalid_i,
  output      logic        s_axi_awready_o,
  input  wire logic [31:0] s_axi_wdata_i,
  input  wire logic  [3:0] s_axi_wstrb_i,
  input  wire logic        s_axi_wvalid_i,
  output      logic        s_axi_wready_o,
  output      logic  [1:0] s_axi_bresp_o,
  output      logic        s_axi_bvalid_o,
  input  wire logic        s_axi_bready_i,
  input  wire logic [11:0] s_axi_araddr_i,
  input  wire logic        s_axi_arvalid_i,
  output      logic        s_axi_arready_o,
  output      logic [31:0] s_axi_rdata_o,
  output      logic  [1:0] s_axi_rresp_o,
  output      logic        s_axi_rvalid_o,
  input  wire logic        s_axi_rready_i,
  output      logic        ctrl_start_o,
  output      logic        ctrl_abort_o,
  input  wire logic        status_busy_i,
  input  wire logic        status_done_i,
  input  wire logic        status_failed_i,
  input  wire logic        status_stopping_i,
  input  wire logic  [7:0] error_code_i,
  input  wire logic [23:0] error_index_i,
  output      logic        irq_enable_done_o,
  output      logic        irq_enable_error_o,
  output      logic        irq_enable_busy_start_o,
  output      logic        irq_status_done_o,
  input  wire logic        irq_status_done_set_i,
  output      logic        irq_status_error_o,
  input  wire logic        irq_status_error_set_i,
  output      logic        irq_status_busy_start_o,
  input  wire logic        irq_status_busy_start_set_i,
  output      logic [31:0] program_lo_o,
  output      logic [31:0] program_hi_o,
  output      logic [31:0] base_lo_o,
  output      logic [31:0] base_hi_o,
  output      logic [31:0] image_lo_o,
  output      logic [31:0] image_hi_o,
  output      logic [31:0] result_lo_o,
  output      logic [31:0] result_hi_o,
  output      logic [31:0] watchdog_o,
  input  wire logic [31:0] tokens_i,
  input  wire logic [15:0] jobs_matrix_i,
  input  wire logic [15:0] jobs_vector_i,
  input  wire logic [31:0] cycles_lo_i,
  input  wire logic [31:0] cycles_hi_i,
  input  wire logic [31:0] macs_lo_i,
  input  wire logic [31:0] macs_hi_i,
  input  wire logic [31:0] array_cycles_lo_i,
  input  wire logic [31:0] array_cycles_hi_i,
  input  wire logic [31:0] stall_draining_lo_i,
  input  wire logic [31:0] stall_draining_hi_i,
  input  wire logic [31:0] stall_job_lo_i,
  input  wire logic [31:0] stall_job_hi_i,
  input  wire logic [31:0] stall_weights_lo_i,
  input  wire logic [31:0] stall_weights_hi_i,
  input  wire logic [31:0] stall_room_lo_i,
  input  wire logic [31:0] stall_room_hi_i,
  input  wire logic [31:0] stall_columns_lo_i,
  input  wire logic [31:0] stall_columns_hi_i,
  input  wire logic [31:0] stall_rows_lo_i,
  input  wire logic [31:0] stall_rows_hi_i,
  input  wire logic [31:0] read_beats_lo_i,
  input  wire logic [31:0] read_beats_hi_i,
  input  wire logic [31:0] write_beats_lo_i,
  input  wire logic [31:0] write_beats_hi_i,
  output      logic        irq_o
);

  // A write waits here until address and data are there and its answer has a place.
  logic write_answered_q;
  logic answer_free;
  assign answer_free = !write_answered_q || s_axi_bready_i;

  logic has_write_address_q;
  logic has_write_data_q;
  logic write;
  assign write = has_write_address_q && has_write_data_q && answer_free;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      has_write_address_q <= 1'b0;
      has_write_data_q <= 1'b0;
      write_answered_q <= 1'b0;
    end else begin
      if (has_write_address_q) begin
        if (write) begin
          has_write_address_q <= 1'b0;
        end
      end else begin
        has_write_address_q <= s_axi_awvalid_i;
      end
      if (has_write_data_q) begin
        if (write) begin
          has_write_data_q <= 1'b0;
        end
      end else begin
        has_write_data_q <= s_axi_wvalid_i;
      end
      if (answer_free) begin
        write_answered_q <= write;
      end
    end
  end

  logic [11:0] write_address_q;
  logic [31:0] write_data_q;
  logic [3:0] write_strobes_q;
  logic write_refused_q;
  always_ff @(posedge clk_i) begin
    if (!has_write_address_q) begin
      write_address_q <= s_axi_awaddr_i;
    end
    if (!has_write_data_q) begin
      write_data_q <= s_axi_wdata_i;
      write_strobes_q <= s_axi_wstrb_i;
    end
    if (write) begin
      write_refused_q <=
          !((write_address_q[1:0] == 2'd0)
          && ((write_address_q <= 12'd72)
          || ((write_address_q >= 12'd96) && (write_address_q <= 12'd180))));
    end
  end

  assign s_axi_awready_o = !has_write_address_q;
  assign s_axi_wready_o = !has_write_data_q;
  assign s_axi_bvalid_o = write_answered_q;
  assign s_axi_bresp_o = {write_refused_q, 1'b0};

  // A read waits here until its answer has a place.
  logic read_answered_q;
  logic read_free;
  assign read_free = !read_answered_q || s_axi_rready_i;

  logic has_read_q;
  logic read;
  assign read = has_read_q && read_free;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      has_read_q <= 1'b0;
      read_answered_q <= 1'b0;
    end else begin
      if (has_read_q) begin
        if (read) begin
          has_read_q <= 1'b0;
        end
      end else begin
        has_read_q <= s_axi_arvalid_i;
      end
      if (read_free) begin
        read_answered_q <= read;
      end
    end
  end

  logic [11:0] read_address_q;
  logic [31:0] read_data_q;
  logic read_refused_q;
  logic [31:0] read_value;
  always_ff @(posedge clk_i) begin
    if (!has_read_q) begin
      read_address_q <= s_axi_araddr_i;
    end
    if (read) begin
      read_data_q <= read_value;
      read_refused_q <=
          !((read_address_q[1:0] == 2'd0)
          && ((read_address_q <= 12'd72)
          || ((read_address_q >= 12'd96) && (read_address_q <= 12'd180))));
    end
  end

  assign s_axi_arready_o = !has_read_q;
  assign s_axi_rvalid_o = read_answered_q;
  assign s_axi_rdata_o = read_data_q;
  assign s_axi_rresp_o = {read_refused_q, 1'b0};

  // The registers.
  logic [31:0] write_mask;
  assign write_mask = {
    {8{write_strobes_q[3]}},
    {8{write_strobes_q[2]}},
    {8{write_strobes_q[1]}},
    {8{write_strobes_q[0]}}
  };

  logic ctrl_start_q;
  assign ctrl_start_o = ctrl_start_q;

  logic ctrl_abort_q;
  assign ctrl_abort_o = ctrl_abort_q;

  logic irq_enable_done_q;
  assign irq_enable_done_o = irq_enable_done_q;

  logic irq_enable_error_q;
  assign irq_enable_error_o = irq_enable_error_q;

  logic irq_enable_busy_start_q;
  assign irq_enable_busy_start_o = irq_enable_busy_start_q;

  logic irq_status_done_q;
  assign irq_status_done_o = irq_status_done_q;

  logic irq_status_error_q;
  assign irq_status_error_o = irq_status_error_q;

  logic irq_status_busy_start_q;
  assign irq_status_busy_start_o = irq_status_busy_start_q;

  logic [31:0] program_lo_q;
  assign program_lo_o = program_lo_q;

  logic [31:0] program_hi_q;
  assign program_hi_o = program_hi_q;

  logic [31:0] base_lo_q;
  assign base_lo_o = base_lo_q;

  logic [31:0] base_hi_q;
  assign base_hi_o = base_hi_q;

  logic [31:0] image_lo_q;
  assign image_lo_o = image_lo_q;

  logic [31:0] image_hi_q;
  assign image_hi_o = image_hi_q;

  logic [31:0] result_lo_q;
  assign result_lo_o = result_lo_q;

  logic [31:0] result_hi_q;
  assign result_hi_o = result_hi_q;

  logic [31:0] watchdog_q;
  assign watchdog_o = watchdog_q;

  logic [31:0] upper_half_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      upper_half_q <= 32'd0;
    end else if (read) begin
      unique case (read_address_q)
        12'd96: upper_half_q <= cycles_hi_i;
        12'd104: upper_half_q <= macs_hi_i;
        12'd112: upper_half_q <= array_cycles_hi_i;
        12'd120: upper_half_q <= stall_draining_hi_i;
        12'd128: upper_half_q <= stall_job_hi_i;
        12'd136: upper_half_q <= stall_weights_hi_i;
        12'd144: upper_half_q <= stall_room_hi_i;
        12'd152: upper_half_q <= stall_columns_hi_i;
        12'd160: upper_half_q <= stall_rows_hi_i;
        12'd168: upper_half_q <= read_beats_hi_i;
        12'd176: upper_half_q <= write_beats_hi_i;
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      ctrl_start_q <= 1'b0;
      ctrl_abort_q <= 1'b0;
      irq_enable_done_q <= 1'b0;
      irq_enable_error_q <= 1'b0;
      irq_enable_busy_start_q <= 1'b0;
      irq_status_done_q <= 1'b0;
      irq_status_error_q <= 1'b0;
      irq_status_busy_start_q <= 1'b0;
      program_lo_q <= 32'd0;
      program_hi_q <= 32'd0;
      base_lo_q <= 32'd0;
      base_hi_q <= 32'd0;
      image_lo_q <= 32'd0;
      image_hi_q <= 32'd0;
      result_lo_q <= 32'd0;
      result_hi_q <= 32'd0;
      watchdog_q <= 32'd0;
    end else begin
      ctrl_start_q <= 1'b0;
      ctrl_abort_q <= 1'b0;
      irq_status_done_q <= irq_status_done_q || irq_status_done_set_i;
      irq_status_error_q <= irq_status_error_q || irq_status_error_set_i;
      irq_status_busy_start_q <= irq_status_busy_start_q || irq_status_busy_start_set_i;
      if (write) begin
        unique case (write_address_q)
          12'd0: begin
            ctrl_start_q <= write_data_q[0] && write_mask[0];
            ctrl_abort_q <= write_data_q[1] && write_mask[1];
          end
          12'd12: begin
            irq_enable_done_q <=
                (irq_enable_done_q && !write_mask[0]) || (write_data_q[0] && write_mask[0]);
            irq_enable_error_q <=
                (irq_enable_error_q && !write_mask[1]) || (write_data_q[1] && write_mask[1]);
            irq_enable_busy_start_q <=
                (irq_enable_busy_start_q && !write_mask[2]) || (write_data_q[2] && write_mask[2]);
          end
          12'd16: begin
            irq_status_done_q <=
                (irq_status_done_q && !(write_data_q[0] && write_mask[0])) || irq_status_done_set_i;
            irq_status_error_q <=
                (irq_status_error_q && !(write_data_q[1] && write_mask[1]))
                || irq_status_error_set_i;
            irq_status_busy_start_q <=
                (irq_status_busy_start_q && !(write_data_q[2] && write_mask[2]))
                || irq_status_busy_start_set_i;
          end
          12'd32: program_lo_q <= (program_lo_q & ~write_mask) | (write_data_q & write_mask);
          12'd36: program_hi_q <= (program_hi_q & ~write_mask) | (write_data_q & write_mask);
          12'd40: base_lo_q <= (base_lo_q & ~write_mask) | (write_data_q & write_mask);
          12'd44: base_hi_q <= (base_hi_q & ~write_mask) | (write_data_q & write_mask);
          12'd48: image_lo_q <= (image_lo_q & ~write_mask) | (write_data_q & write_mask);
          12'd52: image_hi_q <= (image_hi_q & ~write_mask) | (write_data_q & write_mask);
          12'd56: result_lo_q <= (result_lo_q & ~write_mask) | (write_data_q & write_mask);
          12'd60: result_hi_q <= (result_hi_q & ~write_mask) | (write_data_q & write_mask);
          12'd64: watchdog_q <= (watchdog_q & ~write_mask) | (write_data_q & write_mask);
          default: ;
        endcase
      end
    end
  end

  always_comb begin
    read_value = 32'd0;
    unique case (read_address_q)
      12'd0: read_value = 32'd0;
      12'd4: read_value = {28'd0, status_stopping_i, status_failed_i, status_done_i, status_busy_i};
      12'd8: read_value = {error_index_i, error_code_i};
      12'd12: read_value = {29'd0, irq_enable_busy_start_q, irq_enable_error_q, irq_enable_done_q};
      12'd16: read_value = {29'd0, irq_status_busy_start_q, irq_status_error_q, irq_status_done_q};
      12'd20: read_value = 32'd65536;
      12'd24: read_value = 32'd2309737967;
      12'd28: read_value = 32'd19088743;
      12'd32: read_value = program_lo_q;
      12'd36: read_value = program_hi_q;
      12'd40: read_value = base_lo_q;
      12'd44: read_value = base_hi_q;
      12'd48: read_value = image_lo_q;
      12'd52: read_value = image_hi_q;
      12'd56: read_value = result_lo_q;
      12'd60: read_value = result_hi_q;
      12'd64: read_value = watchdog_q;
      12'd68: read_value = tokens_i;
      12'd72: read_value = {jobs_vector_i, jobs_matrix_i};
      12'd96: read_value = cycles_lo_i;
      12'd100: read_value = upper_half_q;
      12'd104: read_value = macs_lo_i;
      12'd108: read_value = upper_half_q;
      12'd112: read_value = array_cycles_lo_i;
      12'd116: read_value = upper_half_q;
      12'd120: read_value = stall_draining_lo_i;
      12'd124: read_value = upper_half_q;
      12'd128: read_value = stall_job_lo_i;
      12'd132: read_value = upper_half_q;
      12'd136: read_value = stall_weights_lo_i;
      12'd140: read_value = upper_half_q;
      12'd144: read_value = stall_room_lo_i;
      12'd148: read_value = upper_half_q;
      12'd152: read_value = stall_columns_lo_i;
      12'd156: read_value = upper_half_q;
      12'd160: read_value = stall_rows_lo_i;
      12'd164: read_value = upper_half_q;
      12'd168: read_value = read_beats_lo_i;
      12'd172: read_value = upper_half_q;
      12'd176: read_value = write_beats_lo_i;
      12'd180: read_value = upper_half_q;
      default: ;
    endcase
  end

  logic irq_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      irq_q <= 1'b0;
    end else begin
      irq_q <=
          |({irq_status_busy_start_q, irq_status_error_q, irq_status_done_q}
          & {irq_enable_busy_start_q, irq_enable_error_q, irq_enable_done_q});
    end
  end

  assign irq_o = irq_q;

endmodule

`default_nettype wire
