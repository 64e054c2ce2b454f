//! Cores at the edges of what is legal, and those that a search tries: all that are legal are built.

use spec::Format;
use spec::accel::{Accelerator, Core};

#[test]
fn the_smallest_and_the_largest_of_each_size_are_built() {
    let small = Core::small();
    let one = Core { t_h: 1, ..small.clone() };
    let widest = Core { t_i: 128, t_o: 8, t_h: 8, max_tokens: 128, max_embed: 1024, ..small.clone() };
    for core in [
        Core { max_embed: 16, max_mlp: 16, max_tokens: 16, address_bits: 32, ..one.clone() },
        Core { max_embed: 256, max_mlp: 16 * Core::ROW_WORDS, max_tokens: 64, address_bits: 64, ..one.clone() },
        Core { lane_dsp: false, ..one.clone() },
        Core { t_i: 32, t_o: 16, max_tokens: 256, max_embed: 32, max_mlp: 32, ..one.clone() },
        Core { t_i: 32, max_embed: 32 * Core::GROUP_HEADS, max_mlp: 32, ..one },
        Core { t_h: 8, max_embed: 128, max_mlp: 128, ..small.clone() },
        Core { max_mlp: 1024, ..widest.clone() },
        Core { max_mlp: 1024 * Core::ROW_WORDS, ..widest },
        Core { residual: Format::signed(16, -16), mean: Format::signed(8, -8), epsilon: 0, ..small.clone() },
        Core { residual: Format::signed(16, 32), mean: Format::signed(8, 40), score_frac: 15, ..small },
    ] {
        let accelerator = Accelerator { max_instructions: 16, core };
        accelerator.validate().unwrap_or_else(|error| panic!("{error}"));
        accel::generate(&accelerator.clone().into()).unwrap_or_else(|error| panic!("{accelerator:?}: {error}"));
    }
}

/// Arrays of all sizes, as `espalier explore` tries them for DeiT-S.
#[test]
fn whatever_array_is_legal_is_built() {
    let mut built = Vec::new();
    for t_h in 1..=8 {
        for t_o in [2, 4, 8, 16, 32] {
            let grain = 64 * t_h;
            let (max_embed, max_mlp) = (384u32.next_multiple_of(grain), 1536u32.next_multiple_of(grain));
            let core = Core { t_o, t_h, max_embed, max_mlp, ..Core::zcu102() };
            if core.validate().is_ok() {
                accel::generate(&core.into()).unwrap_or_else(|error| panic!("t_o = {t_o}, t_h = {t_h}: {error}"));
                built.push((t_o, t_h));
            }
        }
    }
    assert_eq!(built, [(16, 1), (16, 2), (16, 3), (16, 4)]);
}
