//! Metrics.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::metrics::{Counter, Histogram, Meter};
use opentelemetry::{KeyValue, Value, global};

use super::{Outcome, Told};
use crate::{Batch, Builder, Map, PutError, Receipt};

/// Of batch sizes.
const SIZES: [f64; 13] =
    [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 10_000.0, 100_000.0];

/// Of milliseconds. A batch takes from less than a microsecond to more than the usual boundaries begin with.
const TIMES: [f64; 16] =
    [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 20.0, 100.0, 500.0, 2_000.0];

/// Instruments that count batches: `cache.putall.count`, `cache.putall.batch_size` and `cache.putall.duration_ms`. See
/// [`observe`](crate::observe). With the feature `opentelemetry`.
///
/// Several maps may have the same. A clone with another attribute counts with the same instruments.
///
/// ```
/// use opentelemetry::global;
/// use putall::Map;
/// use putall::observe::Metrics;
///
/// let metrics = Metrics::new(&global::meter("my_cache")).shard_id("7").cache_type("session");
/// let map = Map::builder().metrics(metrics.clone().stage("serve")).build();
///
/// // What fills the cache beforehand is counted as another stage.
/// map.put_all_for(&metrics.stage("preheat"), [("a", 1), ("b", 2)])?;
/// map.put_all([("a", 2)])?;
/// # Ok::<(), putall::PutError<&str>>(())
/// ```
#[derive(Clone)]
pub struct Metrics {
    count: Counter<u64>,
    batch_size: Histogram<u64>,
    duration: Histogram<f64>,
    attributes: Arc<Attributes>,
}

/// All that are ever sent, so that none are put together for a batch.
#[derive(Clone)]
struct Attributes {
    /// For each outcome.
    count: [Vec<KeyValue>; Outcome::ALL.len()],
    batch_size: Vec<KeyValue>,
    /// For a failure, and for a success.
    duration: [Vec<KeyValue>; 2],
}

impl Metrics {
    /// Instruments of a meter.
    ///
    /// ```
    /// use opentelemetry::global;
    /// use putall::observe::Metrics;
    ///
    /// let metrics = Metrics::new(&global::meter("my-service"));
    /// let map = putall::Map::builder().metrics(metrics).build();
    /// map.insert("a", 1);
    /// ```
    pub fn new(meter: &Meter) -> Self {
        let count = meter
            .u64_counter("cache.putall.count")
            .with_unit("{call}")
            .with_description("Batches, by what became of them");
        let batch_size = meter
            .u64_histogram("cache.putall.batch_size")
            .with_unit("{key}")
            .with_description("Changes in a batch")
            .with_boundaries(SIZES.to_vec());
        let duration = meter
            .f64_histogram("cache.putall.duration_ms")
            .with_unit("ms")
            .with_description("How long a batch took")
            .with_boundaries(TIMES.to_vec());
        let outcome = |outcome: Outcome| vec![KeyValue::new("outcome", outcome.name())];
        let success = |success| vec![KeyValue::new("success", success)];
        Metrics {
            count: count.build(),
            batch_size: batch_size.build(),
            duration: duration.build(),
            attributes: Arc::new(Attributes {
                count: Outcome::ALL.map(outcome),
                batch_size: Vec::new(),
                duration: ["false", "true"].map(success),
            }),
        }
    }

    /// Instruments of the meter `putall` of the global provider, which is to be set before.
    ///
    /// ```
    /// let map = putall::Map::builder().metrics(putall::observe::Metrics::global()).build();
    /// map.put_all([("a", 1)])?;
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    pub fn global() -> Self {
        Self::new(&global::meter("putall"))
    }

    /// What batches are part of, as the attribute `stage` of `cache.putall.count`.
    ///
    /// ```
    /// use putall::observe::Metrics;
    ///
    /// let map = putall::Map::builder().metrics(Metrics::global().stage("preheat")).build();
    /// map.insert("a", 1);
    /// ```
    pub fn stage(self, stage: impl Into<Value>) -> Self {
        self.counted_with(KeyValue::new("stage", stage))
    }

    /// Which threads write them, as the attribute `thread_pool` of `cache.putall.count`.
    ///
    /// ```
    /// use putall::observe::Metrics;
    ///
    /// let map = putall::Map::builder().metrics(Metrics::global().thread_pool("loaders")).build();
    /// map.insert("a", 1);
    /// ```
    pub fn thread_pool(self, name: impl Into<Value>) -> Self {
        self.counted_with(KeyValue::new("thread_pool", name))
    }

