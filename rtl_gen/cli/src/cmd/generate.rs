//! `espalier gen`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::UnitSet;
use crate::emit;
use crate::failure::{Failure, Result};
use crate::files::{Staged, refuse_nested, resolve};
use crate::{constraints, output};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The unit: a kind such as `gelu`, or the name of a reference configuration.
    #[arg(required_unless_present_any = ["config", "reference"], conflicts_with_all = ["config", "reference"])]
    unit: Option<String>,
    /// Fields of the configuration, such as `x=s16.12`.
    #[arg(value_name = "KEY=VALUE")]
    fields: Vec<String>,
    /// A TOML file with a `[[unit]]` table for each unit, instead of one unit.
    #[arg(long, value_name = "FILE", conflicts_with = "reference")]
    config: Option<PathBuf>,
    /// The reference configurations, into rtl/ and constraints/ unless other folders are named.
    #[arg(long)]
    reference: bool,
    /// The folder to write: a new one, or one that this command wrote, which is replaced as a whole.
    #[arg(long, value_name = "DIR", required_unless_present = "reference")]
    out: Option<PathBuf>,
    /// What all module names begin with.
    #[arg(long)]
    prefix: Option<String>,
    /// Also write constraints and Vivado scripts into this folder.
    #[arg(long, value_name = "DIR")]
    constraints: Option<PathBuf>,
    /// Print what was written as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    out: &'a Path,
    tops: &'a [String],
    files: Vec<&'a str>,
}

/// Generates into `--out`, whole or not at all.
pub fn run(args: &Args) -> Result {
    let mut set = match (&args.config, &args.unit) {
        _ if args.reference => UnitSet::reference()?,
        (Some(config), _) => UnitSet::read(config)?,
        (None, Some(unit)) => UnitSet::from_words(unit, &args.fields)?,
        (None, None) => return Err(Failure::input("nothing to generate", "name a unit or a --config file")),
    };
    if let Some(prefix) = &args.prefix {
        set.set_prefix(prefix)?;
    }
    let emission = emit::emit(&set)?;
    let rtl = emit::rtl(&emission)?;
    let out = args.out.clone().unwrap_or_else(|| "rtl".into());
    let staged = Staged::write(&out, &rtl, emit::wrote(&out))?;
    if let Some(dir) = args.constraints.clone().or(args.reference.then(|| "constraints".into())) {
        refuse_nested(&out, &dir)?;
        let files = emit::constraints(&emission, &relative(&out, &dir)?);
        let constraints = Staged::write(&dir, &files, constraints::wrote(&dir))?;
        staged.replace()?;
        constraints.replace()?;
    } else {
        staged.replace()?;
    }
    let files: Vec<&str> = rtl.iter().map(|(name, _)| name.as_str()).collect();
    if args.json {
        return output::json(&Written { out: &out, tops: &emission.manifest.tops, files });
    }
    outln!("{} files in {}: {}", files.len(), out.display(), emission.manifest.tops.join(", "));
    Ok(())
}

/// `to` as seen from the folder `from`, with `/` between its parts.
pub fn relative(to: &Path, from: &Path) -> Result<String> {
    let (to, from) = (resolve(to)?, resolve(from)?);
    let shared = to.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_seen_from_each_other() {
        for (to, from, want) in [("rtl", "constraints", "../rtl"), ("a/b/rtl", "a/c", "../b/rtl"), ("x", "x/y", "..")] {
            assert_eq!(relative(Path::new(to), Path::new(from)).expect("relative"), want);
        }
    }
}
