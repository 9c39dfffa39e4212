//! What a map tells of its batches, to whoever listens. Nothing, unless one of two features is on.
//!
//! # Spans and events: the feature `tracing`
//!
//! Each [`put_all`](crate::Map::put_all), and each [`replay`](crate::Map::replay), is a span `put_all` of level `DEBUG` and target `putall`, with the fields
//!
//! | field | what it is |
//! |---|---|
//! | `map_op` | `put_all` |
//! | `map_key` | the keys, masked: `***` |
//! | `batch_size` | how many changes the batch has |
//! | `map_size_before` | how many keys the map had |
//! | `trace_id` | what [`Batch::trace_id`](crate::Batch::trace_id) said, if anything |
//! | `fingerprint` | that of [`fingerprint`](crate::fingerprint::fingerprint()), if the map was told how to make it |
//! | `outcome` | what became of it, as for metrics below |
//! | `revision` | the map's with it, if it was committed, now or before |
//!
//! In it, when it is done, is one event of the same level and target:
//!
//! | event | fields |
//! |---|---|
//! | `committed` | `revision`, `inserted`, `replaced`, `removed` |
//! | `conflict` | `map_key` with the keys that were not as expected, and how many they are, `failed`; or revisions, `expected` and `found` |
//! | `replayed` | `revision`: a batch with the same idempotency key was written then |
//! | `in_progress` | `retry_after_ms`: one with the same idempotency key is at work, and how long it may be; without it, that one has taken over |
//! | `refused` | `map_key`, which is in the batch twice, at `first` and `second`; or how many `changes` it has, and the `limit`; or none: its idempotency key was another batch's |
//! | `failed` | `error`: the log of a [durable](crate::durable) map has failed; it says whether the batch may be there when the folder is opened again |
//! | `panicked` | none: the user's code panicked, and nothing was written |
//!
//! A single [`insert`](crate::Map::insert), [`remove`](crate::Map::remove) or [`update`](crate::Map::update) is an event `write` of level
//! `TRACE`, just before it is written: `map_op` is `set`, `delete` or `update`, and `map_key` and `map_size_before` are as above.
//!
//! What is made of batches ([`put_fitting`](crate::Map::put_fitting), [`roll_back`](crate::Map::roll_back)) is told of as those are, each try by itself. Batches of
//! a [durable](crate::durable) map are told of as any others; how long they took includes the wait for the disk.
//!
//! So `RUST_LOG=putall=debug` shows batches, `putall=trace` everything. Spans and events begin and end with no lock of the map held and
//! nothing pinned; only spans that the batch's own updates make are within.
//!
//! Keys are masked, as they may be names of people. [`Builder::show_keys`](crate::Builder) shows them, `Builder::hash_keys` shows a keyed hash
//! of each, and `Builder::fingerprints` adds the fingerprint. At most ten keys are shown, each with at most 100 characters; how many more
//! there are is said. What a key looks like, and the fingerprint, is only computed when a listener reads the field.
//!
//! # Metrics: the feature `opentelemetry`
//!
//! `Builder::metrics` takes instruments, which `Metrics` makes of a meter:
//!
//! | instrument | kind, unit | attributes |
//! |---|---|---|
//! | `cache.putall.count` | counter, `{call}` | `stage`, `thread_pool`, `outcome` |
//! | `cache.putall.batch_size` | histogram, `{key}` | `shard_id`, `cache_type` |
//! | `cache.putall.duration_ms` | histogram, `ms` | `success`: `true` or `false` |
//!
//! `outcome` is `committed`; `empty`, for a batch without changes; `replayed`, where it had been written before; `conflict`, where keys or the revision
//! were not as expected, and reading again helps; `in_progress`, where asking again helps; `refused`, where the batch itself is wrong; `failed`, where the log of a
//! durable map did; or `panicked`. The first three are successes.
//!
//! # What it costs
//!
//! Without the features, nothing. With `tracing`, and nobody who listens, one relaxed load; a subscriber that is off for this target is asked
//! once, and what it said is remembered. With `opentelemetry`, and no `Builder::metrics`, one branch. It is measured in
//! bench/putall/observe.
//!
//! There is one thing that this leaves out: the feature `log` of the crate tracing, which makes log records of spans where there is no
//! subscriber at all. Have a subscriber.

