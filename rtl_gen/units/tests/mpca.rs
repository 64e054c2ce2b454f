//! `mpca` as text: every organisation, small and at its preset.

use spec::unit::Mpca;

#[test]
fn presets_and_small_arrays_are_generated() {
    let small = Mpca { tile: 4, max_n: 20, max_rows: 6, feature_rows: 2, out_rows: 3, ..Mpca::new(1, 3, 2, 4) };
    let one = Mpca { tile: 4, max_n: 2, max_rows: 1, feature_rows: 1, out_rows: 1, ..Mpca::new(1, 1, 1, 4) };
    for config in [one, small, Mpca::u250()] {
        let name = config.module_name();
        let emission = units::emit(&[config.into()], "").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(emission.files.iter().any(|(file, _)| *file == format!("{name}.sv")));
    }
}
