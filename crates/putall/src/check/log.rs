//! The third assertion: that the update follows from what it replaces, as the log of operations has it.

use std::collections::{BTreeMap, VecDeque};

/// An operation, as it was when it began.
///
/// ```
/// use putall::check::OperationLog;
///
/// let mut log = OperationLog::new(16);
/// let id = log.begin("old", "new");
/// log.commit(id);
/// let operation = log.committed().next().unwrap();
/// assert_eq!((operation.id, operation.before, operation.after), (id, "old", "new"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Operation<T> {
    /// Its number in the log, from 1.
    pub id: u64,
    /// The state that it was made from.
    pub before: T,
    /// The state that it makes.
    pub after: T,
}

/// What the log says of an update.
///
/// ```
/// use putall::check::{OperationLog, Rollback, Ruling};
///
/// let mut log = OperationLog::new(16);
/// let id = log.begin(1, 2);
/// assert_eq!(log.judge(id, &1, &2), Ruling::Commit);
/// assert_eq!(log.judge(id, &5, &2), Ruling::Rollback(Rollback::StateDiffers));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "it says whether the update may be committed"]
pub enum Ruling {
    /// It follows from the state that is there.
    Commit,
    /// It does not.
    Rollback(Rollback),
}

/// Why an update is not to be committed.
///
/// ```
/// use putall::check::{OperationLog, Rollback, Ruling};
///
/// let mut log = OperationLog::new(16);
/// let id = log.begin(1, 2);
/// assert_eq!(log.judge(id, &1, &3), Ruling::Rollback(Rollback::ResultDiffers));
/// assert_eq!(log.judge(id + 1, &1, &2), Ruling::Rollback(Rollback::Unknown));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rollback {
    /// The state is not the one that the operation was made from.
    #[error("the state is not the one that the logged operation was made from: load it again and begin anew")]
    StateDiffers,
    /// The update is not what the operation makes.
    #[error("the update is not what the logged operation makes: it may have the number of another")]
    ResultDiffers,
    /// No such operation is open: it never began, is settled already, or was pushed out by later ones.
    #[error("no such operation is open: it never began, is settled, or was pushed out by later ones")]
    Unknown,
}

/// Where a log does not follow from itself: an operation was committed upon another state than it was made from.
///
/// ```
/// use putall::check::{Broken, OperationLog};
///
/// let mut log = OperationLog::new(16);
/// let id = log.begin(1, 2);
/// log.commit(id);
/// assert_eq!(log.replay(&7), Err(Broken { id }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("operation {id} was made from another state than those before it make")]
pub struct Broken {
    /// The operation.
    pub id: u64,
}

/// A log of operations with the states that they were made from and make, which has the last word on an update: does it follow from
/// the state that is there?
///
/// An operation [begins](OperationLog::begin) when somebody has looked at the state and knows what to make of it. When it is to be
/// written, [`judge`](OperationLog::judge) compares the state that is there then. What `T` compares in its `PartialEq` is what counts: a
/// field that need not match is to be left out there.
///
/// It is in memory, and bounded: of operations that are open, and of those that are committed, it keeps as many as its capacity.
///
/// ```
/// use putall::check::{OperationLog, Ruling};
///
/// let mut log = OperationLog::new(1024);
/// let mut stock = 5;
/// let id = log.begin(stock, stock - 1);
/// assert_eq!(log.judge(id, &stock, &4), Ruling::Commit);
/// log.commit(id);
/// stock = 4;
/// assert_eq!(log.replay(&5), Ok(stock));
/// ```
#[derive(Clone, Debug)]
pub struct OperationLog<T> {
    capacity: usize,
    last: u64,
    open: BTreeMap<u64, Operation<T>>,
    committed: VecDeque<Operation<T>>,
}