#[cfg(feature = "tracing")]
mod keys;
#[cfg(feature = "opentelemetry")]
mod metrics;
#[cfg(feature = "tracing")]
mod spans;

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

#[cfg(feature = "opentelemetry")]
pub use metrics::Metrics;

use crate::raw::write::Change;
use crate::{Batch, Map, PutError, Receipt};

/// Who is told of a map's batches. Has no size unless a feature is on.
pub(crate) struct Observe<K> {
    #[cfg(feature = "tracing")]
    spans: spans::Spans<K>,
    #[cfg(feature = "opentelemetry")]
    metrics: Option<Metrics>,
    keys: PhantomData<fn(&K)>,
}

impl<K> Observe<K> {
    pub(crate) fn new() -> Self {
        Observe {
            #[cfg(feature = "tracing")]
            spans: spans::Spans::new(),
            #[cfg(feature = "opentelemetry")]
            metrics: None,
            keys: PhantomData,
        }
    }

    /// Whether anybody may want to be told.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        #[cfg(feature = "opentelemetry")]
        if self.metrics.is_some() {
            return true;
        }
        #[cfg(feature = "tracing")]
        if spans::are_wanted() {
            return true;
        }
        false
    }

    /// A batch is about to be written. `size` is the map's.
    pub(crate) fn batch<V>(&self, batch: &Batch<K, V>, size: impl FnOnce() -> usize) -> Watch<'_, K> {
        let _ = (batch, &size);
        Watch {
            #[cfg(feature = "tracing")]
            span: self.spans.batch(batch, size),
            #[cfg(feature = "opentelemetry")]
            timer: self.metrics.as_ref().map(|metrics| metrics.start(batch.len())),
            keys: PhantomData,
        }
    }

    /// As [`batch`](Self::batch), but counted by other metrics.
    #[cfg(feature = "opentelemetry")]
    fn batch_for<'m, V>(
        &'m self,
        metrics: &'m Metrics,
        batch: &Batch<K, V>,
        size: impl FnOnce() -> usize,
    ) -> Watch<'m, K> {
        let _ = &size;
        Watch {
            #[cfg(feature = "tracing")]
            span: self.spans.batch(batch, size),
            timer: Some(metrics.start(batch.len())),
            keys: PhantomData,
        }
    }

    /// A key is about to be written, by itself.
    #[inline]
    pub(crate) fn single<V>(&self, key: &K, change: &Change<V>, size: impl FnOnce() -> usize) {
        let _ = (key, change, &size);
        #[cfg(feature = "tracing")]
        self.spans.single(key, change, size);
    }
}

/// A batch that is being written. Dropped without an end, it panicked.
#[must_use]
pub(crate) struct Watch<'m, K> {
    #[cfg(feature = "tracing")]
    span: spans::Entered<'m, K>,
    #[cfg(feature = "opentelemetry")]
    timer: Option<metrics::Timer<'m>>,
    keys: PhantomData<&'m fn(&K)>,
}

impl<K: fmt::Debug> Watch<'_, K> {
    /// Writes it, and tells what became of it.
    fn until<V, E: NotPut<K>>(
        self,
        batch: Batch<K, V>,
        write: impl FnOnce(Batch<K, V>, &mut bool) -> Result<Receipt, E>,
    ) -> Result<Receipt, E> {
        let mut replayed = false;
        let done = write(batch, &mut replayed);
        #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
        let told = done.as_ref().map_err(E::cause);
        // First the clock, so that it does not measure who listens to spans.
        #[cfg(feature = "opentelemetry")]
        if let Some(timer) = self.timer {
            timer.end(&told, replayed);
        }
        #[cfg(feature = "tracing")]
        self.span.end(&told, replayed);
        done
    }
}

