//! How a unit is synthesised.

use spec::manifest::Module;
use toolbox::synth::{Reader, SynthJob};

use crate::limits;
use crate::manifest::Emission;

/// Large arrays and sorters are synthesised module by module: their parts are all alike, and flat they take minutes. For 300 MHz long
/// additions stand on carry chains.
pub fn synth_job(emission: &Emission, module: &Module, reader: Reader) -> SynthJob {
    let param = |name: &str| module.params.get(name).and_then(serde_json::Value::as_u64).unwrap_or(1);
    let cells = ["rows", "cols", "n", "t_o", "t_h"].iter().map(|name| param(name)).product::<u64>();
    let cells = cells * param("t_i").div_ceil(8) * param("p_h") * param("p_t") * param("p_c") * param("p_pe");
    let carry_chains = limits::fast(module);
    SynthJob { flatten: cells < 64, reader, carry_chains, ..SynthJob::new(&module.name, emission.sources(module)) }
}
