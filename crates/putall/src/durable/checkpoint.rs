//! The map as of one revision in one file, so that what is before it in the log can go.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};

use super::change::{Reader, Writer, write_number};
use super::disk::{Disk, Sink, path, tried};
use super::error::{LIST, READ};
use super::frame::{Frame, Frames, Head, Kind, Next, UNFINISHED};
use super::request::Request;
use super::segment::{create, publish};
use super::{CheckpointError, Failure, Malformed, OpenError, Stored};
use crate::fingerprint::CanonicalBytes;
use crate::{Entry, Map};

/// What a checkpoint is.
///
/// ```
/// use putall::durable::Durable;
/// # let folder = std::env::temp_dir().join(format!("putall-doc-checkpoint-of-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// map.insert(1, 1)?;
/// let checkpoint = map.checkpoint()?;
/// assert_eq!((checkpoint.revision, checkpoint.keys), (1, 1));
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The revision that it has the map of.
    pub revision: u64,
    /// Keys in it.
    pub keys: u64,
    /// Its length.
    pub bytes: u64,
}

/// Payload of a frame, about.
const FRAME: usize = 1 << 16;

/// The proof of frames with keys, and of those with requests.
const KEYS: u64 = 0;
const REQUESTS: u64 = 1;

/// A checkpoint that is being written.
struct Writing<'d> {
    disk: &'d dyn Disk,
    name: String,
    head: Head,
    sink: Box<dyn Sink>,
    /// Frames, and bytes.
    frames: u64,
    bytes: u64,
}

impl Writing<'_> {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.bytes += bytes.len() as u64;
        tried(self.disk, "write", &self.name, self.sink.append(bytes))
    }

    fn frame(&mut self, mut frame: Frame, proof: u64) -> Result<(), Failure> {
        self.frames += 1;
        let salt = self.head.salt;
        self.append(frame.finish(self.frames, proof, salt))
    }

    /// Writes items into as many frames as they need. How many there were.
    fn items<T>(
        &mut self,
        proof: u64,
        items: impl Iterator<Item = T>,
        mut write: impl FnMut(T, &mut Vec<u8>),
        go_on: impl Fn() -> bool,
    ) -> Result<u64, CheckpointError> {
        let mut items = items.peekable();
        let mut count = 0;
        while items.peek().is_some() {
            if !go_on() {
                return Err(CheckpointError::Closing);
            }
            let frame = Frame::new(|payload| {
                while payload.len() < FRAME
                    && let Some(item) = items.next()
                {
                    write(item, payload);
                    count += 1;
                }
            });
            self.frame(frame, proof)?;
        }
        Ok(count)
    }
}

/// Writes a checkpoint. `go_on` is asked now and then.
pub(super) fn write<'e, K, V>(
    disk: &dyn Disk,
    revision: u64,
    entries: impl Iterator<Item = Entry<'e, K, V>>,
    requests: impl Iterator<Item = Request>,
    go_on: impl Fn() -> bool,
) -> Result<Checkpoint, CheckpointError>
where
    K: CanonicalBytes + 'e,
    V: CanonicalBytes + 'e,
{
    let name = Kind::Checkpoint.name(revision);
    let (head, sink) = (Head::new(revision), create(disk, &name)?);
    let mut writing = Writing { disk, name, head, sink, frames: 0, bytes: 0 };
    let write = |writing: &mut Writing<'_>| {
        writing.append(&head.to_bytes(Kind::Checkpoint))?;
        let mut writer = Writer::default();
        let key = |Entry { key, value, version }: Entry<'e, K, V>, payload: &mut Vec<u8>| {
            write_number(version, payload);
            writer.change(key, Some(value), payload);
        };
        let keys = writing.items(KEYS, entries, key, &go_on)?;
        let request = |request: Request, payload: &mut Vec<u8>| {
            write_number(request.receipt.revision, payload);
            request.write_to(payload);
        };
        writing.items(REQUESTS, requests, request, &go_on)?;
        writing.frame(Frame::new(|_| {}), keys)?;
        tried(disk, "sync", &writing.name, writing.sink.sync())?;
        Ok(keys)
    };
    match write(&mut writing) {
        Ok(keys) => {
            publish(disk, &writing.name)?;
            Ok(Checkpoint { revision, keys, bytes: writing.bytes })
        }
        Err(error) => {
            // It would be removed when the folder is opened again.
            let _ = disk.remove(&format!("{}{UNFINISHED}", writing.name));
            Err(error)
        }
    }
}

