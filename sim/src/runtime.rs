//! Verilator's runtime, compiled once per Verilator and compiler and linked into every model.

use std::{ffi::OsString, fs, path::PathBuf};

use crate::{
    OptLevel, Result, Verilator,
    cache::{Cache, Key, cannot, hash, write_atomically},
    compiler::Compiler,
};

const ZLIB_HEADER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zlib.h"));
const ZLIB_CONFIG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zconf.h"));
const LZ4_HEADER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lz4.h"));
const ZLIB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libz.a"));
const LZ4: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/liblz4.a"));

/// The header that is forced into runtime and models alike.
const FORCED_HEADER: &str = include_str!("runtime.h");

/// What is forced into models besides.
const MODEL_HEADER: &str = include_str!("model.h");

/// The runtime's objects are the same for every model, so they get one level, whatever the model's.
const LEVEL: OptLevel = OptLevel::O2;

/// Compression headers and libraries, unpacked into the cache.
pub(crate) fn compression(cache: &Cache) -> Result<PathBuf> {
    let files =
        [("zlib.h", ZLIB_HEADER), ("zconf.h", ZLIB_CONFIG), ("lz4.h", LZ4_HEADER), ("libz.a", ZLIB), ("liblz4.a", LZ4)];
    let key = files.iter().fold(Key::default(), |key, (name, bytes)| key.part(name, bytes)).finish();
    let build = |dir: &std::path::Path| {
        files.iter().try_for_each(|(name, bytes)| {
            let path = dir.join(name);
            fs::write(&path, bytes).map_err(cannot("write", &path))
        })
    };
    let usable = |dir: &std::path::Path| files.iter().all(|(name, _)| dir.join(name).is_file());
    Ok(cache.entry_or_build("compression", &key, usable, build)?.0)
}

/// Flags that runtime and models must share for their headers to mean the same.
pub(crate) fn shared_flags(verilator: &Verilator, coverage: bool) -> Vec<OsString> {
    let include = verilator.include();
    let mut flags: Vec<OsString> =
        vec!["-I".into(), include.clone().into(), "-I".into(), include.join("vltstd").into()];
    let coverage = u8::from(coverage);
    let defines = ["-DVL_TIME_CONTEXT", "-DVM_SC=0", "-DVL_USER_FINISH", "-DVL_USER_STOP", "-DVL_USER_FATAL"];
    flags.extend(defines.map(OsString::from));
    flags.push(format!("-DVM_COVERAGE={coverage}").into());
    flags
}

/// The objects of the named parts of the runtime (`verilated`, `verilated_fst_c`, …), compiled if need be.
pub(crate) fn objects(
    cache: &Cache,
    verilator: &Verilator,
    compiler: Option<&str>,
    coverage: bool,
    parts: &[String],
) -> Result<Vec<PathBuf>> {
    let compiler = Compiler::find(compiler, LEVEL)?;
    let headers = compression(cache)?;
    let base = Key::default()
        .part("verilator", verilator.stamp())
        .part("compiler", &compiler.identity)
        .part("flags", compiler.flags().join("\0"))
        .part("coverage", [u8::from(coverage)])
        .part("headers", headers.as_os_str().as_encoded_bytes())
        .part("forced", FORCED_HEADER);
    let mut objects = Vec::new();
    for part in parts {
        let key = base.clone().part("part", part).finish();
        let source = verilator.include().join(format!("{part}.cpp"));
        let build = |dir: &std::path::Path| {
            let forced = dir.join("espalier_runtime.h");
            write_atomically(&forced, FORCED_HEADER.as_bytes())?;
            let mut arguments = shared_flags(verilator, coverage);
            arguments.extend(["-I".into(), headers.clone().into(), "-include".into(), forced.into()]);
            arguments.extend(["-c".into(), source.clone().into(), "-o".into(), dir.join("part.o").into()]);
            compiler.run(dir, &format!("runtime part {part}"), &arguments)
        };
        let usable = |dir: &std::path::Path| dir.join("part.o").is_file();
        objects.push(cache.entry_or_build("runtime", &key, usable, build)?.0.join("part.o"));
    }
    Ok(objects)
}

/// The header that is forced into a model compiled with `flags`. GNU's compiler has it precompiled, for to read it takes
/// longer than to compile most models; where the two do not fit together, the compiler takes the text.
pub(crate) fn model_header(
    cache: &Cache,
    verilator: &Verilator,
    compiler: &Compiler,
    flags: &[OsString],
    processor: &str,
) -> Result<PathBuf> {
    let text = [FORCED_HEADER, MODEL_HEADER].concat();
    let mut key = Key::default()
        .part("verilator", verilator.stamp())
        .part("compiler", &compiler.identity)
        .part("compiler flags", compiler.flags().join("\0"))
        .part("processor", processor)
        .part("text", &text);
    flags.iter().for_each(|flag| key.add("flag", flag.as_encoded_bytes()));
    let name = "espalier_model.h";
    let build = |dir: &std::path::Path| {
        let header = dir.join(name);
        write_atomically(&header, text.as_bytes())?;
        if !compiler.gnu {
            return Ok(());
        }
        let mut arguments = flags.to_vec();
        arguments.extend(["-x", "c++-header"].map(OsString::from));
        arguments.extend([header.into(), "-o".into(), dir.join(format!("{name}.gch")).into()]);
        compiler.run(dir, "the header of all models", &arguments)
    };
    let usable = |dir: &std::path::Path| dir.join(name).is_file();
    Ok(cache.entry_or_build("headers", &key.finish(), usable, build)?.0.join(name))
}

/// Identifies everything of this module that goes into a model.
pub(crate) fn identity() -> String {
    hash(&[ZLIB, LZ4, FORCED_HEADER.as_bytes(), MODEL_HEADER.as_bytes()].concat())
}
