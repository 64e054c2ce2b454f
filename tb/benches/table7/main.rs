//! HeatViT's Table VII on the accelerator of the ZCU102: whole images of DeiT and LV-ViT in simulation, from start to interrupt, dense and
//! pruned, beside the paper's rows.
//! `cargo bench -p tb --bench table7 -- deit-t deit-s` leaves the other networks out, and Table IV, which `blocks` alone prints; `dense`
//! leaves the pruned ones out; `checkpoints` compares the residual stream after every layer, which takes time to store;
//! `layers` prints what was counted in each layer.

mod blocks;
mod image;
mod progress;
mod subject;

use std::time::Instant;

use spec::accel::{Core, Counts};
use spec::heatvit::{Keep, MODELS, Model, Row};
use tb::axi::Timing;

use driver::Counters;
use image::Board;
use subject::Subject;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const HERTZ: f64 = 150e6;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let (options, networks): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| ["dense", "checkpoints", "layers"].contains(word));
    if let Some(word) = networks.iter().find(|word| **word != "blocks" && Model::named(word).is_none()) {
        return Err(format!("`{word}` is no network; write deit-t, deit-s, lv-vit-s, deit-b or blocks").into());
    }
    let all = networks.is_empty();
    let chosen: Vec<&Model> = MODELS.iter().filter(|model| all || networks.contains(&model.name)).collect();
    if !chosen.is_empty() {
        table7(&chosen, &options)?;
    }
    if all || networks.contains(&"blocks") { blocks::table4() } else { Ok(()) }
}

/// Simulates the networks' images and prints the table.
fn table7(models: &[&Model], options: &[&str]) -> Outcome {
    let mut worst = 0f64;
    for model in models {
        let core = (model.core)();
        let start = Instant::now();
        let mut bench = image::bench(&core)?;
        let mut board = Board::new(&mut bench, &Timing::zcu102())?;
        println!(
            "\n## {} on {}: {} multiply-accumulates a cycle in {} DSPs; model built in {:.1} s\n",
            model.name,
            core.module_name(),
            core.array().macs(),
            predict::resources(&core).dsp,
            start.elapsed().as_secs_f64()
        );
        println!(
            "| keep | tokens | GMACs | cycles | predicted | FPS | back to back | paper's FPS | MAC use | MACs per DSP and cycle | paper's | waits, cycles | simulated in |"
        );
        println!("|{}", "---|".repeat(13));
        for row in model.rows.iter().filter(|row| row.keep == Keep::Dense || !options.contains(&"dense")) {
            worst = worst.max(measure(model, row, &core, &mut board, options)?.abs());
        }
    }
    println!(
        "\nEvery row is a whole image in simulation, from start to interrupt, with logits and patches equal to the reference; nothing is extrapolated. Back to back: with what the driver does from \
         the interrupt to the next start, which is simulated too."
    );
    println!(
        "MAC use: useful products over what the array could have done in all cycles. Memory: 19.2 GB/s, latency 100 cycles."
    );
    println!("The predictor is off by {worst:.3} % at most.");
    Ok(())
}

/// Simulates an image, prints its row, and gives the predictor's residual in percent.
fn measure(model: &Model, row: &Row, core: &Core, board: &mut Board, options: &[&str]) -> Outcome<f64> {
    let arch = model.arch(row.keep);
    let patches = arch.patches();
    let subject = Subject::new(model.name, arch, &row.keep.patches(patches), core, options.contains(&"checkpoints"))?;
    let start = Instant::now();
    let (ran, predicted) = subject.run(board)?;
    let seconds = start.elapsed().as_secs_f64();

    let cycles = ran.counters().cycles;
    let residual = 100.0 * (predicted.cycles as f64 / cycles as f64 - 1.0);
    let useful = ran.counters().macs as f64;
    let per_cycle = useful / cycles as f64;
    let kept = subject.trace.kept.iter().map(|kept| kept.len() + 2);
    let stages: Vec<String> = std::iter::once(patches + 1).chain(kept).map(|n| n.to_string()).collect();
    println!(
        "| {} | {} | {:.2} | {} | {} ({residual:+.2} %) | {:.1} | {:.1} | {} | {:.1} % | {:.2} | {} | {} | {seconds:.1} s, {:.1e} MAC/s |",
        row.keep,
        stages.join(", "),
        useful / 1e9,
        cycles,
        predicted.cycles,
        HERTZ / cycles as f64,
        HERTZ / (cycles + ran.between) as f64,
        row.fps,
        100.0 * per_cycle / f64::from(core.array().macs()),
        per_cycle / f64::from(predict::resources(core).dsp),
        row.gmacs.map_or("16 bits".into(), |g| format!(
            "{:.2}",
            g * 1e9 * row.fps / HERTZ / f64::from(model.accelerator.dsp)
        )),
        waits(ran.counters()),
        useful / seconds,
    );
    if options.contains(&"layers") {
        layers(core, &ran.run.layers);
    }
    Ok(residual)
}

/// The array's cycles without a row, by their causes, most first.
fn waits(counters: &Counters) -> String {
    let mut causes = [
        (counters.stall_draining, "draining"),
        (counters.stall_job, "job"),
        (counters.stall_weights, "weights"),
        (counters.stall_room, "room"),
        (counters.stall_columns, "columns"),
        (counters.stall_rows, "rows"),
    ];
    causes.sort_unstable_by(|a, b| b.cmp(a));
    let words = causes.iter().filter(|(cycles, _)| *cycles > 0);
    words.map(|(cycles, cause)| format!("{cause} {cycles}")).collect::<Vec<_>>().join(", ")
}

/// What was counted in each layer.
fn layers(core: &Core, layers: &[(String, Counts)]) {
    eprintln!("\n| layer | tokens | cycles | MAC use | MAC cycles | idle | {} |", Counts::CAUSES.join(" | "));
    eprintln!("|---|---|---|---|---|---|{}", "---|".repeat(Counts::CAUSES.len()));
    for (name, counts) in layers {
        let mac_use = 100.0 * f64::from(counts.macs) / (f64::from(counts.cycles) * f64::from(core.array().macs()));
        let waits = counts.waits.map(|cycles| cycles.to_string()).join(" | ");
        let (macs, idle) = (counts.mac_cycles(), counts.idle());
        eprintln!("| {name} | {} | {} | {mac_use:.1} % | {macs} | {idle} | {waits} |", counts.tokens, counts.cycles);
    }
}