impl<T: Clone + PartialEq> OperationLog<T> {
    /// A log that keeps so many operations that are open, and as many that are committed: at least one of each.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(2);
    /// let first = log.begin(0, 1);
    /// log.begin(0, 1);
    /// log.begin(0, 1);
    /// assert!(log.withdraw(first).is_none());
    /// ```
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        OperationLog { capacity, last: 0, open: BTreeMap::new(), committed: VecDeque::new() }
    }

    /// Notes an operation that makes `after` from `before`, and gives it a number: above all that were given. The oldest one that is open is
    /// pushed out if there are too many.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(16);
    /// assert!(log.begin("a", "b") < log.begin("a", "c"));
    /// ```
    pub fn begin(&mut self, before: T, after: T) -> u64 {
        self.begin_evicting(before, after).0
    }

    /// As `begin`; and the operation that was pushed out, for who has a lock to release before it is dropped.
    pub(super) fn begin_evicting(&mut self, before: T, after: T) -> (u64, Option<Operation<T>>) {
        self.last += 1;
        let id = self.last;
        let evicted = if self.open.len() == self.capacity { self.open.pop_first() } else { None };
        self.open.insert(id, Operation { id, before, after });
        (id, evicted.map(|(_, operation)| operation))
    }

    /// Whether an update from the state `now` to `next` is what the operation `id` is. Nothing is changed.
    ///
    /// ```
    /// # use putall::check::{OperationLog, Rollback, Ruling};
    /// let mut log = OperationLog::new(16);
    /// let id = log.begin(1, 2);
    /// assert_eq!(log.judge(id, &1, &2), Ruling::Commit);
    /// log.withdraw(id);
    /// assert_eq!(log.judge(id, &1, &2), Ruling::Rollback(Rollback::Unknown));
    /// ```
    pub fn judge(&self, id: u64, now: &T, next: &T) -> Ruling {
        match self.open.get(&id) {
            None => Ruling::Rollback(Rollback::Unknown),
            Some(operation) if operation.before != *now => Ruling::Rollback(Rollback::StateDiffers),
            Some(operation) if operation.after != *next => Ruling::Rollback(Rollback::ResultDiffers),
            Some(_) => Ruling::Commit,
        }
    }

    /// Notes that an operation was written, after all that were before. Returns whether it was open: if not, nothing is noted.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(16);
    /// let id = log.begin(1, 2);
    /// assert!(log.commit(id));
    /// assert!(!log.commit(id));
    /// ```
    pub fn commit(&mut self, id: u64) -> bool {
        let Some(operation) = self.withdraw(id) else { return false };
        drop(self.push_committed(operation));
        true
    }

    /// As `commit`, of one that was taken out; and the operation that was pushed out.
    pub(super) fn push_committed(&mut self, operation: Operation<T>) -> Option<Operation<T>> {
        let evicted = if self.committed.len() == self.capacity { self.committed.pop_front() } else { None };
        self.committed.push_back(operation);
        evicted
    }

    /// Takes an operation back that will not be written.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(16);
    /// let id = log.begin(1, 2);
    /// assert_eq!(log.withdraw(id).map(|operation| operation.after), Some(2));
    /// ```
    pub fn withdraw(&mut self, id: u64) -> Option<Operation<T>> {
        self.open.remove(&id)
    }

    /// The operation that is open under a number.
    pub(super) fn open(&self, id: u64) -> Option<&Operation<T>> {
        self.open.get(&id)
    }

    /// The operations that were committed, in that order: the last ones, as many as the capacity.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(1);
    /// for number in 0..3 {
    ///     let id = log.begin(number, number + 1);
    ///     log.commit(id);
    /// }
    /// assert_eq!(log.committed().map(|operation| operation.before).collect::<Vec<_>>(), [2]);
    /// ```
    pub fn committed(&self) -> impl ExactSizeIterator<Item = &Operation<T>> {
        self.committed.iter()
    }

    /// The state after the committed operations, from the state `start` before the first of them that is kept.
    ///
    /// ```
    /// # use putall::check::OperationLog;
    /// let mut log = OperationLog::new(16);
    /// let first = log.begin("", "a");
    /// let second = log.begin("a", "ab");
    /// log.commit(first);
    /// log.commit(second);
    /// assert_eq!(log.replay(&""), Ok("ab"));
    /// ```
    ///
    /// # Errors
    ///
    /// If an operation was made from another state than those before it make.
    pub fn replay(&self, start: &T) -> Result<T, Broken> {
        let mut state = start;
        for operation in &self.committed {
            if operation.before != *state {
                return Err(Broken { id: operation.id });
            }
            state = &operation.after;
        }
        Ok(state.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_as_many_as_its_capacity() {
        let mut log = OperationLog::new(3);
        let ids: Vec<u64> = (0..5).map(|number| log.begin(number, number + 1)).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert_eq!(log.open.keys().copied().collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(log.judge(2, &1, &2), Ruling::Rollback(Rollback::Unknown));
        for number in 10..20 {
            let id = log.begin(number, number + 1);
            assert!(log.commit(id));
        }
        assert_eq!(log.committed().len(), 3);
        assert_eq!(log.replay(&17), Ok(20));
        assert_eq!(OperationLog::<u8>::new(0).capacity, 1);
    }

    #[test]
    fn order_is_that_of_commits() {
        let mut log = OperationLog::new(8);
        let [second, first] = [log.begin("b", "c"), log.begin("a", "b")];
        assert!(log.commit(first) && log.commit(second));
        assert_eq!(log.replay(&"a"), Ok("c"));
        assert_eq!(log.replay(&"b"), Err(Broken { id: first }));
    }

    /// What is not in `PartialEq` does not count.
    #[test]
    fn only_what_is_compared_counts() {
        #[derive(Clone, Debug)]
        struct User {
            name: &'static str,
            seen: u64,
        }
        impl PartialEq for User {
            fn eq(&self, other: &User) -> bool {
                self.name == other.name
            }
        }
        let mut log = OperationLog::new(8);
        let user = |name, seen| User { name, seen };
        let id = log.begin(user("a", 1), user("b", 1));
        assert_eq!(log.judge(id, &user("a", 2), &user("b", 3)), Ruling::Commit);
        assert_eq!(log.judge(id, &user("x", 1), &user("b", 1)), Ruling::Rollback(Rollback::StateDiffers));
        assert_eq!(log.withdraw(id).map(|operation| operation.after.seen), Some(1));
    }
}
