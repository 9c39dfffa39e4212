//! Spans and events.

use std::fmt;

use tracing::Level;
use tracing::field::{self, Empty};
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::span::EnteredSpan;

use super::keys::{Keys, Once};
use super::{Cause, Outcome, Told};
use crate::fingerprint::{CanonicalBytes, Fingerprint, fingerprint};
use crate::raw::write::Change;
use crate::{Batch, Builder, PutError, Receipt};

/// Of all spans and events.
const TARGET: &str = "putall";

/// Makes the fingerprint of keys and a trace id.
type FingerprintOf<K> = fn(&mut dyn Iterator<Item = &K>, &str) -> Fingerprint;

/// How a map's spans and events look.
pub(super) struct Spans<K> {
    keys: Keys<K>,
    fingerprint: Option<FingerprintOf<K>>,
}

/// Whether any subscriber may want them.
#[inline]
pub(super) fn are_wanted() -> bool {
    /// A subscriber may want everything of somebody else.
    #[cold]
    #[inline(never)]
    fn of_this_target() -> bool {
        tracing::span_enabled!(target: TARGET, Level::DEBUG)
            || tracing::event_enabled!(target: TARGET, Level::DEBUG)
    }
    Level::DEBUG <= STATIC_MAX_LEVEL && Level::DEBUG <= LevelFilter::current() && of_this_target()
}

impl<K> Spans<K> {
    pub(super) fn new() -> Self {
        Spans { keys: Keys::masked(), fingerprint: None }
    }

    #[inline]
    pub(super) fn batch<V>(&self, batch: &Batch<K, V>, size: impl FnOnce() -> usize) -> Entered<'_, K> {
        let trace_id = batch.trace_id.as_deref();
        // What is right of an equals sign runs only if somebody listens, and what is displayed only if it is read.
        let span = tracing::debug_span!(
            target: TARGET,
            "put_all",
            map_op = "put_all",
            map_key = field::display(self.keys.text(batch.len(), || batch.changes.keys())),
            batch_size = batch.len(),
            map_size_before = size(),
            trace_id,
            fingerprint = self.fingerprint.map(|fingerprint| {
                let text = move || fingerprint(&mut batch.changes.keys(), trace_id.unwrap_or_default()).to_string();
                field::display(Once::new(text))
            }),
            outcome = Empty,
            revision = Empty,
        );
        Entered { keys: &self.keys, changes: batch.len(), span: span.entered(), ended: false }
    }

    #[inline]
    pub(super) fn single<V>(&self, key: &K, change: &Change<V>, size: impl FnOnce() -> usize) {
        tracing::trace!(
            target: TARGET,
            map_op = match change {
                Change::Insert(_) => "set",
                Change::Remove => "delete",
                Change::Update(_) => "update",
            },
            map_key = field::display(self.keys.one(key)),
            map_size_before = size(),
            "write"
        );
    }
}

/// The span of a batch that is being written.
pub(super) struct Entered<'m, K> {
    keys: &'m Keys<K>,
    changes: usize,
    span: EnteredSpan,
    ended: bool,
}

