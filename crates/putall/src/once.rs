//! Batches that are written once, however often they are sent.

use std::sync::Arc;
use std::time::SystemTime;

use crate::fingerprint::PayloadHash;
use crate::idempotency::{Claim, IdempotencyKey, Outcome, Settings, StaleClaim, Store};
use crate::raw::write::{Journal, Written};
use crate::{Clock, Receipt, SystemClock};

/// What became of the requests of a map.
pub(crate) struct Requests {
    pub(crate) store: Store<Receipt>,
    clock: Arc<dyn Clock + Send + Sync>,
}

impl Default for Requests {
    fn default() -> Self {
        Requests::new(Settings::default(), Arc::new(SystemClock))
    }
}

impl Requests {
    pub(crate) fn new(settings: Settings, clock: Arc<dyn Clock + Send + Sync>) -> Self {
        Requests { store: Store::with_settings(settings), clock }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    pub(crate) fn claim(&self, key: &IdempotencyKey, payload: PayloadHash) -> Outcome<Receipt> {
        self.store.claim(key, payload, self.clock.now())
    }

    /// Remembers a request that was done elsewhere at some time, unless that is too long ago.
    pub(crate) fn remember(
        &self,
        key: IdempotencyKey,
        payload: PayloadHash,
        receipt: Receipt,
        done: SystemTime,
    ) {
        self.store.remember(key, payload, receipt, done, self.clock.now());
    }
}

/// A claim on its way into the commit of a batch. Dropped before, it lets others try at once.
pub(crate) struct Once<'m> {
    requests: &'m Requests,
    claim: Option<Claim>,
    receipt: Receipt,
}

impl<'m> Once<'m> {
    pub(crate) fn new(requests: &'m Requests, claim: Claim) -> Self {
        Once { requests, claim: Some(claim), receipt: Receipt::of(0) }
    }

    /// The same for a batch that changes nothing.
    pub(crate) fn commit_nothing(&mut self, revision: u64) -> Result<(), StaleClaim> {
        self.commit_as(|| Ok(revision)).map(|_| ())
    }

    fn commit_as(
        &mut self,
        commit: impl FnOnce() -> Result<u64, u64>,
    ) -> Result<Result<u64, u64>, StaleClaim> {
        let Once { requests, claim, receipt } = self;
        let own = claim.as_ref().expect("it is committed once");
        let mut found = None;
        let done = requests.store.complete_with(own, requests.clock.now(), || {
            let revision = commit().map_err(|revision| found = Some(revision)).ok()?;
            Some(Receipt { revision, ..*receipt })
        })?;
        match done {
            Some(receipt) => {
                *claim = None;
                Ok(Ok(receipt.revision))
            }
            None => Ok(Err(found.expect("it was refused"))),
        }
    }
}

impl Drop for Once<'_> {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            // If another has taken over, it is that one's by now.
            let _ = self.requests.store.release(claim, self.requests.clock.now());
        }
    }
}

impl<K, V> Journal<K, V> for Once<'_> {
    type Error = StaleClaim;

    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), Self::Error>
    where
        K: 'w,
        V: 'w,
    {
        written.for_each(|written| written.count(&mut self.receipt));
        Ok(())
    }

    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, Self::Error> {
        self.commit_as(commit)
    }
}
