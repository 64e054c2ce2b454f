//! Many cycles of random stalls on every channel of every port, under the protocol checker.

use tb::axi::{Stalls, Timing};
use tb::{Failure, Pattern};

use super::{accelerator, cases, core, failure, matches, unit};

/// Cycles, unless the environment variable `ESPALIER_CYCLES` says how many.
const CYCLES: u64 = 60_000;

/// Stalls that differ from image to image: of a channel now and then, or most of the time.
fn stalls(number: u64) -> Stalls {
    let pattern = |channel: u64| Pattern::Random {
        percent: [3, 20, 45, 70, 90][((number * 7 + channel * 3) % 5) as usize],
        seed: number << 8 | channel,
    };
    Stalls { ar: pattern(0), r: pattern(1), aw: pattern(2), w: pattern(3), b: pattern(4) }
}

/// No violation, and the logits of every image, in so many cycles: each port is checked in each of them.
#[test]
fn no_violation_in_many_cycles() -> tb::Result<()> {
    let text = std::env::var("ESPALIER_CYCLES").unwrap_or_default();
    let cycles = text.parse().unwrap_or(CYCLES);
    let cases = cases(&core()).unwrap_or_else(|error| panic!("{error}"));
    let mut bench = unit().bench()?;
    let (mut accelerator, memory) = accelerator(&mut bench, &(Timing::zcu102(), stalls(0)))?;
    accelerator.bus().set_patience(2_000_000);
    let mut images = 0u64;
    while accelerator.bus().bench().cycle() < cycles {
        let case = &cases[images as usize % cases.len()];
        memory.stalls(&stalls(images));
        accelerator.bus().registers().stalls(&stalls(images + 1));
        accelerator.load(&case.compiled).map_err(failure)?;
        matches(&accelerator.run(&case.pixels).map_err(failure)?, case)?;
        images += 1;
    }
    let (cycle, stats) = (accelerator.bus().bench().cycle(), memory.stats());
    println!("{cycle} cycles, {images} images, {} beats read, {} written, no violation", stats.reads, stats.writes);
    if stats.read_waits > 0 {
        return Err(Failure::Test(format!("memory waited {} cycles for the accelerator", stats.read_waits)));
    }
    Ok(())
}
