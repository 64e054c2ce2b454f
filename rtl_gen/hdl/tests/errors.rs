//! The text of every error: code, message, both places, remedy.

use std::sync::Arc;

use expect_test::{Expect, expect};
use hdl::{Bundle, Design, Flow, Module, RamStyle, Ty};

/// Builds a module that must fail, and compares what is said.
#[track_caller]
fn fails(body: impl for<'m> FnOnce(&'m Module), wanted: Expect) {
    let errors = Module::build("m", body).expect_err("the module builds");
    wanted.assert_eq(&errors.to_string());
}

fn inverter() -> Arc<Design> {
    let built = Module::build("inverter", |m| {
        let a = m.input("a", Ty::bit());
        m.output("y", Ty::bit()).set(!a);
    });
    built.expect("an inverter builds")
}

#[test]
fn h101_loses_bits() {
    fails(
        |m| {
            let x = m.input("x", Ty::sfix(8, 4));
            m.output("y", Ty::sfix(8, 4)).set(x + 1);
            m.output("z", Ty::sfix(8, 2)).set(x);
        },
        expect![[r#"
            module `m` has 2 errors
            error[H101]: a value of type s9.4 (-112 to 143) does not fit its target of type s8.4 (-128 to 127)
              --> hdl/tests/errors.rs:28
              help: say what happens beyond the range: `.fit(ty, rounding, Overflow::Saturate)` or `.wrap(width)`
            error[H101]: a value of type s8.4 has more fraction bits than its target of type s8.2
              --> hdl/tests/errors.rs:29
              help: say how to round: `.fit(ty, Rounding::HalfEven, Overflow::Saturate)`
        "#]],
    );
}

#[test]
fn h102_operand_type() {
    fails(
        |m| {
            let (a, b) = (m.input("a", Ty::uint(8)), m.input("b", Ty::uint(4)));
            m.output("y", Ty::uint(8)).set(a & b);
            m.output("z", Ty::uint(8)).set(a.mux(1, 0));
            m.output("s", Ty::sint(9)).set(a.cast(Ty::sint(9)));
        },
        expect![[r#"
            module `m` has 3 errors
            error[H102]: a bitwise operator on 8 and 4 bits
              --> hdl/tests/errors.rs:48
              help: widen the narrower one: `.resize(width)`
            error[H102]: a condition of 8 bits
              --> hdl/tests/errors.rs:49
              help: compare it with something, or use `.reduce_or()`
            error[H102]: 8 bits read as s9
              --> hdl/tests/errors.rs:50
              help: a cast keeps every bit; use `fit`, `wrap` or `bits` first
        "#]],
    );
}

#[test]
fn h103_out_of_range() {
    fails(
        |m| {
            let x = m.input_vec("x", 4, Ty::bit());
            m.output("y", Ty::bit()).set(x.at(4));
            m.output("z", Ty::uint(2)).set(x.whole().bits(5, 4));
            m.reg_init("r", Ty::uint(2), 4);
        },
        expect![[r#"
            module `m` has 3 errors
            error[H103]: elements 4 to 4 of a vector of 4
              --> hdl/tests/errors.rs:72
              help: elements count from 0; narrow the loop's range
            error[H103]: bits 5 to 4 of `x`, which has 4 bits
              --> hdl/tests/errors.rs:73
              help: the high bit comes first; bits count from 0
            error[H103]: register `r` of type u2 cannot be reset to 4
              --> hdl/tests/errors.rs:74
              help: choose a reset value of the type
        "#]],
    );
}

#[test]
fn h103_iteration_out_of_range() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let last = m.for_each("tap", 0..3, |tap| {
                let d = m.reg("d", Ty::bit());
                m.clocked(|| d.set(d.at(tap - 1) ^ x));
                d
            });
            m.output("y", Ty::bit()).set(last.at(2));
        },
        expect![[r#"
            module `m` has 1 error
            error[H103]: `d_q` of iteration -1 of loop `tap`, which runs over 0..3
              --> hdl/tests/errors.rs:98
              it is declared: hdl/tests/errors.rs:97
              help: treat the first or last iteration apart with `m.if_index`
        "#]],
    );
}

#[test]
fn h104_inexact_constant() {
    fails(
        |m| {
            let x = m.input("x", Ty::sfix(8, 4));
            m.output("y", Ty::sfix(8, 4)).set(x * 0.3585);
        },
        expect![[r#"
            module `m` has 1 error
            error[H104]: the constant has more than 24 fraction bits
              --> hdl/tests/errors.rs:118
              help: say how many it may have: `m.lit_frac(value, frac)` rounds to the nearest
        "#]],
    );
}

#[test]
fn h105_not_visible() {
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let shifted = m.for_each("lane", 0..2, |lane| (x + lane).named("shifted"));
            m.output("y", Ty::uint(5)).set(shifted);
            m.output("z", Ty::uint(5)).set(shifted.at(1));
        },
        expect![[r#"
            module `m` has 1 error
            error[H105]: `shifted` belongs to an iteration of loop `lane` and is used outside it
              --> hdl/tests/errors.rs:135
              it is declared: hdl/tests/errors.rs:134
              help: say which iteration is meant: `signal.at(index)`
        "#]],
    );
}

#[test]
fn h106_not_assignable() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let y = m.output("y", Ty::bit());
            x.set(1);
            (!x).set(0);
            m.clocked(|| y.set(x));
        },
        expect![[r#"
            module `m` has 3 errors
            error[H106]: input `x` is assigned
              --> hdl/tests/errors.rs:154
              help: inputs are driven by whoever instantiates the module
            error[H106]: an expression cannot be assigned
              --> hdl/tests/errors.rs:155
              help: assign wires, registers and outputs; give an expression a name instead
            error[H106]: `y` is not a register, yet a clocked process assigns it
              --> hdl/tests/errors.rs:156
              help: make it with `m.reg(...)`, or assign it in `m.comb`
        "#]],
    );
}

#[test]
fn h201_no_driver() {
    fails(
        |m| {
            let w = m.wire("w", Ty::uint(3));
            m.output("y", Ty::uint(3)).set(w);
            let v = m.output_vec("v", 4, Ty::uint(2));
            m.for_each("lane", 0..3, |lane| v.at(lane).set(1));
            let ram = m.memory("ram", 2, Ty::bit(), RamStyle::Auto);
            m.output("q", Ty::bit()).set(ram.read(m.lit(0)));
        },
        expect![[r#"
            module `m` has 3 errors
            error[H201]: `w` is never assigned
              --> hdl/tests/errors.rs:177
              help: assign it with `.set(...)`, or leave it out
            error[H201]: bits 7 to 6 of `v_o` are never assigned
              --> hdl/tests/errors.rs:179
              help: assign it with `.set(...)`, or leave it out
            error[H201]: memory `ram` is never written
              --> hdl/tests/errors.rs:181
              help: write it in a clocked process, or use `m.table` for constants
        "#]],
    );
}

#[test]
fn h202_several_drivers() {
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let y = m.output("y", Ty::uint(4));
            y.set(x);
            m.comb(|| y.set(0));
        },
        expect![[r#"
            module `m` has 1 error
            error[H202]: `y_o` has several drivers
              --> hdl/tests/errors.rs:206
              it is driven before: hdl/tests/errors.rs:205
              it is declared: hdl/tests/errors.rs:204
              help: assign it in one process, or choose between the values with `mux`
        "#]],
    );
}

#[test]
fn h202_two_iterations_drive_the_same_bits() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let y = m.output_vec("y", 4, Ty::bit());
            m.for_each("lane", 0..4, |_| y.at(2).set(x));
            m.for_each("rest", 0..4, |lane| {
                m.if_index(lane, 2..3, "done", || {}, "open", || y.at(lane).set(x));
            });
        },
        expect![[r#"
            module `m` has 1 error
            error[H202]: bit 2 of `y_o` has several drivers, by several iterations of a loop
              --> hdl/tests/errors.rs:225
              it is driven before: hdl/tests/errors.rs:225
              it is declared: hdl/tests/errors.rs:224
              help: assign it in one process, or choose between the values with `mux`
        "#]],
    );
}

#[test]
fn h202_register_in_comb_and_in_clocked() {
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let r = m.reg("r", Ty::uint(4));
            m.comb(|| r.set(x));
            m.clocked(|| r.set(0));
            m.output("y", Ty::uint(4)).set(r);
        },
        expect![[r#"
            module `m` has 1 error
            error[H202]: `r_q` has several drivers
              --> hdl/tests/errors.rs:248
              it is driven before: hdl/tests/errors.rs:247
              it is declared: hdl/tests/errors.rs:246
              help: assign it in one process, or choose between the values with `mux`
        "#]],
    );
}

#[test]
fn h202_memory_written_twice() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let ram = m.memory("ram", 2, Ty::bit(), RamStyle::Auto);
            m.clocked(|| ram.write(x, x));
            m.clocked(|| ram.write(x, !x));
            m.output("y", Ty::bit()).set(ram.read(x));
        },
        expect![[r#"
            module `m` has 1 error
            error[H202]: memory `ram` is written by several processes
              --> hdl/tests/errors.rs:269
              it is written before: hdl/tests/errors.rs:268
              help: put all writes into one clocked process
        "#]],
    );
}

#[test]
fn h203_latch() {
    fails(
        |m| {
            let (c, x) = (m.input("c", Ty::bit()), m.input("x", Ty::uint(2)));
            let (y, z) = (m.output("y", Ty::uint(2)), m.output_vec("z", 2, Ty::bit()));
            m.comb(|| m.when(c, || y.set(x)));
            m.comb(|| {
                m.switch(x, |cases| {
                    cases.case(0, || z.whole().set(3));
                    cases.any_of([1, 2], || z.at(0).set(1));
                    cases.default(|| z.whole().set(0));
                });
            });
        },
        expect![[r#"
            module `m` has 2 errors
            error[H203]: `y_o` would be a latch: a path through the process does not assign it
              --> hdl/tests/errors.rs:287
              where no condition of this holds: hdl/tests/errors.rs:288
              help: give it a value first in the process, before the conditions
            error[H203]: bit 1 of `z_o` would be a latch: a path through the process does not assign it
              --> hdl/tests/errors.rs:287
              in a case of this: hdl/tests/errors.rs:290
              help: give it a value first in the process, before the conditions
        "#]],
    );
}

#[test]
fn h204_combinational_loop() {
    let inverter = inverter();
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let (a, b) = (m.wire("a", Ty::uint(4)), m.wire("b", Ty::uint(4)));
            a.set(b ^ x);
            b.set(a & 7);
            m.output("y", Ty::uint(4)).set(b);
            let ring = m.instance("ring", &inverter);
            ring.input("a_i", ring.output("y_o"));
        },
        expect![[r#"
            module `m` has 2 errors
            error[H204]: a combinational loop: `a` -> `b` -> `a`
              --> hdl/tests/errors.rs:317
              `a` is driven: hdl/tests/errors.rs:318
              `b` is driven: hdl/tests/errors.rs:319
              help: put a register on the way
            error[H204]: a combinational loop: `ring_y` -> `ring_y`
              --> hdl/tests/errors.rs:322
              `ring_y` is driven: hdl/tests/errors.rs:322
              help: put a register on the way
        "#]],
    );
}

#[test]
fn h205_unused() {
    fails(
        |m| {
            let (x, _ignored) = (m.input("x", Ty::uint(8)), m.input("ignored", Ty::uint(2)));
            let sum = (x.bits(3, 0) + 1).named("sum");
            m.output("y", Ty::uint(4)).set(sum.wrap(4));
            m.for_each("lane", 0..3, |lane| {
                (x.bits(3, 0) + lane).named("twice");
            });
            m.input("unused_mode", Ty::bit());
            let ram = m.memory("ram", 2, Ty::bit(), RamStyle::Auto);
            m.clocked(|| ram.write(x.bit(0), x.bit(1)));
        },
        expect![[r#"
            module `m` has 5 errors
            error[H205]: bits 7 to 4 of `x_i` are never used
              --> hdl/tests/errors.rs:343
              help: drop the bits before they get a name (`drop_low`, `wrap`, `bits`), leave it out, or let its name contain `unused`
            error[H205]: `ignored_i` is never used
              --> hdl/tests/errors.rs:343
              help: drop the bits before they get a name (`drop_low`, `wrap`, `bits`), leave it out, or let its name contain `unused`
            error[H205]: bit 4 of `sum` is never used
              --> hdl/tests/errors.rs:344
              help: drop the bits before they get a name (`drop_low`, `wrap`, `bits`), leave it out, or let its name contain `unused`
            error[H205]: `twice` is never used
              --> hdl/tests/errors.rs:347
              help: drop the bits before they get a name (`drop_low`, `wrap`, `bits`), leave it out, or let its name contain `unused`
            error[H205]: memory `ram` is never read
              --> hdl/tests/errors.rs:350
              help: leave it out
        "#]],
    );
}

#[test]
fn h206_connection() {
    let inverter = inverter();
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            m.instance("lonely", &inverter);
            let twice = m.instance("twice", &inverter);
            twice.input("a_i", x);
            twice.input("a_i", !x);
            m.output("y", Ty::bit()).set(twice.output("y_o"));
        },
        expect![[r#"
            module `m` has 3 errors
            error[H206]: input `a_i` of instance `u_lonely` is not connected
              --> hdl/tests/errors.rs:380
              help: connect it: `instance.input("a_i", value)`
            error[H206]: output `y_o` of instance `u_lonely` is not connected
              --> hdl/tests/errors.rs:380
              help: take it, or say that nobody does: `instance.output_named("y_o", "unused_y_o")`
            error[H206]: input `a_i` of instance `u_twice` is connected twice
              --> hdl/tests/errors.rs:383
              it is connected before: hdl/tests/errors.rs:382
              help: leave one of them out
        "#]],
    );
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            m.instance("wrong", &inverter).input("b_i", x);
        },
        expect![[r#"
            module `m` has 1 error
            error[H206]: module `inverter` has no input `b_i`
              --> hdl/tests/errors.rs:403
              help: its inputs are a_i
        "#]],
    );
}

#[test]
fn h301_bad_name() {
    fails(
        |m| {
            m.output("y", Ty::bit()).set(m.input("Load", Ty::bit()).named("reg"));
            m.for_each("byte", 0..2, |_| {});
        },
        expect![[r#"
            module `m` has 3 errors
            error[H301]: `Load` is not a name for SystemVerilog
              --> hdl/tests/errors.rs:418
              help: use lower-case letters, digits and `_`, beginning with a letter
            error[H301]: `reg` is a keyword of SystemVerilog
              --> hdl/tests/errors.rs:418
              help: choose another name
            error[H301]: `byte` is a keyword of SystemVerilog
              --> hdl/tests/errors.rs:419
              help: choose another name
        "#]],
    );
}

#[test]
fn h302_duplicate_name() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let y = m.output_vec("y", 4, Ty::bit());
            let sum = (!x).named("sum");
            m.for_each("row", 0..2, |row| {
                let sum = (sum ^ x).named("sum");
                m.for_each("row", 0..2, |col| y.at(row * 2 + col).set(sum));
            });
        },
        expect![[r#"
            module `m` has 2 errors
            error[H302]: two things are called `sum`
              --> hdl/tests/errors.rs:444
              the other one: hdl/tests/errors.rs:442
              help: rename one of them
            error[H302]: two things are called `row`
              --> hdl/tests/errors.rs:445
              the other one: hdl/tests/errors.rs:443
              help: rename one of them
        "#]],
    );
}

#[test]
fn h303_unnamed_reuse() {
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let sum = x + 1;
            m.output("y", Ty::uint(10)).set(sum * sum);
        },
        expect![[r#"
            module `m` has 1 error
            error[H303]: an unnamed expression of type u5 is used 2 times
              --> hdl/tests/errors.rs:467
              help: give it a name where it is made: `let value = (...).named("value");`
        "#]],
    );
}

#[test]
fn h401_pipe_mismatch() {
    fails(
        |m| {
            let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::uint(4))));
            let x = p.field("x");
            let early = x + 1;
            let late = p.stage("late", x);
            p.finish(Bundle::new("out"), [("y", early * late)], Flow::Stall);
            m.pipe(&m.sink(Bundle::new("other").field("x", Ty::uint(4))));
        },
        expect![[r#"
            module `m` has 2 errors
            error[H401]: an unnamed value of stage 0 meets one of stage 1
              --> hdl/tests/errors.rs:487
              the value is made: hdl/tests/errors.rs:485
              help: name it, so that its delays can be called after it: `let x = (...).named("x");`
            error[H401]: the pipe of stream `other` is never finished
              --> hdl/tests/errors.rs:488
              help: close it with `pipe.finish(...)`
        "#]],
    );
}

#[test]
fn h402_misplaced() {
    fails(
        |m| {
            let x = m.input("x", Ty::bit());
            let r = m.reg("r", Ty::bit());
            r.set(x);
            m.when(x, || {});
            m.comb(|| m.clocked(|| r.set(x)));
        },
        expect![[r#"
            module `m` has 3 errors
            error[H402]: register `r` is assigned outside a process
              --> hdl/tests/errors.rs:509
              help: put it into `m.comb(|| ...)` or `m.clocked(|| ...)`
            error[H402]: `when` outside a process
              --> hdl/tests/errors.rs:510
              help: put it into `m.comb(|| ...)` or `m.clocked(|| ...)`
            error[H402]: a process inside a process
              --> hdl/tests/errors.rs:511
              help: close the outer process first; conditions nest with `m.when`
        "#]],
    );
}

#[test]
fn one_mistake_gives_one_error() {
    fails(
        |m| {
            let x = m.input("x", Ty::uint(4));
            let wrong = x.bits(9, 5);
            m.output("y", Ty::uint(8)).set((wrong + 1) * x);
            m.output("z", Ty::bit()).set(wrong.eq(3));
        },
        expect![[r#"
            module `m` has 1 error
            error[H103]: bits 9 to 5 of `x`, which has 4 bits
              --> hdl/tests/errors.rs:533
              help: the high bit comes first; bits count from 0
        "#]],
    );
}
