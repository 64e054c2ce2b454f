//! What `softmax` costs, beside HeatViT's Table III (FF 1939, LUT 2364, DSP 2).

use spec::Format;
use spec::unit::Softmax;
use toolbox::synth::{self, SynthJob, SynthReport};

fn synthesised(config: &Softmax) -> SynthReport {
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
    for (config, lut, ff, dsp) in [
        (Softmax::preset16(), 520, 950, 3),
        (Softmax::preset8(), 400, 750, 3),
        (Softmax::unnormalised(Format::signed(8, 4)), 400, 600, 2),
    ] {
        let report = synthesised(&config);
        assert!(report.dsp <= dsp && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert!(report.bram18 <= 2 && report.bram36 == 0 && report.latch == 0, "{report:?}");
        assert!(report.depth <= 8, "{report:?}");
    }
}
