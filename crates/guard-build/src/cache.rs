//! The one folder that mapguard writes to.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Error;

/// `$XDG_CACHE_HOME/mapguard`, or `~/.cache/mapguard`.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache of this user. It need not exist yet.
    pub fn of_user() -> Result<Cache, Error> {
        // By the XDG rules a relative path is to be ignored.
        let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Ok(Cache { root: base.ok_or(Error::NoCache)?.join("mapguard") })
    }

    /// A cache at `root`.
    pub fn at(root: impl Into<PathBuf>) -> Cache {
        Cache { root: root.into() }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the entry `name`, filled by `fill` unless it exists.
    ///
    /// The folder appears at once and whole: it is filled elsewhere and renamed. Whoever comes second
    /// finds the first's; a command that is killed leaves a folder that nobody looks at.
    pub fn entry(
        &self,
        name: &str,
        fill: impl FnOnce(&Path, &Path) -> Result<(), Error>,
    ) -> Result<PathBuf, Error> {
        let done = self.root.join(name);
        if done.is_dir() {
            return Ok(done);
        }
        let hint =
            "\n  mapguard keeps its files there: make it writable, or set XDG_CACHE_HOME to a folder that is";
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io { path, source, hint }
        };
        let making = self.root.join(format!("{name}.making-{}", std::process::id()));
        fs::create_dir_all(&making).map_err(failed(&making))?;
        let filled = fill(&making, &done);
        let renamed = filled.and_then(|()| match fs::rename(&making, &done) {
            Ok(()) => Ok(()),
            Err(_) if done.is_dir() => Ok(()),
            Err(source) => Err(failed(&done)(source)),
        });
        // Nothing is left behind, whether it went well, ill, or somebody was faster.
        let _ = fs::remove_dir_all(&making);
        renamed.map(|()| done)
    }

    /// Removes everything. Returns how many bytes that were.
    pub fn clean(&self) -> Result<u64, Error> {
        let size = size_of(&self.root);
        match fs::remove_dir_all(&self.root) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::io(&self.root)(source)),
            _ => Ok(size),
        }
    }

    /// Bytes in the cache.
    pub fn size(&self) -> u64 {
        size_of(&self.root)
    }
}

fn size_of(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

/// A short name for what all of `parts` say.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
