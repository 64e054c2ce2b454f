//! Bounded proofs with Yosys and an SMT solver, on the emitted text: within so many cycles from reset, under every
//! environment that keeps the protocol, no beat is lost, doubled or out of order, nothing that waits changes, and nothing
//! stands still. The README of `accel` lists them; the list is held to what is run here.

use std::path::Path;
use std::process::Command;

use spec::axi::{Master, ReadMaster, WriteMaster};
use spec::register_map::{Access, Field, Register, RegisterMap};
use toolbox::{Tool, ensure, exec, need};

/// A proof: an emitted module in a harness, and the cycles for which it holds.
struct Proof {
    module: &'static str,
    harness: &'static str,
    depth: u32,
    /// Macros of the harness.
    defines: &'static [(&'static str, &'static str)],
}

const PROOFS: &[Proof] = &[
    Proof { module: "prim_skid_w4", harness: "stream.sv", depth: 20, defines: &[("WIDTH", "4"), ("LATENCY", "0")] },
    Proof { module: "prim_fifo_w4_d4", harness: "stream.sv", depth: 18, defines: &[("WIDTH", "4"), ("LATENCY", "0")] },
    Proof {
        module: "prim_ram_fifo_w4_d4",
        harness: "stream.sv",
        depth: 15,
        defines: &[("WIDTH", "4"), ("LATENCY", "1")],
    },
    Proof { module: "axi_lite_slave_of_four", harness: "lite_slave.sv", depth: 16, defines: &[] },
    Proof { module: "axi_read_master_a32_d32_b2_o2_l9", harness: "read_master.sv", depth: 13, defines: &[] },
    Proof { module: "axi_write_master_a32_d32_b2_o2_l9", harness: "write_master.sv", depth: 12, defines: &[] },
];

/// The registers that the harness of the slave knows.
fn four() -> RegisterMap {
    let register = |name: &str, offset, access, width, reset| Register {
        name: name.to_owned(),
        offset,
        doc: String::new(),
        fields: vec![Field { name: String::new(), lsb: 0, width, access, reset, doc: String::new() }],
    };
    RegisterMap {
        name: "four".to_owned(),
        doc: "Four registers.".to_owned(),
        address_bits: 5,
        registers: vec![
            register("VALUE", 0, Access::ReadWrite, 32, 0),
            register("EVENT", 4, Access::WriteOneToClear, 1, 0),
            register("INPUT", 8, Access::ReadOnly, 32, 0),
            register("FIXED", 16, Access::Constant, 32, 5),
        ],
        interrupt: None,
    }
}

/// The files of a module.
fn emitted(module: &str) -> Vec<(String, String)> {
    let master = Master { max_burst: 2, outstanding: 2, length_bits: 9, ..Master::new(32, 32) };
    let design = match module {
        "prim_skid_w4" => hdl::prim::skid(4).unwrap(),
        "prim_fifo_w4_d4" => hdl::prim::fifo(4, 4).unwrap(),
        "prim_ram_fifo_w4_d4" => hdl::prim::ram_fifo(4, 4).unwrap(),
        "axi_lite_slave_of_four" => accel::register_slave(module, &four()).unwrap(),
        "axi_read_master_a32_d32_b2_o2_l9" => accel::axi_read_master(&ReadMaster { master }).unwrap(),
        _ => accel::axi_write_master(&WriteMaster { master }).unwrap(),
    };
    assert_eq!(design.name(), module);
    units::emit_design(&design, module, "").unwrap().files
}

fn tools(what: &str) -> bool {
    need::present(Tool::Yosys, what).unwrap() && need::present(Tool::Yices, what).unwrap()
}

/// Whether the proof holds, or the assertion that fails first.
fn decide(proof: &Proof, files: &[(String, String)]) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rtl/proofs").join(proof.harness);
    std::fs::copy(harness, dir.path().join("proof.sv")).unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let defines: String = proof.defines.iter().map(|(name, value)| format!("-D{name}={value} ")).collect();
    let script = format!(
        "read_verilog -sv -formal -DDUT={} {defines}{} proof.sv; prep -top proof -flatten; memory_map; opt -full; \
         dffunmap; opt_clean; write_smt2 -wires proof.smt2",
        proof.module,
        names.join(" ")
    );
    let yosys = ensure(Tool::Yosys).unwrap();
    exec::run(Command::new(&yosys.path).args(["-q", "-p", &script]).current_dir(dir.path())).unwrap();
    let solver = ensure(Tool::Yices).unwrap();
    let beside = |path: &Path| path.parent().unwrap().to_path_buf();
    let paths = [beside(&solver.path), beside(&yosys.path)].into_iter();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let paths = paths.chain(std::env::split_paths(&others));
    let mut smtbmc = Command::new(yosys.path.with_file_name("yosys-smtbmc"));
    smtbmc.args(["-s", "yices", "--presat", "-t", &proof.depth.to_string(), "proof.smt2"]).current_dir(dir.path());
    let output = exec::capture(smtbmc.env("PATH", std::env::join_paths(paths).unwrap())).unwrap();
    let text = output.text();
    match (output.success, text.contains("Status: PASSED")) {
        (true, true) => Ok(()),
        (false, false) if text.contains("Assert failed") => {
            Err(text.lines().find(|line| line.contains("Assert failed")).unwrap_or_default().to_owned())
        }
        _ => panic!("{}: {text}", proof.module),
    }
}

