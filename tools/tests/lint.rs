//! Every linter is silent on a clean module and goes red on the fixture made for it.

use std::path::PathBuf;

use toolbox::lint::{self, LintJob, LintReport, Linter};
use toolbox::need;

fn job(top: &str) -> LintJob {
    LintJob::new(top, [PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(format!("{top}.sv"))])
}

fn report(linter: Linter, tops: &[&str]) -> LintReport {
    let jobs: Vec<_> = tops.iter().map(|top| job(top)).collect();
    lint::run_all(&[linter], &jobs).expect("the linter runs")
}

/// The fixtures that `linter` complains about, and nothing but those.
fn red_on(linter: Linter, bad: &[&str]) {
    if !need::present(linter.tool(), &format!("lint fixtures under {}", linter.tool().name())).expect("present") {
        return;
    }
    let clean = report(linter, &["clean"]);
    assert!(clean.is_clean(), "{clean}");
    for top in bad {
        let report = report(linter, &["clean", top]);
        assert!(!report.is_clean(), "{linter:?} has nothing to say about {top}");
        for run in &report.linters {
            assert!(report.messages.iter().any(|m| m.linter == run.label), "{} is silent about {top}", run.label);
        }
        assert!(report.messages.iter().all(|m| m.top.is_empty() || m.top == *top), "{report}");
    }
}

#[test]
fn verilator_sees_latches_widths_and_drivers() {
    red_on(Linter::Verilator, &["latch", "width", "drivers", "broken"]);
}

#[test]
fn slang_sees_latches_widths_and_drivers() {
    red_on(Linter::Pyslang, &["latch", "width", "drivers", "broken"]);
}

#[test]
fn verible_sees_style() {
    red_on(Linter::Verible, &["style", "broken"]);
}

#[test]
fn icarus_sees_drivers() {
    red_on(Linter::Icarus, &["drivers", "broken"]);
}

#[test]
fn both_yosys_readers_see_latches_and_drivers() {
    red_on(Linter::Yosys, &["latch", "drivers", "broken"]);
    red_on(Linter::YosysSlang, &["latch", "drivers", "broken"]);
}

#[test]
fn messages_name_file_line_and_code() {
    let report = report(Linter::Verilator, &["width"]);
    let message = report.messages.iter().find(|m| m.code.as_deref() != Some("UNUSEDSIGNAL")).expect("a message");
    assert!(message.file.as_ref().is_some_and(|file| file.ends_with("width.sv")));
    assert_eq!(message.line, Some(12));
    assert!(message.code.as_deref().is_some_and(|code| code.starts_with("WIDTH")));
}

#[test]
fn a_clean_design_passes_all_linters_in_one_go() {
    let report = lint::run(&[job("clean")]).expect("the linters run");
    assert!(report.is_clean(), "{report}");
    assert!(report.linters.len() >= Linter::ALL.len());
}
