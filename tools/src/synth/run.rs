//! Running Yosys, and the cache of its results.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::{Fanout, Reader, SynthJob, SynthReport, cells, fanout};
use crate::lint::yosys::{quoted, read_slang};
use crate::{Error, Found, Result, Tool, batch, dirs, exec, find};

const CUTS: &str = include_str!("../../scripts/depth_cuts.v");
const MEMORIES: &str = include_str!("../../scripts/depth_memories.v");
const CARRY: &str = include_str!("../../scripts/depth_carry.v");
const BLOCKS: &str = include_str!("../../scripts/depth_blocks.v");

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
    let (stat, depth, fanout) = yosys(job, &tool)?;
    let cells = cell_counts(&stat, &job.top)?;
    let counted = cells::count(&job.top, &label, cells, depth, fanout);
    let report = SynthReport { seconds: start.elapsed().as_secs_f64(), ..counted };
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
    let script = script(job, has_dsps(job)?, "", Path::new("")).join("\n");
    let chains = if job.carry_chains { [CARRY, BLOCKS].as_slice() } else { &[] };
    for part in [label, &job.top, &script, CUTS, MEMORIES].iter().chain(chains) {
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

/// Whether modules are marked to be a DSP each.
fn has_dsps(job: &SynthJob) -> Result<bool> {
    let marked = |file: &PathBuf| {
        let text = fs::read_to_string(file).map_err(Error::io(file))?;
        Ok(text.contains("(* use_dsp = \"yes\" *)\nmodule "))
    };
    job.files.iter().try_fold(false, |found, file| Ok(found || marked(file)?))
}

/// The commands, run in a folder of their own; they leave `stat.json`, `netlist.json` and `ltp.txt` in `out`. With `dsps`, paths end at the modules
/// that are a DSP each, whose adder is no logic.
fn script(job: &SynthJob, dsps: bool, read: &str, out: &Path) -> Vec<String> {
    let flat = if job.flatten { " -flatten" } else { "" };
    let top = &job.top;
    let chains = |command: String| if job.carry_chains { command } else { String::new() };
    let path = |name: &str| out.join(name).display().to_string();
    [
        read.to_owned(),
        format!("hierarchy -check -top {top}"),
        "design -save source".to_owned(),
        format!("synth_xilinx -family xcup{flat} -noiopad -noclkbuf -top {top}"),
        format!("tee -q -o {} stat -json -top {top}", path("stat.json")),
        format!("write_json {}", path("netlist.json")),
        "design -load source".to_owned(),
        if dsps { "setattr -mod -set keep_hierarchy 1 A:use_dsp=yes".to_owned() } else { String::new() },
        format!("prep{flat} -top {top}"),
        "memory_dff".to_owned(),
        chains("peepopt".to_owned()),
        "opt -full".to_owned(),
        if dsps { "delete A:use_dsp=yes".to_owned() } else { String::new() },
        "memory_map -rom-only".to_owned(),
        format!("techmap -map {}", path("depth_cuts.v")),
        chains(format!("techmap -map {}", path("depth_carry.v"))),
        "techmap".to_owned(),
        "opt -full".to_owned(),
        format!("techmap -map {}", path("depth_memories.v")),
        chains(format!("techmap -map {}", path("depth_blocks.v"))),
        "abc -lut 6".to_owned(),
        // Instances of modules that were kept would count as one level from any input to any output.
        if job.flatten && !dsps { String::new() } else { "chtype -set cut_instance t:* t:$* %d".to_owned() },
        format!("tee -q -o {} ltp -noff", path("ltp.txt")),
    ]
    .into_iter()
    .filter(|command| !command.is_empty())
    .collect()
}

fn yosys(job: &SynthJob, tool: &Found) -> Result<(String, u32, Fanout)> {
    let dir = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let rules =
        [("depth_cuts.v", CUTS), ("depth_memories.v", MEMORIES), ("depth_carry.v", CARRY), ("depth_blocks.v", BLOCKS)];
    for (name, text) in rules {
        let path = dir.path().join(name);
        fs::write(&path, text).map_err(Error::io(&path))?;
    }
    let files: Vec<PathBuf> = job.files.iter().map(absolute).collect::<Result<_>>()?;
    match job.reader {
        Reader::Verilog => {
            let commands = script(job, has_dsps(job)?, &format!("read_verilog -sv {}", quoted(&files)), Path::new(""));
            let path = dir.path().join("run.ys");
            fs::write(&path, commands.join("\n")).map_err(Error::io(&path))?;
            exec::run(Command::new(&tool.path).args(["-q", "-s", "run.ys"]).current_dir(dir.path()))?;
        }
        Reader::Slang => {
            let read = read_slang(&job.top, &files, &dir.path().join("files.f"))?;
            let batch = serde_json::json!([{ "commands": script(job, has_dsps(job)?, &read, dir.path()) }]);
            let logs = batch::batch(Tool::Pyosys, batch::PYOSYS, &batch, 1, |output| &output.stdout)?;
            if let Some(log) = logs.iter().find(|log| log.failed) {
                let tail: Vec<_> = log.text.lines().rev().take(20).collect();
                let message = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
                return Err(Error::Failed { program: "pyosys".into(), status: "error".into(), message });
            }
        }
    }
    let read = |name: &str| {
        let path = dir.path().join(name);
        fs::read_to_string(&path).map_err(Error::io(&path))
    };
    let netlist = serde_json::from_str(&read("netlist.json")?)
        .map_err(|error| Error::Run { program: "yosys write_json".into(), reason: error.to_string() })?;
    Ok((read("stat.json")?, longest(&read("ltp.txt")?), fanout::largest(&netlist, &job.top)))
}

fn absolute(file: &PathBuf) -> Result<PathBuf> {
    std::path::absolute(file).map_err(Error::io(file))
}

/// The largest N of `Longest topological path in M (length=N):`.
fn longest(ltp: &str) -> u32 {
    ltp.split("(length=").skip(1).filter_map(|rest| rest.split(')').next()?.parse().ok()).max().unwrap_or(0)
}

/// The primitives below `top`, every instance counted.
fn cell_counts(stat: &str, top: &str) -> Result<BTreeMap<String, u64>> {
    let unreadable = |reason: &str| Error::Run { program: "yosys stat".into(), reason: reason.into() };
    // Only this part: what Yosys 0.23 writes behind it is no JSON where a design has a hierarchy.
    let modules =
        stat.split_once("\"modules\":").map(|(_, rest)| rest).ok_or_else(|| unreadable("it names no module"))?;
    let mut values = serde_json::Deserializer::from_str(modules).into_iter::<serde_json::Value>();
    let modules = values.next().and_then(Result::ok).ok_or_else(|| unreadable("its list of modules is no JSON"))?;
    let mut totals = BTreeMap::new();
    add_module(&modules, top, 1, &mut totals);
    Ok(totals)
}

fn add_module(modules: &serde_json::Value, name: &str, times: u64, totals: &mut BTreeMap<String, u64>) {
    let Some(cells) = modules[format!("\\{name}")]["num_cells_by_type"].as_object() else { return };
    for (cell, count) in cells {
        let count = times * count.as_u64().unwrap_or(0);
        let child = cell.trim_start_matches('\\');
        if modules.get(format!("\\{child}")).is_some() {
            add_module(modules, child, count, totals);
        } else {
            *totals.entry(child.to_owned()).or_default() += count;
        }
    }
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
