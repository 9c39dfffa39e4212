//! What became of requests, in memory.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::IdempotencyKey;
use super::expiring::Expiring;
use super::timeline::Timeline;
use crate::fingerprint::PayloadHash;

#[cfg(test)]
mod tests;

/// How long a [`Store`] waits, and remembers.
///
/// ```
/// use std::time::Duration;
///
/// use putall::idempotency::{Settings, Store};
///
/// let settings = Settings { lease: Duration::from_secs(5), ..Settings::default() };
/// let store = Store::<u64>::with_settings(settings);
/// assert!(store.is_empty());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How long a claim keeps others away, from when it was made. 30 seconds by default. It is to be longer than the work takes: else
    /// another takes over while the first is still at it, and only the other can complete.
    pub lease: Duration,
    /// How long a record is kept, from when the claim was made or completed; but never shorter than the lease. 5 minutes by default. With
    /// [`Freshness`](super::Freshness), it is to be [`Freshness::keep`](super::Freshness::keep).
    pub window: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { lease: Duration::from_secs(30), window: Duration::from_secs(300) }
    }
}

/// That a request is the caller's to do, until its lease ends and another claims it.
///
/// It goes back to the store with [`complete`](Store::complete) or [`release`](Store::release). One that is dropped keeps others away
/// until its lease ends, as one of a thread that died does.
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::fingerprint::PayloadHash;
/// use putall::idempotency::{IdempotencyKey, Outcome, Store};
///
/// let store = Store::<u64>::new();
/// let key = IdempotencyKey::new("k")?;
/// let Outcome::Claimed(claim) = store.claim(&key, PayloadHash::of_bytes("p"), SystemTime::now()) else { panic!() };
/// assert_eq!(claim.key(), &key);
/// # Ok::<(), putall::idempotency::InvalidKey>(())
/// ```
#[derive(PartialEq, Eq, Debug)]
#[must_use = "others wait until it is completed or released, or its lease ends"]
pub struct Claim {
    key: IdempotencyKey,
    fence: u64,
}

impl Claim {
    /// What was claimed.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// # let (store, key) = (Store::<u64>::new(), IdempotencyKey::new("k")?);
    /// let outcome = store.claim(&key, PayloadHash::of_bytes("p"), SystemTime::now());
    /// assert!(matches!(outcome, Outcome::Claimed(claim) if claim.key().as_str() == "k"));
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    pub fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// A number that is higher for each later claim of the same key, from 1. What the work writes to may refuse a lower one than it has
    /// seen: then an owner that was asleep past its lease does no harm.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// # let (store, key) = (Store::<u64>::new(), IdempotencyKey::new("k")?);
    /// let (now, payload) = (SystemTime::now(), PayloadHash::of_bytes("p"));
    /// let Outcome::Claimed(first) = store.claim(&key, payload, now) else { panic!() };
    /// let Outcome::Claimed(second) = store.claim(&key, payload, now + Duration::from_secs(30)) else { panic!() };
    /// assert!(first.fence() < second.fence());
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    pub fn fence(&self) -> u64 {
        self.fence
    }
}

/// What a claim found.
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::fingerprint::PayloadHash;
/// use putall::idempotency::{IdempotencyKey, Outcome, Store};
///
/// /// The answers of draft-ietf-httpapi-idempotency-key-header-07.
/// fn status(outcome: &Outcome<u64>) -> u16 {
///     match outcome {
///         Outcome::Claimed(_) | Outcome::Replay(_) => 200,
///         Outcome::InProgress { .. } => 409,
///         Outcome::Mismatch => 422,
///     }
/// }
///
/// let store = Store::new();
/// let key = IdempotencyKey::new("k")?;
/// let mut claim = |payload: &str| status(&store.claim(&key, PayloadHash::of_bytes(payload), SystemTime::now()));
/// assert_eq!([claim("p"), claim("p"), claim("other")], [200, 409, 422]);
/// # Ok::<(), putall::idempotency::InvalidKey>(())
/// ```
#[derive(PartialEq, Eq, Debug)]
#[must_use = "it says whether there is something to do"]
pub enum Outcome<R> {
    /// The request is the caller's to do.
    Claimed(Claim),
    /// It was done: the receipt of then.
    Replay(R),
    /// Another is doing it.
    InProgress {
        /// When that one's lease ends.
        retry_after: Duration,
    },
    /// The key was used for another payload.
    Mismatch,
}

