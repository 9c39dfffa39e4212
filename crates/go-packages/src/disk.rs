//! Folders and files: those on disk, and over them those in memory.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Overlay;
use crate::seen::Recorder;

/// What of a folder matters here, by name.
#[derive(Clone, Default, Debug)]
pub(crate) struct Listing {
    /// Go files.
    pub(crate) go_files: Vec<String>,
    /// Folders; no links to folders.
    pub(crate) folders: Vec<String>,
    /// Whether there is a go.mod.
    pub(crate) go_mod: bool,
}

/// The beginning of a file that is read no further if the beginning says that it is not wanted.
const HEAD: usize = 4096;

/// Reads folders and files. All that loading does with the disk goes through it, so that it can be written down.
pub(crate) struct Disk<'o> {
    overlay: &'o Overlay,
    recorder: Option<Recorder>,
    /// Names that the overlay adds to folders.
    added: HashMap<&'o Path, Added<'o>>,
    /// Whether folders have a go.mod, as far as that was asked.
    go_mods: Mutex<HashMap<PathBuf, bool>>,
}

#[derive(Default)]
struct Added<'o> {
    files: BTreeSet<&'o str>,
    folders: BTreeSet<&'o str>,
}

impl<'o> Disk<'o> {
    /// With a recorder, what is looked at is written down.
    pub(crate) fn new(overlay: &'o Overlay, recorder: Option<Recorder>) -> Disk<'o> {
        let mut added: HashMap<&Path, Added<'_>> = HashMap::new();
        for path in overlay.keys() {
            let mut is_file = true;
            for path in path.ancestors() {
                let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { break };
                let Some(name) = name.to_str() else { break };
                let added = added.entry(folder).or_default();
                if is_file {
                    added.files.insert(name)
                } else {
                    added.folders.insert(name)
                };
                is_file = false;
            }
        }
        Disk { overlay, recorder, added, go_mods: Mutex::default() }
    }

    /// What is at a path, where links lead.
    pub(crate) fn look(&self, path: &Path) -> io::Result<Metadata> {
        let found = fs::metadata(path);
        self.note(path, &found);
        found
    }

    fn note(&self, path: &Path, found: &io::Result<Metadata>) {
        if let Some(recorder) = &self.recorder {
            recorder.note(path, found);
        }
    }

    /// Notes that something could not be read: that it is not there is as good as anything.
    fn note_failure(&self, path: &Path, error: &io::Error) {
        _ = self.look(path);
        if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
            self.lose_record();
        }
    }

    /// Whether it is written down what is looked at.
    pub(crate) fn records(&self) -> bool {
        self.recorder.is_some()
    }

