//! The log that is written ahead: who writes it, in what order, and who waits for whom.
//!
//! 1. **A place.** A batch that has all its keys locked gets the next revision, and its frame goes into the queue. From here on it can only
//!    become visible with that revision, or fail.
//! 2. **The disk.** One of those who wait leads: it has the file, writes what is in the queue, syncs, and tells the others. Who comes
//!    meanwhile is in the next group.
//! 3. **The commit.** When a frame is safe, its batch is committed in memory, in the order of revisions.
//!
//! So what a reader sees is on the disk, as far as the mode goes; and a batch that waits for another one here never has a key that the other
//! one still wants, so there is no deadlock.
//!
//! The file is in the state when nobody has it. A failure takes it away for ever.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::disk::Disk;
use super::frame::Frame;
use super::segment::{Segment, begin};
use super::{CheckpointError, Failure, SyncMode, WriteError};
use crate::primitive::atomic::{AtomicU64, Ordering};
use crate::primitive::{Backoff, Condvar, Mutex, MutexGuard, lock};

pub(super) struct Wal {
    disk: Arc<dyn Disk>,
    mode: SyncMode,
    state: Mutex<State>,
    /// When something in the state has changed.
    changed: Condvar,
    /// When a checkpoint is due, or the map is being closed.
    due: Condvar,
    /// The last revision that is visible.
    committed: AtomicU64,
}

struct State {
    /// The last revision that was given to a batch.
    given: u64,
    /// Frames from `taken + 1` on, which nobody has begun to write.
    queue: VecDeque<Frame>,
    /// The last revision that somebody has begun to write.
    taken: u64,
    /// The last one that is as safe as the mode has it.
    safe: u64,
    /// The last one that outlives a power failure for sure.
    synced: u64,
    segment: Option<Segment>,
    failure: Option<Failure>,
    /// How many batches the last group had, and how long it took.
    group: usize,
    took: Duration,
    /// Bytes that were written since the last checkpoint began.
    grown: u64,
    /// How many of them there may be.
    limit: u64,
    closing: bool,
}

/// A leader looks for others for this part of the time that the last group took.
const LINGER: u32 = 10;

impl Wal {
    /// A log that goes on after a revision, up to which all is safe and visible.
    pub(super) fn new(disk: Arc<dyn Disk>, mode: SyncMode, revision: u64, segment: Segment) -> Wal {
        let state = State {
            given: revision,
            queue: VecDeque::new(),
            taken: revision,
            safe: revision,
            synced: revision,
            segment: Some(segment),
            failure: None,
            group: 1,
            took: Duration::ZERO,
            grown: 0,
            limit: u64::MAX,
            closing: false,
        };
        Wal {
            disk,
            mode,
            state: Mutex::new(state),
            changed: Condvar::new(),
            due: Condvar::new(),
            committed: AtomicU64::new(revision),
        }
    }

    /// Writes a batch, commits it, and returns its revision; or the last one that was given, if that is not the one that is expected.
    pub(super) fn commit(
        &self,
        frame: Frame,
        expected: Option<u64>,
        commit: impl FnOnce() -> Result<u64, u64>,
    ) -> Result<Result<u64, u64>, WriteError> {
        let mut state = lock(&self.state);
        state.check()?;
        if expected.is_some_and(|expected| expected != state.given) {
            let found = state.given;
            drop(self.wait_until_safe(state, found).map_err(WriteError::not_begun)?);
            // Whoever is told of a revision finds it.
            self.wait_until_committed(found);
            return Ok(Err(found));
        }
        state.given += 1;
        let revision = state.given;
        state.queue.push_back(frame);
        drop(self.wait_until_safe(state, revision)?);
        self.wait_until_committed(revision - 1);
        let committed = commit();
        debug_assert_eq!(committed, Ok(revision), "nothing is committed past the log");
        self.committed.store(revision, Ordering::Release);
        Ok(committed)
    }

