//! `espalier new unit`: the stubs compile and fail, and the walk-through of `NEW_UNIT.md` makes them pass.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

fn espalier(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_espalier")).args(args).output().expect("the command starts")
}

/// `cargo test` in the new crate, without a network, for its packages are those of the checkout, and without debug information, which
/// would take a third of the time.
fn test(dir: &Path) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new_unit");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--offline", "--quiet"]).current_dir(dir).env("CARGO_TARGET_DIR", target);
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo.output().expect("cargo starts")
}

/// The blocks of Rust in the walk-through.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn a_crate_is_written_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = dir.path().join("relu6");
    let args = ["new", "unit", "relu6", "--out", &unit.display().to_string()];
    assert!(espalier(&args).status.success());
    for (file, wanted) in [
        ("Cargo.toml", "name = \"relu6\""),
        ("Cargo.lock", "name = \"hdl\""),
        ("src/lib.rs", "pub fn relu6() -> Result<Arc<Design>, Errors>"),
        ("src/reference.rs", "pub fn eval(x: i64) -> i64"),
        ("tests/exhaustive.rs", "relu6::reference::eval"),
    ] {
        let text = fs::read_to_string(unit.join(file)).expect("written");
        assert!(text.contains(wanted) && !text.contains("{{"), "{file}:\n{text}");
    }
    let again = espalier(&args);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
}

#[test]
fn names_that_cannot_be_built_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = dir.path().join("unit");
    for (name, reason) in [
        ("logic", "a keyword of SystemVerilog"),
        ("match", "a keyword of Rust"),
        ("yield", "a keyword of Rust"),
        ("module", "a keyword of SystemVerilog"),
        ("tb", "a crate is called so already"),
        ("Relu", "use up to 60 lower-case letters"),
        ("", "use up to 60 lower-case letters"),
    ] {
        let output = espalier(&["new", "unit", name, "--out", &unit.display().to_string()]);
        let text = String::from_utf8_lossy(&output.stderr);
        let flat = text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(reason) && !unit.exists(), "{name}: {text}");
    }
}

/// Compiles every package anew, since the crate is a workspace of its own: a minute that only `.ci/run` takes.
#[test]
fn stubs_fail_and_the_walk_through_makes_them_pass() {
    if !toolbox::need::required() {
        let _ =
            writeln!(std::io::stderr(), "SKIPPED the walk-through of a new unit: ESPALIER_REQUIRE_TOOLS is not set");
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let unit = dir.path().join("relu6");
    assert!(espalier(&["new", "unit", "relu6", "--out", &unit.display().to_string()]).status.success());

    let stubs = test(&unit);
    let text = String::from_utf8_lossy(&stubs.stdout);
    assert!(!stubs.status.success());
    assert!(text.contains("stream `out` diverges at beat 0"), "{text}{}", String::from_utf8_lossy(&stubs.stderr));
    assert!(text.contains("waves, views and the case are in"), "{text}");

    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../units/NEW_UNIT.md");
    let page = fs::read_to_string(page).expect("the walk-through");
    let [reference, generator] = blocks(&page)[..] else { panic!("the page has two blocks of Rust") };
    fs::write(unit.join("src/reference.rs"), reference).expect("written");
    fs::write(unit.join("src/lib.rs"), format!("pub mod reference;\n\n{generator}")).expect("written");
    let done = test(&unit);
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{text}");
    assert!(text.contains("2 passed"), "{text}");
}
