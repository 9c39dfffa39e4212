//! A detector and the oracle, fed with the same events.
#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod random;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use happens_before::heap::Heap;
use happens_before::oracle::{Oracle, Verdict};
use happens_before::{Access, Conflict, Detector, Object, SyncVar, Task};

/// What can happen. Each is named like the detector's method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// A task begins that has no parent.
    Begin,
    /// A task begins another.
    Fork,
    End,
    Acquire,
    Release,
    ReleaseMerge,
    ReleaseAcquire,
    /// Two tasks meet.
    Meet,
    Update,
    Store,
    Load,
    AcquireAll,
    Read,
    Write,
    ForgetSync,
    ForgetObject,
    /// A variable is divided. No task does it.
    Divide,
}

pub(crate) const WORDS: [(What, &str); 17] = [
    (What::Begin, "begin"),
    (What::Fork, "fork"),
    (What::End, "end"),
    (What::Acquire, "acquire"),
    (What::Release, "release"),
    (What::ReleaseMerge, "release_merge"),
    (What::ReleaseAcquire, "release_acquire"),
    (What::Meet, "meet"),
    (What::Update, "update"),
    (What::Store, "store"),
    (What::Load, "load"),
    (What::AcquireAll, "acquire_all"),
    (What::Read, "read"),
    (What::Write, "write"),
    (What::ForgetSync, "forget_sync"),
    (What::ForgetObject, "forget_object"),
    (What::Divide, "divide"),
];

/// An event: who did what, and to which task, variable or object.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) task: usize,
    pub(crate) on: usize,
}

/// The form of a line in a trace.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Event { what, task, on } = self;
        let (_, word) = WORDS.iter().find(|(known, _)| known == what).unwrap();
        match what {
            What::Begin | What::End | What::AcquireAll => write!(f, "{word} t{task}"),
            What::Fork | What::Meet => write!(f, "{word} t{task} t{on}"),
            What::Read | What::Write => write!(f, "{word} t{task} m{on}"),
            What::ForgetObject => write!(f, "{word} m{on}"),
            What::ForgetSync | What::Divide => write!(f, "{word} v{on}"),
            _ => write!(f, "{word} t{task} v{on}"),
        }
    }
}

/// What an access came to.
pub(crate) struct Outcome {
    pub(crate) found: Option<Conflict<usize>>,
    pub(crate) expected: Verdict,
}

/// An object in a cache line of its own, and whether it was accessed since it was last forgotten.
#[repr(align(64))]
#[derive(Default)]
pub(crate) struct Line(pub(crate) Object<usize>, Cell<bool>);

impl Line {
    /// The first access, every second time by its own way.
    fn begins(&self, site: usize) -> bool {
        !self.1.replace(true) && site.is_multiple_of(2)
    }
}

/// A detector with small numbers for names, its oracle, and all that happened. An access's site is
/// its place among the events.
pub(crate) struct World<const RESTING: u32 = 1024, const LAST_TIME: u32 = { 1 << 31 }> {
    pub(crate) heap: Heap<usize, RESTING, LAST_TIME>,
    pub(crate) oracle: Oracle,
    pub(crate) tasks: BTreeMap<usize, Task>,
    pub(crate) vars: BTreeMap<usize, SyncVar>,
    /// Side by side, so that a task can keep in mind that it has read any of them.
    pub(crate) objects: Vec<Line>,
    pub(crate) events: Vec<Event>,
    /// Records of tasks that ended, for the next ones.
    ended: Vec<Task>,
}

