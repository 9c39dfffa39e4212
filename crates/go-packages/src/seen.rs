//! What loading looked at on the disk, so that it can be told later, in less time than it takes to read it all, whether
//! all of it is as it was.
//!
//! Of each path its stamp is kept: which file it leads to, how long that is, and when it was last changed. A folder's
//! changes when anything in it comes, goes, or gets another name. What was not there has a stamp too. The time of the
//! last change is the one that nobody can set (`ctime`); as with go's own cache of test results, what has changed
//! within two seconds before it was looked at may change again and have the same time, so nothing is kept then.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What has changed so shortly before may change again without a trace: some disks count time in such steps.
const FRESH: Duration = Duration::from_secs(2);

/// File systems on which others may change files, of which this machine learns some time later, or whose folders have
/// no time of their own.
const FOREIGN: [&str; 17] = [
    "9p", "afs", "ceph", "cifs", "exfat", "gpfs", "lustre", "msdos", "nfs", "nfs4", "ntfs", "ntfs3", "smb3",
    "smbfs", "vboxsf", "vfat", "virtiofs",
];

/// The stamp of a path where nothing is.
const ABSENT: u64 = 0;

/// How many paths are worth a thread.
const SHARE: usize = 256;

/// What loading saw on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// A line for each folder, and after it one for each path in it: the stamp and the name.
    text: String,
}

impl Seen {
    /// As text, for [`Seen::from_text`].
    pub fn as_text(&self) -> &str {
        &self.text
    }

    /// What was seen, as it was written down by the same build of this program.
    pub fn from_text(text: impl Into<String>) -> Seen {
        Seen { text: text.into() }
    }

    /// Whether everything is as it was. Text that cannot be read says nothing, so it is not.
    pub fn holds(&self) -> bool {
        let Some(paths) = self.paths() else { return false };
        let changed = AtomicBool::new(false);
        let check = |paths: &[(&str, &str, u64)]| {
            let mut path = String::new();
            for (folder, name, stamp) in paths {
                path.clear();
                let slash = if folder.ends_with('/') { "" } else { "/" };
                path.extend([*folder, slash, *name]);
                let now = stamp_of(&fs::metadata(&path));
                if changed.load(Ordering::Relaxed) || now != Some(*stamp) {
                    changed.store(true, Ordering::Relaxed);
                    return;
                }
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
        let share = paths.len().div_ceil(threads).max(SHARE);
        thread::scope(|scope| {
            let mut parts = paths.chunks(share);
            let own = parts.next().unwrap_or_default();
            for part in parts {
                scope.spawn(|| check(part));
            }
            check(own);
        });
        !changed.into_inner()
    }

    /// Folders, names and stamps.
    fn paths(&self) -> Option<Vec<(&str, &str, u64)>> {
        let mut paths = Vec::new();
        let mut folder = None;
        for line in self.text.lines() {
            if line.starts_with('/') {
                folder = Some(line);
                continue;
            }
            let (stamp, name) = line.split_once(' ')?;
            paths.push((folder?, name, u64::from_str_radix(stamp, 16).ok()?));
        }
        // Nothing can be loaded without a look at the disk.
        (!paths.is_empty()).then_some(paths)
    }
}

/// Writes down what is looked at.
pub(crate) struct Recorder {
    begun: SystemTime,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stamps: HashMap<PathBuf, u64>,
    devices: BTreeSet<u64>,
    /// Whether the result depends on what has no stamp.
    lost: bool,
}

impl Recorder {
    /// Begins; `now` is before anything is looked at.
    pub(crate) fn new(now: SystemTime) -> Recorder {
        Recorder { begun: now, state: Mutex::default() }
    }

    /// Notes what was found at a path, before it was read.
    pub(crate) fn note(&self, path: &Path, found: &io::Result<Metadata>) {
        let stamp = stamp_of(found);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = found.as_ref().is_ok_and(|meta| self.is_fresh(meta));
        let Some(stamp) = stamp.filter(|_| !fresh) else {
            state.lost = true;
            return;
        };
        if let Ok(meta) = found {
            state.devices.insert(device(meta));
        }
        match state.stamps.get(path) {
            // It has changed meanwhile.
            Some(before) if *before != stamp => state.lost = true,
            Some(_) => {}
            None => _ = state.stamps.insert(path.to_owned(), stamp),
        }
    }

    /// Notes that the result depends on more than what is looked at here.
    pub(crate) fn lose(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).lost = true;
    }

    fn is_fresh(&self, meta: &Metadata) -> bool {
        let begun = self.begun.duration_since(UNIX_EPOCH).unwrap_or_default();
        changed(meta).is_none_or(|changed| changed + FRESH > begun)
    }

    /// What was seen; none if not all of it has a stamp to go by.
    pub(crate) fn finish(self) -> Option<Seen> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if state.lost || !is_local(&state.devices) {
            return None;
        }
        let mut paths = Vec::new();
        // From the working folder, which belongs to the settings.
        let absolute = |(path, stamp)| Some((std::path::absolute(path).ok()?, stamp));
        let stamps: Vec<(PathBuf, u64)> = state.stamps.into_iter().map(absolute).collect::<Option<_>>()?;
        for (path, stamp) in &stamps {
            let (folder, name) = (path.parent()?.to_str()?, path.file_name()?.to_str()?);
            if path.to_str()?.contains(['\n', '\r']) {
                return None;
            }
            paths.push((folder, name, *stamp));
        }
        paths.sort_unstable();
        let (mut text, mut last) = (String::new(), "");
        for (folder, name, stamp) in paths {
            if folder != last {
                text.push_str(folder);
                text.push('\n');
                last = folder;
            }
            text.push_str(&format!("{stamp:x} {name}\n"));
        }
        Some(Seen { text })
    }
}

