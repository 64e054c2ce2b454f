//! How a unit is synthesised.

use spec::manifest::Module;
use toolbox::synth::{Reader, SynthJob};

use crate::manifest::Emission;

/// Large arrays and sorters are synthesised module by module: their parts are all alike, and flat they take minutes.
pub fn synth_job(emission: &Emission, module: &Module, reader: Reader) -> SynthJob {
    let param = |name: &str| module.params.get(name).and_then(serde_json::Value::as_u64).unwrap_or(1);
    let cells = ["rows", "cols", "n", "t_o", "t_h"].iter().map(|name| param(name)).product::<u64>();
    let cells = cells * param("t_i").div_ceil(8) * param("p_h") * param("p_t") * param("p_c") * param("p_pe");
    SynthJob { flatten: cells < 64, reader, ..SynthJob::new(&module.name, emission.sources(module)) }
}
