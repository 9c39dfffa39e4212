//! Opening a folder: the map as it was, and a file for the log to go on in.
//!
//! The files of the log are a chain: each begins where the next one's name says that the one before ends; what a file has beyond that is not
//! part of the log. All files but the last are whole. The last one may end in the middle of a write that nobody was told had succeeded. Where
//! it cannot be read, there are two cases: a later frame proves that this place was safe once, then it is damage; or none does, then the
//! log ends there.
//!
//! The log always goes on in a new file, which begins with all batches that no later frame proves to be safe. They are in the cache of the
//! kernel at least, but perhaps nowhere else: if the file could not be synced, and then the process went, they can be read and are not on
//! the disk. Nothing is ever written to a file that somebody else has begun.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::io;
use std::path::PathBuf;

use super::change::Reader;
use super::checkpoint::{self, Checkpoint, remove_unfinished, sweep};
use super::disk::{Disk, path, tried};
use super::error::{LIST, READ};
use super::frame::{FrameHead, Frames, Kind, Next, Rest, rest};
use super::request::Request;
use super::segment::{Segment, begin};
use super::{Failure, OpenError, Stored};
use crate::{Builder, Map};

/// What was found when a folder was opened.
///
/// ```
/// use putall::durable::Durable;
/// # let folder = std::env::temp_dir().join(format!("putall-doc-recovered-of-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// map.insert(1, 1)?;
/// drop(map);
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// let recovered = map.recovered();
/// assert_eq!((recovered.revision, recovered.batches), (1, 1));
/// assert!(recovered.cut.is_none());
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// The revision that the map begins with.
    pub revision: u64,
    /// The checkpoint that it began from.
    pub checkpoint: Option<Checkpoint>,
    /// Batches that were taken from the log after that.
    pub batches: u64,
    /// What was cut off.
    pub cut: Option<Cut>,
}

/// The end of a log that is no whole batch: one that was being written when the power went, or the process, and that nobody was told is safe.
///
/// That is so for [`SyncMode::Each`](super::SyncMode::Each) and [`SyncMode::Group`](super::SyncMode::Group). A disk that damages the very last thing
/// that was written to it looks the same, and with [`SyncMode::None`](super::SyncMode::None) a power failure may cost batches that somebody was told of.
///
/// ```
/// use putall::durable::Durable;
/// # let folder = std::env::temp_dir().join(format!("putall-doc-cut-of-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// match &map.recovered().cut {
///     Some(cut) => println!("cut {} bytes off {}", cut.bytes, cut.path.display()),
///     None => println!("the log was whole"),
/// }
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Cut {
    /// The file.
    pub path: PathBuf,
    /// Where the last whole batch ends.
    pub offset: u64,
    /// How many bytes are after that.
    pub bytes: u64,
}

/// A folder that was opened.
pub(super) struct Opened<K, V, S> {
    pub(super) map: Map<K, V, S>,
    pub(super) recovered: Recovered,
    pub(super) segment: Segment,
}

/// Makes the map of a folder, and lets the log go on.
pub(super) fn open<K, V, S>(disk: &dyn Disk, builder: Builder<K, V, S>) -> Result<Opened<K, V, S>, OpenError>
where
    K: Stored + Hash + Eq + fmt::Debug,
    V: Stored,
    S: BuildHasher,
{
    let names = tried(disk, LIST, "", disk.list())?;
    let mut map = builder.build();
    let newest = names.iter().filter_map(|name| Kind::Checkpoint.revision(name)).max();
    let checkpoint = newest.map(|revision| checkpoint::read(disk, revision, &mut map)).transpose()?;
    let covered = newest.unwrap_or(0);
    let mut replay = Replay { disk, map, revision: covered, batches: 0, cut: None };

    let mut logs: Vec<u64> = names.iter().filter_map(|name| Kind::Log.revision(name)).collect();
    logs.sort_unstable();
    let first = logs.partition_point(|&revision| revision <= covered);
    let is_new = logs.is_empty() && checkpoint.is_none();
    if first == 0 && !is_new {
        return Err(OpenError::Missing { path: disk.path().to_owned(), revision: covered + 1 });
    }
    let mut from = covered;
    if !is_new {
        let chain = &logs[first - 1..];
        for pair in chain.windows(2) {
            replay.file(pair[0], Some(pair[1]))?;
        }
        let last = chain[chain.len() - 1];
        let proof = replay.file(last, None)?;
        from = proof.max(covered).min(replay.revision);
        let until = replay.revision;
        if from < until {
            let carry = |to: &mut Segment| carry(disk, last, from, until, to);
            return replay.finish(checkpoint, begin(disk, from, carry)??);
        }
    }
    replay.finish(checkpoint, begin(disk, from, |_| Ok(()))??)
}

