//! What serde says of a configuration, in the user's words.

use spec::{PartConfig, UnitConfig};
use toml::{Table, Value};

use crate::suggest;

/// The message and the remedy; `fields` are those that there could be, if they are known.
pub fn explain(message: &str, fields: &[String]) -> (String, Option<String>) {
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let all = if fields.is_empty() { String::new() } else { format!("; the fields are {}", fields.join(", ")) };
        return (message.to_owned(), Some(format!("give `{field}` a value{all}")));
    }
    if let Some((what, names)) = listed(message) {
        let wrong = what.split('`').nth(1).unwrap_or_default();
        return (what.to_owned(), Some(suggest::nearest(wrong, names)));
    }
    if message == "wanted string or table" {
        return ("expected a text".to_owned(), Some("put the name in quotes".to_owned()));
    }
    let plain = message.rsplit_once(", expected ").and_then(|(what, ty)| Some((what, plain(ty)?)));
    match plain {
        Some((what, (expected, remedy))) => (format!("{what}, expected {expected}"), Some(remedy.to_owned())),
        None => (message.to_owned(), None),
    }
}

/// What is unknown, and the names that are known instead.
fn listed(message: &str) -> Option<(&str, Vec<&str>)> {
    let (what, names) = message.split_once(", expected one of ").or_else(|| message.split_once(", expected `"))?;
    let names = names.split(", ").flat_map(|part| part.split(" or ")).map(|name| name.trim_matches('`'));
    what.starts_with("unknown ").then(|| (what, names.collect()))
}

/// A type of Rust in plain words, and how a value of it is written.
fn plain(ty: &str) -> Option<(String, &'static str)> {
    let (expected, remedy) = match ty {
        "f64" => ("a number", "write a number such as 0.5"),
        "a boolean" => ("true or false", "write true or false, without quotes"),
        "a string" => ("a text", "write a text in quotes; a number format is one, such as \"s16.12\""),
        _ if ty.starts_with("struct ") => {
            ("a table { x = …, y = … }", "write a table such as { x = \"s16.11\", y = \"s8.4\" }")
        }
        "u32" => return Some((whole(u32::MIN, u32::MAX), "write a whole number such as 8")),
        "i32" => return Some((whole(i32::MIN, i32::MAX), "write a whole number such as 8")),
        _ => return None,
    };
    Some((expected.to_owned(), remedy))
}

fn whole<T: std::fmt::Display>(least: T, most: T) -> String {
    format!("a whole number from {least} to {most}")
}

/// The fields that a unit or part of the kind can have.
pub fn fields(kind: &str) -> Vec<String> {
    // serde tells the known names only of an unknown one; no field is called `?`.
    let table = Value::Table(Table::from_iter([("?".to_owned(), Value::Boolean(true))]));
    let unit = UnitConfig::deserialize_kind(kind, table.clone()).and_then(Result::err);
    let error = unit.or_else(|| PartConfig::deserialize_kind(kind, table).and_then(Result::err));
    let listed = error.as_ref().and_then(|error| listed(error.message()));
    listed.map(|(_, names)| names.into_iter().map(str::to_owned).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_fields_and_knows_all_of_them() {
        for kind in UnitConfig::KINDS.iter().chain(PartConfig::KINDS) {
            let names = fields(kind);
            assert!(!names.is_empty(), "{kind}");
            let known = Table::from_iter(names.into_iter().map(|name| (name, Value::Array(Vec::new()))));
            let unit = UnitConfig::deserialize_kind(kind, Value::Table(known.clone())).and_then(Result::err);
            let error = unit.or_else(|| PartConfig::deserialize_kind(kind, Value::Table(known)).and_then(Result::err));
            let message = error.expect("a list is no value of any field").message().to_owned();
            assert!(!message.starts_with("unknown"), "{kind}: {message}");
        }
    }
}
