//! What the token selector and the sorter cost, and how deep their logic is.

use spec::UnitConfig;
use spec::unit::{BitonicSort, TokenSelector};
use toolbox::synth::{self, SynthJob, SynthReport};

/// The most LUT levels between registers that a unit may have.
const DEPTH: u32 = 8;

fn synthesised(config: impl Into<UnitConfig>, flatten: bool) -> SynthReport {
    let config = config.into();
    let name = config.module_name();
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(&[config], "").unwrap();
    let write = |(file, text): &(String, String)| {
        let path = dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = emission.files.iter().map(write).collect();
    synth::run(&SynthJob { flatten, ..SynthJob::new(name, files) }).unwrap()
}

/// Two products of scores, one multiplier a lane, the rest in `exp` and the threshold.
#[test]
fn selectors_stay_small_and_shallow() {
    for (config, lut, ff) in [(TokenSelector::int8(192, 8), 2000, 1400), (TokenSelector::int16(192, 8), 4500, 3000)] {
        let report = synthesised(config, true);
        assert!(report.dsp <= 13 && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert!(report.bram18 == 0 && report.bram36 == 0 && report.latch == 0, "{report:?}");
        assert!(report.depth <= DEPTH, "{report:?}");
    }
}

/// Flattened, and, as a large sorter has to be, module by module.
#[test]
fn sorters_are_shallow() {
    for (config, lut) in [(BitonicSort::new(8, 8, 0), 900), (BitonicSort::new(16, 16, 0), 8000)] {
        let flat = synthesised(config.clone(), true);
        let parts = synthesised(config, false);
        assert!(flat.lut <= lut && flat.dsp == 0 && flat.latch == 0, "{flat:?}");
        assert!(flat.depth <= DEPTH && parts.depth <= DEPTH, "{flat:?} {parts:?}");
    }
}
