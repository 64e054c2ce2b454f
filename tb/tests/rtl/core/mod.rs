//! The accelerator's core: whole networks from memory to logits, every checkpoint against the reference, and what is
//! counted on the way.

mod counts;

use crate::parts;
use std::error::Error;

use proptest::prelude::*;
use reference::network::{Core as Reference, run};
use sim::Start;
use spec::accel::{Core, Instruction, VectorOp};
use spec::network::{Architecture, CoreUnits, Network, Pruning};
use tb::axi::{Memory, Stalls, Timing};
use tb::{Bench, Check, Failure};

const BASE: u64 = 0x10_0000;
const PROGRAM: u64 = 0x1000;
const RESULT: u64 = 0x8000;
const BYTES: usize = 1 << 22;
const PORTS: [&str; 6] =
    ["weights0_m_axi", "weights1_m_axi", "weights2_m_axi", "code_m_axi", "side_m_axi", "store_m_axi"];

fn core() -> Core {
    Core { max_tokens: 64, max_embed: 96, max_mlp: 192, score_frac: 11, ..Core::small() }
}

/// A network and integer images for it.
struct Tried {
    network: Network,
    images: Vec<Vec<i32>>,
}

/// Networks of the core's formats: three heads and six; more patches than activations hold at once; tokens enough for halves,
/// an odd and an even number of them; with selectors that keep as many patches of the first image as told.
fn networks(core: &Core) -> Result<Vec<Tried>, Box<dyn Error>> {
    let units = CoreUnits::new(core.array(), core.max_embed, core.t_i);
    assert_eq!((units.layer_norm.x, units.layer_norm.y), (core.residual, core.norm));
    let heatvit = |before: &[usize]| Pruning::Heatvit { before: before.to_vec() };
    let three = Architecture { depth: 2, ..Architecture::digits(Pruning::None) };
    let six = Architecture { image: 10, embed: 96, heads: 6, mlp: 144, depth: 1, classes: 7, ..three.clone() };
    let few = Architecture { image: 4, channels: 3, mlp: 48, ..three.clone() };
    let patches = Architecture { image: 28, channels: 24, patch: 4, ..six.clone() };
    let long = Architecture { image: 12, depth: 1, ..three.clone() };
    let twice = Architecture { depth: 3, pruning: heatvit(&[1, 2]), ..long.clone() };
    let wide = Architecture { depth: 2, pruning: heatvit(&[1]), ..six.clone() };
    let network = |(arch, seed, keep): (Architecture, u64, &[usize])| {
        let checkpoint = model::generated("generated", arch, seed)?;
        let mut network = checkpoint.quantise_for(&units)?;
        let images: Vec<Vec<i32>> =
            (0..3).map(|seed| checkpoint.integers(&model::generated_image(&network.arch, seed))).collect();
        let mut backend = Reference::new(&network)?.with_relative_softmax(core);
        reference::network::fit_thresholds(&mut network, &mut backend, &images[0], keep)?;
        Ok(Tried { network, images })
    };
    let dense = [(three, 1, [].as_slice()), (six, 2, &[]), (few, 3, &[]), (patches, 4, &[]), (long, 5, &[])];
    let pruned = [(twice, 6, [20, 9].as_slice()), (wide, 7, &[12])];
    dense.into_iter().chain(pruned).map(network).collect()
}

fn start(bench: &mut Bench, length: usize) -> tb::Result<()> {
    let inputs =
        [("program_i", PROGRAM), ("base_i", BASE), ("result_i", RESULT), ("length_i", length as u64), ("start_i", 1)];
    for (name, value) in inputs {
        let port = bench.model().port(name)?;
        bench.model().set(port, value);
    }
    bench.step()?;
    let start = bench.model().port("start_i")?;
    bench.model().set(start, 0);
    Ok(())
}

/// The cycles of an image.
fn finish(bench: &mut Bench) -> tb::Result<u64> {
    let (done, from) = (bench.model().port("done_o")?, bench.cycle());
    while bench.model().get(done) == 0 {
        bench.step_watched()?;
    }
    Ok(bench.cycle() - from)
}

fn words(memory: &Memory, address: u64, count: usize) -> Vec<i32> {
    memory.read(address, count * 2).chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).into()).collect()
}

/// Lets each chunk's positions come behind its patches, so that one load follows the other.
fn positions_last(program: &mut [Instruction]) {
    let loads = |instruction: &Instruction, op| matches!(instruction, Instruction::Vector(job) if job.op == op);
    for at in 1..program.len() {
        if loads(&program[at - 1], VectorOp::LoadResidual) && loads(&program[at], VectorOp::LoadAct) {
            program.swap(at - 1, at);
        }
    }
}

