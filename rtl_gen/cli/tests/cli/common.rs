//! Calling the command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What `espalier` does with these arguments, at the checkout's root.
pub fn espalier(args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_espalier")).args(args).current_dir(root()).output();
    output.expect("the command starts")
}

/// What it prints, where it must succeed.
pub fn succeed(args: &[&str]) -> String {
    let output = espalier(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What it prints as JSON.
pub fn json(args: &[&str]) -> Value {
    serde_json::from_str(&succeed(args)).expect("JSON")
}
