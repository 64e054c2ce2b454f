//! The cache: hits, misses, several builders, broken sources.

use std::{
    fs,
    process::Command,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use crate::common::{build, cache, sv, verilators};
use sim::{Build, Error, OptLevel, Sources, Waves};

/// A source that no run before has built.
fn fresh(tag: &str) -> Sources {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos();
    let text = fs::read_to_string(sv("counter.sv")).expect("the counter");
    Sources::new("counter").text("counter.sv", format!("// {tag} {now} {}\n{text}", std::process::id()))
}

fn quick(sources: Sources) -> Build {
    Build::new(sources).cache(cache()).opt_level(OptLevel::O0)
}

#[test]
fn the_second_build_is_a_hit_and_every_setting_a_miss() {
    let sources = fresh("settings");
    let timed = || {
        let start = Instant::now();
        let cached = quick(sources.clone()).compile().expect("a model").was_cached();
        (cached, start.elapsed())
    };
    let (miss, hit) = (timed(), timed());
    assert_eq!([miss.0, hit.0], [false, true]);
    assert!(hit.1 < miss.1 / 4, "a miss took {:?}, a hit {:?}", miss.1, hit.1);
    let others = [
        quick(sources.clone()).waves(Waves::Vcd),
        quick(sources.clone()).random_state(true),
        quick(sources.clone().parameter("Width", 9)),
        quick(sources.clone().define("SIMULATION", "1")),
    ];
    for (i, other) in others.iter().enumerate() {
        assert!(!other.compile().expect("a model").was_cached(), "setting {i}");
        assert!(other.compile().expect("a model").was_cached(), "setting {i}");
    }
    assert!(quick(sources).compile().expect("a model").was_cached());
}

#[test]
fn equal_texts_in_other_folders_share_an_entry() {
    let dirs = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos();
    let built = dirs.each_ref().map(|dir| {
        let path = dir.path().join("counter.sv");
        let text = fs::read_to_string(sv("counter.sv")).expect("the counter");
        fs::write(&path, format!("{text}// {now}\n")).expect("written");
        quick(Sources::new("counter").file(path)).compile().expect("a model").was_cached()
    });
    assert_eq!(built, [false, true]);
}

#[test]
fn a_changed_include_is_a_miss() {
    for verilator in verilators() {
        let dir = tempfile::tempdir().expect("a folder");
        let source = dir.path().join("top.sv");
        fs::write(
            &source,
            "`include \"value.svh\"\nmodule top(output wire [7:0] y_o); assign y_o = `VALUE; endmodule\n",
        )
        .expect("written");
        let value = |v: u64| {
            fs::write(dir.path().join("value.svh"), format!("`define VALUE 8'd{v}\n")).expect("written");
            let library = quick(Sources::new("top").file(&source)).verilator(verilator.clone()).compile();
            let library = library.expect("a model");
            let mut model = library.model().expect("an instance");
            model.eval().expect("evaluated");
            (model.get(model.output("y_o", 8).expect("y")), library.was_cached())
        };
        assert_eq!([value(3), value(3), value(4), value(4)], [(3, false), (3, true), (4, false), (4, true)]);
    }
}

#[test]
fn threads_that_want_the_same_model_build_it_once() {
    let sources = fresh("threads");
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let build = quick(sources.clone());
            std::thread::spawn(move || build.compile().expect("a model").was_cached())
        })
        .collect();
    let built = threads.into_iter().map(|t| t.join().expect("no panic")).filter(|hit| !hit).count();
    assert_eq!(built, 1);
}

/// Builds what the environment says, for the test below; does nothing when it is run by itself.
#[test]
fn child_process() {
    if let Ok(path) = std::env::var("SIM_TEST_CHILD") {
        let library = quick(Sources::new("counter").file(path)).compile().expect("a model");
        println!("built: {}", !library.was_cached());
    }
}

#[test]
fn processes_that_want_the_same_model_build_it_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("counter.sv");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos();
    let text = fs::read_to_string(sv("counter.sv")).expect("the counter");
    fs::write(&path, format!("{text}// {now} processes\n")).expect("written");
    let children: Vec<_> = (0..3)
        .map(|_| {
            Command::new(std::env::current_exe().expect("this test"))
                .args(["--exact", "cache::child_process", "--nocapture"])
                .env("SIM_TEST_CHILD", &path)
                .stdout(std::process::Stdio::piped())
                .spawn()
                .expect("a child")
        })
        .collect();
    let outputs = children.into_iter().map(|c| c.wait_with_output().expect("output"));
    let outputs: Vec<_> = outputs.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).collect();
    assert_eq!(outputs.iter().filter(|o| o.contains("built: true")).count(), 1, "{outputs:?}");
    assert_eq!(outputs.iter().filter(|o| o.contains("built: false")).count(), 2, "{outputs:?}");
}

#[test]
fn a_syntax_error_shows_verilators_words_and_leaves_nothing() {
    for verilator in verilators() {
        let entries = || fs::read_dir(cache().root().join("models")).map_or(0, Iterator::count);
        build("counter").verilator(verilator.clone()).compile().expect("a model");
        let error = build("broken").verilator(verilator).compile().unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Verilate { .. }), "{text}");
        assert!(text.contains("broken.sv:5") && text.contains("syntax error"), "{text}");
        let broken = fs::read_dir(cache().root().join("models")).expect("entries").flatten();
        assert!(broken.into_iter().all(|e| e.path().join("record.json").is_file()), "{} entries", entries());
    }
}

#[test]
fn c_plus_plus_errors_name_the_compiler() {
    let error = quick(fresh("compiler")).verilator_arg("--main").compiler("false").compile().unwrap_err().to_string();
    assert!(error.contains("false"), "{error}");
    let error = quick(fresh("no compiler")).compiler("no-such-compiler").compile().unwrap_err().to_string();
    assert!(error.contains("no-such-compiler") && error.contains("install g++"), "{error}");
}

#[test]
fn bad_sources_are_told_before_anything_is_run() {
    let text = |sources: Sources| quick(sources).compile().unwrap_err().to_string();
    assert!(text(Sources::new("counter").file("nowhere/counter.sv")).contains("nowhere/counter.sv"));
    assert!(text(Sources::new("counter")).contains("no source"));
    assert!(text(Sources::new("--exe").text("a.sv", "")).contains("not a module name"));
    assert!(text(Sources::new("a").text("../a.sv", "")).contains("plain file name"));
    assert!(text(Sources::new("a").text("a.sv", "").text("a.sv", "")).contains("two texts"));
    let wrong_top = Sources::new("nothing").file(sv("counter.sv"));
    assert!(text(wrong_top).contains("nothing"));
}

#[test]
fn an_unusable_cache_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("written");
    let error = quick(fresh("cache")).cache(sim::Cache::at(&file)).compile().unwrap_err().to_string();
    assert!(error.contains("ESPALIER_CACHE"), "{error}");
}
