//! Random legal configurations of every kind of unit: generated, linted, simulated. `cargo bench -p tb --bench random_configurations`
//! does the same with hundreds.

mod check;

use sim::Cache;
use spec::UnitConfig;
use toolbox::lint::Linter;

/// What the configurations are drawn from.
const SEED: u64 = 3;

#[test]
fn one_of_every_kind() {
    let configs = check::drawn(UnitConfig::KINDS, UnitConfig::KINDS.len(), SEED);
    assert_eq!(configs.len(), UnitConfig::KINDS.len());
    let linters = [Linter::Verilator, Linter::Pyslang, Linter::Verible, Linter::YosysSlang];
    let wrong = check::check(&configs, SEED, &linters, &Cache::default());
    assert!(wrong.is_empty(), "{} faults of seed {SEED}\n{}", wrong.len(), wrong.join("\n"));
}
