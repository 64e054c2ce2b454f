//! `espalier list`.

use serde::Serialize;
use serde_json::Value;
use spec::PartConfig;
use spec::UnitConfig;

use crate::config::{self, UnitSet};
use crate::explain::fields;
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
    fields: Vec<String>,
    configurations: Vec<Configuration>,
}

#[derive(Serialize)]
struct Configuration {
    module: String,
    config: Value,
    #[serde(skip)]
    words: String,
}

/// Prints the kinds, and under each the fields that it can have and its reference configurations as words that `espalier gen` takes.
pub fn run(args: &Args) -> Result {
    let set = UnitSet::reference()?;
    let units = set.units.iter().map(|unit| (unit.kind(), configuration(unit.module_name(), unit)));
    let parts = set.parts.iter().map(|part| (part.kind(), configuration(part.module_name(), part)));
    let mut all: Vec<(&str, Configuration)> = units.chain(parts).collect();
    let listed: Vec<_> = UnitConfig::KINDS
        .iter()
        .chain(PartConfig::KINDS)
        .map(|kind| {
            let configurations = all.extract_if(.., |(of, _)| of == kind).map(|(_, configuration)| configuration);
            Listed { kind, fields: fields(kind), configurations: configurations.collect() }
        })
        .collect();
    if args.json {
        return json(&listed);
    }
    for kind in listed {
        outln!("{}", kind.kind);
        outln!("  fields: {}", kind.fields.join(", "));
        for Configuration { module, words, .. } in kind.configurations {
            outln!("  {module:<44} {words}");
        }
    }
    Ok(())
}

fn configuration(module: String, config: &impl Serialize) -> Configuration {
    let words = config::fields(config).into_iter().map(|(key, value)| word(&key, value.trim_matches('"')));
    Configuration {
        module,
        words: words.collect::<Vec<_>>().join(" "),
        config: serde_json::to_value(config).unwrap_or_default(),
    }
}

/// `key=value`, in quotes where a shell would take it apart.
fn word(key: &str, value: &str) -> String {
    let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "._-+:/".contains(c));
    if is_plain { format!("{key}={value}") } else { format!("'{key}={value}'") }
}
