# SPDX-License-Identifier: MIT OR Apache-2.0
# Out-of-context constraints of top_k_bitonic_shared_n197_k16_p16. Emitted by espalier; the file is yours.
# The script sets `period` (in ns); 3.333 is 300 MHz.

if {![info exists period]} {set period 3.333}
create_clock -name clk_i -period $period [get_ports clk_i]
set_clock_uncertainty 0.100 [get_clocks clk_i]

# Inputs
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {rst_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {in_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {in_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {out_ready_i}]

# Outputs
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {in_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {out_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {out_data_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {out_last_o}]
