//! Configurations as a user writes them: a TOML file of `[[unit]]` tables, or `key=value` words.
//!
//! Every error points at the place in the text, and unknown names come with the nearest known one.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use miette::{Diagnostic, NamedSource, Report, SourceSpan};
use spec::PartConfig;
use spec::UnitConfig;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::failure::{Failure, Result};
use crate::{explain, suggest};

/// The configurations that `rtl/` is emitted from.
pub const REFERENCE: &str = include_str!("../../reference.toml");

/// The largest file that is taken for a configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Units that are emitted together.
#[derive(Debug)]
pub struct UnitSet {
    /// What the names of all modules begin with.
    pub prefix: Option<String>,
    /// The units, in the order of the text.
    pub units: Vec<UnitConfig>,
    /// The parts of the accelerator's AXI side among them.
    pub parts: Vec<PartConfig>,
}

/// One `[[unit]]` table.
enum One {
    Unit(UnitConfig),
    Part(PartConfig),
}

#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
struct Wrong {
    message: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("{label}")]
    span: SourceSpan,
    label: String,
    #[help]
    help: Option<String>,
}

impl UnitSet {
    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Err(Failure::input(format!("{} is a folder", path.display()), "name a TOML file"));
        }
        // A device tells no size, and may have no end.
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
        if read.map_err(|e| Failure::io("read", path, &e))? as u64 > MAX_BYTES {
            let message = format!("{} has more than {MAX_BYTES} bytes", path.display());
            return Err(Failure::input(message, "name a TOML file of `[[unit]]` tables"));
        }
        Self::parse(&path.display().to_string(), &text)
    }

    /// The reference configurations.
    pub fn reference() -> Result<Self> {
        Self::parse("reference.toml", REFERENCE)
    }

    /// One unit from its kind and `key=value` words. The name of a reference configuration in place of the kind
    /// stands for all of its fields.
    pub fn from_words(unit: &str, words: &[String]) -> Result<Self> {
        let mut lines = vec!["[[unit]]".to_owned()];
        let reference = Self::reference()?;
        let base = reference.units.iter().find(|config| config.module_name() == unit);
        let part = reference.parts.iter().find(|config| config.module_name() == unit);
        let kind = base.map(UnitConfig::kind).or(part.map(PartConfig::kind)).unwrap_or(unit);
        lines.push(format!("kind = {}", quoted(kind)));
        let mut fields: Vec<(String, String)> = base.map(fields).or(part.map(fields)).unwrap_or_default();
        for word in words {
            let (key, value) = word.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
                Failure::input(format!("`{word}` is not of the form key=value"), "write, for example, x=s16.12")
            })?;
            fields.retain(|(known, _)| {
                known != key || words.iter().filter(|w| w.starts_with(&format!("{key}="))).count() > 1
            });
            fields.push((key.to_owned(), literal(value)));
        }
        lines.extend(fields.iter().map(|(key, value)| format!("{} = {value}", bare(key))));
        Self::parse("command line", &lines.join("\n"))
    }

    /// Puts `prefix` in place of the file's.
    pub fn set_prefix(&mut self, prefix: &str) -> Result {
        let wrong = |help| Failure::input(format!("the prefix `{prefix}` is no identifier"), help);
        check_prefix(prefix).map_err(|help: String| wrong(help))?;
        self.prefix = Some(prefix.to_owned());
        Ok(())
    }

    /// Reads TOML text; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let text_at = |span| Text { name, text, span };
        let table =
            DeTable::parse(text).map_err(|e| *text_at(e.span().unwrap_or(0..0)).wrong(e.message(), "here", None))?;
        let mut set = Self { prefix: None, units: Vec::new(), parts: Vec::new() };
        let mut problems = Vec::new();
        let mut tables = Vec::new();
        for (key, value) in table.into_inner() {
            let place = text_at(key.span());
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("prefix", DeValue::String(prefix)) => match check_prefix(prefix) {
                    Ok(()) => set.prefix = Some(prefix.to_string()),
                    Err(help) => {
                        problems.push(text_at(value.span()).wrong("`prefix` is no identifier", "this", Some(help)))
                    }
                },
                ("prefix", _) => problems.push(text_at(value.span()).wrong("`prefix` is not a text", "this", None)),
                ("unit", DeValue::Array(units)) => {
                    for unit in units {
                        match one(name, text, unit) {
                            Ok(One::Unit(config)) => {
                                tables.push((config.module_name(), unit.span()));
                                set.units.push(config);
                            }
                            Ok(One::Part(config)) => {
                                tables.push((config.module_name(), unit.span()));
                                set.parts.push(config);
                            }
                            Err(problem) => problems.push(problem),
                        }
                    }
                }
                ("unit", _) => {
                    let help = Some("write [[unit]], with two brackets, above each unit's fields".to_owned());
                    problems.push(place.wrong("`unit` is not a list of tables", "here", help));
                }
                (other, _) => {
                    let help = Some(suggest::nearest(other, ["unit", "prefix"]));
                    problems.push(place.wrong(format!("unknown field `{other}`"), "not known here", help));
                }
            }
        }
        problems.extend(duplicate(&tables, &text_at(0..0)));
        if set.units.is_empty() && set.parts.is_empty() && problems.is_empty() {
            let help = Some("add a table such as [[unit]] with kind = \"gelu\"".to_owned());
            problems.push(text_at(0..0).wrong("there is no unit in it", "nothing to generate", help));
        }
        if problems.is_empty() {
            Ok(set)
        } else {
            Err(Failure::Input(problems.into_iter().map(|wrong| Report::new(*wrong)).collect()))
        }
    }
}