/// Why a batch was not written, as it is told.
#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
pub(crate) enum Cause<'e, K: fmt::Debug> {
    /// It does not fit the map.
    Refused(&'e PutError<K>),
    /// The log of a durable map failed. Its text has no keys in it.
    #[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "metrics have no place for a text"))]
    Failed(&'e dyn fmt::Display),
}

/// What became of a batch, as it is told.
#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
type Told<'e, K> = Result<&'e Receipt, Cause<'e, K>>;

/// An error that a map gives for a batch.
pub(crate) trait NotPut<K: fmt::Debug> {
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    fn cause(&self) -> Cause<'_, K>;
}

impl<K: fmt::Debug> NotPut<K> for PutError<K> {
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    fn cause(&self) -> Cause<'_, K> {
        Cause::Refused(self)
    }
}

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// Writes a batch, and tells of it if anybody may want to know. `write` says whether it was written long ago.
    #[inline]
    pub(crate) fn tell<E>(
        &self,
        batch: Batch<K, V>,
        write: impl FnOnce(Batch<K, V>, &mut bool) -> Result<Receipt, E>,
    ) -> Result<Receipt, E>
    where
        K: fmt::Debug,
        E: NotPut<K>,
    {
        if self.observe().is_wanted() { self.tell_all(batch, write) } else { write(batch, &mut false) }
    }

    #[cold]
    #[inline(never)]
    fn tell_all<E>(
        &self,
        batch: Batch<K, V>,
        write: impl FnOnce(Batch<K, V>, &mut bool) -> Result<Receipt, E>,
    ) -> Result<Receipt, E>
    where
        K: fmt::Debug,
        E: NotPut<K>,
    {
        self.observe().batch(&batch, || self.len()).until(batch, write)
    }

    /// As [`tell`](Self::tell), but counted by other metrics than the map's.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn tell_for<E: NotPut<K>>(
        &self,
        metrics: &Metrics,
        batch: Batch<K, V>,
        write: impl FnOnce(Batch<K, V>, &mut bool) -> Result<Receipt, E>,
    ) -> Result<Receipt, E>
    where
        K: fmt::Debug,
    {
        self.observe().batch_for(metrics, &batch, || self.len()).until(batch, write)
    }
}

/// What became of a batch, in a word.
#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Committed,
    Empty,
    Replayed,
    Conflict,
    InProgress,
    Refused,
    Failed,
    Panicked,
}

#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
impl Outcome {
    #[cfg(feature = "opentelemetry")]
    const ALL: [Outcome; 8] = [
        Outcome::Committed,
        Outcome::Empty,
        Outcome::Replayed,
        Outcome::Conflict,
        Outcome::InProgress,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::Panicked,
    ];

    fn of<K: fmt::Debug>(done: &Told<'_, K>, changes: usize, replayed: bool) -> Self {
        let refusal = match done {
            Ok(_) if replayed => return Outcome::Replayed,
            Ok(_) if changes == 0 => return Outcome::Empty,
            Ok(_) => return Outcome::Committed,
            Err(Cause::Failed(_)) => return Outcome::Failed,
            Err(Cause::Refused(refusal)) => refusal,
        };
        match refusal {
            PutError::Conflict(_) | PutError::Revision { .. } => Outcome::Conflict,
            PutError::InProgress { .. } | PutError::TakenOver(_) => Outcome::InProgress,
            PutError::Duplicate { .. } | PutError::TooLarge { .. } => Outcome::Refused,
            PutError::Unsupported(_) | PutError::KeyReused => Outcome::Refused,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Outcome::Committed => "committed",
            Outcome::Empty => "empty",
            Outcome::Replayed => "replayed",
            Outcome::Conflict => "conflict",
            Outcome::InProgress => "in_progress",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Panicked => "panicked",
        }
    }

    #[cfg(feature = "opentelemetry")]
    fn is_success(self) -> bool {
        matches!(self, Outcome::Committed | Outcome::Empty | Outcome::Replayed)
    }
}

#[cfg(all(test, not(any(feature = "tracing", feature = "opentelemetry"))))]
mod tests {
    use super::*;

    #[test]
    fn is_nothing_without_features() {
        assert_eq!((size_of::<Observe<String>>(), size_of::<Watch<'_, String>>()), (0, 0));
    }
}
