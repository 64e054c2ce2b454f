//! Refusals of the core's configurations: in its own fields, whichever unit cannot be built.

use spec::accel::{Accelerator, Core};
use spec::unit::{Gelu, Method};
use spec::{Delta, Flow, Format};

const S: fn(u32, i32) -> Format = Format::signed;

fn refused(refusals: impl IntoIterator<Item = (Core, &'static str)>) {
    for (core, message) in refusals {
        assert_eq!(core.validate().map_err(|error| error.to_string()), Err(format!("core: {message}")));
    }
}

#[test]
fn sizes_are_within_what_the_units_and_instructions_can_say() {
    let base = Core::small();
    let grain = "48, what the groups take in a cycle, up to";
    for (max_embed, most) in [(0, 240), (3, 240), (288, 240)] {
        let message = format!("core: `max_embed` is {max_embed}; write a multiple of {grain} {most}");
        assert_eq!(Core { max_embed, ..base.clone() }.validate().unwrap_err().to_string(), message);
    }
    let single = Core { t_i: 32, t_h: 1, max_tokens: 32, max_embed: 544, max_mlp: 544, ..base.clone() };
    let message = "core: `max_embed` is 544; write a multiple of 32, what the groups take in a cycle, up to 512";
    assert_eq!(single.validate().unwrap_err().to_string(), message);
    for max_mlp in [0, 50, 48 * 64, u32::MAX] {
        let message = format!("core: `max_mlp` is {max_mlp}; write a multiple of {grain} 3024");
        assert_eq!(Core { max_mlp, ..base.clone() }.validate().unwrap_err().to_string(), message);
    }
    for max_tokens in [0, 8, 48, 128, u32::MAX] {
        let message =
            format!("core: `max_tokens` is {max_tokens}; write a power of two from 16, the width of a head, to 64");
        assert_eq!(Core { max_tokens, ..base.clone() }.validate().unwrap_err().to_string(), message);
    }
    for address_bits in [0, 31, 65, u32::MAX] {
        let message =
            format!("core: `address_bits` is {address_bits}; write 32 to 64, what its AXI masters are built for");
        assert_eq!(Core { address_bits, ..base.clone() }.validate().unwrap_err().to_string(), message);
    }
    for legal in [
        Core { max_embed: 240, max_mlp: 3024, address_bits: 32, ..base.clone() },
        Core { max_tokens: 16, address_bits: 64, ..base.clone() },
        Core { t_h: 1, ..base },
    ] {
        legal.validate().unwrap();
    }
}

#[test]
fn the_array_is_refused_by_the_fields_of_the_core() {
    let base = Core::small();
    let wide = Core { t_i: 128, t_o: 8, max_tokens: 128, max_embed: 384, max_mlp: 384, ..base.clone() };
    wide.validate().unwrap();
    refused([
        (Core { t_i: 0, ..base.clone() }, "`t_i` is 0; write a power of two from 16 to 128, the width of a head"),
        (Core { t_i: 48, ..base.clone() }, "`t_i` is 48; write a power of two from 16 to 128, the width of a head"),
        (Core { t_o: 2, ..base.clone() }, "`t_o` is 2; write a power of two from 4 to 8 for heads of 16 channels"),
        (Core { t_o: 16, ..base.clone() }, "`t_o` is 16; write a power of two from 4 to 8 for heads of 16 channels"),
        (Core { t_o: 32, ..wide.clone() }, "`t_o` is 32; write a power of two from 8 to 16 for heads of 128 channels"),
        (Core { t_o: 4, ..wide }, "`t_o` is 4; write a power of two from 8 to 16 for heads of 128 channels"),
        (
            Core { t_h: 0, ..base.clone() },
            "`t_h` is 0 with 4 columns each; write 1 to 8: groups have at most 64 columns together",
        ),
        (
            Core { t_h: u32::MAX, ..base.clone() },
            "`t_h` is 4294967295 with 4 columns each; write 1 to 8: groups have at most 64 columns together",
        ),
        (Core { load_rows: 1, ..base }, "`load_rows` is 1; write 2: a beat of a memory port has two rows"),
    ]);
}

#[test]
fn formats_are_refused_by_the_fields_of_the_core() {
    let base = Core::small();
    let width = "write a signed format of";
    let eight = |field, format| format!("core: `{field}` is {format}; {width} 8 bits, such as s8.5");
    for (core, message) in [
        (Core { norm: Format::unsigned(8, 5), ..base.clone() }, eight("norm", "u8.5")),
        (Core { mean: S(9, 5), ..base.clone() }, eight("mean", "s9.5")),
    ] {
        assert_eq!(core.validate().unwrap_err().to_string(), message);
    }
    refused([
        (
            Core { residual: S(1, 0), ..base.clone() },
            "`residual` is s1.0; write a signed format of 16 bits, such as s16.0",
        ),
        (Core { residual: S(16, 40), ..base.clone() }, "`residual` is s16.40; give it -16 to 32 fraction bits"),
        (Core { norm: S(8, 17), ..base.clone() }, "`norm` is s8.17; give it 0 to 16 fraction bits"),
        (Core { mean: S(8, 19), ..base.clone() }, "`mean` is s8.19; give it 2 to 18 fraction bits"),
        (Core { logit: S(8, 4), ..base.clone() }, "`logit` is s8.4; write a signed format of 16 bits, such as s16.4"),
        (Core { logit: S(16, 0), ..base.clone() }, "`logit` is s16.0; give it 1 to 24 fraction bits"),
        (Core { epsilon: 40_000, ..base.clone() }, "`epsilon` is 40000; give at most 32767"),
        (Core { score_frac: 16, ..base }, "`score_frac` is 16; write 5 to 15"),
    ]);
}

#[test]
fn the_gelu_is_the_one_that_stands_behind_the_array() {
    let base = Core::small();
    let with = |gelu: Gelu| Core { gelu, ..base.clone() };
    let widths = "give it an `x` of 16 bits, the array's results, and a `y` of 8, what activations are stored in";
    for (x, y) in [(S(16, 11), S(9, 4)), (S(16, 11), S(7, 4)), (S(8, 4), S(8, 4))] {
        let message = format!("core: `gelu` is {x} to {y}; {widths}");
        assert_eq!(with(Gelu::new(x, y)).validate().unwrap_err().to_string(), message);
    }
    let own = "leave them out: each column of a group has its own";
    for gelu in [Gelu { lanes: 4, ..base.gelu.clone() }, Gelu { flow: Flow::Credit, ..base.gelu.clone() }] {
        assert_eq!(
            with(gelu).validate().unwrap_err().to_string(),
            format!("core: `gelu` has `flow` or `lanes`; {own}")
        );
    }
    refused([
        (
            with(Gelu { y: S(8, 25), ..base.gelu.clone() }),
            "`gelu` has a field `y` that is s8.25; give it 0 to 24 fraction bits",
        ),
        (
            with(Gelu { delta1: Delta::new(0.000_05).unwrap(), ..base.gelu.clone() }),
            "`gelu` has a field `delta1` that is 0.00005; give 0.0001 or more, or take the table",
        ),
        (
            with(Gelu { method: Method::Table, ..base.gelu.clone() }),
            "`gelu` has a field `method` that is `table` for the 16-bit input s16.11; take `polynomial`, or an input of \
             at most 10 bits",
        ),
    ]);
}

#[test]
fn an_accelerator_is_refused_as_one() {
    let base = Accelerator::new(Core::small());
    let core = Accelerator { core: Core { address_bits: 8, ..Core::small() }, ..base.clone() };
    let program = Accelerator { max_instructions: 1000, ..base };
    for (config, message) in [
        (core, "accelerator: `address_bits` is 8; write 32 to 64, what its AXI masters are built for"),
        (program, "accelerator: `max_instructions` is 1000; write a power of two from 16 to 65536"),
    ] {
        assert_eq!(config.validate().unwrap_err().to_string(), message);
    }
}