#[test]
fn everything_listed_is_proven() {
    if !tools("the bounded proofs") {
        return;
    }
    let only = std::env::var("ESPALIER_PROOF").unwrap_or_default();
    for proof in PROOFS.iter().filter(|proof| proof.module.contains(&only)) {
        let start = std::time::Instant::now();
        let outcome = decide(proof, &emitted(proof.module));
        println!("{}: {} cycles, {:.1} s", proof.module, proof.depth, start.elapsed().as_secs_f64());
        assert_eq!(outcome, Ok(()), "{}", proof.module);
    }
}

/// The table in the README of `accel` has just the proofs that are run, with their depths.
#[test]
fn the_list_is_what_is_run() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rtl_gen/accel/README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        (cells[1].trim_matches('`').to_owned(), cells[2].parse::<u32>().unwrap_or_default())
    });
    let listed: Vec<_> = rows.filter(|(_, depth)| *depth > 0).collect();
    let run: Vec<_> = PROOFS.iter().map(|proof| (proof.module.to_owned(), proof.depth)).collect();
    assert_eq!(listed, run);
}

/// A proof that could not fail would be worth nothing: each refutes faults in the text.
#[test]
fn faults_are_refuted() {
    if !tools("the refutation of faulty texts") {
        return;
    }
    let faults = [
        ("prim_skid_w4", "full_q <= out_valid_o && !out_ready_i", "full_q <= in_valid_i && !out_ready_i"),
        ("prim_fifo_w4_d4", "!(same_place && !same_lap)", "!same_place || !same_lap"),
        ("prim_ram_fifo_w4_d4", "full_q <= same_place && !same_lap", "full_q <= 1'b0"),
        ("prim_ram_fifo_w4_d4", "valid_q <= fetch || (valid_q && !out_ready_i)", "valid_q <= fetch"),
        ("axi_lite_slave_of_four", "read = has_read_q && read_free", "read = has_read_q"),
        ("axi_lite_slave_of_four", "&& answer_free;", ";"),
        ("axi_lite_slave_of_four", "(value_q & ~write_mask) | (write_data_q & write_mask)", "write_data_q"),
        ("axi_read_master_a32_d32_b2_o2_l9", "to_border = 2'd2 - 2'(low_q)", "to_border = 2'd2"),
        (
            "axi_read_master_a32_d32_b2_o2_l9",
            "request_free = !request_valid_q || m_axi_arready_i",
            "request_free = 1'b1",
        ),
        ("axi_read_master_a32_d32_b2_o2_l9", "m_axi_rlast_i && oldest[0]", "m_axi_rlast_i"),
        ("axi_read_master_a32_d32_b2_o2_l9", " && !stop_i", ""),
        ("axi_write_master_a32_d32_b2_o2_l9", " && whole", ""),
        ("axi_write_master_a32_d32_b2_o2_l9", " && !stop_i", ""),
        ("axi_write_master_a32_d32_b2_o2_l9", "beats_left_q <= burst_beats_q", "beats_left_q <= 2'd1"),
        ("axi_write_master_a32_d32_b2_o2_l9", "oldest[0] ? 2'd0 : command_fault", "command_fault"),
        ("axi_write_master_a32_d32_b2_o2_l9", "(|earlier_fault_q) ? earlier_fault_q : fault", "fault"),
    ];
    for (module, from, to) in faults {
        let proof = PROOFS.iter().find(|proof| proof.module == module).unwrap();
        let mut files = emitted(module);
        let own = files.iter_mut().find(|(name, _)| *name == format!("{module}.sv")).unwrap();
        assert!(own.1.contains(from), "`{from}` stands in {module}");
        own.1 = own.1.replacen(from, to, 1);
        let outcome = decide(proof, &files);
        println!("{module}, `{to}`: {outcome:?}");
        assert!(outcome.is_err(), "{module}: `{to}` for `{from}`");
    }
}
