//! Every construct as it is printed (`tests/golden/*.sv`), clean in the linters at hand.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use expect_test::expect_file;
use hdl::{Bundle, Design, Dir, EmitOptions, Errors, Flow, Module, Overflow, RamStyle, Rounding, Ty, prim};

/// A fixed-point datapath in a pipe with a handshake.
fn scale() -> Result<Arc<Design>, Errors> {
    Module::build("scale", |m| {
        m.doc("Multiplies by 0.625 and by k, rounded to the nearest even.");
        let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sfix(16, 12)).field("k", Ty::sint(4)).last()));
        let scaled = p.field("x") * 0.625;
        let near = p.stage("near", scaled.fit(Ty::sfix(16, 12), Rounding::HalfEven, Overflow::Saturate));
        let product = p.stage("product", near * p.field("k"));
        let y = p.stage("y", product.fit(Ty::sfix(12, 6), Rounding::HalfUp, Overflow::Saturate));
        p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    })
}

/// Operators that do not appear elsewhere.
fn operators() -> Result<Arc<Design>, Errors> {
    Module::build("operators", |m| {
        let (a, b) = (m.input("a", Ty::sint(8)), m.input("b", Ty::uint(8)));
        let n = m.input("n", Ty::uint(2));
        m.output("sum", Ty::range(-256, 510)).set((a + b) - (-a).min_zero(m));
        m.output("shifted", Ty::sint(8)).set(a.shr(n));
        m.output("grown", Ty::uint(11)).set(b.shl(n));
        m.output("logic", Ty::uint(8)).set((a.as_bits() & b) | !(b ^ 0x0f));
        m.output("compared", Ty::uint(3)).set(m.concat([a.lt(b), a.ge(-3), b.ne(0)]));
        m.output("size", Ty::uint(8)).set(a.abs());
        m.output("swapped", Ty::uint(8)).set(m.concat([b.bits(3, 0), b.bits(7, 4)]));
        let inner = m.concat([n, b]);
        m.output("joined", Ty::uint(11)).set(m.concat([n.bit(0), inner]));
        m.output("cut", Ty::uint(10)).set(m.concat([n.bit(1), m.concat([b, n, a.bit(0)]).wrap(9)]));
        m.output("spread", Ty::uint(8)).set(a.bit(7).repeat(8));
        m.output("twice", Ty::uint(9)).set(m.concat([!!n.bit(0), !!b]));
        m.output("reduced", Ty::uint(3)).set(m.concat([b.reduce_and(), b.reduce_or(), b.reduce_xor()]));
        let class = m.first([(b.ge(100), m.lit(2)), (b.ge(10), m.lit(1))], 0);
        m.output("class", Ty::uint(2)).set(class);
        m.output("toggled", Ty::bit()).set((n.bit(0) - 1).wrap(1).as_bits());
        let choice = m.input("choice_with_a_name_that_fills_half_of_a_line", Ty::bit());
        let value = m.input("value_with_a_name_that_fills_half_of_a_line", Ty::uint(8));
        m.output("chosen", Ty::uint(8)).set(choice.mux(value, b));
    })
}

trait MinZero<'m> {
    fn min_zero(self, m: &'m Module) -> Self;
}

impl<'m> MinZero<'m> for hdl::Sig<'m> {
    fn min_zero(self, m: &'m Module) -> Self {
        m.min(self.named("negated"), m.lit(0))
    }
}

/// Registers, processes and a state machine.
fn control() -> Result<Arc<Design>, Errors> {
    Module::build("control", |m| {
        let (go, stop) = (m.input("go", Ty::bit()), m.input("stop", Ty::bit()));
        let (state, [idle, run, done]) = m.state_machine("state", ["Idle", "Run", "Done"]);
        let count = m.reg_init("count", Ty::range(0, 9), 3);
        let held = m.reg("held", Ty::range(0, 9));
        m.comment("The machine counts to nine.");
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(go, || state.set(run)));
                cases.case(run, || {
                    let last = count.eq(9);
                    m.when_else(last, || state.set(done), || count.set((count + 1).assume_range(0, 9)));
                });
                cases.default(|| {
                    state.set(idle);
                    count.set(0);
                });
            });
        });
        m.clocked(|| m.when_else(go & !stop, || held.set(count), || m.when(stop, || held.set(0))));
        m.comment(
            "One process sets a register with and one without reset: each is printed with the branches that set it.",
        );
        let (turns, turned) = (m.reg_init("turns", Ty::uint(4), 0), m.reg("turned", Ty::uint(4)));
        m.clocked(|| m.when_else(held.eq(0), || turned.set(turns), || turns.set((turns + 1).wrap(4))));
        let busy = m.output("busy", Ty::uint(2));
        m.comb(|| {
            m.switch(count.bits(1, 0), |cases| {
                cases.case(0, || busy.set(1));
                cases.any_of([1, 2], || busy.set(2));
                cases.case(3, || busy.set(held.bits(1, 0)));
            });
        });
        m.output("done", Ty::bit()).set(state.eq(done) ^ held.bits(3, 2).reduce_or() ^ turned.reduce_or());
        m.assert("count_small", count.le(9));
    })
}

