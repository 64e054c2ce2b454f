use hdl::*;
fn main() {
    let d = Module::build("scale", |m| {
        m.doc("Multiplies by 0.625, rounded to the nearest even, one cycle later.");
        let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sfix(16, 12)).field("k", Ty::sint(8)).last()));
        let scaled = p.field("x") * 0.625;
        let mag = p.stage("mag", scaled.fit(Ty::sfix(16, 12), Rounding::HalfEven, Overflow::Saturate).abs());
        let line = m
            .first(
                [(mag.ge(5.0), m.lit(1.0)), (mag.ge(2.375), (mag >> 5) + 0.84375), (mag.ge(1.0), (mag >> 3) + 0.625)],
                (mag >> 2) + 0.5,
            )
            .named("line");
        let y = p.stage(
            "y",
            p.field("x").is_neg().named("neg").mux(1.0 - line, line).fit(
                Ty::ufix(16, 15),
                Rounding::HalfEven,
                Overflow::Saturate,
            ),
        );
        let z = p.stage("prod", y * p.field("k"));
        p.finish(Bundle::new("out"), [("y", y), ("z", z)], Flow::Stall);
    });
    match d {
        Ok(d) => println!("{}", d.to_sv(&Default::default())),
        Err(e) => println!("{e}"),
    }
    println!("{}", prim::skid(8).unwrap().to_sv(&Default::default()));
    println!("{}", prim::fifo(8, 4).unwrap().to_sv(&Default::default()));
    let d = Module::build("array", |m| {
        m.doc("An array.");
        let en = m.input("en", Ty::bit());
        let act = m.input_vec("act", 4, Ty::sint(8));
        let w = m.input_vec("w", 4, Ty::sint(8));
        let y = m.output_vec("y", 4, Ty::sint(32));
        let a = m.for_each("row", 0..4, |row| {
            m.for_each("col", 0..4, |col| {
                let acc = m.reg("acc", Ty::sint(32));
                let a = m.reg("a", Ty::sint(8));
                m.if_index(
                    col,
                    0..1,
                    "edge",
                    || m.clocked(|| m.when(en, || a.set(act.at(row)))),
                    "inner",
                    || m.clocked(|| m.when(en, || a.set(a.at_all(&[row.into(), col - 1])))),
                );
                m.clocked(|| m.when(en, || acc.set((acc + a * w.at(col)).wrap(32))));
                acc
            })
        });
        m.for_each("out", 0..4, |o| y.at(o).set(a.at_all(&[o.into(), 3.into()])));
        let (state, [idle, run, done]) = m.state_machine("state", ["Idle", "Run", "Done"]);
        let count = m.reg_init("count", Ty::range(0, 9), 3);
        m.comb(|| {
            m.switch(state, |c| {
                c.case(idle, || m.when(en, || state.set(run)));
                c.case(run, || {
                    m.when_else(
                        count.eq(9),
                        || {
                            state.set(done);
                            count.set(0)
                        },
                        || count.set((count + 1).assume_range(0, 9)),
                    )
                });
                c.default(|| state.set(idle));
            })
        });
        m.output("done", Ty::bit()).set(state.eq(done));
        let sel = m.input("sel", Ty::uint(2));
        m.output("picked", Ty::sint(8)).set(act.pick(sel));
        m.assert("count_small", count.le(9));
    });
    match d {
        Ok(d) => println!("{}", d.to_sv(&Default::default())),
        Err(e) => println!("{e}"),
    }
}
