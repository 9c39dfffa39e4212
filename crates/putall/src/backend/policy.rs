//! How a batch is written to a backend.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use crate::backend::failure::{State, Touched};
use crate::backend::plan::{Plan, Step, exactly};
use crate::backend::undo::{caught, written};
use crate::backend::{
    Backend, BatchError, Capabilities, Cause, Fault, History, PartialFailure, Versioned, Write, WriteError,
};
use crate::{Batch, Conflict, Expect, PutError, Record, Unsupported};

/// What becomes of a batch of which a key cannot be written.
///
/// ```
/// use putall::Map;
/// use putall::backend::{self, History, Policy};
///
/// let store = Map::new();
/// let mut history = History::new();
/// backend::put_all(&store, [("a", 1)], Policy::Replay(&mut history))?;
/// assert_eq!(history.at(&"a", 1), Ok(Some(&1)));
/// backend::put_all(&store, [("b", 1)], Policy::BestEffort)?;
/// # Ok::<(), backend::BatchError<&str, i32, putall::PutError<&str>>>(())
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Policy<'h, K, V> {
    /// All or nothing: keys that were written get back the value that was read before the first write, or are removed if they were not there.
    /// Quick, strong.
    #[default]
    Undo,
    /// All or nothing: keys that were written get back the value that the log says they had. A batch that is written goes into the log.
    /// If the log has another value of a key than the backend, the batch is not begun.
    /// Slower, and as strong as what the log is made of; it also finds out who writes past it.
    Replay(&'h mut History<K, V>),
    /// What can be written is written, and stays. For caches. Of the keys without expectation or update none is read first.
    BestEffort,
}

/// The keys of a batch that was written, with the versions that they have since: `None` for those that were removed.
type Versions<K> = Vec<(K, Option<u64>)>;

/// Writes a batch to a backend, by a policy. What that leaves if it fails is in a [table](crate::backend#what-a-failure-leaves).
///
/// Returns the keys with the versions that they have since: `None` for those that were removed.
///
/// * A key that the batch has several times is written once: the later change counts, an update gets what the earlier ones made; or the batch is
///   refused, see [`Batch::duplicates`]. The expectations of all of them have to hold before the batch.
/// * What the batch expects is looked at before the first write, for all keys; and again in each write, by the backend: if somebody else
///   has written the key since, that is a [conflict](Cause::Conflict).
/// * Updates are called once at most, with what was read before the first write ([`Policy::BestEffort`]: before the key's own), and the key is
///   written only if it is still that. They are `FnOnce`: who wants to try again makes the batch again.
/// * [`Batch::expect_revision`] and [`Batch::idempotent`] are refused: both are for [`Map::put_all`](crate::Map::put_all).
///
/// ```
/// use putall::Map;
/// use putall::backend::{self, Policy};
///
/// let map = Map::new();
/// let versions = backend::put_all(&map, [("a", 1), ("b", 2)], Policy::Undo).unwrap();
/// assert_eq!(versions, [("a", Some(1)), ("b", Some(1))]);
/// ```
///
/// # Errors
///
/// [`BatchError::Refused`] if it does not fit, before anything was written. [`BatchError::Partial`] if keys failed, with what that left.
/// If an atomic batch failed as a whole, [`BatchError::Failed`] or [`BatchError::InDoubt`].
///
/// # Panics
///
/// A panic of the backend, of an update, or of a key's or value's own methods goes through as long as nothing was written. After that it is
/// caught, and is the [cause](Fault::Panic) of a failure like any other; so it can be undone. Atomic batches are the backend's own concern.
pub fn put_all<K, V, B>(
    backend: &B,
    batch: impl Into<Batch<K, V>>,
    policy: Policy<'_, K, V>,
) -> Result<Versions<K>, BatchError<K, V, B::Error>>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone + PartialEq,
    B: Backend<K, V> + ?Sized,
{
    let Plan { steps, trace_id } = Plan::new(batch.into())?;
    let capabilities = backend.capabilities();
    if !capabilities.versions && !steps.iter().all(Step::is_plain) {
        return Err(PutError::Unsupported(Unsupported::Expectations).into());
    }
    let mut history = match policy {
        Policy::BestEffort => return best_effort(backend, steps),
        Policy::Undo => None,
        Policy::Replay(history) => Some(history),
    };
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    if capabilities.atomic {
        let writes = resolve(backend, capabilities, steps)?;
        let record = history.as_mut().map(|history| history.prepare(trace_id, changes(&writes)));
        let versions = at_once(backend, writes)?;
        log(history, record);
        return Ok(versions);
    }
    if !capabilities.versions {
        return Err(PutError::Unsupported(Unsupported::Undo).into());
    }
    let writes = prepare(backend, steps, history.as_deref())?;
    let record = history.as_mut().map(|history| history.prepare(trace_id, changes(&writes)));
    let versions = one_by_one(backend, writes)?;
    log(history, record);
    Ok(versions)
}

