//! `layer_norm` is built from whatever its configuration accepts.

use spec::Format;
use spec::unit::LayerNorm;

#[test]
fn every_width_of_x_and_shape_of_a_row_is_built() {
    let shapes = [(1, 1), (1, 2), (1, 1024), (2, 2), (3, 9), (5, 40), (7, 7), (16, 1024)];
    for (number, width) in (2..=16).enumerate() {
        for (at, (lanes, max_width)) in shapes.into_iter().enumerate() {
            let epsilon = [0, 1, 9, LayerNorm::MAX_EPSILON][(number + at) % 4];
            let (x, y) = (Format::signed(width, 3), Format::signed(width, at as i32 * 2));
            let formats = (Format::signed(2 + width, 2 + at as i32), Format::signed(width, 4));
            let affine = (number % 2 == at % 3).then_some(formats).unzip();
            let (gamma, beta) = affine;
            let lane_dsp = (number + at) % 2 == 0;
            let config = LayerNorm { x, y, lanes, max_width, gamma, beta, epsilon, lane_dsp };
            let design = units::layer_norm(&config).unwrap_or_else(|error| panic!("{config:?}: {error}"));
            assert_eq!(design.name(), config.module_name());
        }
    }
}
