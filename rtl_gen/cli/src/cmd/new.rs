//! `espalier new unit NAME`: a unit, its reference and its exhaustive test, to start from.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::failure::{Failure, Result};
use crate::files::{Files, replace_dir};

const TEMPLATES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../templates/unit/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../../templates/unit/lib.rs.in")),
    ("src/reference.rs", include_str!("../../templates/unit/reference.rs.in")),
    ("tests/exhaustive.rs", include_str!("../../templates/unit/exhaustive.rs.in")),
];

/// Names that would hide a crate that the stubs use, or one of Rust's own.
const TAKEN: [&str; 10] = ["alloc", "core", "hdl", "reference", "sim", "spec", "std", "tb", "test", "units"];

/// Every word that Rust reserves, but for `Self`, which has an upper-case letter.
#[rustfmt::skip]
const RUST: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a crate with a unit, its reference and its exhaustive test: it compiles, and its test fails.
    Unit {
        /// The unit's name: lower-case letters, digits and `_`.
        name: String,
        /// Where the crate goes; a folder NAME here if left out.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

pub fn run(args: &Args) -> Result {
    let What::Unit { name, out } = &args.what;
    check_name(name)?;
    let out = out.clone().unwrap_or_else(|| PathBuf::from(name));
    if out.exists() {
        let message = format!("{} exists already", out.display());
        return Err(Failure::input(message, "choose another folder with --out, or remove it"));
    }
    let checkout = checkout(&out)?;
    let fill = |text: &str| text.replace("{{name}}", name).replace("{{checkout}}", &checkout);
    let mut files: Files = TEMPLATES.iter().map(|(file, text)| ((*file).to_owned(), fill(text))).collect();
    // The checkout's own versions of all packages: nothing newer is looked up or compiled.
    if let Ok(lock) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock")) {
        files.push(("Cargo.lock".to_owned(), lock));
    }
    replace_dir(&out, &files, |_| false)?;
    outln!("{} is a crate; its test fails until src/lib.rs computes what src/reference.rs says:", out.display());
    outln!("  cd {} && cargo test", out.display());
    Ok(())
}

fn check_name(name: &str) -> Result {
    let mut letters = name.bytes();
    let shaped = letters.next().is_some_and(|b| b.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let reason = match name {
        _ if !shaped || name.len() > 60 => "",
        _ if hdl::is_keyword(name) => ": it is a keyword of SystemVerilog",
        _ if RUST.contains(&name) => ": it is a keyword of Rust",
        _ if TAKEN.contains(&name) => ": a crate is called so already",
        _ => return Ok(()),
    };
    let help = "use up to 60 lower-case letters, digits and `_`, beginning with a letter, such as `hard_swish`";
    Err(Failure::input(format!("`{name}` cannot be the name of a unit{reason}"), help))
}

/// The path from the crate at `out` to the checkout that this program was built from, relative where one is inside the
/// other's parent.
fn checkout(out: &Path) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().map_err(|_| {
        let message = "the checkout that espalier was built from is gone";
        Failure::input(message, "build espalier in a checkout of its source and call it from there")
    })?;
    let out = std::path::absolute(out).map_err(|e| Failure::io("write", out, &e))?;
    let Ok(below) = out.strip_prefix(&root) else { return Ok(root.display().to_string()) };
    Ok(vec![".."; below.components().count()].join("/"))
}
