//! One image on the accelerator's core, in simulation: when each job was done, and what the array did meanwhile.

use compile::Compiled;
use model::{generated, generated_image};
use reference::network::{Core as Reference, fit_thresholds, run};
use serde::{Deserialize, Serialize};
use sim::{OptLevel, Sources};
use spec::accel::{Core, Counts, Destination, Instruction, VectorOp};
use spec::network::{Architecture, CoreUnits, Network, Pruning};
use tb::axi::{Memory, Timing};
use tb::jobs::encoder::Counters;
use tb::{Bench, Unit};

use super::Store;
use crate::failure::{self, Failure, Result};
use crate::run::bar;

/// HeatViT's middle keep setting of DeiT-S (Table VII).
const KEEP: [f64; 3] = [0.70, 0.39, 0.21];
/// Samples of the array's counters in an image.
const SAMPLES: u64 = 480;
/// Addresses of program, results and all else.
const PLACES: [u64; 3] = [0x1000, 0x10_0000, 0x20_0000];
/// The memory behind the core.
const BYTES: usize = 48 << 20;
/// Cycles without a transfer: attention needs none.
const WATCHDOG: u64 = 200_000;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Layers of attention, the patches' and the head.
    Layer,
    /// Scores and context.
    Attention,
    /// The MLP's layers.
    Mlp,
    /// A token selector's products, or what else it does.
    Selector,
    /// Loads and stores.
    Move,
    /// Layer norm.
    Norm,
}

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Span {
    /// Whether the vector unit did it, not the array.
    pub vector: bool,
    /// What it was.
    pub kind: Kind,
    /// When all that it waits for was done and the one before it, too.
    pub begin: u64,
    /// When it was done.
    pub end: u64,
}

/// What the array did between two samples.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Useful products over those that there could have been, in per cent.
    pub mac_use: f64,
    /// Cycles without a row by [`Counters::CAUSES`], in per cent.
    pub waits: [f64; 6],
}

/// What was counted in a layer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Layer {
    /// The reference's checkpoint at its end.
    pub name: String,
    /// Tokens that it leaves.
    pub tokens: usize,
    /// Its cycles, those in which the array multiplied, and those in which it had no work.
    pub cycles: u64,
    pub mac_cycles: u64,
    pub idle: u64,
    /// Cycles without a row by [`Counts::CAUSES`].
    pub waits: [u64; 6],
}

/// One image.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timeline {
    /// Its cycles.
    pub cycles: u64,
    /// Cycles of a sample.
    pub period: u64,
    /// Jobs in the order of the program.
    pub spans: Vec<Span>,
    /// The array, from the start on.
    pub samples: Vec<Sample>,
    /// Since when there were so many tokens.
    pub tokens: Vec<(u64, usize)>,
    /// When the first layer began.
    pub layers_begin: u64,
    /// Layers, each behind the one before it.
    pub layers: Vec<Layer>,
}

/// Simulates the image, unless the store has the result.
pub fn measure(store: &Store, quiet: bool) -> Result<Timeline> {
    let core = Core::zcu102();
    let mut emitter = units::Emitter::new("");
    accel::emit(&core.clone().into(), &mut emitter).map_err(Failure::defect)?;
    let emission = emitter.finish();
    let mut state: Vec<&str> = emission.files.iter().map(|(_, text)| text.as_str()).collect();
    state.push("v2");
    store.get_or("timeline", &state, || {
        let bar = bar(SAMPLES as usize, "An image of DeiT-S on the core", quiet);
        bar.set_message("compiling");
        let name = core.module_name();
        let module = emission.manifest.module(&name).ok_or_else(|| Failure::defect("the core was not emitted"))?;
        let needed = emission.files.iter().filter(|(file, _)| module.sources.contains(file));
        let sources = needed.fold(Sources::new(&name), |sources, (file, text)| sources.text(file, text));
        let unit = Unit::new(module.clone(), sources);
        let unit = unit.configure(|build| build.opt_level(OptLevel::O3).assertions(false));
        let mut bench = unit.bench().map_err(failure::bench)?;
        let (network, pixels, kept) = network(&core).map_err(Failure::defect)?;
        let compiled = compile::compile(&core, &network, false).map_err(Failure::defect)?;
        let predicted = predict::predict(&core, &compiled.program, &kept, Timing::zcu102().latency).cycles;
        let period = predicted / SAMPLES;
        let recorded = record(&mut bench, &core, &compiled, &pixels, period, &|sample| {
            bar.set_position(sample.min(SAMPLES));
            bar.set_message(format!("cycle {} of about {predicted}", sample * period));
        });
        let timeline = recorded.map_err(failure::bench)?.timeline(&core, &compiled, &kept, period);
        bar.finish_and_clear();
        Ok(timeline)
    })
}