    /// Says that the result depends on more than the disk.
    pub(crate) fn lose_record(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.lose();
        }
    }

    /// What was written down.
    pub(crate) fn into_recorder(self) -> Option<Recorder> {
        self.recorder
    }

    /// Lists a folder, each list in order of name.
    pub(crate) fn list(&self, folder: &Path) -> io::Result<Listing> {
        let mut listing = Listing::default();
        let added = self.added.get(folder);
        if self.records() {
            _ = self.look(folder);
        }
        match fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry?;
                    let name = entry.file_name();
                    let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
                    if kind.is_dir() {
                        listing.folders.push(name.to_owned());
                    } else if name.ends_with(".go") || name == "go.mod" {
                        // Of a link, what it leads to counts.
                        if kind.is_file() || self.look(&entry.path()).is_ok_and(|meta| meta.is_file()) {
                            listing.add_file(name);
                        }
                    }
                }
            }
            Err(error) => {
                self.note_failure(folder, &error);
                if added.is_none() {
                    return Err(error);
                }
            }
        }
        if let Some(added) = added {
            added.files.iter().for_each(|name| listing.add_file(name));
            listing.folders.extend(added.folders.iter().map(|name| (*name).to_owned()));
        }
        listing.go_files.sort_unstable();
        listing.go_files.dedup();
        listing.folders.sort_unstable();
        listing.folders.dedup();
        Ok(listing)
    }

    /// The contents of a file.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        Ok(self.read_if(path, |_| true)?.unwrap_or_default())
    }

    /// The contents of a file as text. What is no UTF-8 is replaced.
    pub(crate) fn read_text(&self, path: &Path) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.read(path)?).into_owned())
    }

    /// The contents of a file, unless `wanted` says no to its beginning.
    pub(crate) fn read_if(
        &self,
        path: &Path,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> io::Result<Option<Arc<[u8]>>> {
        if let Some(source) = self.overlay.get(path) {
            return Ok(wanted(source).then(|| source.clone()));
        }
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) => {
                self.note_failure(path, &error);
                return Err(error);
            }
        };
        let meta = file.metadata();
        self.note(path, &meta);
        let len = usize::try_from(meta?.len()).unwrap_or(usize::MAX);
        if len > HEAD * 4 {
            let mut head = [0; HEAD];
            file.read_exact(&mut head)?;
            if !wanted(&head) {
                return Ok(None);
            }
            return whole(file, &head, len).map(Some);
        }
        let source = whole(file, &[], len)?;
        Ok(wanted(&source).then_some(source))
    }

    /// Whether there is such a file.
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        self.overlay.contains_key(path) || self.look(path).is_ok_and(|meta| meta.is_file())
    }

    /// Whether there is such a folder on the disk.
    pub(crate) fn is_dir(&self, path: &Path) -> bool {
        self.look(path).is_ok_and(|meta| meta.is_dir())
    }

    /// Whether a folder has a go.mod. Asks the disk once.
    pub(crate) fn has_go_mod(&self, folder: &Path) -> bool {
        let known = |all: &HashMap<PathBuf, bool>| all.get(folder).copied();
        if let Some(known) = known(&self.go_mods.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let found = self.is_file(&folder.join("go.mod"));
        self.know_go_mod(folder, found);
        found
    }

    /// Keeps in mind whether a folder has a go.mod.
    pub(crate) fn know_go_mod(&self, folder: &Path, found: bool) {
        self.go_mods.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), found);
    }
}

impl Listing {
    fn add_file(&mut self, name: &str) {
        match name {
            "go.mod" => self.go_mod = true,
            _ if name.ends_with(".go") => self.go_files.push(name.to_owned()),
            _ => {}
        }
    }
}

/// A file that is `len` bytes long and starts with `head`, which was read from it already.
fn whole(mut file: fs::File, head: &[u8], len: usize) -> io::Result<Arc<[u8]>> {
    // So there is one allocation, and no copy.
    let mut source: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
    if let Some(bytes) = Arc::get_mut(&mut source) {
        bytes[..head.len()].copy_from_slice(head);
        file.read_exact(&mut bytes[head.len()..])?;
    }
    // It may have grown meanwhile, or be one of those that have no length.
    let mut more = [0; 16];
    let read = file.read(&mut more)?;
    if read == 0 {
        return Ok(source);
    }
    let mut more = more[..read].to_vec();
    file.read_to_end(&mut more)?;
    Ok([&source, &more[..]].concat().into())
}

/// A path without `.` and `..` in it; links are not followed. What go calls clean.
pub(crate) fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            _ => out.push(part),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}

/// `path` seen from `base`, with `/` between its parts, if it is in it. Empty for `base` itself.
pub(crate) fn inside(path: &Path, base: &Path) -> Option<String> {
    let rest = path.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = rest.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_paths() {
        let clean = |path: &str| clean(Path::new(path)).display().to_string();
        assert_eq!(clean("/a/./b/../c"), "/a/c");
        assert_eq!(clean("../a/.."), "..");
        assert_eq!(clean("./"), ".");
        assert_eq!(clean("/.."), "/");
    }

    #[test]
    fn a_file_in_memory_stands_for_the_one_on_disk() {
        let overlay = Overlay::from([(PathBuf::from("/nowhere/a.go"), Arc::from(&b"package a"[..]))]);
        let disk = Disk::new(&overlay, None);
        assert_eq!(disk.list(Path::new("/nowhere")).unwrap().go_files, ["a.go"]);
        assert_eq!(&*disk.read(Path::new("/nowhere/a.go")).unwrap(), b"package a");
        assert!(disk.list(Path::new("/nowhere/else")).is_err());
    }
}
