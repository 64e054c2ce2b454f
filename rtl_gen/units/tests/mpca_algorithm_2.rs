//! `mpca` of the paper's organisation as text: small, square and flat arrays, and its preset.

use spec::unit::{Mpca, MpcaOrganisation};

#[test]
fn preset_and_small_arrays_are_generated() {
    let small = |tile: u32, [p_h, p_t, p_c, p_pe]: [u32; 4], out_rows: u32| Mpca {
        organisation: MpcaOrganisation::Algorithm2,
        tile,
        max_n: 20,
        max_rows: 6,
        feature_rows: 2,
        out_rows,
        ..Mpca::new(p_h, p_t, p_c, p_pe)
    };
    let all = [
        small(8, [2, 2, 2, 2], 4),
        small(4, [1, 1, 1, 4], 1),
        small(4, [1, 2, 3, 2], 1),
        small(16, [2, 3, 2, 4], 2),
        Mpca::u250_algorithm_2(),
    ];
    for config in all {
        let name = config.module_name();
        let design = units::mpca(&config).unwrap_or_else(|error| panic!("{name}: {error}"));
        let emission = units::emit_design(&design, "mpca", "").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(emission.files.iter().any(|(file, _)| *file == format!("{name}.sv")));
    }
}
