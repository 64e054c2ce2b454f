//! How a unit is synthesised.

use spec::manifest::Module;
use toolbox::synth::{Reader, SynthJob};

use crate::manifest::Emission;

/// Large arrays and sorters are synthesised module by module: their parts are all alike, and flat they take minutes.
pub fn synth_job(emission: &Emission, module: &Module, reader: Reader) -> SynthJob {
    let param = |name: &str| module.params.get(name).and_then(serde_json::Value::as_u64).unwrap_or(1);
    // Of the selectors only the networks grow with what they sort.
    let organisation = module.params.get("organisation").and_then(serde_json::Value::as_str).unwrap_or_default();
    let sorts = if matches!(organisation, "bitonic_shared" | "radix_select") { 1 } else { param("n") };
    let cells = sorts * ["rows", "cols", "t_o", "t_h"].iter().map(|name| param(name)).product::<u64>();
    let cells = cells * param("t_i").div_ceil(8) * param("p_h") * param("p_t") * param("p_c") * param("p_pe");
    SynthJob { flatten: cells < 64, reader, ..SynthJob::new(&module.name, emission.sources(module)) }
}
