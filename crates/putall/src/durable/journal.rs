//! What a batch does for the log while it is committed.

use std::sync::Arc;

use super::WriteError;
use super::change::Writer;
use super::frame::Frame;
use super::wal::Wal;
use crate::Map;
use crate::fingerprint::CanonicalBytes;
use crate::log::Recording;
use crate::raw::write::{Journal, Written};

/// Writes one batch ahead.
pub(super) struct Ahead<'w, K, V> {
    wal: &'w Wal,
    /// The map's revision that the batch expects.
    expected: Option<u64>,
    frame: Option<Frame>,
    /// For those who subscribe.
    recording: Option<Recording<'w, K, V>>,
}

impl<'w, K, V> Ahead<'w, K, V> {
    pub(super) fn new<S>(
        wal: &'w Wal,
        map: &'w Map<K, V, S>,
        expected: Option<u64>,
        trace_id: Option<Arc<str>>,
    ) -> Self {
        Ahead { wal, expected, frame: None, recording: map.recording(trace_id) }
    }
}

impl<K: CanonicalBytes, V: CanonicalBytes> Journal<K, V> for Ahead<'_, K, V> {
    type Error = WriteError;

    const WAITS: bool = true;

    fn prepare<'w>(&mut self, written: impl Iterator<Item = Written<'w, K, V>>) -> Result<(), WriteError>
    where
        K: 'w,
        V: 'w,
    {
        let mut writer = Writer::default();
        let mut seen = Vec::new();
        let is_recorded = self.recording.is_some();
        self.frame = Some(Frame::new(|payload| {
            for written in written {
                writer.change(written.key, written.value, payload);
                if is_recorded {
                    seen.push(written);
                }
            }
        }));
        match self.recording.prepare(seen.into_iter()) {
            Ok(()) => Ok(()),
            Err(never) => match never {},
        }
    }

    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, WriteError> {
        let frame = self.frame.take().expect("it was prepared");
        let recording = &mut self.recording;
        self.wal.commit(frame, self.expected, || match recording.commit(commit) {
            Ok(committed) => committed,
            Err(never) => match never {},
        })
    }
}