/// A network, an image, and the tokens behind each selector.
type Subject = (Network, Vec<i32>, Vec<u32>);

/// DeiT-S with random weights, whose selectors keep as many tokens as the paper's; an image, and the tokens behind each selector.
fn network(core: &Core) -> std::result::Result<Subject, Box<dyn std::error::Error>> {
    let arch = Architecture::deit(6, Pruning::Heatvit { before: vec![3, 6, 9] });
    let checkpoint = generated("deit-s", arch, 1)?;
    let pixels = checkpoint.integers(&generated_image(&checkpoint.arch, 1));
    let mut network = checkpoint.quantise_for(&CoreUnits::new(core.array(), core.max_embed, core.t_i))?;
    let keep = KEEP.map(|share| (share * network.arch.patches() as f64).ceil() as usize);
    let backend = |network: &Network| Ok::<_, spec::ConfigError>(Reference::new(network)?.with_relative_softmax(core));
    let mut fitting = backend(&network)?;
    fit_thresholds(&mut network, &mut fitting, &pixels, &keep)?;
    let trace = run(&network, &mut backend(&network)?, &pixels)?;
    let kept = trace.kept.iter().map(|kept| kept.len() as u32 + 2).collect();
    Ok((network, pixels, kept))
}

/// When jobs were done, of the array and of the vector unit, and the array's counters every so many cycles.
struct Recorded {
    cycles: u64,
    ends: [Vec<u64>; 2],
    counters: Vec<Counters>,
    layers: Vec<(String, Counts)>,
}

fn record(
    bench: &mut Bench,
    core: &Core,
    compiled: &Compiled,
    pixels: &[i32],
    period: u64,
    progress: &dyn Fn(u64),
) -> tb::Result<Recorded> {
    let [program, result, base] = PLACES;
    let memory = Memory::new(0, BYTES, Timing::zcu102());
    let groups = (0..core.t_h).map(|group| format!("weights{group}_m_axi"));
    let ports: Vec<String> = groups.chain(["code", "side", "store"].map(|name| format!("{name}_m_axi"))).collect();
    memory.attach(bench, &ports.iter().map(String::as_str).collect::<Vec<_>>())?;
    bench.set_watchdog(WATCHDOG);
    memory.write(program, &compiled.program_bytes());
    memory.write(base, compiled.memory.bytes());
    memory.write(base + compiled.memory.address(compiled.image_at), &compiled.image_bytes(pixels));
    let length = compiled.program.len() as u64;
    for (name, value) in
        [("program_i", program), ("base_i", base), ("result_i", result), ("length_i", length), ("start_i", 1)]
    {
        let port = bench.model().port(name)?;
        bench.model().set(port, value);
    }
    let from = bench.cycle();
    bench.step()?;
    let [start, done, matrix, vector] =
        ["start_i", "done_o", "matrix_jobs_o", "vector_jobs_o"].map(|name| bench.model().port(name));
    let (start, done, counts) = (start?, done?, [matrix?, vector?]);
    bench.model().set(start, 0);
    let (mut ends, mut counters) = ([vec![], vec![]], vec![Counters::read(bench.model())?]);
    while bench.model().get(done) == 0 {
        bench.step_watched()?;
        let cycle = bench.cycle() - from;
        for (ends, port) in ends.iter_mut().zip(counts) {
            ends.resize((bench.model().get(port) as usize).max(ends.len()), cycle);
        }
        if cycle.is_multiple_of(period) {
            counters.push(Counters::read(bench.model())?);
            progress(cycle / period);
        }
    }
    let layers = compiled.layer_counts(|at, bytes| -> tb::Result<()> {
        bytes.copy_from_slice(&memory.read(base + compiled.memory.address(at), bytes.len()));
        Ok(())
    })?;
    Ok(Recorded { cycles: bench.cycle() - from, ends, counters, layers })
}

