//! The accelerator through its registers and the driver: networks, and everything that can go wrong.

mod networks;
mod refused;
mod robust;
mod stalls;

use crate::parts;
use std::error::Error;

use compile::Compiled;
use driver::Region;
use proptest::prelude::*;
use reference::network::{Core as Reference, run};
use sim::Start;
use spec::accel::{Accelerator, Core, Fault};
use spec::network::{Architecture, CoreUnits, Pruning};
use tb::axi::{Host, Memory, Stalls, Timing, failure};
use tb::{Bench, Failure, Unit};

/// Where the accelerator's memory begins, and its bytes.
const REGION: Region = Region { address: 0x10_0000, bytes: 1 << 21 };
/// Its ports to memory.
const PORTS: [&str; 4] = ["m_axi_gmem0", "m_axi_gmem1", "m_axi_gmem2", "m_axi_gmem3"];

fn core() -> Core {
    Core { max_tokens: 64, max_embed: 96, max_mlp: 192, score_frac: 11, ..Core::small() }
}

fn unit() -> Unit {
    parts::unit(Accelerator { max_instructions: 128, core: core() }).start(Start::Random(3))
}

/// A network for the core, an image, and what the reference has for it: logits, and patches that stay.
#[derive(Clone, Debug)]
struct Case {
    compiled: Compiled,
    pixels: Vec<i32>,
    logits: Vec<i32>,
    kept: Vec<Vec<usize>>,
    tokens: usize,
}

/// Networks of three heads and of six, and one with two token selectors, with two images each.
fn cases(core: &Core) -> Result<Vec<Case>, Box<dyn Error>> {
    let units = CoreUnits::new(core.array(), core.max_embed, core.t_i);
    let three = Architecture { depth: 2, ..Architecture::digits(Pruning::None) };
    let six = Architecture { embed: 96, heads: 6, mlp: 144, depth: 1, classes: 7, ..three.clone() };
    let pruning = Pruning::Heatvit { before: vec![1, 2] };
    let pruned = Architecture { image: 12, depth: 3, pruning, ..three.clone() };
    let mut cases = Vec::new();
    for (arch, seed, keep) in [(three, 1, [].as_slice()), (six, 2, &[]), (pruned, 6, &[20, 9])] {
        let checkpoint = model::generated("generated", arch, seed)?;
        let mut network = checkpoint.quantise_for(&units)?;
        let image = |number| checkpoint.integers(&model::generated_image(&network.arch, number));
        let images = [image(0), image(1)];
        let mut backend = Reference::new(&network)?.with_relative_softmax(core);
        reference::network::fit_thresholds(&mut network, &mut backend, &images[0], keep)?;
        let compiled = compile::compile(core, &network, false)?;
        for pixels in images {
            let mut backend = Reference::new(&network)?.with_relative_softmax(core);
            let trace = run(&network, &mut backend, &pixels)?;
            let tokens = *trace.tokens.last().expect("a block");
            let (compiled, logits, kept) = (compiled.clone(), trace.logits, trace.kept);
            cases.push(Case { compiled, pixels, logits, kept, tokens });
        }
    }
    Ok(cases)
}

/// Memories from fast to slow, with random stalls.
fn memories() -> impl Strategy<Value = (Timing, Stalls)> {
    let timing = (1u64..120, prop_oneof![Just(0u64), 4000u64..100_000]);
    let timing = timing.prop_map(|(latency, millibytes)| Timing { millibytes, latency, ..Timing::ideal() });
    (timing, Stalls::any())
}

/// The accelerator of a bench with a memory behind its ports.
fn accelerator<'a>(
    bench: &'a mut Bench,
    (timing, stalls): &(Timing, Stalls),
) -> tb::Result<(driver::Accelerator<Host<'a>>, Memory)> {
    let memory = Memory::new(REGION.address, REGION.bytes as usize, timing.clone());
    memory.attach(bench, &PORTS)?;
    memory.stalls(stalls);
    let mut host = Host::new(bench, &memory, "s_axi")?;
    host.set_patience(300_000);
    host.registers().stalls(stalls);
    Ok((driver::Accelerator::new(host, REGION).map_err(failure)?, memory))
}

/// The fault that ended a run, its instruction, and whether memory hangs.
fn fault<T: std::fmt::Debug>(outcome: Result<T, driver::Error<Failure>>) -> tb::Result<(Fault, u32, bool)> {
    match outcome {
        Err(driver::Error::Failed { fault, index, hangs }) => Ok((fault, index, hangs)),
        Err(driver::Error::Bus(failure)) => Err(failure),
        other => Err(Failure::Test(format!("no fault, but {other:?}"))),
    }
}

/// Whether a run gave what the reference has.
fn matches(run: &driver::Run, case: &Case) -> tb::Result<()> {
    let (found, expected) = ((&run.logits, &run.kept, run.tokens as usize), (&case.logits, &case.kept, case.tokens));
    if found == expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}").into()) }
}

/// Runs the case's image, which has to give the reference's logits.
fn runs(accelerator: &mut driver::Accelerator<Host<'_>>, case: &Case) -> tb::Result<()> {
    let run = accelerator.run(&case.pixels).map_err(failure)?;
    if run.logits == case.logits {
        Ok(())
    } else {
        Err(format!("logits {:?}, not {:?}", run.logits, case.logits).into())
    }
}
