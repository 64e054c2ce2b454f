//! What the token selector costs.

use spec::UnitConfig;
use spec::unit::TokenSelector;
use toolbox::synth::{self, SynthJob, SynthReport};

fn synthesised(config: UnitConfig) -> SynthReport {
    let name = config.module_name();
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(&[config], "").unwrap();
    let write = |(file, text): &(String, String)| {
        let path = dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = emission.files.iter().map(write).collect();
    synth::run(&SynthJob::new(name, files)).unwrap()
}

/// Two products of scores, one multiplier a lane, the rest in `exp` and the threshold.
#[test]
fn selector_stays_small() {
    let report = synthesised(TokenSelector::int8(192, 8).into());
    assert!(report.dsp <= 13 && report.lut <= 1550 && report.ff <= 1300, "{report:?}");
    assert!(report.bram18 == 0 && report.bram36 == 0 && report.latch == 0, "{report:?}");
}
