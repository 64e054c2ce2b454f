//! The arithmetic that `model.h` puts in the place of Verilator's own.

use crate::common::{build, verilators};
use sim::OptLevel;

/// The low `width` bits of a word, as a signed number.
fn signed(word: u64, width: usize) -> i64 {
    let above = 64 - width as u32;
    i64::from_ne_bytes((word << above).to_ne_bytes()) >> above
}

#[test]
fn signed_numbers_of_every_width_are_extended_multiplied_and_compared() {
    for verilator in verilators() {
        for level in [OptLevel::O0, OptLevel::O3] {
            let library =
                build("signed_widths").verilator(verilator.clone()).opt_level(level).compile().expect("a model");
            let mut model = library.model().expect("an instance");
            let [a, b] = ["a_i", "b_i"].map(|name| model.input(name, 64).expect("input"));
            let wide = |name: &str, width| model.output(name, width).expect("output");
            let (extended, product, narrow) =
                (wide("extended_o", 4096), wide("product_o", 4096), wide("narrow_o", 2048));
            let compared = ["less_o", "at_most_o", "more_o", "at_least_o"].map(|name| wide(name, 64));
            let mut words = vec![0, 1, u64::MAX, u64::MAX - 1, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa];
            words.extend((0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, !(1 << bit)]));
            let pairs = words.iter().flat_map(|&x| words.iter().step_by(19).map(move |&y| (x, y)));
            for (x, y) in pairs.chain(words.iter().map(|&x| (x, x))) {
                model.set(a, x);
                model.set(b, y);
                model.eval().expect("evaluated");
                for width in 1..=64 {
                    let (x, y) = (signed(x, width), signed(y, width));
                    let at = (width as u32 - 1) * 64;
                    assert_eq!(model.get_slice(extended, at, 64), x as u64, "{x} and {y} of {width} bits");
                    assert_eq!(model.get_slice(narrow, at / 2, 32), u64::from(x as u32), "{x} and {y} of {width} bits");
                    let expected = signed(x.wrapping_mul(y) as u64, width) as u64;
                    assert_eq!(model.get_slice(product, at, 64), expected, "{x} and {y} of {width} bits");
                    let orders = [x < y, x <= y, x > y, x >= y];
                    let seen = compared.map(|port| model.get(port) >> (width - 1) & 1 == 1);
                    assert_eq!(seen, orders, "{x} and {y} of {width} bits");
                }
            }
        }
    }
}
