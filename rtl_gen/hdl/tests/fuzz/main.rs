//! The printed SystemVerilog means what the types say: random expressions, run in Icarus and in Verilator, against
//! big-integer arithmetic.

mod expr;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use expr::{Grower, Random, VECTORS, Value, pattern};
use hdl::{Code, Design, Dir, Module, Ty};
use num_bigint::BigInt;
use num_traits::Zero;

/// A random module: its text, its port widths, and the bits of inputs and outputs for each stimulus.
struct Case {
    seed: u64,
    name: String,
    text: String,
    inputs: Vec<(String, u32)>,
    outputs: Vec<(String, u32)>,
    stimulus: Vec<Vec<BigInt>>,
    response: Vec<Vec<BigInt>>,
}

fn case(seed: u64) -> Option<Case> {
    let mut random = Random(seed);
    let (mut stimulus, mut response) = (vec![], vec![]);
    let name = format!("fuzz_{seed}");
    let built = Module::build(name.clone(), |m| {
        let mut grower = Grower { m, random: &mut random, inputs: vec![], named: vec![] };
        (0..3).for_each(|_| grower.input());
        for index in 0..2 {
            let value = grower.grow(4);
            let ty = value.sig.ty();
            let wider = match grower.random.below(3) {
                0 => ty.clone(),
                1 => ty.full(),
                _ => Ty::range(ty.lo().min(&BigInt::zero()) << 2u32, ty.hi().max(&BigInt::zero()) << 3u32)
                    .with_frac(ty.frac() + 2),
            };
            m.output(&format!("y{index}"), wider.clone()).set(value.sig);
            let by = wider.frac() - ty.frac();
            response.push(value.raw.iter().map(|v| pattern(&(v << by), wider.width())).collect());
        }
        // What is named, and every input, is read in whole, so that nothing is unused.
        let all: Vec<Value<'_>> = grower.inputs.iter().chain(&grower.named).cloned().collect();
        let joined = |k: usize| {
            all.iter().fold(BigInt::zero(), |bits, v| (bits << v.sig.width()) | pattern(&v.raw[k], v.sig.width()))
        };
        let width = all.iter().map(|v| v.sig.width()).sum();
        m.output("all", Ty::uint(width)).set(m.concat(all.iter().map(|v| v.sig)));
        response.push((0..VECTORS).map(joined).collect());
        for input in &grower.inputs {
            stimulus.push(input.raw.iter().map(|v| pattern(v, input.sig.width())).collect());
        }
    });
    let design = match built {
        Ok(design) => design,
        Err(errors) => {
            // A step that `fit` makes inside may lose bits to what stands around it.
            assert!(errors.list().iter().all(|e| e.code == Code::Unused), "seed {seed}: {errors}");
            return None;
        }
    };
    let ports = |dir: Dir| {
        let ports = design.ports().iter().filter(|p| p.dir == dir);
        ports.map(|p| (p.name.clone(), p.ty.width())).collect()
    };
    let (inputs, outputs) = (ports(Dir::In), ports(Dir::Out));
    Some(Case { seed, name, text: Design::to_sv(&design, &Default::default()), inputs, outputs, stimulus, response })
}

/// The ports of one direction side by side, first port of the first module in the lowest bits, for stimulus `k`.
fn packed<'a>(ports: impl Iterator<Item = (&'a (String, u32), &'a Vec<BigInt>)>, k: usize) -> BigInt {
    let mut lsb = 0;
    ports.fold(BigInt::zero(), |all, ((_, width), bits)| {
        let all = all | (&bits[k] << lsb);
        lsb += width;
        all
    })
}

