//! The digits on an accelerator: every image, every value between the layers, every decision of the selector.

use crate::parts;
use std::error::Error;

use model::{named, test_images};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use reference::network::{Core as Reference, run};
use spec::accel::{Accelerator, Core};
use tb::axi::{Board, Stalls, Timing};

/// Images behind the same stalls.
const IMAGES: usize = 50;

#[test]
fn every_value_equals_the_reference() -> Result<(), Box<dyn Error>> {
    let digits = named("digits-heatvit")?;
    let core = digits.core(&Core::small());
    let network = digits.quantise_for(&core.units())?;
    let compiled = compile::compile(&core, &network, true)?;
    let max_instructions = (compiled.program.len() as u32).next_power_of_two();
    let unit = parts::unit(Accelerator { max_instructions, core: core.clone() });
    let mut reference = Reference::new(&network)?.with_relative_softmax(&core);
    let mut runner = TestRunner::deterministic();
    let mut right = [0; 2];
    for (batch, images) in test_images().chunks(IMAGES).enumerate() {
        let (timing, stalls) = match batch {
            0 => (Timing::zcu102(), Stalls::default()),
            _ => (Timing::ideal(), Stalls::any().new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()),
        };
        let mut bench = unit.bench()?;
        let mut board = Board::new(&mut bench, 1 << 20, &timing, &stalls)?;
        board.accelerator.load(&compiled)?;
        for image in images {
            let pixels = image.pixels.map(i32::from);
            let (rtl, expected) = (board.accelerator.run(&pixels)?, run(&network, &mut reference, &pixels)?);
            for ((name, at, _), checkpoint) in compiled.stores.iter().zip(&expected.checkpoints) {
                let address = board.accelerator.address(*at).ok_or("a network is loaded")?;
                let bytes = board.memory.read(address, 2 * checkpoint.values.len());
                let values: Vec<i32> =
                    bytes.chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).into()).collect();
                assert_eq!((name, &values), (&checkpoint.name, &checkpoint.values));
            }
            assert_eq!((&rtl.logits, &rtl.kept), (&expected.logits, &expected.kept));
            let class = usize::from(image.label);
            let best = (0..10).rev().max_by_key(|&c| rtl.logits[c]).unwrap_or(0);
            right = [right[0] + usize::from(best == class), right[1] + usize::from(expected.class() == class)];
        }
    }
    assert_eq!(right[0], right[1]);
    Ok(())
}