/// A number for what is at a path; none if there is something of which nothing can be told.
#[cfg(unix)]
fn stamp_of(found: &io::Result<Metadata>) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let meta = match found {
        Ok(meta) => meta,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Some(ABSENT);
        }
        Err(_) => return None,
    };
    let mut hash = DefaultHasher::new();
    (meta.dev(), meta.ino(), meta.mode(), meta.len()).hash(&mut hash);
    (meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()).hash(&mut hash);
    Some(hash.finish().max(1))
}

/// When anything of a file was changed, since 1970.
#[cfg(unix)]
fn changed(meta: &Metadata) -> Option<Duration> {
    use std::os::unix::fs::MetadataExt;
    Some(Duration::new(u64::try_from(meta.ctime()).ok()?, u32::try_from(meta.ctime_nsec()).ok()?))
}

#[cfg(unix)]
fn device(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(meta)
}

#[cfg(not(unix))]
fn stamp_of(_: &io::Result<Metadata>) -> Option<u64> {
    None
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<Duration> {
    None
}

#[cfg(not(unix))]
fn device(_: &Metadata) -> u64 {
    0
}

/// Whether none of the devices is foreign. Where that cannot be told, it is not known to be so.
fn is_local(devices: &BTreeSet<u64>) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    fs::read_to_string("/proc/self/mountinfo").is_ok_and(|mounts| !has_foreign(&mounts, devices))
}

/// Whether a foreign file system is on one of the devices: `36 35 98:0 / /mnt rw shared:1 - ext4 /dev/sda rw`.
fn has_foreign(mounts: &str, devices: &BTreeSet<u64>) -> bool {
    mounts.lines().any(|line| {
        let Some((before, after)) = line.split_once(" - ") else { return false };
        let kind = after.split(' ').next().unwrap_or_default();
        let numbers = before.split(' ').nth(2).and_then(|numbers| numbers.split_once(':'));
        let Some((Ok(major), Ok(minor))) =
            numbers.map(|(major, minor)| (major.parse::<u64>(), minor.parse::<u64>()))
        else {
            return false;
        };
        // As glibc and musl put them together.
        let device = (major & !0xfff) << 32 | (major & 0xfff) << 8 | (minor & !0xff) << 12 | minor & 0xff;
        (FOREIGN.contains(&kind) || kind.starts_with("fuse")) && devices.contains(&device)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_disks() {
        let mounts = "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n\
                      40 22 0:38 / /home rw - nfs4 server:/home rw,vers=4.2\n\
                      41 22 0:300 / /host rw - fuse.sshfs host: rw\n";
        let on = |device: u64| has_foreign(mounts, &BTreeSet::from([device]));
        assert!(!on(254 << 8) && on(38) && on(1 << 20 | 44) && !on(39));
    }

    #[test]
    fn text_that_is_damaged_says_nothing() {
        for text in ["", "/\n", "1 a\n", "/\nx y\n", "/\n1\n"] {
            assert!(!Seen::from_text(text).holds(), "{text:?}");
        }
        assert!(Seen::from_text("/\n0 no such file\n").holds());
    }
}
