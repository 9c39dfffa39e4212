//! Sources for tests: the Go files of a release that is installed.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The newest Go release that `cargo xtask go` has installed; without one, the Go files of the repository.
pub(crate) fn root() -> PathBuf {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    let releases = cache.and_then(|cache| fs::read_dir(cache.join("mapguard-dev/go")).ok());
    let version = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        Some(name.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>())
    };
    let newest =
        releases.into_iter().flatten().flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    match newest.max_by_key(version) {
        Some(release) => release.join("src"),
        None => Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../testdata"),
    }
}

/// The Go files below a folder, in the order of their names.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "go"));
    files.sort();
    files
}