/// What a step of the way makes of a batch.
type OrError<T, K, V, B> = Result<T, BatchError<K, V, <B as Backend<K, V>>::Error>>;

/// A key that is ready to be written.
struct Ready<K, V> {
    key: K,
    value: Option<V>,
    expect: Expect,
    before: Option<V>,
    version: Option<u64>,
}

impl<K, V> Ready<K, V> {
    fn write(&self) -> Write<'_, K, V> {
        Write { key: &self.key, value: self.value.as_ref(), expect: self.expect }
    }

    fn touched<E>(self, state: State, cause: Option<Cause<E>>) -> Touched<K, V, E> {
        Touched { key: self.key, before: self.before, version: self.version, state, cause }
    }
}

fn changes<K: Clone, V: Clone>(writes: &[Ready<K, V>]) -> impl Iterator<Item = (K, Option<V>)> {
    writes.iter().map(|ready| (ready.key.clone(), ready.value.clone()))
}

fn log<K, V>(history: Option<&mut History<K, V>>, record: Option<Record<K, V>>)
where
    K: Hash + Eq + Clone,
    V: Clone,
{
    if let (Some(history), Some(record)) = (history, record) {
        history.append(Arc::new(record));
    }
}

/// A failure of one key before anything was written.
fn one<K: fmt::Debug, V, E>(key: K, cause: Cause<E>) -> BatchError<K, V, E> {
    let touched = Touched { key, before: None, version: None, state: State::AsBefore, cause: Some(cause) };
    BatchError::Partial(PartialFailure { keys: vec![touched], undoable: true })
}

/// What there is of a key.
type Found<V> = Option<Versioned<V>>;

/// A step and what there is of its key, if it was read.
type Seen<K, V> = (Step<K, V>, Found<V>);

fn version<V>(found: &Found<V>) -> Option<u64> {
    found.as_ref().map(|found| found.version)
}

/// Reads the keys that `needed` says, and compares them with what is expected.
fn read<K, V, B>(
    backend: &B,
    steps: Vec<Step<K, V>>,
    needed: impl Fn(&Step<K, V>) -> bool,
) -> OrError<Vec<Seen<K, V>>, K, V, B>
where
    K: fmt::Debug,
    B: Backend<K, V> + ?Sized,
{
    let mut all = Vec::with_capacity(steps.len());
    let mut failed = Vec::new();
    for step in steps {
        if !needed(&step) {
            all.push((step, None));
            continue;
        }
        let found = match backend.read(&step.key) {
            Ok(found) => found,
            Err(error) => return Err(one(step.key, Cause::Failed(Fault::Error(error)))),
        };
        match step.refused(version(&found)) {
            Some(expect) => failed.push((step.key, expect, version(&found))),
            None => all.push((step, found)),
        }
    }
    if failed.is_empty() { Ok(all) } else { Err(PutError::Conflict(Conflict { failed }).into()) }
}

/// Makes ready what the backend writes at once. Keys are read only where the backend cannot look by itself.
fn resolve<K, V, B>(
    backend: &B,
    capabilities: Capabilities,
    steps: Vec<Step<K, V>>,
) -> OrError<Vec<Ready<K, V>>, K, V, B>
where
    K: fmt::Debug,
    B: Backend<K, V> + ?Sized,
{
    if let Some(limit) = capabilities.most.filter(|&limit| limit < steps.len()) {
        return Err(PutError::TooLarge { changes: steps.len(), limit }.into());
    }
    let read = read(backend, steps, |step| step.single().is_none())?;
    let ready = read.into_iter().map(|(mut step, found)| {
        let version = version(&found);
        let expect = step.single().unwrap_or_else(|| exactly(version));
        let before = found.map(|found| found.value);
        let value = step.value(before.as_ref());
        Ready { key: step.key, value, expect, before, version }
    });
    Ok(ready.collect())
}

/// One call.
fn at_once<K, V, B>(backend: &B, writes: Vec<Ready<K, V>>) -> OrError<Versions<K>, K, V, B>
where
    K: fmt::Debug,
    B: Backend<K, V> + ?Sized,
{
    let result = backend.write_all(&writes.iter().map(Ready::write).collect::<Vec<_>>());
    match result {
        Ok(versions) => Ok(writes.into_iter().map(|ready| ready.key).zip(versions).collect()),
        Err(WriteError::Conflict(found)) => {
            let mut found = found.into_iter().peekable();
            let failed = writes.into_iter().enumerate().filter_map(|(place, ready)| {
                let (_, found) = found.next_if(|&(at, _)| at == place)?;
                Some((ready.key, ready.expect, found))
            });
            Err(PutError::Conflict(Conflict { failed: failed.collect() }).into())
        }
        Err(WriteError::Failed(error)) => Err(BatchError::Failed(error)),
        Err(WriteError::Unknown(error)) => Err(BatchError::InDoubt(error)),
    }
}

