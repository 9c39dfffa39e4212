//! The map as of one revision in one file, so that what is before it in the log can go.

use std::collections::HashSet;
use std::fmt;

use super::change::{Reader, Writer, write_number};
use super::disk::{Disk, path, tried};
use super::error::{LIST, READ};
use super::frame::{Frame, Frames, Head, Kind, Next, UNFINISHED};
use super::segment::{create, publish};
use super::{CheckpointError, Failure, OpenError, Stored};
use crate::fingerprint::CanonicalBytes;
use crate::{Entry, Map};

/// What a checkpoint is.
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

/// Writes a checkpoint. `go_on` is asked now and then.
pub(super) fn write<'e, K, V>(
    disk: &dyn Disk,
    revision: u64,
    entries: impl Iterator<Item = Entry<'e, K, V>>,
    go_on: impl Fn() -> bool,
) -> Result<Checkpoint, CheckpointError>
where
    K: CanonicalBytes + 'e,
    V: CanonicalBytes + 'e,
{
    let name = Kind::Checkpoint.name(revision);
    let head = Head::new(revision);
    let mut done = Checkpoint { revision, keys: 0, bytes: 0 };
    let mut sink = create(disk, &name)?;
    let write = || {
        let mut append = |bytes: &[u8]| {
            done.bytes += bytes.len() as u64;
            tried(disk, "write", &name, sink.append(bytes))
        };
        append(&head.to_bytes(Kind::Checkpoint))?;
        let mut entries = entries.peekable();
        let mut writer = Writer::default();
        for number in 1.. {
            if !go_on() {
                return Err(CheckpointError::Closing);
            }
            let mut frame = Frame::new(|payload| {
                let start = payload.len();
                while payload.len() - start < FRAME
                    && let Some(Entry { key, value, version }) = entries.next()
                {
                    write_number(version, payload);
                    writer.change(key, Some(value), payload);
                    done.keys += 1;
                }
            });
            let proof = if frame.is_empty() { done.keys } else { 0 };
            append(frame.finish(number, proof, head.salt))?;
            if frame.is_empty() {
                break;
            }
        }
        Ok(tried(disk, "sync", &name, sink.sync())?)
    };
    if let Err(error) = write() {
        // It would be removed when the folder is opened again.
        let _ = disk.remove(&format!("{name}{UNFINISHED}"));
        return Err(error);
    }
    publish(disk, &name)?;
    Ok(done)
}

/// Fills a map with a checkpoint.
pub(super) fn read<K, V, S>(
    disk: &dyn Disk,
    revision: u64,
    map: &mut Map<K, V, S>,
) -> Result<Checkpoint, OpenError>
where
    K: Stored + std::hash::Hash + Eq + fmt::Debug,
    V: Stored,
    S: std::hash::BuildHasher,
{
    let name = Kind::Checkpoint.name(revision);
    let file = path(disk, &name);
    let source = tried(disk, READ, &name, disk.read(&name))?;
    let frames = Frames::new(source, Kind::Checkpoint, revision, &file);
    let mut frames = tried(disk, READ, &name, frames)??;
    let mut keys = 0;
    for number in 1.. {
        let at = frames.at;
        match tried(disk, READ, &name, frames.next(number))? {
            Next::Frame(head) if frames.payload.is_empty() => {
                if head.proof != keys || frames.at != frames.length {
                    return Err(OpenError::corrupt(&file, at, "it ends here, and should not"));
                }
                return Ok(Checkpoint { revision, keys, bytes: frames.length });
            }
            Next::Frame(_) => {}
            Next::End => return Err(OpenError::corrupt(&file, at, "its end is gone")),
            Next::Damage => {
                return Err(OpenError::corrupt(&file, at, "these are not the bytes that were written"));
            }
        }
        let mut changes = Reader(&frames.payload);
        while !changes.is_empty() {
            let version = changes.number();
            let change = version.and_then(|version| Ok((version, changes.change()?)));
            let (version, (key, value)) =
                change.map_err(|source| OpenError::Malformed { path: file.clone(), offset: at, source })?;
            map.restore(key, value, version);
            keys += 1;
        }
    }
    unreachable!("frames have an end")
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
