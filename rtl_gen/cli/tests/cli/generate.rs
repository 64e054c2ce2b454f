//! What the command writes: the same bytes every time, a folder as a whole, scripts that Vivado could run.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use spec::manifest::Manifest;
use toolbox::tcl::{Script, record};
use toolbox::{Tool, need};

fn espalier(args: &[&str], dir: &Path) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_espalier")).args(args).current_dir(dir).output();
    output.expect("the command starts")
}

fn succeed(args: &[&str], dir: &Path) -> String {
    let output = espalier(args, dir);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn folder(dir: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries
        .map(|path| {
            let text = fs::read_to_string(&path).expect("text");
            (path.file_name().expect("a name").to_string_lossy().into_owned(), text)
        })
        .collect();
    files.sort();
    files
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn output_is_the_same_everywhere_and_replaced_as_a_whole() {
    let dir = tempfile::tempdir().expect("a folder");
    succeed(&["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "a"], dir.path());
    succeed(&["gen", "exp", "x=s8.4", "y=u8.7", "--out", "deep/b"], dir.path());
    succeed(&["gen", "gelu_s8f4_s8f4", "--out", "deep/b"], dir.path());
    let (a, b) = (folder(&dir.path().join("a")), folder(&dir.path().join("deep/b")));
    assert_eq!(a, b, "the second unit replaced the first as a whole");
    assert!(a.iter().any(|(name, _)| name == "gelu_s8f4_s8f4.sv"));

    let json = succeed(&["gen", "gelu", "x=s8.4", "y=s8.4", "--prefix", "my_", "--out", "c", "--json"], dir.path());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["tops"][0], "my_gelu_s8f4_s8f4");
    assert!(dir.path().join("c/my_gelu_s8f4_s8f4.sv").is_file());
}

/// The second run replaces what the first wrote, and nothing else.
#[test]
fn a_file_of_the_users_is_not_replaced() {
    let dir = tempfile::tempdir().expect("a folder");
    let args = ["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "rtl", "--constraints", "vivado"];
    succeed(&args, dir.path());
    let vivado = dir.path().join("vivado");
    fs::create_dir(dir.path().join("rtl/simulation")).expect("created");
    fs::write(dir.path().join("rtl/my_tb.sv"), "module my_tb; endmodule\n").expect("written");
    fs::copy(vivado.join("gelu_s8f4_s8f4.xdc"), vivado.join("mine.xdc")).expect("copied");
    for name in ["my_tb.sv", "simulation", "mine.xdc"] {
        let before = (folder(&vivado), names(dir.path()), names(&dir.path().join("rtl")));
        let output =
            espalier(&["gen", "exp", "x=s8.4", "y=u8.7", "--out", "rtl", "--constraints", "vivado"], dir.path());
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && text.contains(&format!("`{name}`")), "{name}: {text}");
        assert_eq!(before, (folder(&vivado), names(dir.path()), names(&dir.path().join("rtl"))));
        let [in_rtl, in_vivado] = ["rtl", "vivado"].map(|of| dir.path().join(of).join(name));
        let file = if in_rtl.exists() { in_rtl } else { in_vivado };
        if file.is_dir() { fs::remove_dir(&file) } else { fs::remove_file(&file) }.expect("removed");
    }
    succeed(&args, dir.path());
}

#[test]
#[cfg(unix)]
fn a_link_to_a_folder_stays_a_link() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(dir.path().join("deep/real")).expect("created");
    for (link, to) in [("link", "deep/real"), ("vivado", "deep/scripts")] {
        fs::create_dir_all(dir.path().join(to)).expect("created");
        std::os::unix::fs::symlink(to, dir.path().join(link)).expect("linked");
    }
    for _ in 0..2 {
        succeed(&["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "link", "--constraints", "vivado"], dir.path());
        assert!(dir.path().join("link").is_symlink() && dir.path().join("deep/real/manifest.json").is_file());
    }
    // A script is found where the link leads, so that is where it looks for the modules from.
    let script = fs::read_to_string(dir.path().join("deep/scripts/gelu_s8f4_s8f4.tcl")).expect("read");
    assert!(script.contains("{../real}"), "{script}");
    assert_eq!(names(dir.path()), ["deep", "link", "vivado"]);
}

#[test]
fn check_sees_every_kind_of_drift() {
    let dir = tempfile::tempdir().expect("a folder");
    let set = "[[unit]]\nkind = \"exp\"\nx = \"s8.4\"\ny = \"u8.7\"\n";
    fs::write(dir.path().join("set.toml"), set).expect("written");
    succeed(&["gen", "--config", "set.toml", "--out", "rtl", "--constraints", "constraints"], dir.path());
    succeed(&["check", "--config", "set.toml"], dir.path());
    let file = dir.path().join("rtl/exp_s8f4_u8f7.sv");
    let text = fs::read_to_string(&file).expect("read");
    for (change, sees) in [("changed", "changed"), ("", "missing")] {
        if change.is_empty() { fs::remove_file(&file) } else { fs::write(&file, format!("{text} ")) }.expect("done");
        let output = espalier(&["check", "--config", "set.toml"], dir.path());
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stdout).contains(sees));
    }
    fs::write(&file, text).expect("restored");
    fs::write(dir.path().join("constraints/more.tcl"), "").expect("written");
    let output = espalier(&["check", "--config", "set.toml", "--json"], dir.path());
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["constraints"]["extra"].as_array().map(Vec::len), Some(1));
}

#[test]
fn vivado_scripts_run_and_fail_when_they_should() {
    if !need::present(Tool::Tclsh, "the generated Vivado scripts").expect("tclsh") {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    succeed(&["gen", "exp", "x=s8.4", "y=u8.7", "--out", "rtl", "--constraints", "vivado/ooc"], dir.path());
    let manifest = fs::read_to_string(dir.path().join("rtl/manifest.json")).expect("read");
    let manifest: Manifest = serde_json::from_str(&manifest).expect("a manifest");
    for top in &manifest.tops {
        let script = Script::new(dir.path().join("vivado/ooc").join(format!("{top}.tcl")), dir.path());
        let good = record(&script).expect("tclsh runs");
        assert!(good.success, "{}", good.text);
        let read = good.calls("read_verilog").next().expect("it reads");
        let files: Vec<&str> = read[2].split_whitespace().collect();
        assert_eq!(files.len(), manifest.module(top).expect("listed").sources.len());
        assert!(files.iter().all(|file| Path::new(file).is_file()), "{files:?}");
        assert!(good.calls("read_xdc").all(|call| Path::new(&call[call.len() - 1]).is_file()));
        assert!(good.calls("synth_design").all(|call| call.contains(top)));
        assert_eq!(good.calls("report_utilization").count() + good.calls("report_timing_summary").count(), 2);

        let constraints = Script::new(script.path.with_extension("xdc"), dir.path());
        let clocks = record(&constraints).expect("tclsh runs");
        assert!(clocks.success, "{}", clocks.text);
        assert_eq!(clocks.calls("create_clock").count(), 1);

        let slow = Script { slack: Some(-0.25), ..script.clone() };
        assert!(record(&slow).expect("runs").text.contains("misses its clock by 0.25 ns"));
        let latched = Script { latches: 1, ..script.clone() };
        assert!(!record(&latched).expect("runs").success);
        let args = vec!["xczu9eg-ffvb1156-2-e".into(), "fast".into()];
        assert!(record(&Script { args, ..script.clone() }).expect("runs").text.contains("not a number"));
    }
    let file = dir.path().join("rtl").join(format!("{}.sv", manifest.tops[0]));
    let text = fs::read_to_string(&file).expect("read");
    fs::write(&file, format!("{text}// $readmemh(\"lost.hex\", mem)\n")).expect("written");
    let script = Script::new(dir.path().join(format!("vivado/ooc/{}.tcl", manifest.tops[0])), dir.path());
    assert!(record(&script).expect("runs").text.contains("lost.hex, which does not exist"));
    fs::remove_file(&file).expect("removed");
    assert!(record(&script).expect("runs").text.contains("does not exist"));
}

/// The accelerator's wrapper is the top, with a script that packages it, its registers beside it.
#[test]
fn an_accelerator_comes_with_all_that_a_board_needs() {
    let dir = tempfile::tempdir().expect("a folder");
    let set = "[[unit]]\nkind = \"accelerator\"\nt_i = 16\nt_o = 4\nt_h = 3\nload_rows = 2\nmax_tokens = 32\n\
               max_embed = 48\nmax_mlp = 96\nresidual = \"s16.10\"\nnorm = \"s8.5\"\nepsilon = 1\n\
               gelu = { x = \"s16.11\", y = \"s8.4\" }\nscore_frac = 11\naddress_bits = 40\n";
    fs::write(dir.path().join("set.toml"), set).expect("written");
    let args = ["gen", "--config", "set.toml", "--out", "rtl", "--constraints", "vivado", "--prefix", "my_"];
    succeed(&args, dir.path());
    // All of it is espalier's, and may be replaced.
    succeed(&args, dir.path());
    let manifest = fs::read_to_string(dir.path().join("rtl/manifest.json")).expect("read");
    let manifest: Manifest = serde_json::from_str(&manifest).expect("a manifest");
    let top = "my_accelerator_i16_o4_h3_t32_d48_m96_wrapper";
    assert_eq!(manifest.tops, [top]);
    for suffix in ["h", "md", "rs", "svd"] {
        let file = format!("rtl/my_accelerator_i16_o4_h3_t32_d48_m96_registers.{suffix}");
        assert!(dir.path().join(file).is_file(), "{suffix}");
    }
    let wrapper = fs::read_to_string(dir.path().join(format!("rtl/{top}.v"))).expect("read");
    assert!(wrapper.contains("my_accelerator_i16_o4_h3_t32_d48_m96 u_core ("));
    if !need::present(Tool::Tclsh, "the generated Vivado scripts").expect("tclsh") {
        return;
    }
    let script = Script::new(dir.path().join(format!("vivado/{top}_ip.tcl")), dir.path());
    let packaged = record(&script).expect("tclsh runs");
    assert!(packaged.success, "{}", packaged.text);
    let files = &packaged.calls("add_files").next().expect("it adds files")[2];
    assert!(files.split_whitespace().all(|file| Path::new(file).is_file()), "{files}");
    let asked: Vec<&str> = packaged.calls("ipx::get_bus_interfaces").map(|call| call[2].as_str()).collect();
    let interfaces = ["s_axi", "m_axi_gmem0", "m_axi_gmem1", "m_axi_gmem2", "m_axi_gmem3", "aclk", "aresetn", "irq"];
    assert_eq!(asked, interfaces);
    assert_eq!(packaged.calls("ipx::save_core").count(), 1);
    let fewer = Script { interfaces: Some(interfaces[1..].iter().map(|name| (*name).to_owned()).collect()), ..script };
    assert!(record(&fewer).expect("runs").text.contains("does not find the interface s_axi"));
    let synthesis = Script::new(dir.path().join(format!("vivado/{top}.tcl")), dir.path());
    assert!(record(&synthesis).expect("tclsh runs").success);
    let constraints = fs::read_to_string(dir.path().join(format!("vivado/{top}.xdc"))).expect("read");
    assert!(constraints.contains("create_clock -name aclk"));
    assert!(
        constraints.contains("set_input_delay -clock aclk [expr {$period / 3.0}] [get_ports {m_axi_gmem0_rdata[*]}]")
    );
}

/// The configurations that a user of the ZCU102 begins with are the presets.
#[test]
fn the_zcu102_has_its_presets_as_files() {
    use spec::accel::{Accelerator, Core};
    for (text, core) in [
        (include_str!("../../../zcu102.toml"), Core::zcu102()),
        (include_str!("../../../zcu102_deit_b.toml"), Core::zcu102_wide()),
    ] {
        let set: toml::Table = toml::from_str(text).expect("TOML");
        let mut unit = set["unit"][0].as_table().expect("a table").clone();
        let kind = unit.remove("kind");
        assert_eq!(kind.as_ref().and_then(|kind| kind.as_str()), Some("accelerator"));
        let found: Accelerator = unit.try_into().expect("an accelerator");
        assert_eq!(found, Accelerator::new(core));
        assert_eq!(found.validate(), Ok(()));
    }
}

#[test]
fn the_reference_set_is_emitted_and_checked() {
    let dir = tempfile::tempdir().expect("a folder");
    succeed(&["gen", "--reference"], dir.path());
    succeed(&["check"], dir.path());
    let once = folder(&dir.path().join("rtl"));
    succeed(&["gen", "--reference"], dir.path());
    assert_eq!(once, folder(&dir.path().join("rtl")));
}

/// What the list shows of a unit is what a shell can be given.
#[test]
#[cfg(unix)]
fn a_table_can_be_written_as_a_word() {
    let dir = tempfile::tempdir().expect("a folder");
    let list = succeed(&["list"], dir.path());
    let (mut kind, mut tried) = ("", 0);
    for line in list.lines() {
        if !line.starts_with(' ') {
            kind = line;
        }
        let Some((module, words)) = line.trim().split_once(' ').filter(|(_, words)| words.contains('{')) else {
            continue;
        };
        let call = format!("'{}' gen {kind} {words} --out out", env!("CARGO_BIN_EXE_espalier"));
        let output = Command::new("sh").args(["-c", &call]).current_dir(dir.path()).output().expect("a shell");
        assert!(output.status.success(), "{call}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(dir.path().join("out").join(format!("{module}.sv")).is_file());
        tried += 1;
    }
    assert!(tried > 0, "{list}");
    let core = [
        "t_i=16",
        "t_o=4",
        "t_h=3",
        "load_rows=2",
        "max_tokens=32",
        "max_embed=48",
        "max_mlp=96",
        "residual=s16.10",
        "norm=s8.5",
        "epsilon=1",
        "gelu={ x = \"s16.11\", y = \"s8.4\" }",
        "score_frac=11",
        "address_bits=40",
    ];
    succeed(&[&["gen", "core", "--out", "core"], &core[..]].concat(), dir.path());
}

#[test]
fn lists_and_completions_come_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let list: serde_json::Value = serde_json::from_str(&succeed(&["list", "--json"], dir.path())).expect("JSON");
    let kinds: Vec<_> = list.as_array().expect("a list").iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, [spec::UnitConfig::KINDS, spec::PartConfig::KINDS].concat());
    let entries = list.as_array().expect("a list").iter();
    assert!(entries.clone().all(|entry| !entry["fields"].as_array().expect("a list").is_empty()), "{list}");
    let core = entries.clone().find(|entry| entry["kind"] == "core").expect("listed");
    assert!(
        ["t_i", "lane_dsp"].iter().all(|name| core["fields"].as_array().expect("a list").contains(&(*name).into()))
    );
    let text = succeed(&["list"], dir.path());
    assert!(text.contains("gelu_s16f12_s16f12"));
    assert!(text.contains("\n  fields: x, y, delta1, method, flow, lanes, lane_dsp\n"), "{text}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(succeed(&["completions", shell], dir.path()).contains("espalier"));
    }
}