/// Makes ready what is written key by key: all is read, all that is expected is looked at, all updates are called.
fn prepare<K, V, B>(
    backend: &B,
    steps: Vec<Step<K, V>>,
    history: Option<&History<K, V>>,
) -> OrError<Vec<Ready<K, V>>, K, V, B>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone + PartialEq,
    B: Backend<K, V> + ?Sized,
{
    let read = read(backend, steps, |_| true)?;
    let mut all = Vec::with_capacity(read.len());
    for (mut step, found) in read {
        let version = version(&found);
        let mut before = found.map(|found| found.value);
        if let Some(history) = history {
            // What is restored is what the log has.
            let logged = history.now(&step.key).cloned();
            if logged != before {
                return Err(one(step.key, Cause::NotInLog));
            }
            before = logged;
        }
        let value = step.value(before.as_ref());
        all.push(Ready { key: step.key, value, expect: exactly(version), before, version });
    }
    Ok(all)
}

/// Writes key by key. At the first one that fails, what was written is undone.
fn one_by_one<K, V, B>(backend: &B, writes: Vec<Ready<K, V>>) -> OrError<Versions<K>, K, V, B>
where
    K: fmt::Debug,
    V: PartialEq,
    B: Backend<K, V> + ?Sized,
{
    let mut states = Vec::with_capacity(writes.len());
    let mut cause = None;
    for ready in &writes {
        let (state, failed) = match (&ready.value, ready.version) {
            // It is not there as it is.
            (None, None) => (State::AsBefore, None),
            _ => outcome(written(|| backend.write(ready.write())), ready.expect),
        };
        states.push(state);
        if failed.is_some() {
            cause = failed;
            break;
        }
    }
    if cause.is_none() {
        let versions = states.into_iter().map(|state| match state {
            State::Written(version) => version,
            _ => None,
        });
        return Ok(writes.into_iter().map(|ready| ready.key).zip(versions).collect());
    }
    let last = states.len() - 1;
    let states = states.into_iter().enumerate();
    let keys = writes.into_iter().zip(states).map(|(ready, (number, state))| {
        ready.touched(state, if number == last { cause.take() } else { None })
    });
    let mut failure = PartialFailure { keys: keys.collect(), undoable: true };
    failure.undo(backend);
    Err(BatchError::Partial(failure))
}

/// What a write has made of a key, and what is wrong with that.
fn outcome<E>(
    result: Result<Option<u64>, WriteError<Fault<E>>>,
    expect: Expect,
) -> (State, Option<Cause<E>>) {
    match result {
        Ok(version) => (State::Written(version), None),
        Err(WriteError::Conflict(found)) => (State::AsBefore, Some(Cause::Conflict { expect, found })),
        Err(WriteError::Failed(fault)) => (State::AsBefore, Some(Cause::Failed(fault))),
        Err(WriteError::Unknown(fault)) => (State::InDoubt, Some(Cause::InDoubt(fault))),
    }
}

/// Writes key by key what can be written.
fn best_effort<K, V, B>(backend: &B, steps: Vec<Step<K, V>>) -> OrError<Versions<K>, K, V, B>
where
    K: fmt::Debug,
    B: Backend<K, V> + ?Sized,
{
    let mut keys = Vec::with_capacity(steps.len());
    for mut step in steps {
        let (state, cause) = effort(backend, &mut step);
        keys.push(Touched { key: step.key, before: None, version: None, state, cause });
    }
    if keys.iter().any(|touched| touched.cause.is_some()) {
        return Err(BatchError::Partial(PartialFailure { keys, undoable: false }));
    }
    let versions = keys.into_iter().map(|touched| match touched.state {
        State::Written(version) => (touched.key, version),
        _ => (touched.key, None),
    });
    Ok(versions.collect())
}

/// Writes one key.
fn effort<K, V, B>(backend: &B, step: &mut Step<K, V>) -> (State, Option<Cause<B::Error>>)
where
    B: Backend<K, V> + ?Sized,
{
    let single = step.single();
    // All of the user's code that runs before the write.
    let made = caught(|| {
        let Some(expect) = single else {
            let found = backend.read(&step.key)?;
            let version = version(&found);
            if let Some(expect) = step.refused(version) {
                return Ok(Err(Cause::Conflict { expect, found: version }));
            }
            let value = step.value(found.as_ref().map(|found| &found.value));
            return Ok(Ok((value, exactly(version))));
        };
        Ok(Ok((step.value(None), expect)))
    });
    let (value, expect) = match made {
        Ok(Ok(made)) => made,
        Ok(Err(cause)) => return (State::AsBefore, Some(cause)),
        Err(fault) => return (State::AsBefore, Some(Cause::Failed(fault))),
    };
    outcome(written(|| backend.write(Write { key: &step.key, value: value.as_ref(), expect })), expect)
}