/// Why a claim can be neither completed nor released: it is no more. What was done under it may have been done twice.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use putall::fingerprint::PayloadHash;
/// use putall::idempotency::{IdempotencyKey, Outcome, StaleClaim, Store};
///
/// let store = Store::new();
/// let key = IdempotencyKey::new("k")?;
/// let (now, payload) = (SystemTime::now(), PayloadHash::of_bytes("p"));
/// let Outcome::Claimed(slow) = store.claim(&key, payload, now) else { panic!() };
/// let later = now + Duration::from_secs(31);
/// let Outcome::Claimed(next) = store.claim(&key, payload, later) else { panic!() };
/// assert_eq!(store.complete(slow, "late", later), Err(StaleClaim { fence: 1, found: Some(2) }));
/// assert_eq!(store.complete(next, "in time", later), Ok(()));
/// # Ok::<(), putall::idempotency::InvalidKey>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaleClaim {
    /// Its fence.
    pub fence: u64,
    /// The fence of who took it over, if that is known still.
    pub found: Option<u64>,
}

impl fmt::Display for StaleClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fence = self.fence;
        match self.found {
            Some(found) => write!(
                f,
                "the claim with fence {fence} was taken over after its lease by one with fence {found}"
            ),
            None => write!(f, "the claim with fence {fence} was forgotten: it is older than the window"),
        }
    }
}

impl std::error::Error for StaleClaim {}

/// What became of requests, by their keys: each is done once, and who asks again gets the receipt of the first time.
///
/// A key is claimed before the work, and completed with a receipt after it, or released if the work failed. A claim is a lease: when it
/// ends another may take over, with a higher fence, so that a worker that died keeps nobody away for ever. The worker that was only slow
/// finds its claim stale, and its receipt is not taken.
///
/// Records are forgotten when the window is over, without a thread and without scanning: each call drops what has expired, which
/// is found at the front of a queue. So a store holds no more records than keys that were claimed or completed within one window. One
/// that is not called drops nothing: see [`sweep`](Store::sweep).
///
/// Time is what the caller says. It may be set back: leases and windows then end when as much time has gone by as they are long,
/// neither at once nor later. When it is set forward, they end early.
///
/// Receipts are cloned for each replay: put one that is large in an `Arc`.
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::fingerprint::PayloadHash;
/// use putall::idempotency::{IdempotencyKey, Outcome, Store};
///
/// let store = Store::new();
/// let key: IdempotencyKey = "order-1".parse()?;
/// let payload = PayloadHash::of_bytes("buy");
/// let now = SystemTime::now();
///
/// let Outcome::Claimed(claim) = store.claim(&key, payload, now) else { panic!() };
/// assert!(matches!(store.claim(&key, payload, now), Outcome::InProgress { .. }));
/// store.complete(claim, "bought", now)?;
/// assert_eq!(store.claim(&key, payload, now), Outcome::Replay("bought"));
/// assert_eq!(store.claim(&key, PayloadHash::of_bytes("sell"), now), Outcome::Mismatch);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Store<R> {
    /// A key is in the one that its hash says.
    shards: Box<[Mutex<Shard<R>>]>,
    hasher: RandomState,
    settings: Settings,
}

struct Shard<R> {
    timeline: Timeline,
    /// The highest fence that was given. It is for all keys, so that it need not be remembered for each that was forgotten.
    fence: u64,
    records: Expiring<IdempotencyKey, Record<R>>,
}

struct Record<R> {
    payload: PayloadHash,
    fence: u64,
    state: State<R>,
}

enum State<R> {
    /// Until the lease ends.
    Claimed(Duration),
    Done(R),
}

/// So many that threads seldom meet in one, and so few that one is called often enough to drop what expires in it.
const SHARDS: usize = 64;

