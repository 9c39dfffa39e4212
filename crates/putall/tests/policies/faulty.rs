//! A store in memory that fails when it is told to, and that others write to.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use putall::Expect;
use putall::backend::{Backend, Capabilities, Versioned, Write, WriteAllError, WriteError};

/// Keys with values and versions.
pub(crate) type State = BTreeMap<u8, (u32, u64)>;

/// How a call fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fail {
    /// It does nothing, and says so.
    Cleanly,
    /// It does nothing, and does not know.
    Before,
    /// It does what it should, and does not know.
    After,
    /// It panics before it does anything.
    PanicBefore,
    /// It panics after it has done it.
    PanicAfter,
}

pub(crate) const ALL: [Fail; 5] =
    [Fail::Cleanly, Fail::Before, Fail::After, Fail::PanicBefore, Fail::PanicAfter];

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the store failed")]
pub(crate) struct Failed;

pub(crate) struct Faulty {
    pub(crate) capabilities: Capabilities,
    pub(crate) state: RefCell<State>,
    last_version: Cell<u64>,
    /// Calls so far: reads, writes, batches.
    pub(crate) calls: Cell<usize>,
    /// Calls that fail, by number.
    pub(crate) fails: RefCell<Vec<(std::ops::Range<usize>, Fail)>>,
    /// What somebody else does to a key just before a call.
    pub(crate) others: RefCell<Vec<(usize, u8, Option<u32>)>>,
    /// What was called.
    pub(crate) log: RefCell<Vec<&'static str>>,
}

impl Faulty {
    pub(crate) fn new(capabilities: Capabilities, values: &BTreeMap<u8, u32>) -> Faulty {
        let state = (1..).zip(values).map(|(version, (&key, &value))| (key, (value, version)));
        Faulty {
            capabilities,
            state: RefCell::new(state.collect()),
            last_version: Cell::new(values.len() as u64),
            calls: Cell::new(0),
            fails: RefCell::default(),
            others: RefCell::default(),
            log: RefCell::default(),
        }
    }

    pub(crate) fn values(&self) -> BTreeMap<u8, u32> {
        self.state.borrow().iter().map(|(&key, &(value, _))| (key, value)).collect()
    }

    pub(crate) fn put(&self, key: u8, value: Option<u32>) -> Option<u64> {
        let version = self.last_version.get() + 1;
        self.last_version.set(version);
        match value {
            Some(value) => self.state.borrow_mut().insert(key, (value, version)),
            None => self.state.borrow_mut().remove(&key),
        };
        value.map(|_| version)
    }

    fn version(&self, key: u8) -> Option<u64> {
        self.state.borrow().get(&key).map(|&(_, version)| version)
    }

    /// One call: `does` is done or not.
    fn call<T>(&self, name: &'static str, does: impl FnOnce() -> T) -> Result<T, (Failed, bool)> {
        let number = self.calls.replace(self.calls.get() + 1);
        self.log.borrow_mut().push(name);
        for &(at, key, value) in self.others.borrow().iter() {
            if at == number {
                self.put(key, value);
            }
        }
        let fail =
            self.fails.borrow().iter().find(|(range, _)| range.contains(&number)).map(|&(_, fail)| fail);
        match fail {
            None => Ok(does()),
            Some(Fail::Cleanly) => Err((Failed, false)),
            Some(Fail::Before) => Err((Failed, true)),
            Some(Fail::After) => {
                does();
                Err((Failed, true))
            }
            Some(Fail::PanicBefore) => panic!("as was asked for"),
            Some(Fail::PanicAfter) => {
                does();
                panic!("as was asked for")
            }
        }
    }
}

fn holds(expect: Expect, found: Option<u64>) -> bool {
    match expect {
        Expect::Any => true,
        Expect::Absent => found.is_none(),
        Expect::Present => found.is_some(),
        Expect::Version(version) => found == Some(version),
        _ => unreachable!(),
    }
}

fn failed<E, C>((error, unknown): (E, bool)) -> WriteError<E, C> {
    if unknown { WriteError::Unknown(error) } else { WriteError::Failed(error) }
}

impl Backend<u8, u32> for Faulty {
    type Error = Failed;

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn read(&self, key: &u8) -> Result<Option<Versioned<u32>>, Failed> {
        let found = self.call("read", || self.state.borrow().get(key).copied());
        let found = found.map_err(|(error, _)| error)?;
        let version = |version| if self.capabilities.versions { version } else { 0 };
        Ok(found.map(|(value, found)| Versioned { value, version: version(found) }))
    }

    fn write(&self, write: Write<'_, u8, u32>) -> Result<Option<u64>, WriteError<Failed>> {
        assert!(self.capabilities.versions || write.expect == Expect::Any, "asked for what is not declared");
        let result = self.call("write", || {
            let found = self.version(*write.key);
            if holds(write.expect, found) {
                Ok(self.put(*write.key, write.value.copied()))
            } else {
                Err(found)
            }
        });
        result.map_err(failed)?.map_err(WriteError::Conflict)
    }

    fn write_all(&self, writes: &[Write<'_, u8, u32>]) -> Result<Vec<Option<u64>>, WriteAllError<Failed>> {
        assert!(self.capabilities.atomic && self.capabilities.most.is_none_or(|most| writes.len() <= most));
        let result = self.call("batch", || {
            let found = writes.iter().map(|write| self.version(*write.key));
            let wrong = writes.iter().zip(found).enumerate();
            let wrong: Vec<_> = wrong
                .filter(|(_, (write, found))| !holds(write.expect, *found))
                .map(|(place, (_, found))| (place, found))
                .collect();
            if !wrong.is_empty() {
                return Err(wrong);
            }
            Ok(writes.iter().map(|write| self.put(*write.key, write.value.copied())).collect())
        });
        result.map_err(failed)?.map_err(WriteError::Conflict)
    }
}
