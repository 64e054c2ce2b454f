# SPDX-License-Identifier: MIT OR Apache-2.0
# Out-of-context constraints of axi_read_master_a40_d256_b64_o8. Emitted by espalier; the file is yours.
# The script sets `period` (in ns); 3.333 is 300 MHz.

if {![info exists period]} {set period 3.333}
create_clock -name clk_i -period $period [get_ports clk_i]
set_clock_uncertainty 0.100 [get_clocks clk_i]

# Inputs
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {rst_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_ready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_arready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {stop_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_rvalid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_rlast_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_rresp_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_rdata_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {clear_error_i}]

# Outputs
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_data_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {data_last_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_arvalid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_araddr_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_arlen_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {quiet_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {m_axi_rready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {error_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {busy_o}]
