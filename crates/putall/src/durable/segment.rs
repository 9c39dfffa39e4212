//! One file of the log, and how files come to be: written and synced under another name, then renamed.

use super::Failure;
use super::disk::{Disk, Sink, tried};
use super::frame::{Head, Kind, UNFINISHED};

/// A file of the log that is written to.
///
/// It is longer than what is written to it: a file that does not become longer is synced in less time (on ext4, two thirds), as only
/// its contents have to be. What follows the last frame is zeros then.
pub(super) struct Segment {
    name: String,
    pub(super) head: Head,
    sink: Box<dyn Sink>,
    /// Bytes that were written.
    end: u64,
    /// Its length.
    length: u64,
}

/// By so much a file becomes longer at a time.
const STEP: u64 = if cfg!(test) { 256 } else { 1 << 20 };

impl Segment {
    pub(super) fn append(&mut self, disk: &dyn Disk, bytes: &[u8]) -> Result<(), Failure> {
        self.end += bytes.len() as u64;
        if self.end > self.length {
            self.length = self.end.next_multiple_of(STEP);
            tried(disk, "extend", &self.name, self.sink.set_length(self.length))?;
        }
        tried(disk, "write", &self.name, self.sink.append(bytes))
    }

    pub(super) fn sync(&mut self, disk: &dyn Disk) -> Result<(), Failure> {
        tried(disk, "sync", &self.name, self.sink.sync())
    }

    /// Makes it as long as what is written.
    pub(super) fn finish(&mut self, disk: &dyn Disk) -> Result<(), Failure> {
        self.length = self.end;
        tried(disk, "shorten", &self.name, self.sink.set_length(self.end))
    }
}

/// Makes a file of the log that goes on after a revision, with what `fill` appends, whole and safe.
///
/// The inner failure is one that has changed nothing. After the outer one it is not known which file the log goes on in.
pub(super) fn begin(
    disk: &dyn Disk,
    revision: u64,
    fill: impl FnOnce(&mut Segment) -> Result<(), Failure>,
) -> Result<Result<Segment, Failure>, Failure> {
    let name = Kind::Log.name(revision);
    let write = || {
        let sink = create(disk, &name)?;
        let head = Head::new(revision);
        let mut segment = Segment { name: name.clone(), head, sink, end: 0, length: 0 };
        segment.append(disk, &head.to_bytes(Kind::Log))?;
        fill(&mut segment)?;
        segment.sync(disk)?;
        Ok(segment)
    };
    let segment = match write() {
        Ok(segment) => segment,
        Err(failure) => return Ok(Err(failure)),
    };
    publish(disk, &name)?;
    Ok(Ok(segment))
}

/// Begins a file, under the name that it has while it is not whole.
pub(super) fn create(disk: &dyn Disk, name: &str) -> Result<Box<dyn Sink>, Failure> {
    let unfinished = format!("{name}{UNFINISHED}");
    tried(disk, "create", &unfinished, disk.create(&unfinished))
}

/// Gives a file that is whole, and synced, its name for good.
pub(super) fn publish(disk: &dyn Disk, name: &str) -> Result<(), Failure> {
    let unfinished = format!("{name}{UNFINISHED}");
    tried(disk, "rename", &unfinished, disk.rename(&unfinished, name))?;
    tried(disk, "sync", "", disk.sync())
}
