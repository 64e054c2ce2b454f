//! HeatViT's Table VII on the core of the ZCU102: whole images of DeiT and LV-ViT in simulation, dense and pruned, beside the paper's rows.
//! `cargo bench -p tb --bench table7 -- deit-t deit-s` leaves the other networks out, `dense` the pruned ones; `checkpoints` compares
//! the residual stream after every layer, which takes time to store; `jobs` lists when each job was done beside its prediction.

mod image;
mod paper;

use std::time::Instant;

use model::{generated, generated_image};
use predict::{Part, Prediction, predict};
use reference::network::{Core as Reference, fit_thresholds, run};
use spec::accel::{Core, Instruction};
use spec::network::{Architecture, CoreUnits, Pruning};
use tb::axi::Timing;
use tb::jobs::encoder::Counters;

use paper::{MODELS, Model, Row};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const HERTZ: f64 = 150e6;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let (options, networks): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| ["dense", "checkpoints", "jobs"].contains(word));
    let mut worst = 0f64;
    for model in MODELS.iter().filter(|model| networks.is_empty() || networks.contains(&model.name)) {
        let core = (model.core)();
        let start = Instant::now();
        let mut board = image::Board::new(&core, &Timing::zcu102())?;
        println!(
            "\n## {} on {}: {} multiply-accumulates a cycle in {} DSPs; model built in {:.1} s\n",
            model.name,
            core.module_name(),
            core.array().macs(),
            predict::resources(&core).dsp,
            start.elapsed().as_secs_f64()
        );
        println!(
            "| keep | tokens | GMACs | cycles | predicted | FPS | paper's FPS | MAC use | MACs per DSP and cycle | paper's | simulated in |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|");
        for row in model.rows.iter().filter(|row| row.keep.is_none() || !options.contains(&"dense")) {
            worst = worst.max(measure(model, row, &core, &mut board, &options)?.abs());
        }
    }
    println!(
        "\nEvery row is a whole image in simulation, from start to the logits in memory, equal to the reference; nothing is extrapolated."
    );
    println!(
        "MAC use: useful products over what the array could have done in all cycles. Memory: 19.2 GB/s, latency 100 cycles."
    );
    println!("The predictor is off by {worst:.3} % at most.");
    table4()
}

/// HeatViT's Table IV: milliseconds of a block by the share of tokens that are kept, predicted here.
fn table4() -> Outcome {
    println!(
        "\n## Table IV: a block's latency in ms, relative to all tokens in brackets; the paper's is of its 16-bit design\n"
    );
    println!("| keep | {} |", paper::BLOCKS.map(|block| format!("{} predicted | paper's", block.name)).join(" | "));
    println!("|---|---|---|---|---|");
    for (at, keep) in paper::KEEP.iter().enumerate() {
        let mut cells = Vec::new();
        for block in &paper::BLOCKS {
            let cell = |now: f64, all: f64| format!("{now:.3} ({:.2})", now / all);
            cells.push(cell(milliseconds(block.heads, *keep)?, milliseconds(block.heads, 1.0)?));
            cells.push(cell(block.milliseconds[at], block.milliseconds[0]));
        }
        println!("| {keep:.1} | {} |", cells.join(" | "));
    }
    Ok(())
}

/// A block of DeiT with that share of its 197 tokens.
fn milliseconds(heads: usize, keep: f64) -> Outcome<f64> {
    let core = Core::zcu102();
    let cycles = |depth| -> Outcome<u64> {
        let arch = Architecture { depth, ..Architecture::deit(heads, Pruning::None) };
        let tokens = (keep * arch.tokens() as f64).ceil() as u32;
        let mut program = compile::sketch(&core, &arch)?;
        program.insert(1, Instruction::Tokens(tokens));
        Ok(predict(&core, &program, &[], Timing::zcu102().latency).cycles)
    };
    Ok((cycles(8)? - cycles(4)?) as f64 / 4.0 / HERTZ * 1e3)
}

