//! What `mpca` costs: one DSP a multiply-accumulate, two a result for its requantisation; features in block RAM. LUT and FF are upper bounds,
//! for Yosys leaves the registers of the DSPs in the fabric.

use spec::unit::Mpca;
use toolbox::synth::{self, SynthJob, SynthReport};

fn report(config: &Mpca, top: &str, flatten: bool) -> SynthReport {
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let module = emission.manifest.modules.iter().find(|module| module.name.starts_with(top)).unwrap();
    let files = module.sources.iter().map(|name| {
        let text = &emission.files.iter().find(|(file, _)| file == name).unwrap().1;
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let files: Vec<_> = files.collect();
    synth::run(&SynthJob { flatten, ..SynthJob::new(&module.name, files) }).unwrap()
}

/// Everything of a small array.
#[test]
fn a_product_is_a_dsp() {
    let config = Mpca { tile: 4, max_n: 16, max_rows: 4, feature_rows: 2, out_rows: 1, ..Mpca::new(1, 2, 1, 4) };
    let report = report(&config, "mpca_streamed", true);
    println!("{report:?}");
    let requantise = 2 * config.out_rows * config.tile;
    assert_eq!(report.dsp, u64::from(config.macs() + requantise), "{report:?}");
    assert!(report.depth <= 8 && report.latch == 0, "{report:?}");
}

/// The column of four lanes that the U250's array is made of.
#[test]
fn four_lanes_are_sixty_four_dsps() {
    let report = report(&Mpca::u250(), "mpca_dots", true);
    println!("{report:?}");
    assert_eq!((report.dsp, report.latch), (64, 0), "{report:?}");
    assert!(report.depth <= 8, "{report:?}");
}
