//! Icarus and the recorded Vivado.

use std::path::PathBuf;

use toolbox::icarus::{Simulation, simulate};
use toolbox::tcl::{Script, record};
use toolbox::{Error, Tool, need};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

const BENCH: &str = "module bench;
  logic clk = 0, rst = 1;
  logic [7:0] a [0:3];
  logic [7:0] q;
  clean u_dut (.clk_i(clk), .rst_i(rst), .a_i(a[0]), .q_o(q));
  initial begin
    $readmemh(\"a.hex\", a);
    #1 $display(\"%b\", q);
    #1 clk = 1; #1 clk = 0; rst = 0;
    #1 clk = 1; #1 clk = 0;
    $display(\"%0d\", q);
    $finish;
  end
endmodule
";

#[test]
fn icarus_starts_from_unknown_and_reads_its_inputs() {
    if !need::present(Tool::Icarus, "a four-state run").expect("icarus") {
        return;
    }
    let inputs = vec![("a.hex".to_owned(), "2a 0 0 0".to_owned()), ("bench.sv".to_owned(), BENCH.to_owned())];
    let run = simulate(&Simulation { top: "bench".to_owned(), files: vec![fixture("clean.sv")], inputs });
    assert_eq!(run.expect("it runs").stdout.lines().collect::<Vec<_>>(), ["xxxxxxxx", "42"]);
}

#[test]
fn icarus_shows_its_own_message() {
    if !need::present(Tool::Icarus, "a run that fails").expect("icarus") {
        return;
    }
    let broken = Simulation { top: "broken".to_owned(), files: vec![fixture("broken.sv")], inputs: Vec::new() };
    assert!(matches!(simulate(&broken), Err(Error::Failed { message, .. }) if message.contains("broken.sv:9")));
    let fatal = "module bench; initial $fatal(1, \"went wrong\"); endmodule".to_owned();
    let inputs = vec![("bench.sv".to_owned(), fatal)];
    let run = simulate(&Simulation { top: "bench".to_owned(), inputs, ..Simulation::default() });
    assert!(matches!(run, Err(Error::Failed { message, .. }) if message.contains("went wrong")));
}

#[test]
fn vivado_commands_are_recorded_and_answered() {
    if !need::present(Tool::Tclsh, "a recorded Vivado script").expect("tclsh") {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("run.tcl");
    let text = "read_verilog -sv [list {a b.sv} c.sv]
synth_design -top $argc -mode out_of_context
if {[llength [get_cells -filter latch]]} {error latches}
set slack [get_property SLACK [get_timing_paths]]
if {$slack < 0} {puts slow; exit 3}
";
    std::fs::write(&path, text).expect("written");
    let good = record(&Script { args: vec!["x".into()], ..Script::new(&path, dir.path()) }).expect("it runs");
    assert!(good.success, "{}", good.text);
    assert_eq!(good.calls("read_verilog").next().expect("recorded")[1..], ["-sv", "{a b.sv} c.sv"]);
    assert_eq!(good.calls("synth_design").next().expect("recorded")[2], "1");
    let slow = record(&Script { slack: Some(-0.1), ..Script::new(&path, dir.path()) }).expect("it runs");
    assert!(!slow.success && slow.text.contains("slow"));
    let latch = record(&Script { latches: 2, ..Script::new(&path, dir.path()) }).expect("it runs");
    assert!(!latch.success && latch.text.contains("latches"));
    std::fs::write(&path, "no_such_command\n").expect("written");
    assert!(!record(&Script::new(&path, dir.path())).expect("it runs").success);
}
