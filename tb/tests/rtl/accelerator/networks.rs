//! Networks through registers and driver.

use proptest::prelude::*;
use spec::accel::Counts;
use tb::Check;

use super::{accelerator, cases, core, failure, matches, memories, unit};

#[test]
fn networks_equal_the_reference() {
    let cases = cases(&core()).unwrap_or_else(|error| panic!("{error}"));
    let images = prop::collection::vec(0..cases.len(), 1..4);
    Check::new("accelerator::networks", &unit()).cases(8).run((images, memories()), |bench, (images, memory)| {
        let (mut accelerator, _) = accelerator(bench, memory)?;
        for case in images.iter().map(|&number| &cases[number]) {
            accelerator.load(&case.compiled).map_err(failure)?;
            let run = accelerator.run(&case.pixels).map_err(failure)?;
            matches(&run, case)?;
            assert!(run.counters.mac_cycles() > 0 && run.counters.cycles > run.counters.array_cycles);
            layers_are_the_run(&run);
        }
        Ok(())
    });
}

/// The layers' counts are the whole run's, in the order of the registers.
fn layers_are_the_run(run: &driver::Run) {
    let sum = |value: fn(&Counts) -> u32| run.layers.iter().map(|(_, counts)| u64::from(value(counts))).sum::<u64>();
    let counters = &run.counters;
    assert_eq!(sum(|c| c.macs), counters.macs);
    assert_eq!(sum(|c| c.array_cycles), counters.array_cycles);
    assert_eq!(sum(|c| c.mac_cycles()), counters.mac_cycles());
    let waits: [fn(&Counts) -> u32; 6] =
        [|c| c.waits[0], |c| c.waits[1], |c| c.waits[2], |c| c.waits[3], |c| c.waits[4], |c| c.waits[5]];
    let stalls = [
        counters.stall_draining,
        counters.stall_job,
        counters.stall_weights,
        counters.stall_room,
        counters.stall_columns,
        counters.stall_rows,
    ];
    assert_eq!(waits.map(sum), stalls);
    assert!(sum(|c| c.cycles) < counters.cycles);
    assert_eq!(run.layers.last().map(|(_, counts)| counts.tokens), Some(run.tokens));
}

/// Images one behind the other, each written while the one before it runs.
#[test]
fn images_follow_each_other() {
    let cases = cases(&core()).unwrap_or_else(|error| panic!("{error}"));
    Check::new("accelerator::follow", &unit()).cases(3).run(memories(), |bench, memory| {
        let (mut accelerator, _) = accelerator(bench, memory)?;
        accelerator.load(&cases[4].compiled).map_err(failure)?;
        let (first, second) = (&cases[4], &cases[5]);
        let images = [first, second, second, first];
        let runs = accelerator.run_all(images.map(|case| case.pixels.as_slice())).map_err(failure)?;
        assert_eq!(runs.len(), images.len());
        runs.iter().for_each(layers_are_the_run);
        runs.iter().zip(images).try_for_each(|(run, case)| matches(run, case))
    });
}
