# Vivado's commands for a plain Tcl shell: every call is recorded and answered as the environment says, so that a
# script for Vivado can be run where there is no Vivado. Arguments: the record's file, the script, its arguments.

set ::record [open [lindex $argv 0] w]
set ::script [lindex $argv 1]
set ::argv [lrange $argv 2 end]
set ::argc [llength $::argv]
set ::argv0 $::script

proc answer {name default} {
  return [expr {[info exists ::env($name)] ? $::env($name) : $default}]
}

# One line a command: its words, each with backslash, tab and newline escaped, divided by tabs.
proc record {words} {
  set line {}
  foreach word $words {
    lappend line [string map [list \\ \\\\ \t \\t \n \\n] $word]
  }
  puts $::record [join $line \t]
  flush $::record
}

foreach name {
  create_project read_verilog read_vhdl read_xdc read_mem synth_design opt_design place_design phys_opt_design
  route_design report_utilization report_timing_summary report_timing report_drc report_methodology write_checkpoint
  set_part set_param create_clock set_clock_uncertainty set_input_delay set_output_delay set_false_path
  set_max_delay set_property current_design set_msg_config report_clock_utilization report_design_analysis
  add_files update_compile_order close_project
} {
  proc $name {args} "record \[concat $name \$args\]; return {}"
}

# Design objects: a name that holds the query, or nothing where the answer is a count of 0.
proc get_ports {args} { record [concat get_ports $args]; return [lindex $args end] }
proc get_clocks {args} { record [concat get_clocks $args]; return [lindex $args end] }
proc get_pins {args} { record [concat get_pins $args]; return [lindex $args end] }
proc get_cells {args} {
  record [concat get_cells $args]
  set cells {}
  for {set i 0} {$i < [answer STUB_LATCHES 0]} {incr i} { lappend cells latch_$i }
  return $cells
}
proc current_fileset {args} { record [concat current_fileset $args]; return sources_1 }

# The packager: it finds the interfaces that the environment names, or all.
namespace eval ipx {
  foreach name {package_project create_xgui_files update_checksums check_integrity save_core} {
    proc $name {args} "record \[concat ipx::$name \$args\]; return {}"
  }
  proc current_core {} { record ipx::current_core; return core }
  proc get_bus_interfaces {args} {
    record [concat ipx::get_bus_interfaces $args]
    set found [answer STUB_INTERFACES all]
    set name [lindex $args [lsearch -not -glob $args -*]]
    return [expr {$found eq "all" || $name in $found ? $name : {}}]
  }
}
proc all_inputs {} { record all_inputs; return inputs }
proc all_outputs {} { record all_outputs; return outputs }
proc get_timing_paths {args} {
  record [concat get_timing_paths $args]
  return [expr {[answer STUB_SLACK 1.0] eq "none" ? {} : "path_0"}]
}
proc get_property {name object} {
  record [list get_property $name $object]
  return [expr {$name eq "SLACK" ? [answer STUB_SLACK 1.0] : ""}]
}
proc get_msg_config {args} {
  record [concat get_msg_config $args]
  return [answer STUB_MESSAGES 0]
}
proc version {args} { record [concat version $args]; return 2023.2 }

rename exit tcl_exit
proc exit {{code 0}} {
  record [list exit $code]
  close $::record
  tcl_exit $code
}

if {[catch {source $::script} message options]} {
  puts stderr $message
  puts stderr [dict get $options -errorinfo]
  record [list error $message]
  close $::record
  tcl_exit 1
}
close $::record
