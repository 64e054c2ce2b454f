# SPDX-License-Identifier: MIT OR Apache-2.0
# Out-of-context constraints of axi_write_master_a40_d256_b64_o4. Emitted by espalier; the file is yours.
# The script sets `period` (in ns); 3.333 is 300 MHz.

if {![info exists period]} {set period 3.333}
create_clock -name clk_i -period $period [get_ports clk_i]
set_clock_uncertainty 0.100 [get_clocks clk_i]

# Inputs
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {rst_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {done_ready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_awready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_wready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {stop_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_bvalid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_bresp_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {clear_error_i}]

# Outputs
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {done_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {done_data_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_awvalid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_awaddr_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_awlen_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_wvalid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_wdata_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_wstrb_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_wlast_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {quiet_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_bready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {error_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {busy_o}]
