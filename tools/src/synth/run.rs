//! Running Yosys, and the cache of its results.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::netlist::Netlist;
use super::{Reader, SynthJob, SynthReport, cells, fanout, levels, registers};
use crate::lint::yosys::{quoted, read_slang};
use crate::{Error, Found, Result, Tool, batch, dirs, exec, find, heap};

/// Part of what the cache is asked by: changes when what is read off a netlist does.
const RULER: &str = "levels with carry 2, registers beside modules of logic, fan-out without aclk";

/// Synthesises a design, or takes the result from the cache if nothing that matters has changed.
///
/// # Errors
/// Yosys is missing, a file cannot be read, or Yosys refuses the design (its own message is in the error).
///
/// ```no_run
/// use toolbox::synth::{self, SynthJob};
/// let report = synth::run(&SynthJob::new("gelu", ["rtl/gelu.sv"]))?;
/// assert!(report.dsp <= 2 && report.depth <= 8);
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn run(job: &SynthJob) -> Result<SynthReport> {
    let tool = find::ensure(match job.reader {
        Reader::Verilog => Tool::Yosys,
        Reader::Slang => Tool::Pyosys,
    })?;
    let label = format!("{} {}", tool.tool.name(), tool.version.clone().unwrap_or_default());
    let entry = dirs::cache_dir().join("synth").join(format!("{}.json", key(job, &label)?));
    if let Some(report) = fs::read(&entry).ok().and_then(|json| serde_json::from_slice(&json).ok()) {
        return Ok(SynthReport { cached: true, ..report });
    }
    let start = Instant::now();
    let netlist = yosys(job, &tool)?;
    let (top, mut report) = (&job.top, cells::count(&job.top, &label, netlist.primitives(&job.top)));
    report.deepest = levels::deepest(&netlist, top);
    report.depth = report.deepest.levels;
    report.fanout = fanout::largest(&netlist, top);
    report.unregistered = registers::missing(&netlist, top);
    report.seconds = start.elapsed().as_secs_f64();
    store(&entry, &report)?;
    Ok(report)
}

/// As [`run`] for many designs, two at a time, each with its own outcome, which `done` is shown as soon as it is there.
pub fn run_all(jobs: &[SynthJob], done: impl Fn(&SynthJob, &Result<SynthReport>) + Sync) -> Vec<Result<SynthReport>> {
    exec::in_parallel(jobs, |job| {
        let result = run(job);
        done(job, &result);
        result
    })
}

fn key(job: &SynthJob, label: &str) -> Result<String> {
    let mut hash = Sha256::new();
    for part in [label, RULER, &script(job, "", Path::new("")).join("\n")] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    for file in &job.files {
        let text = fs::read(file).map_err(Error::io(file))?;
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// The commands, run in a folder of their own; they leave `netlist.json` in `out`. A module that is a DSP stays one.
fn script(job: &SynthJob, read: &str, out: &Path) -> Vec<String> {
    let flat = if job.flatten { " -flatten" } else { "" };
    let top = &job.top;
    vec![
        read.to_owned(),
        format!("hierarchy -check -top {top}"),
        "setattr -mod -set keep_hierarchy 1 A:use_dsp".to_owned(),
        format!("synth_xilinx -family xcup{flat} -noiopad -noclkbuf -top {top}"),
        format!("write_json {}", out.join("netlist.json").display()),
    ]
}

fn yosys(job: &SynthJob, tool: &Found) -> Result<Netlist> {
    let dir = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let files: Vec<PathBuf> = job.files.iter().map(absolute).collect::<Result<_>>()?;
    match job.reader {
        Reader::Verilog => {
            let commands = script(job, &format!("read_verilog -sv {}", quoted(&files)), Path::new(""));
            let path = dir.path().join("run.ys");
            fs::write(&path, commands.join("\n")).map_err(Error::io(&path))?;
            let mut command = Command::new(&tool.path);
            exec::run(heap::with_quick_heap(&mut command).args(["-q", "-s", "run.ys"]).current_dir(dir.path()))?;
        }
        Reader::Slang => {
            let read = read_slang(&job.top, &files, &dir.path().join("files.f"))?;
            let batch = serde_json::json!([{ "commands": script(job, &read, dir.path()) }]);
            let logs = batch::batch(Tool::Pyosys, batch::PYOSYS, &batch, 1, |output| &output.stdout)?;
            if let Some(log) = logs.iter().find(|log| log.failed) {
                let tail: Vec<_> = log.text.lines().rev().take(20).collect();
                let message = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
                return Err(Error::Failed { program: "pyosys".into(), status: "error".into(), message });
            }
        }
    }
    let path = dir.path().join("netlist.json");
    let text = fs::read(&path).map_err(Error::io(&path))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Run { program: "yosys write_json".into(), reason: error.to_string() })
}

fn absolute(file: &PathBuf) -> Result<PathBuf> {
    std::path::absolute(file).map_err(Error::io(file))
}

fn store(entry: &Path, report: &SynthReport) -> Result<()> {
    let dir = entry.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(Error::io(dir))?;
    let file = tempfile::NamedTempFile::new_in(dir).map_err(Error::io(dir))?;
    let json = serde_json::to_vec_pretty(report).unwrap_or_default();
    fs::write(file.path(), json).map_err(Error::io(file.path()))?;
    file.persist(entry).map_err(|error| Error::Io { path: entry.to_owned(), source: error.error })?;
    Ok(())
}
