# SPDX-License-Identifier: MIT OR Apache-2.0
# Shared by the scripts beside it: packages a top as an IP core for Vivado's block designs, and fails where Vivado does not
# find all of its interfaces. Emitted by espalier; it is yours.
#
# Set before: here, rtl, top, sources, interfaces. Arguments: folder of the IP core, part.

proc fail {message} {
  puts stderr "ERROR: $message"
  exit 1
}

set out [file join [pwd] ip $top]
set part xczu9eg-ffvb1156-2-e
if {[llength $argv] > 0} {set out [file normalize [lindex $argv 0]]}
if {[llength $argv] > 1} {set part [lindex $argv 1]}

set files {}
foreach source $sources {
  set path [file join $rtl $source]
  if {![file isfile $path]} {fail "the source $path does not exist"}
  lappend files $path
}

create_project -force package [file join $out project] -part $part
add_files -norecurse $files
set_property top $top [current_fileset]
update_compile_order -fileset [current_fileset]

# Clock, reset, interrupt and buses are found by the attributes of the top's ports.
ipx::package_project -root_dir $out -vendor user -library user -taxonomy /UserIP -import_files
set core [ipx::current_core]
set_property name $top $core
set_property display_name $top $core
set_property version 1.0 $core
set_property supported_families {zynquplus Production virtexuplus Production kintexuplus Production} $core
foreach interface $interfaces {
  if {[llength [ipx::get_bus_interfaces -quiet $interface -of_objects $core]] == 0} {
    fail "Vivado does not find the interface $interface of $top"
  }
}

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
close_project
puts "$top is in $out: add this folder to the project's ip_repo_paths"
