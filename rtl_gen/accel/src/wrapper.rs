//! The outermost module, in plain Verilog: Vivado's names and attributes around a design with AXI ports.

use std::fmt::Write;

use hdl::{Design, Dir, Port, Role};
use spec::manifest;

/// What a master says about its accesses: name, bits and value of the ports that never vary. `{size}` is log2 of a beat's
/// bytes.
const CONSTANTS: [(&str, u32, &str, &str); 5] = [
    ("size", 3, "{size}", "beats as wide as the bus"),
    ("burst", 2, "2'b01", "incrementing"),
    ("lock", 1, "1'b0", "normal"),
    ("cache", 4, "4'b0011", "normal, not cached, bufferable"),
    ("prot", 3, "3'b000", "data, secure, unprivileged"),
];

/// A wrapper called `name` around `design` in Verilog 2001, for Vivado's IP packager: clock `aclk`, reset `aresetn` (active
/// low), AXI's names without `_i` and `_o`, `X_INTERFACE_INFO` on every port of a bus, and the ports of AXI4 that `design`
/// leaves out, as constants.
///
/// Interfaces are found by their names: what begins with `m_axi` is a master, what begins with `s_axi` an AXI4-Lite slave,
/// up to the channel's name (`m_axi_gmem_araddr_o` belongs to `m_axi_gmem`). A port `irq_o` becomes an interrupt; others stay
/// as they are.
///
/// ```
/// use spec::axi::{Master, ReadMaster};
/// let design = accel::axi_read_master(&ReadMaster { master: Master::new(40, 64) })?;
/// let text = accel::wrapper("reader", &design);
/// assert!(text.contains("output wire [39:0] m_axi_araddr"));
/// assert!(text.contains(r#"(* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARADDR" *)"#));
/// # Ok::<(), units::Error>(())
/// ```
pub fn wrapper(name: &str, design: &Design) -> String {
    wrap(name, design.name(), design).0
}

/// [`wrapper`] around a design that is emitted as `inner`; its text and its ports.
pub(crate) fn wrap(name: &str, inner: &str, design: &Design) -> (String, Vec<manifest::Port>) {
    let ports: Vec<Outer<'_>> = design.ports().iter().filter_map(Outer::new).collect();
    let mut declared: Vec<Declared> = clock_and_reset(&ports);
    let mut assigned = String::new();
    for (at, outer) in ports.iter().enumerate() {
        declared.push(outer.declaration());
        let ends = ports.get(at + 1).is_none_or(|next| next.channel() != outer.channel());
        if let (Some((bus, channel)), true) = (outer.channel(), ends) {
            add_constants(design, bus, channel, &mut declared, &mut assigned);
        }
    }
    let lines: Vec<String> = declared.iter().map(Declared::text).collect();
    let mut text = format!(
        "// SPDX-License-Identifier: CC0-1.0\n// This file belongs to whoever emitted it.\n//\n\
         // {inner} for Vivado: plain Verilog, AXI's names, active-low reset. Emitted by espalier.\n\n\
         `default_nettype none\n\nmodule {name} (\n{}\n);\n\n",
        lines.join(",\n")
    );
    if !assigned.is_empty() {
        let _ = writeln!(text, "  // What never varies.\n{assigned}");
    }
    let mut connections = vec!["    .clk_i(aclk)".to_owned(), "    .rst_i(!aresetn)".to_owned()];
    connections.extend(ports.iter().map(|outer| format!("    .{}({})", outer.port.name, outer.name)));
    let unused: Vec<&str> = declared
        .iter()
        .map(|port| port.name.as_str())
        .filter(|port| port.starts_with("s_axi") && port.ends_with("prot"))
        .collect();
    if !unused.is_empty() {
        let _ = writeln!(text, "  wire unused = &{{1'b0, {}}};\n", unused.join(", "));
    }
    let _ =
        write!(text, "  {inner} u_core (\n{}\n  );\n\nendmodule\n\n`default_nettype wire\n", connections.join(",\n"));
    (text, declared.iter().map(Declared::entry).collect())
}

/// A port of the wrapper.
struct Declared {
    attributes: String,
    dir: Dir,
    width: u32,
    name: String,
}

impl Declared {
    fn text(&self) -> String {
        let direction = if self.dir == Dir::In { "input" } else { "output" };
        format!("{}  {direction} wire {}{}", self.attributes, range(self.width), self.name)
    }

