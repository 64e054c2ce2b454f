//! Waves, coverage, random starts.

use std::{collections::BTreeMap, fs, path::Path};

use crate::common::{build, verilators};
use sim::{Error, Start, Waves};

/// The values that the signal `name` takes in a wave file.
fn changes(path: &Path, name: &str) -> Vec<(u64, String)> {
    let mut waves = wellen::simple::read(path).expect("a readable wave file");
    let hierarchy = waves.hierarchy();
    let var = hierarchy.all_vars().find(|v| hierarchy[*v].name(hierarchy) == name).expect("the signal");
    let var = hierarchy[var].signal_ref();
    waves.load_signals(&[var]);
    let times = waves.time_table().to_vec();
    let signal = waves.get_signal(var).expect("loaded");
    signal.iter_changes().map(|(at, value)| (times[at as usize], value.to_string())).collect()
}

fn run(model: &mut sim::Model, cycles: u64) {
    let clock = model.clock("clk_i").expect("clock");
    let enable = model.input("enable_i", 1).expect("enable");
    model.set(enable, 1);
    model.ticks(clock, cycles).expect("cycles");
}

#[test]
fn waves_hold_what_happened() {
    let dir = tempfile::tempdir().expect("a folder");
    for (i, verilator) in verilators().into_iter().enumerate() {
        for (waves, extension) in [(Waves::Fst, "fst"), (Waves::Vcd, "vcd")] {
            let library = build("counter").verilator(verilator.clone()).waves(waves).compile().expect("a model");
            let mut model = library.model().expect("an instance");
            let mut unrecorded = library.model().expect("an instance");
            run(&mut model, 5);
            let path = dir.path().join(format!("first{i}.{extension}"));
            model.open_waves(&path).expect("opened");
            run(&mut model, 4);
            run(&mut unrecorded, 4);
            model.close_waves();
            run(&mut model, 3);
            let second = dir.path().join(format!("second{i}.{extension}"));
            model.open_waves(&second).expect("opened again");
            run(&mut model, 2);
            drop(model);
            let values = |path: &Path| -> BTreeMap<u64, u64> {
                let bits = |v: &String| u64::from_str_radix(v, 2).expect("two states");
                changes(path, "count_o").iter().map(|(t, v)| (*t, bits(v))).collect()
            };
            let expected = BTreeMap::from([(50_000, 6), (60_000, 7), (70_000, 8), (80_000, 9)]);
            assert_eq!(values(&path), expected, "{extension}");
            assert_eq!(values(&second), BTreeMap::from([(120_000, 13), (130_000, 14)]), "{extension}");
        }
    }
}

#[test]
fn what_was_not_built_in_is_refused_with_a_remedy() {
    let mut model = build("counter").compile().expect("a model").model().expect("an instance");
    let error = model.open_waves("unused.fst").unwrap_err().to_string();
    assert!(error.contains("waves(Waves::Fst)"), "{error}");
    let error = model.write_coverage("unused.dat").unwrap_err().to_string();
    assert!(error.contains("coverage(true)"), "{error}");
    let library = build("counter").compile().expect("a model");
    let error = library.model_with(Start::Random(1), &[]).unwrap_err().to_string();
    assert!(error.contains("random_state(true)"), "{error}");
    let mut model = build("counter").waves(Waves::Fst).compile().expect("a model").model().expect("an instance");
    assert!(matches!(model.open_waves("no/such/folder/a.fst"), Err(Error::Write { .. })));
}

#[test]
fn coverage_is_counted_and_written() {
    let dir = tempfile::tempdir().expect("a folder");
    for (i, verilator) in verilators().into_iter().enumerate() {
        let library = build("counter").verilator(verilator).coverage(true).compile().expect("a model");
        let mut model = library.model().expect("an instance");
        run(&mut model, 37);
        let path = dir.path().join(format!("coverage{i}.dat"));
        model.write_coverage(&path).expect("written");
        let text = fs::read_to_string(&path).expect("read");
        assert!(text.contains("counter.sv") && text.lines().any(|l| l.ends_with(" 37")), "{text}");
    }
}

#[test]
fn random_starts_differ_by_seed_and_repeat() {
    for verilator in verilators() {
        let library = build("state").verilator(verilator).random_state(true).compile().expect("a model");
        let look = |start: Start| {
            let mut model = library.model_with(start, &[]).expect("an instance");
            let (x, word) = (model.output("x_o", 64).expect("x"), model.output("word_o", 128).expect("word"));
            let address = model.input("address_i", 4).expect("address");
            (0..16)
                .map(|i| {
                    model.set(address, i);
                    model.eval().expect("evaluated");
                    (model.get(x), model.get_u128(word))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(look(Start::Zero), vec![(0, 0); 16]);
        assert_eq!(look(Start::Ones), vec![(u64::MAX, u128::MAX); 16]);
        assert_eq!(look(Start::Random(7)), look(Start::Random(7)));
        assert_ne!(look(Start::Random(7)), look(Start::Random(8)));
        assert_ne!(look(Start::Random(7))[0], look(Start::Zero)[0]);
    }
}