    /// Which part of the cache the map is, as the attribute `shard_id` of `cache.putall.batch_size`.
    ///
    /// ```
    /// use putall::observe::Metrics;
    ///
    /// let map = putall::Map::builder().metrics(Metrics::global().shard_id(3)).build();
    /// map.insert("a", 1);
    /// ```
    pub fn shard_id(self, shard: impl Into<Value>) -> Self {
        self.sized_with(KeyValue::new("shard_id", shard))
    }

    /// What is in the cache, as the attribute `cache_type` of `cache.putall.batch_size`.
    ///
    /// ```
    /// use putall::observe::Metrics;
    ///
    /// let map = putall::Map::builder().metrics(Metrics::global().cache_type("sessions")).build();
    /// map.insert("a", 1);
    /// ```
    pub fn cache_type(self, name: impl Into<Value>) -> Self {
        self.sized_with(KeyValue::new("cache_type", name))
    }

    /// An attribute of all three instruments. Of each value, a backend keeps numbers of its own: there are to be few.
    ///
    /// ```
    /// use opentelemetry::KeyValue;
    /// use putall::observe::Metrics;
    ///
    /// let metrics = Metrics::global().attribute(KeyValue::new("region", "eu"));
    /// # let _ = metrics;
    /// ```
    pub fn attribute(self, attribute: KeyValue) -> Self {
        let mut metrics = self.counted_with(attribute.clone()).sized_with(attribute.clone());
        for all in &mut Arc::make_mut(&mut metrics.attributes).duration {
            set(all, &attribute);
        }
        metrics
    }

    fn counted_with(mut self, attribute: KeyValue) -> Self {
        for all in &mut Arc::make_mut(&mut self.attributes).count {
            set(all, &attribute);
        }
        self
    }

    fn sized_with(mut self, attribute: KeyValue) -> Self {
        set(&mut Arc::make_mut(&mut self.attributes).batch_size, &attribute);
        self
    }

    /// A batch begins.
    #[inline]
    pub(super) fn start(&self, changes: usize) -> Timer<'_> {
        Timer { metrics: self, changes, start: Instant::now(), outcome: Outcome::Panicked }
    }
}

/// Adds an attribute, or gives it another value.
fn set(all: &mut Vec<KeyValue>, attribute: &KeyValue) {
    all.retain(|other| other.key != attribute.key);
    all.push(attribute.clone());
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attributes { count, batch_size, duration: _ } = &*self.attributes;
        let (_outcome, count) = count[0].split_first().unwrap_or((&KeyValue::new("", ""), &[]));
        f.debug_struct("Metrics")
            .field("count", &count)
            .field("batch_size", batch_size)
            .finish_non_exhaustive()
    }
}

/// Measures a batch, until it is dropped.
pub(super) struct Timer<'m> {
    metrics: &'m Metrics,
    changes: usize,
    start: Instant,
    outcome: Outcome,
}

impl Timer<'_> {
    #[inline]
    pub(super) fn end<K: fmt::Debug>(mut self, done: &Told<'_, K>, replayed: bool) {
        self.outcome = Outcome::of(done, self.changes, replayed);
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        let Metrics { count, batch_size, duration, attributes } = self.metrics;
        count.add(1, &attributes.count[self.outcome as usize]);
        batch_size.record(self.changes as u64, &attributes.batch_size);
        let success = usize::from(self.outcome.is_success());
        duration.record(took.as_secs_f64() * 1e3, &attributes.duration[success]);
    }
}

/// With the feature `opentelemetry`. See [`observe`](crate::observe).
impl<K, V, S> Builder<K, V, S> {
    /// Counts the map's batches.
    ///
    /// ```
    /// use putall::observe::Metrics;
    ///
    /// let map = putall::Map::builder().metrics(Metrics::global().cache_type("session")).build();
    /// map.put_all([("a", 1)])?;
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.observe.metrics = Some(metrics);
        self
    }
}

/// With the feature `opentelemetry`. See [`observe`](crate::observe).
impl<K, V, S> Map<K, V, S>
where
    K: std::hash::Hash + Eq,
    S: std::hash::BuildHasher,
{
    /// As [`put_all`](Map::put_all), but counted by other metrics than the map's own.
    ///
    /// ```
    /// use putall::Map;
    /// use putall::observe::Metrics;
    ///
    /// let preheat = Metrics::global().stage("preheat").thread_pool("loaders");
    /// let map = Map::new();
    /// map.put_all_for(&preheat, [("a", 1), ("b", 2)])?;
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`put_all`](Map::put_all).
    pub fn put_all_for(
        &self,
        metrics: &Metrics,
        batch: impl Into<Batch<K, V>>,
    ) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.tell_for(metrics, batch.into(), |batch, replayed| self.put_once(batch, replayed))
    }
}
