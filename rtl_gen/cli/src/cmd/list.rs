//! `espalier list`.

use serde::Serialize;
use spec::UnitConfig;

use crate::config::{UnitSet, fields};
use crate::failure::Result;
use crate::output::json;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed<'a> {
    kind: &'a str,
    configurations: Vec<Configuration<'a>>,
}

#[derive(Serialize)]
struct Configuration<'a> {
    module: String,
    config: &'a UnitConfig,
}

/// Prints the kinds, and under each its reference configurations as words that `espalier gen` takes.
pub fn run(args: &Args) -> Result {
    let set = UnitSet::reference()?;
    let of_kind = |kind: &'static str| set.units.iter().filter(move |unit| unit.kind() == kind);
    let configuration = |config| Configuration { module: UnitConfig::module_name(config), config };
    let listed: Vec<_> = UnitConfig::KINDS
        .iter()
        .map(|kind| Listed { kind, configurations: of_kind(kind).map(configuration).collect() })
        .collect();
    if args.json {
        return json(&listed);
    }
    for kind in listed {
        outln!("{}", kind.kind);
        for Configuration { module, config } in kind.configurations {
            let words: Vec<String> =
                fields(config).into_iter().map(|(key, value)| format!("{key}={}", value.trim_matches('"'))).collect();
            outln!("  {module:<44} {}", words.join(" "));
        }
    }
    Ok(())
}
