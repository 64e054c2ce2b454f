//! What the units cost in Yosys 0.23, handshake and pipeline included, and how deep their logic is. LUT and FF are upper bounds,
//! for Yosys leaves the registers and adders of the DSPs in the fabric.

mod functions;
mod gemm_engine;
mod lanes;
mod layer_norm;
mod mpca;
mod mpca_algorithm_2;
mod registers;
mod selection;
mod softmax;
mod systolic_gemm;

use spec::UnitConfig;
use toolbox::Tool;
use toolbox::synth::{self, SynthJob, SynthReport};

/// The most logic levels between registers that a unit may have; `toolbox::synth::Deepest` says what counts.
const MAX_DEPTH: u32 = 8;

/// The same where the clock is 300 MHz.
const MAX_FAST_DEPTH: u32 = 5;

/// What the module `top` of a unit's emission costs; `None` where there is no Yosys, which is said.
fn module(config: &UnitConfig, top: &str, flatten: bool) -> Option<SynthReport> {
    if !toolbox::need::present(Tool::Yosys, &format!("the resources of {top}")).unwrap() {
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(std::slice::from_ref(config), "").unwrap();
    let module = emission.manifest.module(top).unwrap_or_else(|| panic!("{top} is emitted"));
    let write = |name: &String| {
        let text = &emission.files.iter().find(|(file, _)| file == name).unwrap().1;
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = module.sources.iter().map(write).collect();
    Some(synth::run(&SynthJob { flatten, ..SynthJob::new(top, files) }).unwrap())
}

/// What a whole unit costs, flattened.
fn synthesised(config: impl Into<UnitConfig>) -> Option<SynthReport> {
    let config = config.into();
    module(&config, &config.module_name(), true)
}