    /// Returns when a revision is safe. Leads if nobody else does.
    fn wait_until_safe<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        revision: u64,
    ) -> Result<MutexGuard<'s, State>, WriteError> {
        while state.safe < revision {
            if let Some(failure) = state.failure.clone() {
                let kept = state.safe;
                let in_doubt = revision <= state.taken;
                return Err(if in_doubt {
                    WriteError::InDoubt { kept, failure }
                } else {
                    WriteError::Stopped { kept, failure }
                });
            }
            state = match state.segment.take() {
                Some(segment) => self.lead(state, segment),
                None => wait(&self.changed, state),
            };
        }
        Ok(state)
    }

    /// Returns when a revision that is safe is visible. Those before it are about to be.
    pub(super) fn wait_until_committed(&self, revision: u64) {
        let mut backoff = Backoff::default();
        while self.committed.load(Ordering::Acquire) < revision {
            backoff.wait_long();
        }
    }

    /// Writes what is in the queue. Runs nobody's code but the disk's.
    fn lead<'s>(&'s self, state: MutexGuard<'s, State>, mut segment: Segment) -> MutexGuard<'s, State> {
        let mut state = self.linger(state);
        let count = if self.mode == SyncMode::Each { 1 } else { state.queue.len() };
        let mut group: Vec<Frame> = state.queue.drain(..count).collect();
        let first = state.taken + 1;
        state.taken += count as u64;
        let (last, proof) = (state.taken, state.synced);
        drop(state);

        let begun = Instant::now();
        let mut bytes = Vec::new();
        for (revision, frame) in (first..).zip(&mut group) {
            bytes.extend_from_slice(frame.finish(revision, proof, segment.head.salt));
        }
        let mut written = segment.append(&*self.disk, &bytes);
        if self.mode != SyncMode::None {
            written = written.and_then(|()| segment.sync(&*self.disk));
        }
        let took = begun.elapsed();

        let mut state = lock(&self.state);
        match written {
            Ok(()) => {
                state.safe = last;
                if self.mode != SyncMode::None {
                    state.synced = last;
                }
                (state.group, state.took) = (count, took);
                state.grown += bytes.len() as u64;
                if state.grown >= state.limit {
                    self.due.notify_all();
                }
                state.segment = Some(segment);
            }
            Err(failure) => state.failure = Some(failure),
        }
        self.changed.notify_all();
        state
    }

    /// Lets those come who were in the last group, as long as that costs little beside the disk.
    ///
    /// Without this, who leads next is whoever came while the last group was written, and leaves alone, before those who were in that
    /// group are back: groups would be half as large as they can be. It decides nothing but who is in which group.
    fn linger<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        if self.mode != SyncMode::Group {
            return state;
        }
        let begun = Instant::now();
        while state.queue.len() < state.group && begun.elapsed() < state.took / LINGER {
            drop(state);
            std::thread::yield_now();
            state = lock(&self.state);
        }
        state
    }

    /// Does something to the file that nobody else does anything to meanwhile. On a failure the log stops.
    ///
    /// It is told the last revision that was written.
    fn alone<T>(
        &self,
        act: impl FnOnce(&mut Segment, u64) -> Result<T, Failure>,
    ) -> Result<(T, MutexGuard<'_, State>), WriteError> {
        let mut state = lock(&self.state);
        let mut segment = loop {
            state.check()?;
            match state.segment.take() {
                Some(segment) => break segment,
                None => state = wait(&self.changed, state),
            }
        };
        let written = state.taken;
        drop(state);
        let done = act(&mut segment, written);
        let mut state = lock(&self.state);
        self.changed.notify_all();
        match done {
            Ok(done) => {
                state.segment = Some(segment);
                Ok((done, state))
            }
            Err(failure) => {
                state.failure = Some(failure);
                state.check()?;
                unreachable!("it has failed")
            }
        }
    }

    /// Gives back what was reserved, and syncs.
    pub(super) fn finish(&self) -> Result<(), WriteError> {
        let act = |segment: &mut Segment, _| {
            segment.finish(&*self.disk)?;
            segment.sync(&*self.disk)
        };
        self.alone(act).map(drop)
    }

    /// Syncs what is written, in whatever mode. Returns the last revision that outlives a power failure now.
    pub(super) fn sync(&self) -> Result<u64, WriteError> {
        let act = |segment: &mut Segment, written| segment.sync(&*self.disk).map(|()| written);
        let (written, mut state) = self.alone(act)?;
        state.synced = written;
        Ok(written)
    }

    /// Begins a new file, and returns the revision before its first.
    pub(super) fn rotate(&self) -> Result<u64, CheckpointError> {
        let act = |segment: &mut Segment, written| {
            if segment.head.revision == written {
                return Ok(Ok(written));
            }
            // What a file that is not the last one has is safe.
            segment.finish(&*self.disk)?;
            segment.sync(&*self.disk)?;
            match begin(&*self.disk, written, |_| Ok(()))? {
                Ok(new) => {
                    *segment = new;
                    Ok(Ok(written))
                }
                Err(failure) => Ok(Err(failure)),
            }
        };
        let (done, mut state) = self.alone(act)?;
        let written = done?;
        state.synced = written;
        state.grown = 0;
        Ok(written)
    }

    /// Waits until the log has grown by as much as it may, or the map is being closed: then it is false.
    pub(super) fn wait_until_due(&self) -> bool {
        let mut state = lock(&self.state);
        while state.grown < state.limit && !state.closing {
            state = wait(&self.due, state);
        }
        !state.closing
    }

    /// How much the log may grow before a checkpoint is due.
    pub(super) fn set_limit(&self, limit: u64) {
        lock(&self.state).limit = limit;
    }

    /// A checkpoint that was due was not written: it is due again when the log has grown by as much again.
    pub(super) fn put_off(&self, by: u64) {
        let mut state = lock(&self.state);
        state.limit = state.grown.saturating_add(by);
    }

    /// Whoever waits until a checkpoint is due need not.
    pub(super) fn close(&self) {
        lock(&self.state).closing = true;
        self.due.notify_all();
    }

    pub(super) fn is_closing(&self) -> bool {
        lock(&self.state).closing
    }

    /// Bytes of the log that were written since the last checkpoint began, and why it has stopped, if it has.
    pub(super) fn status(&self) -> (u64, Option<WriteError>) {
        let state = lock(&self.state);
        (state.grown, state.check().err())
    }

    /// Batches that wait to be written.
    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        lock(&self.state).queue.len()
    }
}

impl State {
    fn check(&self) -> Result<(), WriteError> {
        match self.failure.clone() {
            Some(failure) => Err(WriteError::Stopped { kept: self.safe, failure }),
            None => Ok(()),
        }
    }
}

fn wait<'s, T>(changed: &Condvar, state: MutexGuard<'s, T>) -> MutexGuard<'s, T> {
    changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner())
}