impl<R> Default for Store<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Store<R> {
    /// A store with a lease of 30 seconds and a window of 5 minutes.
    ///
    /// ```
    /// # use putall::idempotency::Store;
    /// assert!(Store::<u64>::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_settings(Settings::default())
    }

    /// A store with another lease and window.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use putall::idempotency::{Settings, Store};
    ///
    /// let window = Duration::from_secs(3600);
    /// let store = Store::<u64>::with_settings(Settings { window, ..Settings::default() });
    /// ```
    pub fn with_settings(settings: Settings) -> Self {
        Self::with_shards(settings, SHARDS)
    }

    fn with_shards(settings: Settings, shards: usize) -> Self {
        let shard = || Shard { timeline: Timeline::default(), fence: 0, records: Expiring::new() };
        let shards = (0..shards).map(|_| Mutex::new(shard())).collect();
        Store { shards, hasher: RandomState::new(), settings }
    }

    /// Asks to do a request. `payload` is what is to be done, `now` what the clock says.
    ///
    /// The payload counts for as long as there is a record: also while another is at it, and after that one's lease ended.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// let store = Store::<u64>::new();
    /// let (key, payload, now) = (IdempotencyKey::new("k")?, PayloadHash::of_bytes("p"), SystemTime::now());
    /// assert!(matches!(store.claim(&key, payload, now), Outcome::Claimed(_)));
    /// let retry_after = Duration::from_secs(20);
    /// assert_eq!(store.claim(&key, payload, now + Duration::from_secs(10)), Outcome::InProgress { retry_after });
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    pub fn claim(&self, key: &IdempotencyKey, payload: PayloadHash, now: SystemTime) -> Outcome<R>
    where
        R: Clone,
    {
        self.with_shard(key, now, |shard, now| {
            if let Some(record) = shard.records.get(key) {
                if record.payload != payload {
                    return Outcome::Mismatch;
                }
                match &record.state {
                    State::Done(receipt) => return Outcome::Replay(receipt.clone()),
                    State::Claimed(until) if now < *until => {
                        return Outcome::InProgress { retry_after: *until - now };
                    }
                    State::Claimed(_) => {}
                }
            }
            shard.fence += 1;
            let fence = shard.fence;
            let state = State::Claimed(now.saturating_add(self.settings.lease));
            shard.records.touch(key.clone(), Record { payload, fence, state }, self.expires(now));
            Outcome::Claimed(Claim { key: key.clone(), fence })
        })
    }

    /// Says that a request was done, with what is to be told to who asks again.
    ///
    /// A claim whose lease has ended is completed all the same, if no other has taken over.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// let store = Store::new();
    /// let (key, payload, now) = (IdempotencyKey::new("k")?, PayloadHash::of_bytes("p"), SystemTime::now());
    /// let Outcome::Claimed(claim) = store.claim(&key, payload, now) else { panic!() };
    /// store.complete(claim, 17, now)?;
    /// assert_eq!(store.claim(&key, payload, now), Outcome::Replay(17));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If another has taken over, or the claim is older than the window. The receipt is not taken then.
    pub fn complete(&self, claim: Claim, receipt: R, now: SystemTime) -> Result<(), StaleClaim> {
        // A receipt that is refused stays here, and is dropped without the lock.
        let mut receipt = Some(receipt);
        self.with_shard(&claim.key, now, |shard, now| {
            let payload = shard.owned(&claim)?.payload;
            if let Some(receipt) = receipt.take() {
                let record = Record { payload, fence: claim.fence, state: State::Done(receipt) };
                shard.records.touch(claim.key.clone(), record, self.expires(now));
            }
            Ok(())
        })
    }

    /// Does a request's last step and completes its claim in one: nobody finds the one done and the other not. If `work` gives no
    /// receipt, or panics, the claim stays as it is. Others whose keys are near wait as long as `work` takes.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// let store = Store::new();
    /// let (key, payload, now) = (IdempotencyKey::new("k")?, PayloadHash::of_bytes("p"), SystemTime::now());
    /// let Outcome::Claimed(claim) = store.claim(&key, payload, now) else { panic!() };
    /// assert_eq!(store.complete_with(&claim, now, || None)?, None);
    /// assert_eq!(store.complete_with(&claim, now, || Some(17))?, Some(17));
    /// assert_eq!(store.claim(&key, payload, now), Outcome::Replay(17));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If another has taken over, or the claim is older than the window. `work` is not called then.
    pub fn complete_with(
        &self,
        claim: &Claim,
        now: SystemTime,
        work: impl FnOnce() -> Option<R>,
    ) -> Result<Option<R>, StaleClaim>
    where
        R: Clone,
    {
        self.with_shard(&claim.key, now, |shard, now| {
            let payload = shard.owned(claim)?.payload;
            let receipt = work();
            if let Some(receipt) = receipt.clone() {
                let record = Record { payload, fence: claim.fence, state: State::Done(receipt) };
                shard.records.touch(claim.key.clone(), record, self.expires(now));
            }
            Ok(receipt)
        })
    }

    /// Records a request that was done at some time, in another store. Not if that was a window ago.
    pub(crate) fn remember(
        &self,
        key: IdempotencyKey,
        payload: PayloadHash,
        receipt: R,
        done: SystemTime,
        now: SystemTime,
    ) {
        if now.duration_since(done).is_ok_and(|age| age >= self.settings.window) {
            return;
        }
        self.with_shard(&key, now, |shard, now| {
            shard.fence += 1;
            let record = Record { payload, fence: shard.fence, state: State::Done(receipt) };
            shard.records.touch(key.clone(), record, self.expires(now));
        });
    }

    /// Requests that were done and are not forgotten, each with its payload, receipt and about when it was done.
    pub(crate) fn done(
        &self,
        now: SystemTime,
    ) -> impl Iterator<Item = (IdempotencyKey, PayloadHash, R, SystemTime)>
    where
        R: Clone,
    {
        let kept = self.expires(Duration::ZERO);
        self.shards.iter().flat_map(move |shard| {
            let mut shard = lock(shard);
            let (time, expired) = shard.forget(now);
            let done: Vec<_> = shard
                .records
                .iter()
                .filter_map(|(key, record, expires)| match &record.state {
                    State::Done(receipt) => {
                        let age = (time + kept).saturating_sub(expires);
                        let done = now.checked_sub(age).unwrap_or(now);
                        Some((key.clone(), record.payload, receipt.clone(), done))
                    }
                    State::Claimed(_) => None,
                })
                .collect();
            drop(shard);
            drop(expired);
            done
        })
    }

    /// Says that a request was not done, and left nothing: the next who asks may do it at once, also with another payload.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Outcome, Store}};
    /// let store = Store::<u64>::new();
    /// let (key, payload, now) = (IdempotencyKey::new("k")?, PayloadHash::of_bytes("p"), SystemTime::now());
    /// let Outcome::Claimed(claim) = store.claim(&key, payload, now) else { panic!() };
    /// store.release(claim, now)?;
    /// assert!(matches!(store.claim(&key, payload, now), Outcome::Claimed(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If another has taken over, or the claim is older than the window. Nothing is changed then.
    pub fn release(&self, claim: Claim, now: SystemTime) -> Result<(), StaleClaim> {
        self.with_shard(&claim.key, now, |shard, _| {
            shard.owned(&claim)?;
            shard.records.remove(&claim.key);
            Ok(())
        })
    }

    /// Drops what has expired. Only a store that is called rarely, and was called often, needs it: other calls do this, too, for one of
    /// the store's parts each.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use putall::{fingerprint::PayloadHash, idempotency::{IdempotencyKey, Store}};
    /// let store = Store::<u64>::new();
    /// let now = SystemTime::now();
    /// let _ = store.claim(&IdempotencyKey::new("k")?, PayloadHash::of_bytes("p"), now);
    /// store.sweep(now + Duration::from_secs(300));
    /// assert!(store.is_empty());
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    pub fn sweep(&self, now: SystemTime) {
        for shard in &self.shards {
            drop(lock(shard).forget(now).1);
        }
    }

    /// How many records are held.
    ///
    /// ```
    /// # use putall::idempotency::Store;
    /// assert_eq!(Store::<u64>::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).records.len()).sum()
    }

    /// Whether none are.
    ///
    /// ```
    /// # use putall::idempotency::Store;
    /// assert!(Store::<u64>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `act` with the part in which a key is, after what has expired there was taken out, and the time of that part.
    fn with_shard<T>(
        &self,
        key: &IdempotencyKey,
        now: SystemTime,
        act: impl FnOnce(&mut Shard<R>, Duration) -> T,
    ) -> T {
        let number = self.hasher.hash_one(key) % self.shards.len() as u64;
        let mut shard = lock(&self.shards[number as usize]);
        let (now, expired) = shard.forget(now);
        let result = act(&mut shard, now);
        // A receipt's `Drop` is the user's: it may take long, panic, and call the store.
        drop(shard);
        drop(expired);
        result
    }

    /// When a record expires that is touched now. As all are kept equally long, those that were touched first expire first.
    fn expires(&self, now: Duration) -> Duration {
        now.saturating_add(self.settings.window.max(self.settings.lease))
    }
}

/// A receipt's `Clone` is the only thing of the user's that is called under a lock, and nothing is half done then: a lock that it
/// poisoned is as good as any.
fn lock<R>(shard: &Mutex<Shard<R>>) -> MutexGuard<'_, Shard<R>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R> Shard<R> {
    /// Takes out what has expired. Returns the time, and what was taken.
    fn forget(&mut self, now: SystemTime) -> (Duration, Vec<Record<R>>) {
        let now = self.timeline.advance(now);
        let mut expired = Vec::new();
        while let Some(record) = self.records.pop_expired(now) {
            expired.push(record);
        }
        (now, expired)
    }

    /// The record of a claim, if the claim is still its.
    fn owned(&self, claim: &Claim) -> Result<&Record<R>, StaleClaim> {
        let record = self.records.get(&claim.key);
        match record {
            Some(record) if record.fence == claim.fence => Ok(record),
            _ => Err(StaleClaim { fence: claim.fence, found: record.map(|record| record.fence) }),
        }
    }
}

impl<R> fmt::Debug for Store<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("settings", &self.settings)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
