//! The accelerator through its registers and the driver: networks, and everything that can go wrong.

#[path = "../parts/mod.rs"]
mod parts;

mod networks;
mod refused;
mod robust;

use std::error::Error;

use compile::Compiled;
use driver::Region;
use proptest::prelude::*;
use reference::network::{Core as Reference, run};
use sim::Start;
use spec::accel::{Accelerator, Core, Fault};
use spec::network::{Architecture, CoreUnits, Pruning};
use tb::axi::{Host, Memory, Stalls, Timing};
use tb::{Bench, Failure, Unit};

/// Where the accelerator's memory begins, and its bytes.
const REGION: Region = Region { address: 0x10_0000, bytes: 1 << 21 };
/// Its ports to memory.
const PORTS: [&str; 4] = ["m_axi_gmem0", "m_axi_gmem1", "m_axi_gmem2", "m_axi_gmem3"];

fn core() -> Core {
    Core { max_embed: 96, max_mlp: 192, score_frac: 11, ..Core::small() }
}

fn unit() -> Unit {
    parts::unit(Accelerator { max_instructions: 64, core: core() }).start(Start::Random(3))
}

/// A network for the core, an image, and the logits that the reference has for it.
#[derive(Clone, Debug)]
struct Case {
    compiled: Compiled,
    pixels: Vec<i32>,
    logits: Vec<i32>,
}

/// Networks of three heads and of six, with two images each.
fn cases(core: &Core) -> Result<Vec<Case>, Box<dyn Error>> {
    let units = CoreUnits::new(core.array(), core.max_embed, core.t_i);
    let three = Architecture { depth: 2, ..Architecture::digits(Pruning::None) };
    let six = Architecture { embed: 96, heads: 6, mlp: 144, depth: 1, classes: 7, ..three.clone() };
    let mut cases = Vec::new();
    for (arch, seed) in [(three, 1), (six, 2)] {
        let checkpoint = model::generated("dense", arch, seed)?;
        let network = checkpoint.quantise_for(&units)?;
        let compiled = compile::compile(core, &network, false)?;
        for image in 0..2 {
            let pixels = checkpoint.integers(&model::generated_image(&network.arch, image));
            let mut backend = Reference::new(&network)?.with_relative_softmax(core);
            let logits = run(&network, &mut backend, &pixels)?.logits;
            cases.push(Case { compiled: compiled.clone(), pixels, logits });
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

/// Runs the case's image, which has to give the reference's logits.
fn runs(accelerator: &mut driver::Accelerator<Host<'_>>, case: &Case) -> tb::Result<()> {
    let run = accelerator.run(&case.pixels).map_err(failure)?;
    if run.logits == case.logits {
        Ok(())
    } else {
        Err(format!("logits {:?}, not {:?}", run.logits, case.logits).into())
    }
}

fn failure(error: driver::Error<Failure>) -> Failure {
    match error {
        driver::Error::Bus(failure) => failure,
        other => Failure::Test(other.to_string()),
    }
}