struct Text<'a> {
    name: &'a str,
    text: &'a str,
    span: Range<usize>,
}

impl Text<'_> {
    fn wrong(&self, message: impl Into<String>, label: &str, help: Option<String>) -> Box<Wrong> {
        // An empty span at the very end has no character to point at.
        let start = self.span.start.min(self.text.len().saturating_sub(1));
        let end = self.span.end.clamp(start, self.text.len());
        Box::new(Wrong {
            message: message.into(),
            source_code: NamedSource::new(self.name, self.text.to_owned()),
            span: (start..end).into(),
            label: label.to_owned(),
            help,
        })
    }
}

/// One `[[unit]]` table.
fn one(name: &str, text: &str, unit: &Spanned<DeValue<'_>>) -> Result<One, Box<Wrong>> {
    let at = |span| Text { name, text, span };
    let Some(table) = unit.get_ref().as_table() else {
        return Err(at(unit.span()).wrong(
            "a unit is not a table",
            "this",
            Some("write [[unit]] and its fields".into()),
        ));
    };
    let mut rest = table.clone();
    let kinds = || UnitConfig::KINDS.iter().chain(PartConfig::KINDS).copied();
    let Some(kind) = rest.remove("kind") else {
        let help = Some(format!("add kind = \"…\", {}", suggest::nearest("", kinds())));
        return Err(at(unit.span()).wrong("a unit has no `kind`", "in this table", help));
    };
    let Some(kind_name) = kind.get_ref().as_str() else {
        return Err(at(kind.span()).wrong("`kind` is not a text", "this", Some(suggest::nearest("", kinds()))));
    };
    let key_span = |field: &str| {
        table
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == field)
            .map(|(key, value)| key.span().start..value.span().end)
    };
    let input = Spanned::new(unit.span(), DeValue::Table(rest));
    let read = if PartConfig::KINDS.contains(&kind_name) {
        let part = PartConfig::deserialize_kind(kind_name, ValueDeserializer::from(input));
        part.map(|part| part.map(|config| (config.validate(), One::Part(config))))
    } else {
        let unit = UnitConfig::deserialize_kind(kind_name, ValueDeserializer::from(input));
        unit.map(|unit| unit.map(|config| (config.validate(), One::Unit(config))))
    };
    match read {
        None => {
            let help = Some(suggest::nearest(kind_name, kinds()));
            Err(at(kind.span()).wrong(format!("unknown unit `{kind_name}`"), "not a unit", help))
        }
        Some(Err(error)) => {
            let message = error.message().to_owned();
            let inner = error.span().filter(|span| *span != unit.span());
            let is_missing = message.starts_with("missing field");
            // A field that a table within the unit's lacks is none of the unit's.
            let fields = if is_missing && inner.is_none() { explain::fields(kind_name) } else { Vec::new() };
            let (message, help) = explain::explain(&message, &fields);
            let named = message.split('`').nth(1).and_then(key_span);
            let span = inner.or(named.filter(|_| !is_missing)).unwrap_or(kind.span());
            Err(at(span).wrong(format!("{kind_name}: {message}"), "here", help))
        }
        Some(Ok((Ok(()), config))) => Ok(config),
        Some(Ok((Err(error), _))) => {
            let span = key_span(error.field).unwrap_or(kind.span());
            let message = format!("{}: `{}` {}", error.kind, error.field, error.reason);
            Err(at(span).wrong(message, "here", Some(error.remedy)))
        }
    }
}

/// Points at the first table that stands for a unit which another stands for already.
fn duplicate(tables: &[(String, Range<usize>)], text: &Text<'_>) -> Option<Box<Wrong>> {
    let (at, name) = tables
        .iter()
        .enumerate()
        .find_map(|(at, (name, _))| tables[..at].iter().any(|(other, _)| other == name).then_some((at, name)))?;
    let help = Some("leave one of them out".to_owned());
    let place = Text { span: tables[at].1.clone(), ..*text };
    Some(place.wrong(format!("two units would both be called `{name}`"), "this is the second", help))
}

fn check_prefix(prefix: &str) -> Result<(), String> {
    let legal = prefix.len() <= 24
        && prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && prefix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if legal { Ok(()) } else { Err("up to 24 lower-case letters, digits and `_`, beginning with a letter".to_owned()) }
}

/// The fields of a configuration as TOML values.
pub fn fields(config: &impl serde::Serialize) -> Vec<(String, String)> {
    let table = toml::Table::try_from(config).unwrap_or_default();
    table.into_iter().filter(|(key, _)| key != "kind").map(|(key, value)| (key, value.to_string())).collect()
}

/// A word of the command line as a TOML value: as it stands if it is a number, a truth value or a table, else as a text.
fn literal(value: &str) -> String {
    let plain = value.parse::<i64>().is_ok() || value.parse::<f64>().is_ok_and(f64::is_finite);
    let plain = plain || matches!(value, "true" | "false") || value.starts_with('{');
    if plain && toml::de::DeValue::parse(value).is_ok() { value.to_owned() } else { quoted(value) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn bare(key: &str) -> String {
    if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') { key.to_owned() } else { quoted(key) }
}
