//! Writing: single keys and batches.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::Refusal;
use crate::batch::Changes;
use crate::idempotency::Outcome;
use crate::log::About;
use crate::once::Once;
use crate::raw::write::{Change, Done, Either, Journal, Refused, Terms};
use crate::raw::{Guard, this_thread};
use crate::{Batch, Conflict, Duplicates, Expect, Map, PutError, Receipt, Ref};

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// Gives a key a value, and returns the one that it had.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// assert!(map.insert("a", 1).is_none());
    /// assert_eq!(map.insert("a", 2).unwrap(), 1);
    /// ```
    pub fn insert(&self, key: K, value: V) -> Option<Ref<'_, K, V>> {
        self.change(key, Change::Insert(value))
    }

    /// Removes a key, and returns the value that it had.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// assert_eq!(map.remove("a").unwrap(), 1);
    /// assert!(map.remove("a").is_none());
    /// ```
    pub fn remove<Q>(&self, key: &Q) -> Option<Ref<'_, K, V>>
    where
        K: Borrow<Q> + Clone,
        Q: Hash + Eq + ?Sized,
    {
        let key = self.get(key)?.key().clone();
        self.change(key, Change::Remove)
    }

    /// Gives a key the value that `update` makes of the one it has, or removes it if that is `None`, and returns
    /// the one that it had. As [`Batch::update`] does.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// map.update("a", |value| value.map(|value| value + 1));
    /// assert_eq!(*map.get("a").unwrap(), 2);
    /// map.update("a", |_| None);
    /// assert!(!map.contains_key("a"));
    /// ```
    pub fn update(
        &self,
        key: K,
        update: impl FnOnce(Option<&V>) -> Option<V> + Send + 'static,
    ) -> Option<Ref<'_, K, V>> {
        self.change(key, Change::Update(Box::new(update)))
    }

    #[inline]
    fn change(&self, key: K, change: Change<V>) -> Option<Ref<'_, K, V>> {
        let mut journal = self.recording(About::default());
        match self.change_in(key, change, &mut journal) {
            Ok(before) => before,
            Err(never) => match never {},
        }
    }

    /// Changes one key, along with a journal.
    #[inline(always)]
    pub(crate) fn change_in<J: Journal<K, V>>(
        &self,
        key: K,
        change: Change<V>,
        journal: &mut J,
    ) -> Result<Option<Ref<'_, K, V>>, J::Error> {
        self.observe.single(&key, &change, || self.len());
        let mut refused = None;
        let before = Ref::find(&self.core, |guard| {
            type Anything = fn(usize, Option<u64>) -> Result<(), std::convert::Infallible>;
            let terms = Terms::<Anything> { revision: None, expect: None, last_wins: true };
            let hash = |key: &K| self.hash(key);
            let changes = std::iter::once((key, change));
            match self.core.write(guard, this_thread(), changes, &hash, |_| (), &terms, journal) {
                Ok(done) => done.previous,
                Err(Refused::Keys(_) | Refused::Twice(..) | Refused::Revision(_)) => {
                    unreachable!("one change that expects nothing is not refused")
                }
                Err(Refused::Journal(error)) => {
                    refused = Some(error);
                    None
                }
            }
        });
        refused.map_or(Ok(before), Err)
    }

    /// Writes a batch: all of it becomes visible at one instant.
    ///
    /// A batch without changes commits nothing: its receipt has the revision of now.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// let receipt = map.put_all([("a", 1), ("b", 2)])?;
    /// assert_eq!((receipt.revision, receipt.inserted), (1, 2));
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If what the batch expects does not hold, or it has more changes than [`Builder::max_batch`] lets it. Nothing is written then. To write
    /// those keys of which it does hold, see [`put_fitting`](Map::put_fitting).
    pub fn put_all(&self, batch: impl Into<Batch<K, V>>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.tell(batch.into(), |batch, replayed| self.put_once(batch, replayed))
    }

    /// Writes a batch, or says what became of it when it was written.
    ///
    /// Compiled once, for batches that are told of and for those that are not: what has two callers is not compiled into either.
    #[inline(never)]
    pub(crate) fn put_once(&self, batch: Batch<K, V>, replayed: &mut bool) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        Ok(self.put_once_in(batch, replayed, |about, _| self.recording(about))?)
    }

    /// The same along with a journal, which is made of what is to be said of the batch, and the revision that it expects.
    #[inline(always)]
    pub(crate) fn put_once_in<J: Journal<K, V>>(
        &self,
        batch: Batch<K, V>,
        replayed: &mut bool,
        journal: impl FnOnce(About, Option<u64>) -> J,
    ) -> Result<Receipt, Refusal<K, J::Error>>
    where
        K: Clone + fmt::Debug,
    {
        if batch.len() > self.max_batch {
            return Err(PutError::TooLarge { changes: batch.len(), limit: self.max_batch }.into());
        }
        let mut once = None;
        if let Some((key, payload)) = &batch.idempotency {
            let requests = self.all_requests();
            match requests.claim(key, *payload) {
                Outcome::Claimed(claim) => once = Some(Once::new(requests, claim)),
                Outcome::Replay(receipt) => {
                    *replayed = true;
                    return Ok(receipt);
                }
                Outcome::InProgress { retry_after } => {
                    return Err(PutError::InProgress { retry_after }.into());
                }
                Outcome::Mismatch => return Err(PutError::KeyReused.into()),
            }
        }
        if batch.is_empty() {
            let found = self.revision();
            if let Some(expected) = batch.revision.filter(|&expected| expected != found) {
                return Err(PutError::Revision { expected, found }.into());
            }
            once.map_or(Ok(()), |mut once| once.commit_nothing(found)).map_err(PutError::TakenOver)?;
            return Ok(Receipt::of(found));
        }
        self.put(batch, once, journal)
    }

    /// Writes a batch whose idempotency key is claimed, if it has one. One without changes is a commit, too.
    #[inline]
    pub(super) fn put<J: Journal<K, V>>(
        &self,
        batch: Batch<K, V>,
        once: Option<Once<'_>>,
        journal: impl FnOnce(About, Option<u64>) -> J,
    ) -> Result<Receipt, Refusal<K, J::Error>>
    where
        K: Clone + fmt::Debug,
    {
        let guard = self.core.pin();
        let Batch { changes, expects, each, revision, duplicates, trace_id, idempotency } = batch;
        let conditional = !expects.is_empty() || each != Expect::Any;
        let expect = |number: usize, found: Option<u64>| {
            let own = expects.binary_search_by_key(&number, |&(number, _)| number);
            let own = own.map_or(Expect::Any, |at| expects[at].1);
            match [own, each].into_iter().find(|expect| !expect.holds(found)) {
                Some(expect) => Err((expect, found)),
                None => Ok(()),
            }
        };
        if conditional {
            self.check(&guard, &changes, &expect)?;
        }
        let terms = Terms {
            revision,
            expect: conditional.then_some(&expect),
            last_wins: duplicates == Duplicates::LastWins,
        };
        let about = About { trace_id, idempotency };
        let mut journal = (once, journal(about, revision));
        let done = match changes {
            Changes::Pairs(pairs) => {
                let changes = pairs.into_iter().map(|(key, value)| (key, Change::Insert(value)));
                self.write(&guard, changes, &terms, &mut journal)
            }
            Changes::Any(changes) => self.write(&guard, changes.into_iter(), &terms, &mut journal),
        };
        match done {
            Ok(Done { revision, inserted, replaced, removed, .. }) => {
                Ok(Receipt { revision, inserted, replaced, removed })
            }
            Err(Refused::Journal(Either::First(stale))) => Err(PutError::TakenOver(stale).into()),
            Err(Refused::Journal(Either::Second(error))) => Err(Refusal::Journal(error)),
            Err(Refused::Keys(keys)) => Err(conflict(keys).into()),
            Err(Refused::Twice(first, second, key)) => Err(PutError::Duplicate { key, first, second }.into()),
            Err(Refused::Revision(found)) => {
                Err(PutError::Revision { expected: revision.unwrap_or(found), found }.into())
            }
        }
    }

    fn write<'g, X, E, J>(
        &'g self,
        guard: &'g Guard<'_>,
        changes: impl Iterator<Item = (K, Change<V>)>,
        terms: &Terms<E>,
        journal: &mut J,
    ) -> Result<Done<'g, K, V>, Refused<K, X, J::Error>>
    where
        K: Clone,
        E: Fn(usize, Option<u64>) -> Result<(), X>,
        J: Journal<K, V>,
    {
        let hash = |key: &K| self.hash(key);
        self.core.write(guard, this_thread(), changes, &hash, K::clone, terms, journal)
    }

    /// Looks at all keys before the first is written: most batches that do not fit are found here, and cost nobody anything.
    fn check(
        &self,
        guard: &Guard<'_>,
        changes: &Changes<K, V>,
        expect: &impl Fn(usize, Option<u64>) -> Result<(), (Expect, Option<u64>)>,
    ) -> Result<(), PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        let mut failed = Vec::new();
        for (number, key) in changes.keys().enumerate() {
            let found = self.core.latest(guard, self.hash(key), |other| other == key);
            if let Err(why) = expect(number, found.map(|(_, version)| version)) {
                failed.push((number, key.clone(), why));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(conflict(failed)) }
    }
}

fn conflict<K: fmt::Debug>(keys: Vec<(usize, K, (Expect, Option<u64>))>) -> PutError<K> {
    let failed = keys.into_iter().map(|(_, key, (expect, found))| (key, expect, found)).collect();
    PutError::Conflict(Conflict { failed })
}
