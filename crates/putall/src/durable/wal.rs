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
//! Each batch is woken once, when it can go on: at the end of a group the first of it, and by each that has committed the next one. The first of the
//! queue leads. Nobody waits by yielding: on a busy machine that gives away a whole slice of time.
//!
//! The file is in the state when nobody has it. A failure takes it away for ever.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::disk::Disk;
use super::frame::Frame;
use super::segment::{Segment, begin};
use super::{CheckpointError, Failure, SyncMode, WriteError};
use crate::primitive::{Condvar, Mutex, MutexGuard, lock};

pub(super) struct Wal {
    disk: Arc<dyn Disk>,
    mode: SyncMode,
    state: Mutex<State>,
    /// Where a batch waits, by its revision.
    turns: [Condvar; TURNS],
    /// Where those wait that are no batch.
    changed: Condvar,
    /// When a checkpoint is due, or the map is being closed.
    due: Condvar,
}

/// Batches that wait at one place are woken together.
const TURNS: usize = 64;

struct State {
    /// The last revision that was given to a batch.
    given: u64,
    /// Frames from `taken + 1` on, which nobody has begun to write.
    queue: VecDeque<Frame>,
    /// The last revision that somebody has begun to write.
    taken: u64,
    /// The last one that is as safe as the mode has it.
    safe: u64,
    /// The last one that is visible.
    committed: u64,
    /// The last one that outlives a power failure for sure.
    synced: u64,
    segment: Option<Segment>,
    failure: Option<Failure>,
    /// How many wait at `changed`, and how many of them for the file.
    outsiders: usize,
    wanted: usize,
    /// How many batches the last group had, and how long it took.
    group: usize,
    took: Duration,
    /// Who leads and looks for others.
    lingers: Option<u64>,
    /// Bytes that were written since the last checkpoint began.
    grown: u64,
    /// How many of them there may be.
    limit: u64,
    closing: bool,
}

/// A leader looks for others for this part of the time that the last group took.
const LINGER: u32 = 4;
/// If that is more than what sleeping takes at least.
const LINGER_LEAST: Duration = Duration::from_micros(50);

impl Wal {
    /// A log that goes on after a revision, up to which all is safe and visible.
    pub(super) fn new(disk: Arc<dyn Disk>, mode: SyncMode, revision: u64, segment: Segment) -> Wal {
        let state = State {
            given: revision,
            queue: VecDeque::new(),
            taken: revision,
            safe: revision,
            committed: revision,
            synced: revision,
            segment: Some(segment),
            failure: None,
            outsiders: 0,
            wanted: 0,
            group: 1,
            took: Duration::ZERO,
            lingers: None,
            grown: 0,
            limit: u64::MAX,
            closing: false,
        };
        Wal {
            disk,
            mode,
            state: Mutex::new(state),
            turns: std::array::from_fn(|_| Condvar::new()),
            changed: Condvar::new(),
            due: Condvar::new(),
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
            // Whoever is told of a revision finds it.
            drop(self.outside(state, |state| state.committed >= found)?);
            return Ok(Err(found));
        }
        state.given += 1;
        let revision = state.given;
        state.queue.push_back(frame);
        if let Some(leader) = state.lingers
            && state.queue.len() >= state.group
        {
            self.turn(leader).notify_all();
        }
        drop(self.wait_for_turn(state, revision)?);
        // Also if it panics, which it should not: others must not wait for it for ever.
        let _committed = Committed { wal: self, revision };
        let committed = commit();
        debug_assert_eq!(committed, Ok(revision), "nothing is committed past the log");
        Ok(committed)
    }

    fn turn(&self, revision: u64) -> &Condvar {
        &self.turns[revision as usize % TURNS]
    }

    /// Wakes those who can go on now.
    fn wake_next(&self, state: &State) {
        if state.committed < state.safe {
            self.turn(state.committed + 1).notify_all();
        }
        if state.segment.is_some() && !state.queue.is_empty() {
            self.turn(state.taken + 1).notify_all();
        }
        if state.outsiders > 0 {
            self.changed.notify_all();
        }
    }