    /// What the manifest says of it.
    fn entry(&self) -> manifest::Port {
        let role = match self.name.as_str() {
            "aclk" => manifest::Role::Clock,
            "aresetn" => manifest::Role::Reset,
            _ => manifest::Role::Other,
        };
        manifest::Port {
            name: self.name.clone(),
            dir: if self.dir == Dir::In { manifest::Dir::In } else { manifest::Dir::Out },
            width: self.width,
            role,
            stream: None,
            clock: (role != manifest::Role::Clock).then(|| "aclk".to_owned()),
            active_low: role == manifest::Role::Reset,
            fields: vec![],
        }
    }
}

/// A port of the design and its name outside.
struct Outer<'a> {
    port: &'a Port,
    name: String,
}

impl<'a> Outer<'a> {
    /// `None` for clock and reset.
    fn new(port: &'a Port) -> Option<Self> {
        if matches!(port.role, Role::Clock | Role::Reset) {
            return None;
        }
        let plain = port.name.strip_suffix("_i").or(port.name.strip_suffix("_o")).unwrap_or(&port.name);
        Some(Self { port, name: plain.to_owned() })
    }

    /// Bus and channel: `m_axi`, `ar`.
    fn channel(&self) -> Option<(&str, &str)> {
        let (bus, signal) = self.name.rsplit_once('_')?;
        if !bus.starts_with("m_axi") && !bus.starts_with("s_axi") {
            return None;
        }
        let channel = ["ar", "aw", "r", "w", "b"].into_iter().find(|channel| signal.starts_with(channel))?;
        Some((bus, channel))
    }

    fn declaration(&self) -> Declared {
        let attributes = match self.channel() {
            Some((bus, _)) => {
                let signal = self.name.rsplit('_').next().unwrap_or_default().to_uppercase();
                info(&format!("interface:aximm:1.0 {bus} {signal}"))
            }
            None if self.name == "irq" => {
                let level = "  (* X_INTERFACE_PARAMETER = \"SENSITIVITY LEVEL_HIGH\" *)\n";
                info("signal:interrupt:1.0 irq INTERRUPT") + level
            }
            None => String::new(),
        };
        Declared { attributes, dir: self.port.dir, width: self.port.ty.width(), name: self.name.clone() }
    }
}

fn info(what: &str) -> String {
    format!("  (* X_INTERFACE_INFO = \"xilinx.com:{what}\" *)\n")
}

fn range(width: u32) -> String {
    if width == 1 { String::new() } else { format!("[{}:0] ", width - 1) }
}

fn clock_and_reset(ports: &[Outer<'_>]) -> Vec<Declared> {
    let mut buses: Vec<&str> = ports.iter().filter_map(|outer| outer.channel().map(|(bus, _)| bus)).collect();
    buses.dedup();
    let busif =
        format!("  (* X_INTERFACE_PARAMETER = \"ASSOCIATED_BUSIF {}, ASSOCIATED_RESET aresetn\" *)\n", buses.join(":"));
    let polarity = "  (* X_INTERFACE_PARAMETER = \"POLARITY ACTIVE_LOW\" *)\n";
    let input = |attributes, name: &str| Declared { attributes, dir: Dir::In, width: 1, name: name.to_owned() };
    vec![
        input(info("signal:clock:1.0 aclk CLK") + &busif, "aclk"),
        input(info("signal:reset:1.0 aresetn RST") + polarity, "aresetn"),
    ]
}

/// The ports of an address channel that the design leaves out: a master drives them, a slave does not look at them.
fn add_constants(design: &Design, bus: &str, channel: &str, declared: &mut Vec<Declared>, assigned: &mut String) {
    if !matches!(channel, "ar" | "aw") {
        return;
    }
    if bus.starts_with("s_axi") {
        let name = format!("{bus}_{channel}prot");
        let attributes = info(&format!("interface:aximm:1.0 {bus} {}PROT", channel.to_uppercase()));
        declared.push(Declared { attributes, dir: Dir::In, width: 3, name });
        return;
    }
    let data = if channel == "ar" { format!("{bus}_rdata_i") } else { format!("{bus}_wdata_o") };
    let bits = design.ports().iter().find(|port| port.name == data).map_or(32, |port| port.ty.width());
    let size = (bits / 8).trailing_zeros();
    for (part, width, value, what) in CONSTANTS {
        let name = format!("{bus}_{channel}{part}");
        let attributes = info(&format!("interface:aximm:1.0 {bus} {}{}", channel.to_uppercase(), part.to_uppercase()));
        let value = value.replace("{size}", &format!("3'd{size}"));
        let _ = writeln!(assigned, "  assign {name} = {value};  // {what}");
        declared.push(Declared { attributes, dir: Dir::Out, width, name });
    }
}