impl<const RESTING: u32, const LAST_TIME: u32> World<RESTING, LAST_TIME> {
    pub(crate) fn new(nodes: usize, slots: usize) -> Self {
        World {
            heap: Heap::new(nodes, slots, 400),
            oracle: Oracle::default(),
            tasks: BTreeMap::new(),
            vars: BTreeMap::new(),
            objects: (0..64).map(|_| Line::default()).collect(),
            events: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Lets `event` happen. Something comes of an access alone.
    pub(crate) fn happen(&mut self, event: Event) -> Option<Outcome> {
        let Event { what, task, on } = event;
        let site = self.events.len();
        self.events.push(event);
        let (detector, oracle) = (Detector(&self.heap), &mut self.oracle);
        let me = &self.tasks.get(&task);
        let me = || me.unwrap_or_else(|| panic!("{event}: there is no such task"));
        let var = self.vars.entry(on).or_default();
        let line = &self.objects[on % self.objects.len()];
        let Line(object, _) = line;
        match what {
            What::Begin => {
                let child = self.ended.pop().unwrap_or_default();
                detector.fork(None, &child);
                oracle.fork(None, task);
                self.tasks.insert(task, child);
            }
            What::Fork => {
                let child = self.ended.pop().unwrap_or_default();
                detector.fork(Some(me()), &child);
                oracle.fork(Some(task), on);
                self.tasks.insert(on, child);
            }
            What::End => {
                detector.end(me());
                self.ended.extend(self.tasks.remove(&task));
            }
            What::Acquire => {
                detector.acquire(me(), var);
                oracle.acquire(task, on);
            }
            What::Release => {
                detector.release(me(), var);
                oracle.release(task, on);
            }
            What::ReleaseMerge => {
                detector.release_merge(me(), var);
                oracle.release_merge(task, on);
            }
            What::ReleaseAcquire => {
                detector.release_acquire(me(), var);
                oracle.release_acquire(task, on);
            }
            What::Meet => {
                let other = self.tasks.get(&on).unwrap_or_else(|| panic!("{event}: there is no such task"));
                detector.meet(me(), other);
                oracle.meet(task, on);
            }
            What::Update => {
                detector.update(me(), var, || ());
                oracle.update(task, on);
            }
            What::Store => {
                detector.store(me(), var, || ());
                oracle.release(task, on);
            }
            What::Load => {
                detector.load(me(), var, || ());
                oracle.acquire(task, on);
            }
            What::AcquireAll => {
                detector.acquire_all(me());
                oracle.acquire_all(task);
            }
            What::Read => {
                let found = if line.begins(site) {
                    detector.begin(me(), object, Access::Read, site);
                    None
                } else {
                    detector.read(me(), object, || site)
                };
                return Some(Outcome { found, expected: oracle.access(task, on, Access::Read, site) });
            }
            What::Write => {
                let found = if line.begins(site) {
                    detector.begin(me(), object, Access::Write, site);
                    None
                } else {
                    detector.write(me(), object, || site)
                };
                return Some(Outcome { found, expected: oracle.access(task, on, Access::Write, site) });
            }
            What::ForgetSync => {
                detector.forget_sync(var);
                oracle.forget_sync(on);
            }
            What::Divide => detector.divide(var),
            What::ForgetObject => {
                detector.forget_object(object);
                line.1.set(false);
                oracle.forget_object(on);
            }
        }
        None
    }

    /// Ends all and forgets all. Checks on the way that no reference is lost or counted twice.
    pub(crate) fn finish(&mut self) {
        self.heap.audit(self.tasks.values(), self.vars.values()).unwrap();
        let detector = Detector(&self.heap);
        self.tasks.values().for_each(|task| detector.end(task));
        self.vars.values().for_each(|var| detector.forget_sync(var));
        self.objects.iter().for_each(|Line(object, _)| detector.forget_object(object));
        self.heap.audit([], []).unwrap();
        assert_eq!(self.heap.divided(), 0, "parts are left");
        assert_eq!(self.heap.blocks_in_use(), (0, 0), "readers are left");
    }

    /// The events so far, to be kept as a trace.
    pub(crate) fn trace(&self) -> String {
        self.events.iter().map(|event| format!("{event}\n")).collect()
    }
}