impl Recorded {
    fn timeline(&self, core: &Core, compiled: &Compiled, kept: &[u32], period: u64) -> Timeline {
        let mut given = [0usize; 2];
        let mut spans = Vec::new();
        let mut tokens = Vec::new();
        let mut kept = kept.iter();
        let after = |part: usize, count: u32| match count {
            0 => 0,
            count => self.ends[part].get(count as usize - 1).copied().unwrap_or(self.cycles),
        };
        for instruction in &compiled.program {
            let (part, kind, waits) = match instruction {
                Instruction::Matrix(job) => (0, product(job), (job.after_matrix, job.after_vector)),
                Instruction::Vector(job) => (1, stream(job.op), (job.after_matrix, job.after_vector)),
                Instruction::Tokens(count) => {
                    tokens.push((0, *count as usize));
                    continue;
                }
                Instruction::Wait { after_vector, .. } => {
                    tokens.extend(kept.next().map(|count| (after(1, *after_vector), *count as usize)));
                    continue;
                }
                Instruction::End => continue,
            };
            let end = self.ends[part].get(given[part]).copied().unwrap_or(self.cycles);
            let begin = after(part, given[part] as u32).max(after(0, waits.0)).max(after(1, waits.1)).min(end);
            given[part] += 1;
            spans.push(Span { vector: part == 1, kind, begin, end });
        }
        let percent = |more: u64, most: u64| 100.0 * more as f64 / most as f64;
        let samples = self.counters.windows(2).map(|pair| Sample {
            mac_use: percent(pair[1].macs - pair[0].macs, period * u64::from(core.array().macs())),
            waits: std::array::from_fn(|cause| percent(pair[1].waits[cause] - pair[0].waits[cause], period)),
        });
        let layers = self.layers.iter().map(|(name, counts)| Layer {
            name: name.clone(),
            tokens: counts.tokens as usize,
            cycles: counts.cycles.into(),
            mac_cycles: counts.mac_cycles().into(),
            idle: counts.idle().into(),
            waits: counts.waits.map(u64::from),
        });
        // The first vector job stores the counts that the first layer begins with.
        let (layers_begin, layers) = (after(1, 1), layers.collect());
        let samples = samples.collect();
        Timeline { cycles: self.cycles, period, spans, samples, tokens, layers_begin, layers }
    }
}

fn product(job: &spec::accel::MatrixJob) -> Kind {
    use spec::accel::{Rows, Source};
    match (job.from, job.to) {
        (Source::Scores, _) | (_, Destination::Scores) => Kind::Attention,
        (Source::Features, _) | (_, Destination::Features { .. } | Destination::Logits) => Kind::Selector,
        (Source::Norm, Destination::Act { .. }) if job.gelu => Kind::Mlp,
        (Source::Act, Destination::Act { .. }) => Kind::Selector,
        (Source::Act, Destination::Residual { .. }) if job.from_base == 0 && !matches!(job.rows, Rows::Given(_)) => {
            Kind::Mlp
        }
        _ => Kind::Layer,
    }
}

fn stream(op: VectorOp) -> Kind {
    match op {
        VectorOp::LoadAct | VectorOp::LoadResidual | VectorOp::StoreResidual | VectorOp::Count => Kind::Move,
        VectorOp::LayerNorm => Kind::Norm,
        VectorOp::Measure | VectorOp::Means | VectorOp::Select => Kind::Selector,
    }
}
