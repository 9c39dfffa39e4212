//! The folders that the tasks read and write.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The top of the work tree.
pub(crate) fn root() -> Result<PathBuf> {
    // Cargo says it to what it runs, so that no path is built in.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask …`")?;
    let root = Path::new(&manifest).parent().context("the folder of xtask has no parent")?;
    ensure!(root.join("Cargo.toml").is_file(), "{}: no Cargo.toml there", root.display());
    Ok(root.to_owned())
}

/// Where results, logs and test binaries of `task` go. It exists and may hold an earlier run's.
pub(crate) fn results(task: &str) -> Result<PathBuf> {
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => std::path::absolute(folder)?,
        None => root()?.join("target"),
    };
    make(target.join("xtask").join(task))
}

/// What is fetched once and kept outside of the tree: `$XDG_CACHE_HOME/mapguard-dev/<name>`.
pub(crate) fn cache(name: &str) -> Result<PathBuf> {
    // By the XDG rules a relative path is to be ignored.
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".cache")))
        .context("no place for a cache: set HOME or XDG_CACHE_HOME to an absolute path")?;
    make(base.join("mapguard-dev").join(name))
}

fn make(folder: PathBuf) -> Result<PathBuf> {
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(folder)
}

/// Fills the folder `done` so that it appears at once and whole: under a lock, elsewhere, renamed at
/// the end. Nothing happens if it is there.
pub(crate) fn once(done: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if done.is_dir() {
        return Ok(());
    }
    let beside = |ending: &str| {
        let mut name = done.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let parent = done.parent().context("a folder needs a parent")?;
    make(parent.to_owned())?;
    let lock = beside(".lock");
    let lock = fs::File::create(&lock).with_context(|| format!("cannot make {}", lock.display()))?;
    lock.lock().context("cannot wait for another xtask that fills the same cache")?;
    if done.is_dir() {
        return Ok(());
    }
    // What a killed run left is of no use.
    let making = beside(".making");
    if making.exists() {
        fs::remove_dir_all(&making).with_context(|| format!("cannot remove {}", making.display()))?;
    }
    make(making.clone())?;
    let filled = fill(&making).and_then(|()| {
        fs::rename(&making, done).with_context(|| format!("cannot rename a folder to {}", done.display()))
    });
    if filled.is_err() {
        let _ = fs::remove_dir_all(&making);
    }
    filled
}
