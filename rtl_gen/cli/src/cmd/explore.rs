//! `espalier explore`.

use serde::Serialize;
use spec::accel::Core;
use spec::heatvit::{Keep, KeepError, MODELS, Model};
use spec::network::Architecture;

use crate::failure::{Failure, Result};
use crate::output::{json, table};
use crate::suggest::nearest;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The part whose DSPs and block RAMs there are: zcu102, zcu104, kv260, u250.
    #[arg(long, default_value = "zcu102")]
    part: String,
    /// The network: deit-t, deit-s, deit-b, lv-vit-s.
    #[arg(long, default_value = "deit-s")]
    model: String,
    /// Shares of the patches behind three token selectors, such as 0.70/0.39/0.21, or dense; those of HeatViT's Table VII if not given.
    #[arg(long)]
    keep: Option<String>,
    /// Leave out cores of fewer frames a second.
    #[arg(long, default_value_t = 0.0)]
    fps: f64,
    /// The clock in MHz.
    #[arg(long, default_value_t = 150.0)]
    mhz: f64,
    /// Print the cores as JSON.
    #[arg(long)]
    json: bool,
}

/// DSPs and block RAMs of 36 Kbit.
const PARTS: [(&str, u32, u32); 4] =
    [("zcu102", 2520, 912), ("zcu104", 1728, 312), ("kv260", 1248, 144), ("u250", 12_288, 2688)];

/// Cycles from a request to memory to its data.
const LATENCY: u64 = 100;

/// A core that could be built, and what it does at a keep setting.
#[derive(Clone, Debug, Serialize)]
struct Point {
    keep: String,
    core: String,
    macs: u32,
    lanes_in: &'static str,
    dsp: u32,
    bram36: u32,
    cycles: u64,
    fps: f64,
    macs_per_dsp: f64,
}

impl Point {
    /// Whether nothing about `other` is worse and something is better.
    fn is_beaten_by(&self, other: &Self) -> bool {
        let no_worse = other.dsp <= self.dsp && other.bram36 <= self.bram36 && other.cycles <= self.cycles;
        no_worse && (other.dsp, other.bram36, other.cycles) != (self.dsp, self.bram36, self.cycles)
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.keep.clone(),
            self.core.clone(),
            self.macs.to_string(),
            self.lanes_in.to_owned(),
            self.dsp.to_string(),
            self.bram36.to_string(),
            self.cycles.to_string(),
            format!("{:.1}", self.fps),
            format!("{:.2}", self.macs_per_dsp),
        ]
    }
}

/// Prints, for each keep setting, the cores of which none is better in everything, by predicted cycles and counted resources.
pub fn run(args: &Args) -> Result {
    let Some(&(_, dsp, bram36)) = PARTS.iter().find(|part| part.0 == args.part) else {
        let names = PARTS.iter().map(|part| part.0);
        return Err(Failure::input(format!("there is no part `{}`", args.part), nearest(&args.part, names)));
    };
    let model = model(&args.model)?;
    let keeps = keeps(model, args.keep.as_deref())?;
    for (name, value) in [("fps", args.fps), ("mhz", args.mhz)] {
        if !value.is_finite() || value < 0.0 || (name == "mhz" && value == 0.0) {
            return Err(Failure::input(format!("--{name} is {value}"), "give a positive number"));
        }
    }
    let (mut front, mut fastest) = (Vec::new(), 0.0);
    for keep in keeps {
        let arch = model.arch(keep);
        let built = cores(&arch).into_iter().filter_map(|core| point(&core, &arch, keep, args.mhz));
        let fitting: Vec<Point> = built.filter(|point| point.dsp <= dsp && point.bram36 <= bram36).collect();
        fastest = fitting.iter().map(|point| point.fps).fold(fastest, f64::max);
        let unbeaten = |point: &&Point| !fitting.iter().any(|other| point.is_beaten_by(other));
        let mut of_keep: Vec<Point> =
            fitting.iter().filter(unbeaten).filter(|point| point.fps >= args.fps).cloned().collect();
        of_keep.sort_by_key(|point| (point.dsp, point.bram36));
        front.extend(of_keep);
    }
    if fastest == 0.0 {
        let message = format!("no core that runs {} fits on {}", args.model, args.part);
        let help = format!("it has {dsp} DSPs and {bram36} block RAMs; take a larger part or a smaller network");
        return Err(Failure::input(message, help));
    }
    if front.is_empty() {
        let message = format!("no core on {} runs {} at {} frames a second", args.part, args.model, args.fps);
        return Err(Failure::input(
            message,
            format!(
                "the fastest that fits reaches {fastest:.1}; ask for less, keep fewer patches, or take another part"
            ),
        ));
    }
    if args.json {
        return json(&front);
    }
    let rows: Vec<Vec<String>> = front.iter().map(Point::cells).collect();
    table(&["keep", "core", "MACs", "lanes in", "DSP", "BRAM36", "cycles", "FPS", "MACs/DSP/cycle"], &rows);
    outln!(
        "{} on {} ({dsp} DSP, {bram36} BRAM36) at {} MHz: cycles are predicted, not simulated; of the cores listed for a keep setting none is \
         better than another in DSPs, block RAMs and speed.",
        args.model,
        args.part,
        args.mhz
    );
    Ok(())
}

fn model(name: &str) -> Result<&'static Model> {
    Model::named(name).ok_or_else(|| {
        let names = MODELS.iter().map(|model| model.name);
        Failure::input(format!("there is no network `{name}`"), nearest(name, names))
    })
}

/// The keep setting that is asked for, or the paper's of the network.
fn keeps(model: &Model, asked: Option<&str>) -> Result<Vec<Keep>> {
    let Some(text) = asked else { return Ok(model.rows.iter().map(|row| row.keep).collect()) };
    let keep =
        text.parse().map_err(|error: KeepError| Failure::input(format!("--keep is `{text}`"), error.to_string()))?;
    Ok(vec![keep])
}

/// Cores of all sizes whose memories are just large enough.
fn cores(arch: &Architecture) -> Vec<Core> {
    let mut cores = Vec::new();
    for t_h in 1..=8 {
        for t_o in [4, 8, 16, 32] {
            for lane_dsp in [false, true] {
                let t_i = arch.head_width() as u32;
                let grain = t_i * t_h;
                let (max_embed, max_mlp) =
                    ((arch.embed as u32).next_multiple_of(grain), (arch.mlp as u32).next_multiple_of(grain));
                let max_tokens = (arch.tokens() as u32).next_power_of_two();
                cores.push(Core { t_i, t_o, t_h, max_tokens, max_embed, max_mlp, lane_dsp, ..Core::zcu102() });
            }
        }
    }
    cores
}

/// A core's figures at a keep setting, if it can be built and the network runs on it.
fn point(core: &Core, arch: &Architecture, keep: Keep, mhz: f64) -> Option<Point> {
    let program = compile::sketch(core, arch).ok()?;
    let predicted = predict::predict(core, &program, &keep.tokens(arch.patches()), LATENCY);
    let cycles = predicted.cycles + predict::start_up(core, program.len(), LATENCY);
    let resources = predict::resources(core);
    Some(Point {
        keep: keep.to_string(),
        core: core.module_name(),
        macs: core.array().macs(),
        lanes_in: if core.lane_dsp { "DSP" } else { "LUT" },
        dsp: resources.dsp,
        bram36: resources.bram36(),
        cycles,
        fps: mhz * 1e6 / cycles as f64,
        macs_per_dsp: predicted.macs as f64 / cycles as f64 / f64::from(resources.dsp),
    })
}