/// Fills a map with a checkpoint.
pub(super) fn read<K, V, S>(
    disk: &dyn Disk,
    revision: u64,
    map: &mut Map<K, V, S>,
) -> Result<Checkpoint, OpenError>
where
    K: Stored + Hash + Eq,
    V: Stored,
    S: BuildHasher,
{
    let name = Kind::Checkpoint.name(revision);
    let file = path(disk, &name);
    let source = tried(disk, READ, &name, disk.read(&name))?;
    let frames = Frames::new(source, Kind::Checkpoint, revision, &file);
    let mut frames = tried(disk, READ, &name, frames)??;
    let mut keys = 0;
    for number in 1.. {
        let at = frames.at;
        let head = match tried(disk, READ, &name, frames.next(number))? {
            Next::Frame(head) => head,
            Next::End => return Err(OpenError::corrupt(&file, at, "its end is gone")),
            Next::Damage => {
                return Err(OpenError::corrupt(&file, at, "these are not the bytes that were written"));
            }
        };
        if frames.payload.is_empty() {
            if head.proof != keys || frames.at != frames.length {
                return Err(OpenError::corrupt(&file, at, "it ends here, and should not"));
            }
            return Ok(Checkpoint { revision, keys, bytes: frames.length });
        }
        let read = match head.proof {
            KEYS => read_keys(&frames.payload, map),
            _ => read_requests(&frames.payload, map),
        };
        keys += read.map_err(|source| OpenError::Malformed { path: file.clone(), offset: at, source })?;
    }
    unreachable!("frames have an end")
}

/// How many there were.
fn read_keys<K, V, S>(payload: &[u8], map: &mut Map<K, V, S>) -> Result<u64, Malformed>
where
    K: Stored + Hash + Eq,
    V: Stored,
    S: BuildHasher,
{
    let mut reader = Reader(payload);
    let mut keys = 0;
    while !reader.is_empty() {
        let version = reader.number()?;
        let (key, value) = reader.change()?;
        map.restore(key, value, version);
        keys += 1;
    }
    Ok(keys)
}

/// None of them is a key.
fn read_requests<K, V, S>(payload: &[u8], map: &Map<K, V, S>) -> Result<u64, Malformed> {
    let mut reader = Reader(payload);
    while !reader.is_empty() {
        let revision = reader.number()?;
        map.remember(Request::read(&mut reader, revision)?);
    }
    Ok(0)
}

/// Removes what is of no use when there is a checkpoint of a revision: older ones, and files of the log whose every batch is in it.
pub(super) fn sweep(disk: &dyn Disk, checkpoint: Option<u64>) -> Result<(), Failure> {
    let names = tried(disk, LIST, "", disk.list())?;
    let of = |kind: Kind| {
        let mut revisions: Vec<u64> = names.iter().filter_map(|name| kind.revision(name)).collect();
        revisions.sort_unstable();
        revisions
    };
    let mut useless = HashSet::new();
    if let Some(checkpoint) = checkpoint {
        let older = of(Kind::Checkpoint).into_iter().filter(|&revision| revision < checkpoint);
        useless.extend(older.map(|revision| Kind::Checkpoint.name(revision)));
        let logs = of(Kind::Log);
        let covered = logs.windows(2).filter(|pair| pair[1] <= checkpoint);
        useless.extend(covered.map(|pair| Kind::Log.name(pair[0])));
    }
    for name in names.iter().filter(|name| useless.contains(*name)) {
        tried(disk, "remove", name, disk.remove(name))?;
    }
    Ok(())
}

/// Removes files that somebody had begun to write when the power went, or the process.
pub(super) fn remove_unfinished(disk: &dyn Disk) -> Result<(), Failure> {
    for name in tried(disk, LIST, "", disk.list())? {
        let whole = name.strip_suffix(UNFINISHED);
        let ours = |kind: Kind| whole.is_some_and(|name| kind.revision(name).is_some());
        if ours(Kind::Log) || ours(Kind::Checkpoint) {
            tried(disk, "remove", &name, disk.remove(&name))?;
        }
    }
    Ok(())
}
