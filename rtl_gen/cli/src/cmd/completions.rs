//! `espalier completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::failure::Result;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script to standard output.
pub fn run(args: &Args) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Espalier::command(), "espalier", &mut script);
    outln!("{}", String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
