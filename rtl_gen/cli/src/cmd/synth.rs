//! `espalier synth`.

use std::path::PathBuf;

use serde::Serialize;
use toolbox::synth::{self, Reader, SynthJob, SynthReport};

use crate::failure::{Failure, Result, tool};
use crate::limits::{self, bram36};
use crate::manifest::Emission;
use crate::output::{json, table};
use crate::papers::{TABLE_III, Total, Yardstick, yardstick};
use crate::synth_job::synth_job;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Units to synthesise, by kind or module name; all of the folder's if there are none.
    units: Vec<String>,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// Read with slang and synthesise with Yosys 0.70 instead of 0.23.
    #[arg(long)]
    slang: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    kind: &'a str,
    #[serde(flatten)]
    report: &'a SynthReport,
    over: Vec<String>,
}

/// Synthesises, prints, and fails if a unit costs more than its limit, which is set for Yosys 0.23.
pub fn run(args: &Args) -> Result {
    let emission = Emission::open(&args.rtl)?;
    let modules = emission.select(&args.units)?;
    let reader = if args.slang { Reader::Slang } else { Reader::Verilog };
    let jobs: Vec<SynthJob> = modules.iter().map(|module| synth_job(&emission, module, reader)).collect();
    let reports: Vec<SynthReport> = synth::run_all(&jobs, |job, result| {
        if let Ok(report) = result
            && !report.cached
        {
            eprintln!("synthesised {} in {:.0} s", job.top, report.seconds);
        }
    })
    .into_iter()
    .collect::<Result<_, _>>()
    .map_err(tool)?;
    let rows: Vec<Row<'_>> = modules
        .iter()
        .zip(&reports)
        .map(|(module, report)| {
            let over = if args.slang { Vec::new() } else { limits::over(module, report) };
            Row { kind: &module.kind, report, over }
        })
        .collect();
    if args.json {
        json(&rows)?;
    } else {
        print(&rows, &reports);
    }
    let over: Vec<String> =
        rows.iter().flat_map(|row| row.over.iter().map(|text| format!("{}: {text}", row.report.top))).collect();
    if over.is_empty() { Ok(()) } else { Err(Failure::Check(over.join("; "))) }
}

fn print(rows: &[Row<'_>], reports: &[SynthReport]) {
    let header = ["unit", "LUT", "INV", "LUTRAM", "SRL", "FF", "DSP", "BRAM36", "URAM", "depth", "fan-out"];
    let mut lines: Vec<Vec<String>> = Vec::new();
    for row in rows {
        let r = row.report;
        let mut line = vec![r.top.clone()];
        line.extend([r.lut, r.inv, r.lutram, r.srl, r.ff, r.dsp].map(|n| n.to_string()));
        line.extend([bram36(r).to_string(), r.uram.to_string(), r.depth.to_string(), r.fanout.pins.to_string()]);
        lines.push(line);
    }
    for row in TABLE_III.iter().filter(|row| rows.iter().any(|unit| unit.kind == row.kind)) {
        for (which, cost) in [("approximated", row.approximated), ("original HLS", row.original)] {
            let mut line = vec![format!("{} in HeatViT, {which}", row.kind)];
            line.extend([cost.lut.to_string(), String::new(), String::new(), String::new()]);
            line.extend([cost.ff.to_string(), cost.dsp.to_string()]);
            lines.push(line);
        }
    }
    let mut yardsticks: Vec<&Yardstick> = rows.iter().filter_map(|row| yardstick(row.kind)).collect();
    yardsticks.dedup_by_key(|yardstick| yardstick.part.name);
    for total in yardsticks.iter().flat_map(|yardstick| yardstick.papers.iter().chain([&yardstick.part])) {
        lines.push(total_line(total));
    }
    lines.iter_mut().for_each(|line| line.resize(header.len(), String::new()));
    table(&header, &lines);
    for row in rows.iter().filter(|row| yardstick(row.kind).is_some()) {
        outln!("{}: the net that drives most is {}", row.report.top, row.report.fanout.net);
    }
    let tool = reports.first().map_or("Yosys", |report| report.tool.as_str());
    outln!(
        "UltraScale+ by {tool}: DSP, BRAM and URAM are exact; LUT and FF are upper bounds, for no register is packed \
         into a DSP. INV are absorbed by LUTs in Vivado. Depth is logic levels between registers: \
         LUTs, and a run of carry as one."
    );
}

fn total_line(total: &Total) -> Vec<String> {
    let text = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut line = vec![total.name.to_owned(), total.lut.to_string()];
    line.extend([String::new(), String::new(), String::new(), text(total.ff)]);
    line.extend([total.dsp.to_string(), total.bram36.to_string(), text(total.uram)]);
    line
}