impl<K> Entered<'_, K> {
    #[inline]
    pub(super) fn end(mut self, done: &Told<'_, K>, replayed: bool)
    where
        K: fmt::Debug,
    {
        self.ended = true;
        self.span.record("outcome", Outcome::of(done, self.changes, replayed).name());
        match done {
            Ok(Receipt { revision, .. }) if replayed => {
                self.span.record("revision", revision);
                tracing::debug!(target: TARGET, revision, "replayed");
            }
            Ok(_) if self.changes == 0 => {}
            Ok(Receipt { revision, inserted, replaced, removed }) => {
                self.span.record("revision", revision);
                tracing::debug!(target: TARGET, revision, inserted, replaced, removed, "committed");
            }
            Err(Cause::Refused(error)) => self.refused(error),
            Err(Cause::Failed(error)) => {
                tracing::debug!(target: TARGET, error = field::display(error), "failed");
            }
        }
    }

    /// The error's own text has keys in it.
    fn refused(&self, error: &PutError<K>)
    where
        K: fmt::Debug,
    {
        match error {
            PutError::Conflict(conflict) => tracing::debug!(
                target: TARGET,
                map_key = field::display(self.keys.text(conflict.failed.len(), || conflict.failed.iter().map(|(key, ..)| key))),
                failed = conflict.failed.len(),
                "conflict"
            ),
            PutError::Revision { expected, found } => {
                tracing::debug!(target: TARGET, expected, found, "conflict");
            }
            PutError::Duplicate { key, first, second } => tracing::debug!(
                target: TARGET,
                map_key = field::display(self.keys.one(key)),
                first,
                second,
                "refused"
            ),
            PutError::TooLarge { changes, limit } => {
                tracing::debug!(target: TARGET, changes, limit, "refused");
            }
            PutError::InProgress { retry_after } => {
                let retry_after_ms = retry_after.as_millis() as u64;
                tracing::debug!(target: TARGET, retry_after_ms, "in_progress");
            }
            PutError::TakenOver(_) => tracing::debug!(target: TARGET, "in_progress"),
            PutError::KeyReused | PutError::Unsupported(_) => tracing::debug!(target: TARGET, "refused"),
        }
    }
}

impl<K> Drop for Entered<'_, K> {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            self.span.record("outcome", Outcome::Panicked.name());
            tracing::debug!(target: TARGET, "panicked");
        }
    }
}

/// With the feature `tracing`. See [`observe`](crate::observe).
impl<K, V, S> Builder<K, V, S> {
    /// Lets keys be seen in spans and events, as what `show` makes of each. They go wherever logs go.
    ///
    /// `show` is not to write to the map: that would be told again, and so on.
    ///
    /// ```
    /// let map = putall::Map::builder().show_keys(|key: &&str| key.to_string()).build();
    /// map.insert("user_123", 1); // map_op="set" map_key=user_123 map_size_before=0
    ///
    /// // Those of persons stay hidden.
    /// let map = putall::Map::builder()
    ///     .show_keys(|key: &String| match key.split_once('_') {
    ///         Some(("user", _)) => "user_***".to_owned(),
    ///         _ => key.clone(),
    ///     })
    ///     .build();
    /// map.insert("user_123".to_owned(), 1); // map_op="set" map_key=user_*** map_size_before=0
    /// ```
    pub fn show_keys(mut self, show: impl Fn(&K) -> String + Send + Sync + 'static) -> Self {
        self.observe.spans.keys = Keys::shown(show);
        self
    }

    /// Lets keys be told apart in spans and events, but not be seen: each is 16 digits of an HMAC (SHA-256) of its bytes.
    ///
    /// With the same secret a key looks the same in every process. Whoever knows the secret can find out whether a key is a certain one, and all keys
    /// if there are few possible ones. So it is to be a real secret: not empty, nor in the source.
    ///
    /// ```
    /// # let secret = "Jefe";
    /// let map = putall::Map::builder().hash_keys(secret).build();
    /// map.insert("user_123", 1); // with the secret "Jefe": map_op="set" map_key=d8ebaea445e2ea54 map_size_before=0
    /// ```
    pub fn hash_keys(mut self, secret: impl AsRef<[u8]>) -> Self
    where
        K: CanonicalBytes,
    {
        self.observe.spans.keys = Keys::hashed(secret.as_ref());
        self
    }

    /// Adds the [`fingerprint`](crate::fingerprint::fingerprint()) of each batch to its span: that of its keys and its trace id, or of the empty
    /// text if it has none. It is computed if a listener reads it, and takes the time of sorting and hashing all keys.
    ///
    /// ```
    /// use putall::{Batch, Map};
    ///
    /// let map = Map::builder().fingerprints().build();
    /// let mut batch = Batch::from([("a", 1), ("b", 2)]);
    /// batch.trace_id("trace");
    /// map.put_all(batch)?; // map_op="put_all" trace_id="trace" fingerprint=251f792d…
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    pub fn fingerprints(mut self) -> Self
    where
        K: CanonicalBytes,
    {
        self.observe.spans.fingerprint = Some(|keys, trace_id| fingerprint(keys, trace_id));
        self
    }
}
