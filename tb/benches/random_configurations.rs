//! 300 random legal configurations, of all kinds alike: generated, linted by every linter, simulated. `ESPALIER_SEED` and `ESPALIER_CASES`
//! change the seed and the number, `ESPALIER_KIND` draws one kind alone.

#[path = "../tests/rtl/configurations/check.rs"]
mod check;

use std::time::Instant;

use sim::Cache;
use spec::UnitConfig;
use toolbox::lint::Linter;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let seed = number("ESPALIER_SEED", 1)?;
    let kind = std::env::var("ESPALIER_KIND").ok();
    let kinds = match &kind {
        Some(kind) if !UnitConfig::KINDS.contains(&kind.as_str()) => {
            let known = UnitConfig::KINDS.join(", ");
            return Err(format!("ESPALIER_KIND is `{kind}`; write one of {known}").into());
        }
        Some(kind) => vec![kind.as_str()],
        None => UnitConfig::KINDS.to_vec(),
    };
    let configs = check::drawn(&kinds, number("ESPALIER_CASES", 300)? as usize, seed);
    println!("{} configurations of seed {seed}", configs.len());
    let wanted = number("ESPALIER_CASES", 300)? as usize;
    if configs.len() < wanted {
        return Err(
            format!("{} configurations of seed {seed} differ; take another seed for {wanted}", configs.len()).into()
        );
    }
    let start = Instant::now();
    let folder = tempfile::tempdir()?;
    let wrong = check::check(&configs, seed, Linter::ALL, &Cache::at(folder.path()));
    println!("{} faults, {:.0} s", wrong.len(), start.elapsed().as_secs_f64());
    wrong.iter().for_each(|fault| println!("{fault}"));
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} faults of seed {seed}", wrong.len()).into()) }
}

fn number(name: &str, default: u64) -> Outcome<u64> {
    match std::env::var(name) {
        Ok(text) => Ok(text.parse().map_err(|_| format!("{name} is `{text}`; write a number"))?),
        Err(_) => Ok(default),
    }
}
