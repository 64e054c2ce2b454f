# SPDX-License-Identifier: MIT OR Apache-2.0
# Out-of-context constraints of token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7. Emitted by espalier; the file is yours.
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
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {local_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {local_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {logit_valid_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {logit_data_i[*]}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {mean_ready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {feature_ready_i}]
set_input_delay -clock clk_i [expr {$period / 3.0}] [get_ports {score_ready_i}]

# Outputs
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {cmd_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {in_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {local_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {logit_ready_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {mean_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {mean_data_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {mean_last_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {feature_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {feature_data_o[*]}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {feature_last_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {score_valid_o}]
set_output_delay -clock clk_i [expr {$period / 3.0}] [get_ports {score_data_o[*]}]