/// Does again what the log says.
struct Replay<'d, K, V, S> {
    disk: &'d dyn Disk,
    map: Map<K, V, S>,
    /// The last revision that the map has.
    revision: u64,
    batches: u64,
    cut: Option<Cut>,
}

impl<K, V, S> Replay<'_, K, V, S>
where
    K: Stored + Hash + Eq,
    V: Stored,
    S: BuildHasher,
{
    /// One file, up to where the next one begins. Returns the last revision that is proved to be safe.
    fn file(&mut self, begins: u64, ends: Option<u64>) -> Result<u64, OpenError> {
        let name = Kind::Log.name(begins);
        let file = path(self.disk, &name);
        let mut frames = frames(self.disk, begins)?;
        let (mut revision, mut proof) = (begins, begins);
        while ends != Some(revision) {
            let at = frames.at;
            match tried(self.disk, READ, &name, frames.next(revision + 1))? {
                Next::Frame(head) => proof = proof.max(head.proof),
                Next::End if ends.is_none() => break,
                Next::End => return Err(OpenError::corrupt(&file, at, "its end is gone")),
                Next::Damage => {
                    let rest = || rest(self.disk.read(&name)?.0, at, frames.head.salt, revision + 1);
                    match tried(self.disk, READ, &name, rest())? {
                        Rest::Zeros if ends.is_none() => {}
                        Rest::Unknown if ends.is_none() => {
                            self.cut = Some(Cut { path: file, offset: at, bytes: frames.length - at });
                        }
                        _ => {
                            return Err(OpenError::corrupt(
                                &file,
                                at,
                                "these are not the bytes that were written",
                            ));
                        }
                    }
                    break;
                }
            }
            revision += 1;
            if revision > self.revision {
                self.batch(revision, &frames.payload).map_err(|source| OpenError::Malformed {
                    path: file.clone(),
                    offset: at,
                    source,
                })?;
            }
        }
        Ok(proof)
    }

    fn batch(&mut self, revision: u64, payload: &[u8]) -> Result<(), super::Malformed> {
        let mut changes = Reader(payload);
        match changes.bytes()? {
            [0] => {}
            [1] => self.map.remember(Request::read(&mut changes, revision)?),
            _ => return Err(super::Malformed::not("batch")),
        }
        while !changes.is_empty() {
            let (key, value) = changes.change()?;
            self.map.restore(key, value, revision);
        }
        self.revision = revision;
        self.batches += 1;
        Ok(())
    }

    fn finish(
        mut self,
        checkpoint: Option<Checkpoint>,
        segment: Segment,
    ) -> Result<Opened<K, V, S>, OpenError> {
        remove_unfinished(self.disk)?;
        sweep(self.disk, checkpoint.map(|checkpoint| checkpoint.revision))?;
        self.map.begin_at(self.revision);
        let Replay { map, revision, batches, cut, .. } = self;
        Ok(Opened { map, recovered: Recovered { revision, checkpoint, batches, cut }, segment })
    }
}

/// Opens a file of the log.
fn frames(disk: &dyn Disk, begins: u64) -> Result<Frames, OpenError> {
    let name = Kind::Log.name(begins);
    let source = tried(disk, READ, &name, disk.read(&name))?;
    tried(disk, READ, &name, Frames::new(source, Kind::Log, begins, &path(disk, &name)))?
}

/// Copies batches after a revision, up to another one, from a file to a new one.
fn carry(disk: &dyn Disk, begins: u64, after: u64, until: u64, to: &mut Segment) -> Result<(), Failure> {
    let from = Kind::Log.name(begins);
    // It was read a moment ago.
    let changed = || Failure::new(READ, path(disk, &from), io::ErrorKind::InvalidData.into());
    let mut frames = frames(disk, begins).map_err(|_| changed())?;
    for revision in begins + 1..=until {
        let Next::Frame(head) = tried(disk, READ, &from, frames.next(revision))? else {
            return Err(changed());
        };
        if revision > after {
            let head = FrameHead { proof: after, ..head };
            to.append(disk, &head.to_bytes(to.head.salt))?;
            to.append(disk, &frames.payload)?;
        }
    }
    Ok(())
}
