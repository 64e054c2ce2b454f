//! Networks through registers and driver.

use proptest::prelude::*;
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
        }
        Ok(())
    });
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
        runs.iter().zip(images).try_for_each(|(run, case)| matches(run, case))
    });
}
