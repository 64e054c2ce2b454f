# SPDX-License-Identifier: MIT OR Apache-2.0
# Shared by the scripts beside it: reads a top's files, synthesises it out of context, reports utilisation and timing,
# and fails on a latch, on a memory file that is not there, and on negative slack. Emitted by espalier; it is yours.
#
# Set before: here, rtl, top, sources, constraints. Arguments: part, clock period in ns.

proc fail {message} {
  puts stderr "ERROR: $message"
  exit 1
}

set part xcu250-figd2104-2L-e
set period 3.333
if {[llength $argv] > 0} {set part [lindex $argv 0]}
if {[llength $argv] > 1} {set period [lindex $argv 1]}
if {![string is double -strict $period] || $period <= 0} {
  fail "the clock period `$period` is not a number of nanoseconds above 0"
}

# Every source and every memory file that a source names must exist.
set files {}
foreach source $sources {
  set path [file join $rtl $source]
  if {![file isfile $path]} {fail "the source $path does not exist"}
  lappend files $path
  set channel [open $path r]
  set text [read $channel]
  close $channel
  foreach {- memory} [regexp -all -inline {\$readmem[hb]\s*\(\s*"([^"]+)"} $text] {
    if {![file isfile $memory] && ![file isfile [file join $rtl $memory]]} {
      fail "$source reads the memory file $memory, which does not exist"
    }
  }
}

read_verilog -sv $files
read_xdc -unmanaged -mode out_of_context $constraints
synth_design -top $top -part $part -mode out_of_context -flatten_hierarchy rebuilt

set reports [file join [pwd] reports]
file mkdir $reports
report_utilization -hierarchical -file [file join $reports ${top}_utilization.rpt]
report_timing_summary -max_paths 10 -file [file join $reports ${top}_timing.rpt]

set latches [get_cells -hierarchical -quiet -filter {PRIMITIVE_SUBGROUP == LATCH}]
if {[llength $latches] > 0} {fail "$top has latches: $latches"}

set paths [get_timing_paths -quiet -max_paths 1 -delay_type max]
if {[llength $paths] == 0} {
  puts "$top has no timing path"
} else {
  set slack [get_property SLACK [lindex $paths 0]]
  puts "$top on $part at $period ns: worst slack $slack ns"
  if {$slack < 0} {fail "$top misses its clock by [expr {-$slack}] ns"}
}
