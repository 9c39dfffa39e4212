//! What a batch comes to, key by key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use crate::batch::Changes;
use crate::raw::write::Change;
use crate::{Batch, Duplicates, Expect, PutError, Unsupported};

/// A batch with all changes of a key together. Keys are in the order in which they are first named.
pub(super) struct Plan<K, V> {
    pub(super) steps: Vec<Step<K, V>>,
    pub(super) trace_id: Option<Arc<str>>,
}

/// What is to be done to a key.
pub(super) struct Step<K, V> {
    pub(super) key: K,
    changes: Vec<Change<V>>,
    /// All that must hold, without what always does.
    expects: Vec<Expect>,
}

impl<K: Hash + Eq + fmt::Debug, V> Plan<K, V> {
    pub(super) fn new(batch: Batch<K, V>) -> Result<Self, PutError<K>> {
        // Each field by name: one that is added is not to be passed over.
        let Batch { changes, expects, each, revision, duplicates, trace_id, idempotency } = batch;
        if revision.is_some() {
            return Err(PutError::Unsupported(Unsupported::Revision));
        }
        if idempotency.is_some() {
            return Err(PutError::Unsupported(Unsupported::Idempotency));
        }
        let step_of = steps_of(changes.keys());
        let mut steps: Vec<Step<K, V>> = Vec::new();
        let mut expects = expects.into_iter().peekable();
        let changes: Vec<_> = match changes {
            Changes::Pairs(pairs) => {
                pairs.into_iter().map(|(key, value)| (key, Change::Insert(value))).collect()
            }
            Changes::Any(changes) => changes,
        };
        for (number, (key, change)) in changes.into_iter().enumerate() {
            let at = step_of[number];
            if at == steps.len() {
                steps.push(Step { key, changes: vec![change], expects: Vec::new() });
                steps[at].expect(each);
            } else if duplicates == Duplicates::Refuse {
                let first = step_of.iter().position(|&step| step == at).unwrap_or(number);
                return Err(PutError::Duplicate { key, first, second: number });
            } else {
                steps[at].changes.push(change);
            }
            while let Some((_, expect)) = expects.next_if(|&(of, _)| of == number) {
                steps[at].expect(expect);
            }
        }
        Ok(Plan { steps, trace_id })
    }
}

/// Of each key, the number that it has among those that are different.
fn steps_of<'k, K: Hash + Eq + 'k>(keys: impl Iterator<Item = &'k K>) -> Vec<usize> {
    let mut numbers = HashMap::new();
    keys.map(|key| {
        let next = numbers.len();
        match numbers.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(next),
        }
    })
    .collect()
}

impl<K, V> Step<K, V> {
    fn expect(&mut self, expect: Expect) {
        if expect != Expect::Any && !self.expects.contains(&expect) {
            self.expects.push(expect);
        }
    }

    /// Whether a backend without versions can do it.
    pub(super) fn is_plain(&self) -> bool {
        self.expects.is_empty() && !self.has_updates()
    }

    fn has_updates(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Update(_)))
    }

    /// What a single write expects, if that is all there is to look at.
    pub(super) fn single(&self) -> Option<Expect> {
        match self.expects[..] {
            _ if self.has_updates() => None,
            [] => Some(Expect::Any),
            [expect] => Some(expect),
            _ => None,
        }
    }

    /// What does not hold of a key with this version.
    pub(super) fn refused(&self, found: Option<u64>) -> Option<Expect> {
        self.expects.iter().copied().find(|expect| !expect.holds(found))
    }

    /// What becomes of the value. Runs updates, which may panic.
    pub(super) fn value(&mut self, before: Option<&V>) -> Option<V> {
        let (mut value, mut changed) = (None, false);
        for change in self.changes.drain(..) {
            value = match change {
                Change::Insert(value) => Some(value),
                Change::Remove => None,
                Change::Update(update) => update(if changed { value.as_ref() } else { before }),
            };
            changed = true;
        }
        value
    }
}

/// What holds of a key with this version, and of no other.
pub(super) fn exactly(version: Option<u64>) -> Expect {
    version.map_or(Expect::Absent, Expect::Version)
}
