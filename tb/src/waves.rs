//! Recordings to look at: an FST with view files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Beat, Bench, Failure, Pattern, Result, Unit, case::range, pattern::mix, view::views};

/// Simulation time of one cycle: the bench's clock has a period of 10 ns, and time counts in picoseconds.
const CYCLE: u64 = 10_000;

/// The files of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The waves.
    pub fst: PathBuf,
    /// The save file for GTKWave: `gtkwave view.gtkw`.
    pub gtkwave: PathBuf,
    /// The command file for Surfer: `surfer --command-file view.sucl`, in its folder.
    pub surfer: PathBuf,
}

/// Records a short random stimulus: 64 beats for every sink stream, with gaps and stalls, for `cycles` cycles.
///
/// # Errors
/// [`Failure::Sim`] if the unit cannot be built or a file cannot be written; whatever goes wrong on the bench, after
/// the files are written.
pub fn record(unit: &Unit, dir: impl AsRef<Path>, cycles: u32, seed: u64) -> Result<Recording> {
    record_with(unit, dir, |bench| {
        let calm = Pattern::Random { percent: 25, seed };
        bench.patterns(&calm, &calm);
        let streams = bench.module().streams.clone();
        for stream in streams.iter().filter(|s| s.role == spec::manifest::StreamRole::Sink) {
            let formats = bench.formats(&stream.name)?;
            let beats = (0..64u64).map(|i| {
                let value = |(j, (width, signed)): (usize, &(u32, bool))| {
                    let (low, high) = range(*width, *signed);
                    let random = mix(seed ^ (i << 32) ^ (j as u64) ^ 0x5eed);
                    let span = (high as i128 - low as i128 + 1) as u128;
                    (low as i128 + (u128::from(random) % span) as i128) as i64
                };
                Beat::new(formats.iter().enumerate().map(value).collect::<Vec<_>>()).with_last(i % 8 == 7)
            });
            bench.send(&stream.name, beats)?;
        }
        bench.run_for(cycles)
    })
}

/// Records what `stimulus` does on a fresh bench.
///
/// # Errors
/// As [`record`].
pub fn record_with(
    unit: &Unit,
    dir: impl AsRef<Path>,
    stimulus: impl FnOnce(&mut Bench) -> Result<()>,
) -> Result<Recording> {
    let dir = dir.as_ref();
    fs::create_dir_all(dir).map_err(|e| Failure::Sim(format!("cannot create {}: {e}", dir.display())))?;
    let name = &unit.module().name;
    let files = Recording {
        fst: dir.join(format!("{name}.fst")),
        gtkwave: dir.join(format!("{name}.gtkw")),
        surfer: dir.join(format!("{name}.sucl")),
    };
    let mut bench = unit.traced_bench()?;
    bench.model().open_waves(&files.fst)?;
    let outcome = bench.reset().and_then(|()| stimulus(&mut bench));
    bench.model().close_waves();
    write_views(unit, &files, outcome.as_ref().err())?;
    outcome.map(|()| files)
}

/// Writes the view files beside the waves, with a marker on the failure.
pub(crate) fn write_views(unit: &Unit, files: &Recording, failure: Option<&Failure>) -> Result<()> {
    let name = files.fst.file_name().unwrap_or_default().to_string_lossy();
    let time = failure.and_then(Failure::cycle).map(|cycle| cycle * CYCLE);
    let views = views(unit.module(), &files.fst, &name, time)?;
    for (path, text) in [(&files.gtkwave, views.gtkwave), (&files.surfer, views.surfer)] {
        write(path, &text)?;
    }
    Ok(())
}

/// Writes a text by way of a temporary file beside it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let write = || {
        let temporary = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(temporary.path(), text)?;
        temporary.persist(path).map_err(|e| e.error).map(drop)
    };
    write().map_err(|e: std::io::Error| Failure::Sim(format!("cannot write {}: {e}", path.display())))
}