/// A test bench that reads stimuli and responses from files and names every output that differs.
fn bench(cases: &[Case], folder: &Path) -> String {
    let inputs = || cases.iter().flat_map(|c| c.inputs.iter().zip(&c.stimulus));
    let outputs = || cases.iter().flat_map(|c| c.outputs.iter().zip(&c.response));
    let lines = |all: &dyn Fn(usize) -> BigInt| (0..VECTORS).map(|k| format!("{:x}\n", all(k))).collect::<String>();
    fs::write(folder.join("in.hex"), lines(&|k| packed(inputs(), k))).unwrap();
    fs::write(folder.join("out.hex"), lines(&|k| packed(outputs(), k))).unwrap();
    let total = |ports: &mut dyn Iterator<Item = &(String, u32)>| ports.map(|p| p.1).sum::<u32>();
    let (wide_in, wide_out) = (total(&mut inputs().map(|p| p.0)), total(&mut outputs().map(|p| p.0)));
    let mut text = format!(
        "`timescale 1ns / 1ns\nmodule bench;\n  reg [{0}:0] stimuli [0:{2}];\n  reg [{1}:0] wanted [0:{2}];\n  reg \
         [{0}:0] x;\n  reg [{1}:0] w;\n  wire [{1}:0] y;\n  integer k;\n",
        wide_in - 1,
        wide_out - 1,
        VECTORS - 1
    );
    let (mut from, mut to) = (0, 0);
    let mut checks = String::new();
    for case in cases {
        let mut connections = vec![];
        for (name, width) in &case.inputs {
            connections.push(format!(".{name}(x[{from} +: {width}])"));
            from += width;
        }
        for (name, width) in &case.outputs {
            connections.push(format!(".{name}(y[{to} +: {width}])"));
            let _ = writeln!(
                checks,
                "      if (y[{to} +: {width}] !== w[{to} +: {width}]) $display(\"FAIL {} {name} stimulus %0d: %h \
                 instead of %h\", k, y[{to} +: {width}], w[{to} +: {width}]);",
                case.name
            );
            to += width;
        }
        let _ = writeln!(text, "  {} u_{} ({});", case.name, case.name, connections.join(", "));
    }
    let _ = write!(
        text,
        "  initial begin\n    $readmemh(\"in.hex\", stimuli);\n    $readmemh(\"out.hex\", wanted);\n    for (k = 0; k < \
         {VECTORS}; k = k + 1) begin\n      x = stimuli[k];\n      w = wanted[k];\n      #1;\n{checks}    end\n    \
         $display(\"DONE\");\n    $finish;\n  end\nendmodule\n"
    );
    text
}

/// Whether the program is there; says so if it is not.
fn present(program: &str) -> bool {
    let found = Command::new(program).arg("-V").output().is_ok_and(|o| o.status.success());
    if !found {
        eprintln!("SKIPPED: `{program}` is not on PATH");
    }
    found
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

fn check(simulator: &str, seeds: std::ops::Range<u64>, build: impl Fn(&Path) -> String) {
    let all = seeds.end - seeds.start;
    println!("{simulator}: seeds {seeds:?}");
    let cases: Vec<Case> = seeds.filter_map(case).collect();
    assert!(cases.len() as u64 * 10 > all * 8, "only {} of {all} modules build", cases.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz_{simulator}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let text: String = cases.iter().map(|c| c.text.as_str()).collect();
    fs::write(folder.join("dut.sv"), text).unwrap();
    fs::write(folder.join("bench.sv"), bench(&cases, &folder)).unwrap();
    let log = build(&folder);
    let failed: Vec<&Case> = cases.iter().filter(|c| log.contains(&format!("FAIL {} ", c.name))).collect();
    if let Some(first) = failed.first() {
        let lines: Vec<&str> = log.lines().filter(|l| l.contains(&first.name)).take(5).collect();
        panic!(
            "{} of {} modules differ; seed {}:\n{}\n{}",
            failed.len(),
            cases.len(),
            first.seed,
            lines.join("\n"),
            first.text
        );
    }
    assert!(log.contains("DONE"), "{log}");
}

#[test]
fn icarus_agrees_with_big_integers() {
    if !present("iverilog") {
        return;
    }
    check("icarus", 0..300, |folder| {
        run(Command::new("iverilog").current_dir(folder).args([
            "-g2012",
            "-o",
            "bench.vvp",
            "-s",
            "bench",
            "dut.sv",
            "bench.sv",
        ]));
        run(Command::new("vvp").current_dir(folder).args(["-n", "bench.vvp"]))
    });
}

#[test]
fn verilator_agrees_with_big_integers() {
    if !present("verilator") {
        return;
    }
    check("verilator", 1000..1040, |folder| {
        run(Command::new("verilator").current_dir(folder).args([
            "--binary",
            "-Wno-fatal",
            "-Wno-lint",
            "-Wno-style",
            "-O1",
            "-CFLAGS",
            "-O0",
            "--top-module",
            "bench",
            "dut.sv",
            "bench.sv",
        ]));
        run(Command::new("obj_dir/Vbench").current_dir(folder))
    });
}
