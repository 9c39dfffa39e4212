//! The one folder that mapguard writes to.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::Error;

/// The file that every entry has, and that is looked at to see whether the entry is whole.
pub const INDEX: &str = "overlay.json";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Entries that nobody used for so long are removed when a new one is made.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What a folder under construction has in its name.
const MAKING: &str = ".making-";

/// `$XDG_CACHE_HOME/mapguard`, or `~/.cache/mapguard`.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

/// An entry of the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its folder.
    pub path: PathBuf,
    /// Whether it was made just now.
    pub is_new: bool,
}

impl Entry {
    /// Its [`INDEX`].
    pub fn index(&self) -> PathBuf {
        self.path.join(INDEX)
    }
}

/// What [`Cache::clean`] removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Entries, whole or not.
    pub entries: usize,
    /// Bytes in their files.
    pub bytes: u64,
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

    /// The entry `name`, filled by `fill` unless it exists.
    ///
    /// The folder appears at once and whole: it is filled elsewhere and renamed. Whoever comes second
    /// finds the first's; a command that is killed leaves a folder that nobody looks at, and that
    /// the next to make an entry removes after a day.
    pub fn entry(
        &self,
        name: &str,
        fill: impl FnOnce(&Path, &Path) -> Result<(), Error>,
    ) -> Result<Entry, Error> {
        let done = self.root.join(name);
        if done.join(INDEX).is_file() {
            touch(&done);
            return Ok(Entry { path: done, is_new: false });
        }
        self.sweep();
        let nonce = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
        let making = self.root.join(format!("{name}{MAKING}{}-{nonce}", process::id()));
        fs::create_dir_all(&making).map_err(|error| self.failed(error))?;
        let filled = fill(&making, &done).map_err(|error| match error {
            Error::Io { path, error } if path.starts_with(&making) => self.failed(error),
            error => error,
        });
        let renamed = filled.and_then(|()| match fs::rename(&making, &done) {
            Ok(()) => Ok(true),
            Err(_) if done.join(INDEX).is_file() => Ok(false),
            // It lost its files: somebody cleaned up half of it.
            Err(_) if done.is_dir() => fs::remove_dir_all(&done)
                .and_then(|()| fs::rename(&making, &done))
                .map(|()| true)
                .map_err(|error| self.failed(error)),
            Err(error) => Err(self.failed(error)),
        });
        // Nothing is left behind, whether it went well, ill, or somebody was faster.
        let _ = fs::remove_dir_all(&making);
        renamed.map(|is_new| Entry { path: done, is_new })
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::Cache { root: self.root.clone(), error }
    }

    /// Removes what nobody uses any more. Says nothing if it cannot: it comes by again.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.root) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
            let unfinished = entry.file_name().to_string_lossy().contains(MAKING);
            if age.is_some_and(|age| age > if unfinished { DAY } else { UNUSED }) {
                // It disappears at once, like it appeared.
                let gone = self.root.join(format!("old{MAKING}{}", process::id()));
                if fs::rename(entry.path(), &gone).is_ok() {
                    let _ = fs::remove_dir_all(&gone);
                }
            }
        }
    }

    /// Removes everything. That there is nothing is no error.
    pub fn clean(&self) -> Result<Removed, Error> {
        let removed =
            Removed { entries: fs::read_dir(&self.root).map_or(0, Iterator::count), bytes: self.size() };
        // A command that makes an entry at this moment may put another file there.
        let tried = fs::remove_dir_all(&self.root).or_else(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => fs::remove_dir_all(&self.root),
            _ => Err(error),
        });
        match tried {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(error)),
            _ => Ok(removed),
        }
    }

    /// Bytes in the cache.
    pub fn size(&self) -> u64 {
        size_of(&self.root)
    }

    /// Whether an entry could be made; leaves nothing behind.
    pub fn check_writable(&self) -> Result<(), Error> {
        let existed = self.root.is_dir();
        let probe = self.root.join(format!("probe{MAKING}{}", process::id()));
        let made = fs::create_dir_all(&probe).and_then(|()| fs::write(probe.join(INDEX), "{}\n"));
        let _ = fs::remove_dir_all(&probe);
        if !existed {
            let _ = fs::remove_dir(&self.root);
        }
        made.map_err(|error| self.failed(error))
    }
}

/// Notes that an entry is in use. A cache that is only readable does as well.
fn touch(entry: &Path) {
    let Ok(folder) = File::open(entry) else { return };
    let age = folder.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
    if age.is_some_and(|age| age > DAY) {
        let _ = folder.set_modified(SystemTime::now());
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
