//! Readers that go away (`| head`): no panic, no message, and the exit code that there would have been.

use std::io::Read;
use std::process::{Command, Output, Stdio};

/// The command with a standard output whose reader takes `bytes` and goes.
fn cut(args: &[&str], bytes: usize) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_espalier"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut taken = vec![0; bytes];
    child.stdout.take().expect("a pipe").read_exact(&mut taken).expect("so much is printed");
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let commands: [&[&str]; 5] =
        [&["list"], &["list", "--json"], &["completions", "bash"], &["completions", "zsh"], &["--help"]];
    for args in commands {
        let whole = Command::new(env!("CARGO_BIN_EXE_espalier")).args(args).output().expect("the command starts");
        for bytes in [0, 1, 10] {
            let output = cut(args, bytes);
            assert_eq!(output.status.code(), whole.status.code(), "{args:?} | head -c {bytes}");
            assert_eq!(output.stderr, whole.stderr, "{args:?} | head -c {bytes}");
        }
    }
}

/// Nobody reads the message either.
#[test]
fn a_fault_keeps_its_exit_code_without_readers() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_espalier"))
        .args(["gen", "gleu", "--out", "out"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_fault() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is full");
    let output = Command::new(env!("CARGO_BIN_EXE_espalier")).arg("list").stdout(full).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
}
