//! A disk that writes down all that is done to it, and can tell what may be left of it after a crash at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use super::super::disk::{Disk, Sink};

/// Files by name.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Debug)]
enum Op {
    Create {
        name: String,
        file: usize,
    },
    Write {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    SetLength {
        file: usize,
        length: usize,
    },
    Sync {
        file: usize,
    },
    /// The kernel could not write, said so once, and takes what it could not write for written.
    SyncFailed {
        file: usize,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        name: String,
    },
    SyncNames,
}

/// What fails, and how.
#[derive(Clone, Copy)]
pub(super) struct Fail {
    /// The number of the operation.
    pub(super) at: usize,
    /// Whether all after it fail, too.
    pub(super) on: bool,
    pub(super) kind: io::ErrorKind,
}

#[derive(Default)]
struct State {
    /// What there was before.
    base: Image,
    files: Vec<Vec<u8>>,
    names: BTreeMap<String, usize>,
    ops: Vec<Op>,
    fail: Option<Fail>,
    /// Tries, those that failed included.
    tries: usize,
    /// Syncs wait, and whether one does.
    held: bool,
    waits: bool,
}

pub(super) struct Liar {
    state: Mutex<State>,
    released: Condvar,
}

impl Liar {
    /// A disk with some files, all of them safe.
    pub(super) fn new(base: Image) -> Arc<Liar> {
        let mut state = State { base: base.clone(), ..State::default() };
        for (number, (name, bytes)) in base.into_iter().enumerate() {
            state.files.push(bytes);
            state.names.insert(name, number);
        }
        Arc::new(Liar { state: Mutex::new(state), released: Condvar::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How many operations there were.
    pub(super) fn ops(&self) -> usize {
        self.state().ops.len()
    }

    /// How many syncs of files were among the first operations.
    pub(super) fn syncs(&self, ops: usize) -> usize {
        self.state().ops[..ops].iter().filter(|op| matches!(op, Op::Sync { .. })).count()
    }

    pub(super) fn tries(&self) -> usize {
        self.state().tries
    }

    pub(super) fn fail(&self, fail: Option<Fail>) {
        self.state().fail = fail;
    }

    pub(super) fn hold(&self, held: bool) {
        self.state().held = held;
        self.released.notify_all();
    }

    /// Whether a sync waits.
    pub(super) fn is_waited_for(&self) -> bool {
        self.state().waits
    }

    /// All files as a process sees them.
    pub(super) fn image(&self) -> Image {
        let state = self.state();
        state.names.iter().map(|(name, &file)| (name.clone(), state.files[file].clone())).collect()
    }

    /// What may be there after a power failure, when so many operations had been done. The first is as if nothing were lost.
    pub(super) fn crashes(&self, ops: usize) -> Vec<Image> {
        let state = self.state();
        let mut left = Left::new(&state.base);
        state.ops[..ops].iter().for_each(|op| left.after(op));
        left.images()
    }

    /// Begins an operation.
    fn begin(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        let number = state.tries;
        state.tries += 1;
        match state.fail {
            Some(fail) if fail.at == number || fail.on && fail.at < number => Err(fail.kind.into()),
            _ => Ok(state),
        }
    }
}

/// A file as it is, and as it was when it was synced.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    synced: Vec<u8>,
    /// What was written since: from where to where.
    written: std::ops::Range<usize>,
    is_lost: bool,
}

impl File {
    fn write(&mut self, at: usize, bytes: &[u8]) {
        write(&mut self.bytes, at, bytes);
        let start = if self.written.is_empty() { at } else { self.written.start };
        self.written = start..at + bytes.len();
    }

    fn sync(&mut self) {
        if !self.is_lost {
            self.synced = self.bytes.clone();
            self.written = 0..0;
        }
    }
}

fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    file.resize(file.len().max(at + bytes.len()), 0);
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

struct Left {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    /// What was done to names since they were synced: which name leads where since, of one or two.
    renames: Vec<Vec<(String, Option<usize>)>>,
}

impl Left {
    fn new(base: &Image) -> Left {
        let mut left = Left { files: Vec::new(), names: BTreeMap::new(), renames: Vec::new() };
        for (number, (name, bytes)) in base.iter().enumerate() {
            left.files.push(File { bytes: bytes.clone(), synced: bytes.clone(), ..File::default() });
            left.names.insert(name.clone(), number);
        }
        left
    }

    fn after(&mut self, op: &Op) {
        match op {
            Op::Create { name, file } => {
                assert_eq!(*file, self.files.len());
                self.files.push(File::default());
                self.renames.push(vec![(name.clone(), Some(*file))]);
            }
            Op::Write { file, at, bytes } => self.files[*file].write(*at, bytes),
            Op::SetLength { file, length } => self.files[*file].bytes.resize(*length, 0),
            Op::Sync { file } => self.files[*file].sync(),
            Op::SyncFailed { file } => self.files[*file].is_lost = true,
            Op::Rename { from, to } => {
                let file = self.now()[from];
                self.renames.push(vec![(from.clone(), None), (to.clone(), Some(file))]);
            }
            Op::Remove { name } => self.renames.push(vec![(name.clone(), None)]),
            Op::SyncNames => {
                self.names = self.now();
                self.renames.clear();
            }
        }
    }

    fn now(&self) -> BTreeMap<String, usize> {
        self.named(usize::MAX)
    }

    /// Names, if the operations on them of which bits are set were kept.
    fn named(&self, kept: usize) -> BTreeMap<String, usize> {
        let mut names = self.names.clone();
        let is_kept = |number: usize| kept >> number & 1 == 1;
        for (_, renames) in self.renames.iter().enumerate().filter(|&(number, _)| is_kept(number)) {
            for (name, file) in renames {
                match file {
                    Some(file) => names.insert(name.clone(), *file),
                    None => names.remove(name),
                };
            }
        }
        names
    }

    fn images(&self) -> Vec<Image> {
        let count = self.renames.len();
        assert!(count < 8, "too many to try all");
        let mut images = Vec::new();
        for lost in 0..1 << count {
            let mut some = vec![Image::new()];
            for (name, file) in self.named(!lost) {
                let variants = variants(&self.files[file]);
                some = some
                    .into_iter()
                    .flat_map(|image| {
                        let name = &name;
                        variants.iter().map(move |bytes| {
                            let mut image = image.clone();
                            image.insert(name.clone(), bytes.clone());
                            image
                        })
                    })
                    .collect();
            }
            images.extend(some);
        }
        images
    }
}

/// What may be left of a file. The first is as if nothing were lost.
fn variants(file: &File) -> Vec<Vec<u8>> {
    let File { bytes, synced, written, .. } = file;
    let (start, new) = (written.start, written.len());
    let mut all = vec![bytes.clone(), synced.clone()];
    let cuts = [0, 1, 8, 31, 32, 33, new / 3, new / 2, new.saturating_sub(1), new];
    let cuts: BTreeSet<usize> = cuts.into_iter().filter(|&cut| cut <= new).collect();
    for cut in cuts {
        let mut some = synced.clone();
        write(&mut some, start, &bytes[start..start + cut]);
        // With the length that it was given, too, or without.
        let longer = some.len().max(bytes.len());
        all.push(some.clone());
        some.resize(longer, 0);
        all.push(some);
    }
    // Blocks are written in any order.
    for (from, to) in [(0, new), (0, new / 2), (new / 2, new), (new / 3, new / 2)] {
        let mut some = bytes.clone();
        some[start + from..start + to].fill(0);
        all.push(some);
    }
    let mut seen = BTreeSet::new();
    all.retain(|bytes| seen.insert(bytes.clone()));
    all
}

impl Disk for Arc<Liar> {
    fn path(&self) -> &Path {
        Path::new("/liar")
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        let state = self.state();
        let &file = state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        let bytes = state.files[file].clone();
        let length = bytes.len() as u64;
        Ok((Box::new(io::Cursor::new(bytes)), length))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Sink>> {
        let mut state = self.begin()?;
        let file = state.files.len();
        state.files.push(Vec::new());
        state.names.insert(name.to_owned(), file);
        state.ops.push(Op::Create { name: name.to_owned(), file });
        Ok(Box::new(Writer { disk: Arc::clone(self), file, at: 0 }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.begin()?;
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        state.ops.push(Op::Rename { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.begin()?;
        state.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        state.ops.push(Op::Remove { name: name.to_owned() });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.begin()?.ops.push(Op::SyncNames);
        Ok(())
    }
}

struct Writer {
    disk: Arc<Liar>,
    file: usize,
    at: usize,
}

impl Sink for Writer {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let begun = self.disk.begin();
        // Half of what does not fit is written.
        let (bytes, error) = match &begun {
            Ok(_) => (bytes, None),
            Err(error) => (&bytes[..bytes.len() / 2], Some(error.kind())),
        };
        drop(begun);
        let mut state = self.disk.state();
        write(&mut state.files[self.file], self.at, bytes);
        state.ops.push(Op::Write { file: self.file, at: self.at, bytes: bytes.to_vec() });
        self.at += bytes.len();
        error.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        let (file, length) = (self.file, length as usize);
        let mut state = self.disk.begin()?;
        state.files[file].resize(length, 0);
        state.ops.push(Op::SetLength { file, length });
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        while state.held {
            state.waits = true;
            state = self.disk.released.wait(state).unwrap();
        }
        state.waits = false;
        drop(state);
        let done = self.disk.begin().map(drop);
        let op = match &done {
            Ok(()) => Op::Sync { file: self.file },
            Err(_) => Op::SyncFailed { file: self.file },
        };
        self.disk.state().ops.push(op);
        done
    }
}
