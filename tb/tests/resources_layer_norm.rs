//! What `layer_norm` costs: three DSPs a channel of a beat, seven for a row's scale, at most eight LUT levels.

use spec::unit::LayerNorm;
use toolbox::synth::{self, SynthJob, SynthReport};

fn synthesised(config: &LayerNorm) -> SynthReport {
    let name = config.module_name();
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let write = |(file, text): &(String, String)| {
        let path = dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = emission.files.iter().map(write).collect();
    synth::run(&SynthJob::new(name, files)).unwrap()
}

#[test]
fn presets_stay_within_the_targets() {
    for (config, lut, ff) in [(LayerNorm::preset16(4), 1800, 3300), (LayerNorm::preset8(4), 1450, 2500)] {
        let report = synthesised(&config);
        assert!(report.dsp <= 3 * u64::from(config.lanes) + 7, "{report:?}");
        assert!(report.depth <= 8 && report.latch == 0, "{report:?}");
        assert!(report.lut <= lut && report.ff <= ff, "{report:?}");
    }
}