/// Loops, loop-local registers, other iterations, generate conditions.
fn array() -> Result<Arc<Design>, Errors> {
    Module::build("array", |m| {
        m.attribute("keep_hierarchy", "yes");
        let en = m.input("en", Ty::bit());
        let (act, weight) = (m.input_vec("act", 3, Ty::sint(8)), m.input_vec("weight", 3, Ty::sint(8)));
        let y = m.output_vec("y", 3, Ty::sint(24));
        let last = m.for_each("row", 0..3, |row| {
            m.for_each("col", 0..3, |col| {
                let acc = m.reg("acc", Ty::sint(24)).attribute("use_dsp", "yes");
                let a = m.reg("a", Ty::sint(8));
                m.if_index(
                    col,
                    0..1,
                    "edge",
                    || {
                        let first = (act.at(row) ^ 1).cast(Ty::sint(8)).named("first");
                        m.clocked(|| m.when(en, || a.set(first)));
                    },
                    "inner",
                    || m.clocked(|| m.when(en, || a.set(a.at_all(&[row.into(), col - 1])))),
                );
                m.clocked(|| m.when(en, || acc.set((acc + a * weight.at(col)).wrap(24))));
                acc
            })
        });
        m.for_each("out", 0..3, |out| {
            let of = |col: i64| last.at_all(&[out.into(), col.into()]);
            y.at(out).set((of(0) + of(1) + of(2)).wrap(24));
        });
    })
}

/// Memories, look-up tables, vectors indexed by signals.
fn memories() -> Result<Arc<Design>, Errors> {
    Module::build("memories", |m| {
        let (we, at) = (m.input("we", Ty::bit()), m.input("at", Ty::uint(4)));
        let x = m.input("x", Ty::sint(8));
        let block = m.memory("block", 16, Ty::sint(8), RamStyle::Block);
        let lut = m.memory("lut", 16, Ty::sint(8), RamStyle::Distributed);
        let word = m.reg("word", Ty::sint(8));
        m.clocked(|| {
            m.when(we, || block.write(at, x));
            word.set(block.read(at));
        });
        m.clocked(|| m.when(we, || lut.write(at, word)));
        m.output("block", Ty::sint(8)).set(word);
        m.output("lut", Ty::sint(8)).set(lut.read(at));
        let square = m.table("square", at.bits(1, 0), Ty::uint(4), [0, 1, 4, 9]);
        m.output("square", Ty::uint(4)).set(square);
        let taps = m.reg_vec("taps", 4, Ty::sint(8), Some(0));
        m.clocked(|| {
            taps.at(0).set(x);
            (1..4i64).for_each(|tap| taps.at(tap).set(taps.at(tap - 1)));
        });
        m.output("picked", Ty::sint(8)).set(taps.pick(at.bits(3, 2)));
        let lanes = m.reg_vec("lanes", 2, Ty::uint(4), Some(5));
        m.for_each("lane", 0..2, |lane| m.clocked(|| m.when(we, || lanes.at(lane).set(at))));
        m.output("lanes", Ty::uint(8)).set(lanes.whole());
    })
}

/// Instances, streams, a black box.
fn system() -> Result<Arc<Design>, Errors> {
    let (skid, fifo) = (prim::skid(8)?, prim::fifo(8, 4)?);
    let buffer = Design::black_box("BUFG", &[("I", Dir::In, Ty::bit()), ("O", Dir::Out, Ty::bit())], &[("I", "O")]);
    Module::build("system", |m| {
        let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
        let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
        let (skid, fifo) = (m.instance("skid", &skid), m.instance("fifo", &fifo));
        skid.feed("in", &from);
        fifo.feed_from("in", skid, "out");
        fifo.drain("out", &to);
        let buffer = m.instance("buffer", &buffer);
        buffer.input("I", m.input("slow", Ty::bit()));
        m.output("slow", Ty::bit()).set(buffer.output("O"));
    })
}

