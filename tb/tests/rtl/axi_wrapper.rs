//! The plain-Verilog wrapper: it reads clean, and what it wraps works through it by AXI's plain names.

use std::collections::BTreeMap;

use hdl::{Dir, Role};
use sim::Sources;
use spec::PartConfig;
use spec::axi::{LiteSlave, Master, ReadMaster, WriteMaster};
use spec::manifest;
use tb::axi::{Lite, Memory, Timing};
use tb::{Bench, Result};

/// A bench of the wrapper of a part, its streams by the names that they have outside.
fn bench(config: &PartConfig) -> Result<(Bench, String)> {
    let design = accel::generate(config).unwrap_or_else(|error| panic!("{error}"));
    let text = accel::wrapper("wrapper", &design);
    let inner = units::emit_design(&design, config.kind(), "").unwrap_or_else(|error| panic!("{error}"));
    let module = inner.manifest.module(design.name()).expect("its own").clone();
    let rename = |port: &manifest::Port| {
        let plain = port.name.strip_suffix("_i").or(port.name.strip_suffix("_o")).unwrap_or(&port.name);
        let (name, active_low) = match port.role {
            manifest::Role::Clock => ("aclk", false),
            manifest::Role::Reset => ("aresetn", true),
            _ => (plain, false),
        };
        manifest::Port { name: name.to_owned(), active_low, ..port.clone() }
    };
    let outer = manifest::Module {
        name: "wrapper".to_owned(),
        ports: module.ports.iter().map(rename).collect(),
        params: BTreeMap::new(),
        ..module
    };
    assert!(design.ports().iter().any(|port| port.role == Role::Clock && port.dir == Dir::In));
    let sources = inner.files.iter().fold(Sources::new("wrapper"), |sources, (name, text)| sources.text(name, text));
    let unit = tb::Unit::new(outer, sources.text("wrapper.v", &text))
        .configure(|build| build.opt_level(sim::OptLevel::O1).verilator_arg("-Wall"));
    Ok((unit.bench()?, text))
}

#[test]
fn a_reader_reads_through_its_wrapper() -> Result<()> {
    let (mut bench, text) = bench(&ReadMaster { master: Master::new(40, 64) }.into())?;
    for said in [
        "(* X_INTERFACE_INFO = \"xilinx.com:interface:aximm:1.0 m_axi ARSIZE\" *)\n  output wire [2:0] m_axi_arsize",
        "assign m_axi_arsize = 3'd3;",
        "assign m_axi_arburst = 2'b01;",
        "ASSOCIATED_BUSIF m_axi, ASSOCIATED_RESET aresetn",
        ".rst_i(!aresetn)",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let memory = Memory::new(0x1000, 0x1000, Timing::ideal());
    memory.write(0x1008, &[1, 0, 0, 0, 2]);
    memory.attach(&mut bench, &["m_axi"])?;
    bench.send("cmd", [[0x1008, 1]])?;
    bench.expect("data", [tb::Beat::new(vec![1, 2, 0]).with_last(true)])?;
    bench.run()
}

#[test]
fn a_writer_writes_through_its_wrapper() -> Result<()> {
    let (mut bench, _) = bench(&WriteMaster { master: Master::new(40, 32) }.into())?;
    let memory = Memory::new(0x1000, 0x1000, Timing::ideal());
    memory.attach(&mut bench, &["m_axi"])?;
    bench.send("cmd", [[0x1004, 2]])?;
    bench.send("data", [7i64, 9])?;
    bench.expect("done", [0i64])?;
    bench.run()?;
    assert_eq!(memory.read(0x1004, 8), [7, 0, 0, 0, 9, 0, 0, 0]);
    Ok(())
}

#[test]
fn registers_stand_behind_their_wrapper() -> Result<()> {
    let (mut bench, text) = bench(&LiteSlave { version: 3, hash: "0123456789abcdef".to_owned() }.into())?;
    assert!(text.contains("xilinx.com:signal:interrupt:1.0 irq INTERRUPT"));
    assert!(text.contains("input wire [2:0] s_axi_awprot"));
    let bus = Lite::attach(&mut bench, "s_axi")?;
    bus.write(&mut bench, 0x20, 0x1234)?;
    assert_eq!((bus.read(&mut bench, 0x20)?.data, bus.read(&mut bench, 0x14)?.data), (0x1234, 3));
    Ok(())
}
