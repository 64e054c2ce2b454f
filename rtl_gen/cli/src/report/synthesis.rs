//! What units, engines and selectors cost, by Yosys.

use spec::UnitConfig;
use spec::manifest::Module;
use spec::unit::TopK;
use toolbox::synth::{self, Reader, SynthJob, SynthReport};

use crate::config::{self, UnitSet};
use crate::emit::{self, MANIFEST};
use crate::failure::{Failure, Result, tool};
use crate::files::replace_dir;
use crate::manifest::{self, Emission};
use crate::run::bar;
use crate::synth_job::synth_job;

/// The engines at the papers' size.
const ENGINES: &str = include_str!("../../../engines.toml");
/// The selectors.
const SELECTORS: &str = include_str!("../../../selectors.toml");

/// A unit and what it costs.
pub struct Costed {
    /// Its manifest entry.
    pub module: Module,
    /// What it costs.
    pub report: SynthReport,
}

/// A selector, what it costs and how long it takes.
pub struct Selector {
    /// Its configuration.
    pub config: TopK,
    /// What it costs.
    pub report: SynthReport,
}

/// All that is synthesised.
pub struct Synthesis {
    /// The tool and its version.
    pub tool: String,
    /// The reference configurations.
    pub units: Vec<Costed>,
    /// The engines.
    pub engines: Vec<Costed>,
    /// The selectors.
    pub selectors: Vec<Selector>,
}

/// Synthesises what the cache does not have.
pub fn run(quiet: bool) -> Result<Synthesis> {
    let dir = tempfile::tempdir().map_err(|error| {
        Failure::input(format!("cannot make a temporary folder: {error}"), "make room where temporary files go")
    })?;
    let mut sets = Vec::new();
    for (name, text) in
        [("reference.toml", config::REFERENCE), ("engines.toml", ENGINES), ("selectors.toml", SELECTORS)]
    {
        let emission = emit::emit(&UnitSet::parse(name, text)?)?;
        let folder = dir.path().join(name);
        replace_dir(&folder, &emit::rtl(&emission)?, |file| file == MANIFEST)?;
        sets.push(Emission::open(&folder)?);
    }
    let mut jobs = Vec::new();
    let mut modules: Vec<(usize, Module)> = Vec::new();
    for (set, emission) in sets.iter().enumerate() {
        for module in emission.select(&[])? {
            jobs.push(synth_job(emission, module, Reader::Verilog));
            modules.push((set, module.clone()));
        }
    }
    let bar = bar(jobs.len(), "synthesis", quiet);
    let done = |job: &SynthJob, _: &toolbox::Result<SynthReport>| {
        bar.set_message(job.top.clone());
        bar.inc(1);
    };
    let reports = synth::run_all(&jobs, done);
    bar.finish_and_clear();
    let mut synthesis =
        Synthesis { tool: String::new(), units: Vec::new(), engines: Vec::new(), selectors: Vec::new() };
    for ((set, module), report) in modules.into_iter().zip(reports) {
        let report = report.map_err(tool)?;
        synthesis.tool.clone_from(&report.tool);
        match (set, manifest::config(&module)) {
            (2, Ok(UnitConfig::TopK(config))) => synthesis.selectors.push(Selector { config, report }),
            (1, _) => synthesis.engines.push(Costed { module, report }),
            _ => synthesis.units.push(Costed { module, report }),
        }
    }
    Ok(synthesis)
}