/// A pipe that ends in a buffer, of a signed value.
fn buffered(name: &str, flow: Flow) -> Result<Arc<Design>, Errors> {
    Module::build(name, |m| {
        let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(7))));
        let y = p.stage("y", p.field("x") + 1);
        p.finish(Bundle::new("out"), [("y", y)], flow);
    })
}

/// Lanes of several stages in a pipe that never holds: comments and headings stand above what they speak of.
fn lanes() -> Result<Arc<Design>, Errors> {
    Module::build("lanes", |m| {
        let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4).field("gain", Ty::sint(4)).last()));
        let (x, gain) = (p.lanes("x"), p.stage("gain", p.field("gain")));
        let beats = m.reg_init("beats", Ty::uint(8), 0);
        m.clocked(|| m.when(p.valid(1) & p.advance(), || beats.set((beats + 1).wrap(8))));
        m.output("beats", Ty::uint(8)).set(beats);
        let size = p.for_each("lane", "size", 4, Ty::uint(12), |lane| {
            let held = p.stage("held", x.at(lane));
            let product = p.stage("product", held * gain);
            p.comment(product, "A product and its sign.");
            let waits = p.stage("waits", p.stage("waited", product));
            p.comment(waits, "The size of what waited, by the sign from before.");
            let negative = p.beside(product.is_neg().named("negative"), waits);
            p.stage("size", negative.mux(-waits, waits).wrap(12).as_bits())
        });
        let neighbour = p.vector("neighbour", 4, Ty::uint(12), 6);
        m.for_each("place", 0..4, |place| {
            let none = || p.capture(neighbour.at(place), m.lit(0));
            m.if_index(place, 0..1, "edge", none, "inner", || p.capture(neighbour.at(place), size.at(place - 1)));
        });
        let own = p.wires("own", 4, Ty::uint(12), 6);
        m.for_each("beside", 0..4, |lane| own.at(lane).set(p.delay_to(size.at(lane), 6)));
        let sum = p.for_each("add", "sums", 4, Ty::uint(13), |lane| p.stage("sum", own.at(lane) + neighbour.at(lane)));
        p.finish_lanes(Bundle::new("out"), "y", sum, Flow::Credit);
    })
}

/// Streams of one lane, of one bit and of more: their fields are scalars.
fn single_lanes() -> Result<Arc<Design>, Errors> {
    Module::build("single_lanes", |m| {
        let from = m.sink(Bundle::new("in").lanes("sign", Ty::bit(), 1));
        let size = m.sink(Bundle::new("size").lanes("x", Ty::sint(8), 1));
        let to = m.source(Bundle::new("out").lanes("flag", Ty::bit(), 1).lanes("y", Ty::sint(9), 1));
        to.valid().set(from.valid() & size.valid());
        from.ready().set(to.ready() & size.valid());
        size.ready().set(to.ready() & from.valid());
        m.for_each("lane", 0..1, |lane| {
            let (sign, x) = (from.lanes("sign").at(lane), size.lanes("x").at(lane));
            to.lanes("flag").at(lane).set(!sign);
            to.lanes("y").at(lane).set(sign.mux(-x, x));
        });
    })
}

fn all() -> Vec<Arc<Design>> {
    let (skid, credit) = (buffered("skidded", Flow::Skid), buffered("credited", Flow::Credit));
    let built = [
        skid,
        credit,
        prim::skid(8),
        prim::fifo(8, 4),
        scale(),
        operators(),
        control(),
        array(),
        memories(),
        system(),
        single_lanes(),
        lanes(),
    ];
    built.into_iter().map(|d| d.unwrap_or_else(|errors| panic!("{errors}"))).collect()
}

#[test]
fn text_is_as_before() {
    for design in all() {
        expect_file![format!("golden/{}.sv", design.name())].assert_eq(&design.to_sv(&EmitOptions::default()));
    }
}

#[test]
fn text_with_places_and_prefix_is_as_before() {
    let options =
        EmitOptions { prefix: "vit_".to_owned(), header: vec!["Configuration 0123.".to_owned()], places: true };
    let design = system().unwrap_or_else(|errors| panic!("{errors}"));
    expect_file!["golden/with_places_and_prefix.sv"].assert_eq(&design.to_sv(&options));
}

