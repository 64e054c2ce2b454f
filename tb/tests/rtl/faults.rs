//! Planted faults: every kind is found, and a failing check leaves a folder that shows it.

use std::fs;

use crate::common::{self, unit};
use tb::{Beat, Check, Failure, Pattern, StreamCase, Unit, any_beat, waves};

/// The unit with `from` replaced by `to` in its source: a planted fault.
fn faulty(name: &str, from: &str, to: &str) -> Unit {
    let text = std::fs::read_to_string(common::dir().join(format!("{name}.sv"))).expect("a source");
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {name}");
    let sources = sim::Sources::new(name).text(format!("{name}.sv"), text.replace(from, to));
    Unit::new(unit(name).module().clone(), sources).configure(|b| b.cache(common::cache()))
}

fn triple(x: i64) -> i64 {
    (3 * x).clamp(-32768, 32767)
}

fn check<'u>(name: &str, unit: &'u Unit, folder: &std::path::Path) -> Check<'u> {
    Check::new(name, unit).cases(500).failures_in(folder)
}

fn run(check: &Check<'_>) -> Result<tb::Stats, Box<tb::Report>> {
    check.try_run(StreamCase::any(any_beat(&[(16, true)]), 1..=50), |bench, case| {
        let expected: Vec<Beat> = case.beats.iter().map(|b| triple(b.values[0]).into()).collect();
        case.run(bench, "in", "out", &expected)
    })
}

#[test]
fn a_planted_fault_is_shrunk_and_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = faulty("triple_s16", "product_q < -18'sd32768", "product_q < -18'sd32760");
    let report = run(&check("faults::saturation", &unit, dir.path())).expect_err("the fault is found");
    println!("{report}");

    let Failure::Divergence(divergence) = &report.failure else { panic!("{report}") };
    assert_eq!((divergence.stream.as_str(), divergence.index), ("out", 0));
    let pair = &divergence.fields[0];
    assert_eq!((pair.name.as_str(), pair.actual), ("y", -32768));
    assert!((-32767..-32760).contains(&pair.expected), "{pair:?}");

    let folder = report.folder.as_ref().expect("a folder");
    assert!(report.to_string().contains(&folder.display().to_string()));
    let case: StreamCase =
        serde_json::from_str(&fs::read_to_string(folder.join("case.json")).expect("the case")).expect("JSON");
    assert_eq!(
        (case.beats.len(), case.gaps, case.stalls, case.reset_after),
        (1, Pattern::Always, Pattern::Always, None)
    );
    assert_eq!(triple(case.beats[0].values[0]), pair.expected);
    let text = fs::read_to_string(folder.join("failure.txt")).expect("the failure");
    assert!(text.contains("diverges at beat 0") && text.contains("> y"), "{text}");

    let mut fst = wellen::simple::read(folder.join("waves.fst")).expect("readable waves");
    let gtkw = fs::read_to_string(folder.join("view.gtkw")).expect("a view");
    let sucl = fs::read_to_string(folder.join("view.sucl")).expect("a view");
    for name in ["clk_i", "rst_i", "in_valid_i", "in_ready_o", "in_data_i", "out_valid_o", "out_ready_i", "out_data_o"]
    {
        let hierarchy = fst.hierarchy();
        let var = hierarchy.all_vars().map(|v| &hierarchy[v]).find(|v| {
            let full = v.full_name(hierarchy);
            v.name(hierarchy) == name && sucl.contains(&format!("variable_add {full}\n")) && gtkw.contains(&full)
        });
        let signal = var.unwrap_or_else(|| panic!("{name} is in waves and views")).signal_ref();
        fst.load_signals(&[signal]);
        assert!(fst.get_signal(signal).expect("loaded").iter_changes().count() > 0, "{name}");
    }
    assert!(gtkw.contains("-stream in") && gtkw.contains("#{in.x}") && sucl.contains("divider_add stream out"));
    let cycle = divergence.cycle * 10_000;
    assert!(gtkw.contains(&format!(" {cycle} -1")) && sucl.contains(&format!("cursor_set {cycle}")));

    let good = common::unit("triple_s16");
    run(&check("faults::saturation", &good, dir.path())).expect("without the fault it holds");
}