/// Runs one image, compares all that the reference saw and looks at what is counted.
fn image(
    bench: &mut Bench,
    memory: &Memory,
    core: &Core,
    network: &Network,
    (pixels, patches_first): (&[i32], bool),
) -> tb::Result<()> {
    let wrong = |error: &dyn std::fmt::Display| Failure::from(error.to_string());
    let mut compiled = compile::compile(core, network, true).map_err(|e| wrong(&e))?;
    if patches_first {
        positions_last(&mut compiled.program);
    }
    let beat = u64::from(core.beat_bits() / 8);
    let place = |at: u32| BASE + u64::from(at) * beat;
    memory.write(PROGRAM, &compiled.program_bytes());
    memory.write(BASE, compiled.memory.bytes());
    memory.write(place(compiled.image_at), &compiled.image_bytes(pixels));
    let before = counts::totals(bench.model())?;
    start(bench, compiled.program.len())?;
    let cycles = finish(bench)?;
    let totals = counts::totals(bench.model())?.since(&before);
    let mut backend = Reference::new(network).map_err(|e| wrong(&e))?.with_relative_softmax(core);
    let trace = run(network, &mut backend, pixels).map_err(|e| wrong(&e))?;
    assert_eq!(compiled.stores.len() + 1, trace.checkpoints.len());
    for ((name, at, _), expected) in compiled.stores.iter().zip(&trace.checkpoints) {
        assert_eq!(*name, expected.name);
        let values = words(memory, place(*at), expected.values.len());
        assert_eq!(values.iter().zip(&expected.values).position(|(a, b)| a != b), None, "{name}: first difference");
    }
    assert_eq!(words(memory, RESULT, compiled.classes), trace.logits);
    let mut patches: Vec<Option<usize>> = std::iter::once(None).chain((0..network.arch.patches()).map(Some)).collect();
    for (at, kept) in compiled.selections.iter().zip(&trace.kept) {
        let stays = memory.read(place(*at), patches.len().div_ceil(8));
        let stays = |token: usize| stays[token / 8] >> (token % 8) & 1 == 1;
        let before = patches.len();
        patches = (0..before).filter(|&token| stays(token)).map(|token| patches[token]).collect();
        assert_eq!(patches.iter().copied().flatten().collect::<Vec<_>>(), *kept);
        patches.extend((patches.len() < before).then_some(None));
    }
    let read = |at, bytes| memory.read(place(at), bytes);
    counts::check(core, network, &trace, &compiled, read, (cycles, totals))
}

#[test]
fn networks_equal_the_reference() {
    let core = core();
    let networks = networks(&core).unwrap_or_else(|error| panic!("{error}"));
    let unit = parts::unit(core.clone()).start(Start::Random(3));
    let timing = (1u64..120, prop_oneof![Just(0u64), 4000u64..100_000]).prop_map(|(latency, millibytes)| Timing {
        millibytes,
        latency,
        ..Timing::ideal()
    });
    let images = prop::collection::vec((0..networks.len(), 0usize..3, any::<bool>()), 1..3);
    let strategy = (images, timing, Stalls::any(), prop::option::weighted(0.3, 1..8000u32));
    Check::new("core::networks", &unit).cases(8).run(strategy, |bench, (images, timing, stalls, reset)| {
        let memory = Memory::new(0, BYTES, timing.clone());
        memory.attach(bench, &PORTS)?;
        memory.stalls(stalls);
        if let Some(cycles) = reset {
            let compiled = compile::compile(&core, &networks[0].network, false).map_err(|error| error.to_string())?;
            memory.write(PROGRAM, &compiled.program_bytes());
            memory.write(BASE, compiled.memory.bytes());
            start(bench, compiled.program.len())?;
            bench.run_for(*cycles)?;
            bench.reset()?;
        }
        for &(network, number, patches_first) in images {
            let Tried { network, images } = &networks[network];
            image(bench, &memory, &core, network, (&images[number], patches_first))?;
        }
        Ok(())
    });
}

#[test]
fn cycles_are_predicted() {
    let core = core();
    let networks = networks(&core).unwrap_or_else(|error| panic!("{error}"));
    let mut bench = parts::unit(core.clone()).start(Start::Random(3)).bench().unwrap_or_else(|error| panic!("{error}"));
    let timing = Timing { latency: 60, ..Timing::ideal() };
    let memory = Memory::new(0, BYTES, timing.clone());
    memory.attach(&mut bench, &PORTS).unwrap_or_else(|error| panic!("{error}"));
    for Tried { network, images } in &networks {
        let compiled = compile::compile(&core, network, false).unwrap_or_else(|error| panic!("{error}"));
        let mut backend =
            Reference::new(network).unwrap_or_else(|error| panic!("{error}")).with_relative_softmax(&core);
        let trace = run(network, &mut backend, &images[0]).unwrap_or_else(|error| panic!("{error}"));
        memory.write(PROGRAM, &compiled.program_bytes());
        memory.write(BASE, compiled.memory.bytes());
        let image_at = BASE + u64::from(compiled.image_at) * u64::from(core.beat_bits() / 8);
        memory.write(image_at, &compiled.image_bytes(&images[0]));
        let cycles = start(&mut bench, compiled.program.len()).and_then(|()| finish(&mut bench));
        let cycles = cycles.unwrap_or_else(|error| panic!("{error}"));
        let tokens: Vec<u32> = trace.kept.iter().map(|kept| kept.len() as u32 + 2).collect();
        let predicted = predict::predict(&core, &compiled.program, &tokens, timing.latency).cycles;
        // Of a few thousand cycles, the latency of memory is percents.
        let off = predicted.abs_diff(cycles);
        assert!(off < 250 + cycles / 100, "{predicted} cycles are predicted, {cycles} are simulated");
    }
}