    /// Returns when a batch is safe and is the next to be committed. Leads if it is the first of the queue and nobody else does.
    fn wait_for_turn<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        revision: u64,
    ) -> Result<MutexGuard<'s, State>, WriteError> {
        // What is safe is committed, whatever fails later.
        while revision > state.safe || state.committed + 1 < revision {
            if revision > state.safe
                && let Some(failure) = state.failure.clone()
            {
                let kept = state.safe;
                return Err(if revision <= state.taken {
                    WriteError::InDoubt { kept, failure }
                } else {
                    WriteError::Stopped { kept, failure }
                });
            }
            let leads = revision == state.taken + 1 && state.wanted == 0;
            state = match if leads { state.segment.take() } else { None } {
                Some(segment) => self.lead(state, segment, revision),
                None => wait(self.turn(revision), state),
            };
        }
        Ok(state)
    }

    /// Waits for something without being a batch.
    fn outside<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        until: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'s, State>, WriteError> {
        state.outsiders += 1;
        let checked = loop {
            if until(&state) {
                break Ok(());
            }
            // Once the log has stopped, what is safe is still to be committed, but nothing else will happen.
            if let Err(error) = state.check()
                && state.committed == state.safe
            {
                break Err(error);
            }
            state = wait(&self.changed, state);
        };
        state.outsiders -= 1;
        checked.map(|()| state)
    }

    /// Returns when a revision that is safe is visible.
    pub(super) fn wait_until_committed(&self, revision: u64) -> Result<(), WriteError> {
        self.outside(lock(&self.state), |state| state.committed >= revision).map(drop)
    }

    /// Writes what is in the queue. Runs nobody's code but the disk's.
    fn lead<'s>(
        &'s self,
        state: MutexGuard<'s, State>,
        mut segment: Segment,
        leader: u64,
    ) -> MutexGuard<'s, State> {
        let mut state = self.linger(state, leader);
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
                self.wake_next(&state);
            }
            Err(failure) => self.stop(&mut state, failure),
        }
        state
    }

    /// Nothing is written any more.
    fn stop(&self, state: &mut State, failure: Failure) {
        state.failure = Some(failure);
        self.turns.iter().for_each(Condvar::notify_all);
        self.changed.notify_all();
    }

    /// Lets those come who were in the last group, as long as that costs little beside the disk.
    ///
    /// Without this, who leads next is whoever came while the last group was written, and leads alone, before those who were in that
    /// group are back: groups would be half as large as they can be. It decides nothing but who is in which group.
    fn linger<'s>(&'s self, mut state: MutexGuard<'s, State>, leader: u64) -> MutexGuard<'s, State> {
        let long = state.took / LINGER;
        if self.mode != SyncMode::Group || long < LINGER_LEAST {
            return state;
        }
        let until = Instant::now() + long;
        state.lingers = Some(leader);
        while state.queue.len() < state.group {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.turn(leader).wait_timeout(state, left);
            state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
        state.lingers = None;
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
        state.wanted += 1;
        let mut state = match self.outside(state, |state| state.segment.is_some()) {
            Ok(state) => state,
            Err(error) => {
                lock(&self.state).wanted -= 1;
                return Err(error);
            }
        };
        state.wanted -= 1;
        let mut segment = state.segment.take().expect("it is there");
        let written = state.taken;
        drop(state);
        let done = act(&mut segment, written);
        let mut state = lock(&self.state);
        match done {
            Ok(done) => {
                state.segment = Some(segment);
                self.wake_next(&state);
                Ok((done, state))
            }
            Err(failure) => {
                let error = WriteError::Stopped { kept: state.safe, failure: failure.clone() };
                self.stop(&mut state, failure);
                Err(error)
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

/// Dropped, it says that a batch is committed, and lets the next one go on.
struct Committed<'w> {
    wal: &'w Wal,
    revision: u64,
}

impl Drop for Committed<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.wal.state);
        state.committed = self.revision;
        self.wal.wake_next(&state);
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