/// Simulates an image, prints its row, and gives the predictor's residual in percent.
fn measure(model: &Model, row: &Row, core: &Core, board: &mut image::Board, options: &[&str]) -> Outcome<f64> {
    let pruning = row.keep.map_or(Pruning::None, |_| Pruning::Heatvit { before: model.before.to_vec() });
    let checkpoint = generated(model.name, (model.arch)(pruning), 1)?;
    let pixels = checkpoint.integers(&generated_image(&checkpoint.arch, 1));
    let mut network = checkpoint.quantise_for(&CoreUnits::new(core.array(), core.max_embed, core.t_i))?;
    let patches = network.arch.patches();
    let kept = row.keep.map(|keep| keep.map(|share| (share * patches as f64).ceil() as usize));
    if let Some(kept) = &kept {
        let mut backend = Reference::new(&network)?.with_relative_softmax(core);
        fit_thresholds(&mut network, &mut backend, &pixels, kept)?;
    }
    let trace = run(&network, &mut Reference::new(&network)?.with_relative_softmax(core), &pixels)?;
    let compiled = compile::compile(core, &network, options.contains(&"checkpoints"))?;
    let start = Instant::now();
    let ran = board.run(&compiled, &pixels)?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(wrong) = ran.compare(&trace) {
        return Err(format!("{}: {wrong}", model.name).into());
    }

    let tokens: Vec<u32> = trace.kept.iter().map(|kept| kept.len() as u32 + 2).collect();
    let predicted = predict(core, &compiled.program, &tokens, Timing::zcu102().latency);
    let residual = 100.0 * (predicted.cycles as f64 / ran.cycles as f64 - 1.0);
    let useful = ran.counters.macs as f64;
    let per_cycle = useful / ran.cycles as f64;
    let stages: Vec<String> = std::iter::once(patches as u32 + 1).chain(tokens).map(|n| n.to_string()).collect();
    println!(
        "| {} | {} | {:.2} | {} | {} ({residual:+.2} %) | {:.1} | {} | {:.1} % | {:.2} | {} | {} | {seconds:.1} s, {:.1e} MAC/s |",
        row.keep.map_or("dense".into(), |keep| keep.map(|share| share.to_string()).join("/")),
        stages.join(", "),
        useful / 1e9,
        ran.cycles,
        predicted.cycles,
        HERTZ / ran.cycles as f64,
        row.fps,
        100.0 * per_cycle / f64::from(core.array().macs()),
        per_cycle / f64::from(predict::resources(core).dsp),
        row.gmacs.map_or("16 bits".into(), |g| format!("{:.2}", g * 1e9 * row.fps / HERTZ / f64::from(model.dsp))),
        waits(&ran.counters),
        useful / seconds,
    );
    if options.contains(&"jobs") {
        jobs(&compiled.program, &predicted, &ran);
    }
    Ok(residual)
}

/// The cycles without a row, by their causes, most first.
fn waits(counters: &Counters) -> String {
    let mut causes: Vec<(u64, &str)> = counters.waits.into_iter().zip(Counters::CAUSES).collect();
    causes.sort_unstable_by(|a, b| b.cmp(a));
    let words = causes.iter().filter(|(cycles, _)| *cycles > 0);
    words.map(|(cycles, cause)| format!("{} {cycles}", cause.trim_start_matches("no_"))).collect::<Vec<_>>().join(", ")
}

/// Every job's end beside its prediction.
fn jobs(program: &[Instruction], predicted: &Prediction, ran: &image::Ran) {
    let mut at = [0, 0];
    for job in &predicted.jobs {
        let part = usize::from(job.part == Part::Vector);
        let real = ran.ends[part].get(at[part]).copied().unwrap_or(0);
        at[part] += 1;
        let what = match &program[job.instruction] {
            Instruction::Vector(vector) => format!("{:?}", vector.op),
            Instruction::Matrix(matrix) => format!("{:?} to {:?}", matrix.from, matrix.to),
            _ => String::new(),
        };
        let off = job.done as i64 - real as i64;
        eprintln!(
            "{:4} {what:40} {} tokens, begin {} done {} really {real}: {off:+}",
            job.instruction, job.tokens, job.begin, job.done
        );
    }
}
