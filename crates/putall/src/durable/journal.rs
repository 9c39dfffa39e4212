//! What a batch does for the log while it is committed.

use super::WriteError;
use super::change::Writer;
use super::frame::Frame;
use super::request::Request;
use super::wal::Wal;
use crate::fingerprint::CanonicalBytes;
use crate::log::{About, Recording};
use crate::raw::write::{Journal, Written};
use crate::{Map, Receipt};

/// Writes one batch ahead.
pub(super) struct Ahead<'w, K, V> {
    wal: &'w Wal,
    /// The map's revision that the batch expects.
    expected: Option<u64>,
    /// What it is to say of itself, if it has an idempotency key.
    request: Option<Request>,
    frame: Option<Frame>,
    /// For those who subscribe.
    recording: Option<Recording<'w, K, V>>,
}

impl<'w, K, V> Ahead<'w, K, V> {
    pub(super) fn new<S>(wal: &'w Wal, map: &'w Map<K, V, S>, about: About, expected: Option<u64>) -> Self {
        let request = about.idempotency.clone().map(|(key, payload)| {
            let time = map.all_requests().now();
            Request { key, payload, receipt: Receipt::of(0), time }
        });
        Ahead { wal, expected, request, frame: None, recording: map.recording(about) }
    }
}

impl<K: CanonicalBytes, V: CanonicalBytes> Journal<K, V> for Ahead<'_, K, V> {
    type Error = WriteError;

    const WAITS: bool = true;

    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), WriteError>
    where
        K: 'w,
        V: 'w,
    {
        if let Some(request) = &mut self.request {
            written.clone().for_each(|written| written.count(&mut request.receipt));
        }
        let request = self.request.as_ref();
        self.frame = Some(Frame::new(|payload| {
            payload.push(u8::from(request.is_some()));
            if let Some(request) = request {
                request.write_to(payload);
            }
            let mut writer = Writer::default();
            written.clone().for_each(|written| writer.change(written.key, written.value, payload));
        }));
        match self.recording.prepare(written) {
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
