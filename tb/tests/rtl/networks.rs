//! Whole networks in RTL: every intermediate value equals the reference's.

use std::error::Error;

use model::{KNOWN, named, test_images};
use reference::network::{Reference, run};
use sim::{Build, Sources};
use spec::network::Network;
use tb::network::{Compilations, Compiled, RtlBackend};

fn compile(net: &Network) -> Result<Compilations, Box<dyn Error>> {
    let emission = units::emit(&net.units.configs(), "")?;
    let mut compiled = Compilations::new();
    for config in net.units.configs() {
        let name = config.module_name();
        let module = emission.manifest.module(&name).ok_or("the manifest lists every unit")?.clone();
        let mut sources = Sources::new(&name);
        for (file, text) in emission.files.iter().filter(|(file, _)| module.sources.contains(file)) {
            sources = sources.text(file, text);
        }
        compiled.insert(name, Compiled { library: Build::new(sources).compile()?, module });
    }
    Ok(compiled)
}

#[test]
fn rtl_repeats_the_reference_value_by_value() -> Result<(), Box<dyn Error>> {
    for name in KNOWN {
        let net = named(name)?.quantise();
        let compiled = compile(&net)?;
        let (mut rtl, mut reference) = (RtlBackend::new(&net, &compiled)?, Reference::new(&net)?);
        for image in &test_images()[..12] {
            let pixels = image.pixels.map(i32::from);
            let (ours, theirs) = (run(&net, &mut rtl, &pixels)?, run(&net, &mut reference, &pixels)?);
            for (ours, theirs) in ours.checkpoints.iter().zip(&theirs.checkpoints) {
                assert_eq!(ours, theirs, "{name}");
            }
            assert_eq!(ours, theirs, "{name}");
        }
        for count in rtl.counts() {
            assert!(count.cycles > 0 && count.jobs > 0, "{count:?}");
        }
    }
    Ok(())
}

#[test]
fn a_unit_that_was_not_compiled_is_named() -> Result<(), Box<dyn Error>> {
    let net = named("digits-sdp")?.quantise();
    let error = RtlBackend::new(&net, &Compilations::new()).expect_err("nothing was compiled").to_string();
    assert!(error.contains(&net.units.gemm.module_name()), "{error}");
    Ok(())
}