#[test]
fn text_is_the_same_in_every_run_and_thread() {
    let text = || all().iter().map(|d| d.to_sv(&EmitOptions::default())).collect::<String>();
    let first = text();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(text)).collect();
    threads.into_iter().for_each(|thread| assert_eq!(thread.join().ok().as_ref(), Some(&first)));
}

#[test]
fn paths_pass_through_children_but_not_through_registers() {
    let chain = Module::build("chain", |m| {
        let (a, b) = (m.input("a", Ty::uint(2)), m.input("b", Ty::uint(2)));
        let held = m.reg("held", Ty::uint(2));
        m.clocked(|| held.set(b));
        m.output("y", Ty::uint(2)).set(a ^ held);
    });
    let chain = chain.unwrap_or_else(|errors| panic!("{errors}"));
    let looped = |from: &'static str| {
        Module::build("looped", |m| {
            let child = m.instance("child", &chain);
            let other = if from == "a_i" { "b_i" } else { "a_i" };
            child.input(from, child.output("y_o"));
            child.input(other, m.input("x", Ty::uint(2)));
            m.output("y", Ty::uint(2)).set(child.output("y_o"));
        })
    };
    assert!(looped("b_i").is_ok());
    let errors = looped("a_i").map(|_| ()).unwrap_err();
    assert!(errors.list().iter().all(|e| e.code == hdl::Code::CombinationalLoop), "{errors}");
}

/// A 64×64 array of multiply-accumulate cells is checked bit by bit in well under a second.
#[test]
fn checking_is_fast() {
    let start = std::time::Instant::now();
    let built = Module::build("grid", |m| {
        let (a, w) = (m.input_vec("a", 64, Ty::sint(8)), m.input_vec("w", 64, Ty::sint(8)));
        let sums = m.output_vec("y", 64, Ty::sint(32));
        let cell = m.for_each("row", 0..64, |row| {
            m.for_each("col", 0..64, |col| {
                let acc = m.reg("acc", Ty::sint(32));
                m.clocked(|| acc.set((acc + a.at(row) * w.at(col)).wrap(32)));
                acc
            })
        });
        m.for_each("out", 0..64, |out| {
            let column: Vec<_> = (0..64i64).map(|col| cell.at_all(&[out.into(), col.into()])).collect();
            let sum = column.into_iter().reduce(|a, b| a + b);
            sums.at(out).set(sum.unwrap_or_else(|| m.lit(0)).wrap(32));
        });
    });
    built.unwrap_or_else(|errors| panic!("{errors}"));
    let limit = if cfg!(debug_assertions) { 5.0 } else { 1.0 };
    assert!(start.elapsed().as_secs_f64() < limit, "{:?}", start.elapsed());
}

fn lint(program: &str, arguments: &[&str], folder: &Path) {
    let Ok(output) = Command::new(program).args(arguments).current_dir(folder).output() else {
        // Not by `eprintln!`, which the test's captured output would hide.
        let skipped = format!("SKIPPED {program} on the golden designs: it is not on PATH\n");
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.to_lowercase().contains("warning"), "{program} {arguments:?}\n{said}");
}

#[test]
fn linters_have_nothing_to_say() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&folder).unwrap();
    let mut designs = all();
    let children: Vec<_> = designs.iter().flat_map(|design| design.children()).collect();
    for child in children.into_iter().filter(|child| !child.is_black_box()) {
        if designs.iter().all(|design| design.name() != child.name()) {
            designs.push(child);
        }
    }
    let mut files = vec![];
    for design in &designs {
        let file = format!("{}.sv", design.name());
        fs::write(folder.join(&file), design.to_sv(&EmitOptions::default())).unwrap();
        files.push(file);
    }
    let stub = "module BUFG (\n  input  wire logic I,\n  output      logic O\n);\n  assign O = I;\nendmodule\n";
    fs::write(folder.join("BUFG.sv"), stub).unwrap();
    for design in &designs {
        let file = format!("{}.sv", design.name());
        lint("verilator", &["--lint-only", "-Wall", "-I.", &file], &folder);
        lint("verilator", &["--lint-only", "-Wall", "-I.", "-DSIMULATION", &file], &folder);
        lint("iverilog", &["-g2012", "-Wall", "-t", "null", "-y", ".", "-Y", ".sv", &file], &folder);
    }
    let script = format!("read_verilog -sv BUFG.sv {}; proc; check -assert", files.join(" "));
    lint("yosys", &["-q", "-p", &script], &folder);
}