#[test]
#[should_panic(expected = "waves, views and the case are in")]
fn the_panic_message_names_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = faulty("triple_s16", "18'sd32767) out_data_o <= 16'sh7fff", "18'sd32767) out_data_o <= 16'sh7ffe");
    check("faults::panic", &unit, dir.path()).run(StreamCase::any(any_beat(&[(16, true)]), 1..=50), |bench, case| {
        let expected: Vec<Beat> = case.beats.iter().map(|b| triple(b.values[0]).into()).collect();
        case.run(bench, "in", "out", &expected)
    });
}

#[test]
fn faults_of_the_handshake_are_told_apart() {
    let dir = tempfile::tempdir().expect("a folder");
    let failure = |from: &str, to: &str| {
        let unit = faulty("triple_s16", from, to);
        run(&check("faults::handshake", &unit, dir.path())).expect_err("found").failure
    };
    // Moves on although the output waits.
    let failure_text = failure("assign go = out_ready_i || !out_valid_o;", "assign go = 1'b1;").to_string();
    assert!(failure_text.contains("broke the protocol"), "{failure_text}");
    // Never ready.
    let stuck = failure("assign go = out_ready_i || !out_valid_o;", "assign go = 1'b0;");
    assert!(matches!(&stuck, Failure::Stuck { what, .. } if what.contains("`in` offers beat 0 of 1")), "{stuck}");
    // Valid waits for ready.
    let waits = failure("assign go = out_ready_i || !out_valid_o;", "assign go = out_ready_i;").to_string();
    assert!(waits.contains("nothing moved"), "{waits}");
    // Takes a beat where there is none.
    let extra = failure("{valid_q, in_valid_i}", "{valid_q, 1'b1}").to_string();
    assert!(extra.contains("diverges") || extra.contains("extra beat"), "{extra}");
    // Does not forget on reset.
    let kept = failure("if (rst_i) {out_valid_o, valid_q} <= 2'b00;\n    else if", "if").to_string();
    assert!(kept.contains("diverges") || kept.contains("extra beat"), "{kept}");
}

#[test]
fn assertions_of_the_unit_and_panics_of_the_test_are_failures() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = faulty("triple_s16", "$isunknown(out_data_o)", "out_data_o == 16'sh7fff");
    let report = run(&check("faults::assertion", &unit, dir.path())).expect_err("found");
    assert!(report.failure.to_string().contains("unknown output"), "{report}");
    assert!(report.folder.is_some());

    let good = common::unit("triple_s16");
    let report = check("faults::test_panics", &good, dir.path())
        .try_run(0i64..1000, |_, x| {
            assert!(*x < 100, "x is {x}");
            Ok(())
        })
        .expect_err("found");
    assert_eq!((report.failure.to_string().as_str(), report.case.as_str()), ("x is 100", "100"));
}

#[test]
fn a_unit_that_cannot_be_built_says_why() {
    let dir = tempfile::tempdir().expect("a folder");
    let unit = faulty("triple_s16", "endmodule", "endmodul");
    let report = run(&check("faults::broken", &unit, dir.path())).expect_err("no model");
    assert!(report.to_string().contains("syntax error") && report.folder.is_none(), "{report}");
}

#[test]
fn recordings_open_with_named_signals() {
    let dir = tempfile::tempdir().expect("a folder");
    let files = waves::record(&unit("rows"), dir.path().join("new"), 200, 1).expect("recorded");
    let waves = wellen::simple::read(&files.fst).expect("readable waves");
    assert!(waves.time_table().len() > 300);
    let gtkw = fs::read_to_string(&files.gtkwave).expect("a view");
    assert!(gtkw.contains("#{in.x[3]} (2)") && gtkw.contains("rows.in_data_i[79:0]"), "{gtkw}");
    assert!(fs::read_to_string(&files.surfer).expect("a view").contains("rows.out_data_o"));
}
