//! Icarus Verilog as a second, four-state simulator.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Error, Result, Tool, exec, find};

/// A testbench and what it needs.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    /// The testbench's module.
    pub top: String,
    /// SystemVerilog files, in compile order.
    pub files: Vec<PathBuf>,
    /// Files that are written into the folder of the run before it starts: generated testbenches (a name that ends
    /// in `.sv` is compiled, after `files`) and data for `$readmemh`.
    pub inputs: Vec<(String, String)>,
}

/// What a simulation said.
#[derive(Clone, Debug)]
pub struct Run {
    /// What `$display` printed, and whatever the simulator added.
    pub stdout: String,
    /// Wall time of compilation and run.
    pub seconds: f64,
}

/// Compiles and runs a testbench, which must call `$finish`.
///
/// # Errors
/// Icarus is missing, refuses the files, or the run ends with `$fatal`.
///
/// ```no_run
/// use toolbox::icarus::{Simulation, simulate};
/// let bench = "module bench; initial begin $display(\"%b\", 1'bx); $finish; end endmodule";
/// let inputs = vec![("bench.sv".to_owned(), bench.to_owned())];
/// let run = simulate(&Simulation { top: "bench".to_owned(), inputs, ..Simulation::default() })?;
/// assert_eq!(run.stdout.trim(), "x");
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn simulate(simulation: &Simulation) -> Result<Run> {
    let icarus = find::locate(Tool::Icarus)?.path;
    let vvp = icarus.with_file_name("vvp");
    let dir = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let mut compile = Command::new(icarus);
    compile.args(["-g2012", "-Wall", "-o", "run.vvp", "-s", &simulation.top]).current_dir(dir.path());
    for file in &simulation.files {
        compile.arg(std::path::absolute(file).map_err(Error::io(file))?);
    }
    for (name, text) in &simulation.inputs {
        let path = dir.path().join(name);
        fs::write(&path, text).map_err(Error::io(&path))?;
        if name.ends_with(".sv") {
            compile.arg(name);
        }
    }
    let compiled = exec::run(&mut compile)?;
    let run = exec::run(Command::new(vvp).args(["-n", "run.vvp"]).current_dir(dir.path()))?;
    Ok(Run { stdout: run.stdout, seconds: compiled.seconds + run.seconds })
}
