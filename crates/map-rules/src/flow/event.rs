//! What a function does that matters to others, in order: its summary.

use std::rc::Rc;

use go_types::ObjRef;

use crate::finding::Place;
use crate::flow::path::PathId;
use crate::flow::state::Held;

/// How a map is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Kind {
    /// An element is looked up.
    Read,
    /// All elements are looked at.
    Iterate,
    /// It is written.
    Write,
}

impl Kind {
    /// What is done to the map, for messages.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Kind::Read => "read",
            Kind::Iterate => "iterated",
            Kind::Write => "written",
        }
    }
}

/// Something by which goroutines wait for each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Token {
    /// A lock.
    Lock(PathId),
    /// A local channel, wait group, flag or the like that nobody else has.
    Local(PathId),
    /// Something else.
    Unknown,
}

/// What is done with a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sync {
    /// With which.
    pub(crate) token: Token,
    /// Whether what others did before may become visible.
    pub(crate) acquires: bool,
    /// Whether what was done before may become visible to others.
    pub(crate) releases: bool,
}

/// One thing that a function does.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// It uses a map.
    Access(Use),
    /// It waits or signals.
    Sync(Sync),
    /// It starts a goroutine.
    Spawn(Rc<Thread>),
    /// It calls a function that it was given.
    CallParam(ObjRef, Rc<[Held]>),
    /// A variable gets another value.
    Rebind(PathId),
}

/// A use of a map.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    /// The map.
    pub(crate) path: PathId,
    /// How.
    pub(crate) kind: Kind,
    /// The locks that are held.
    pub(crate) held: Rc<[Held]>,
    /// Whether on a condition that is settled before the function runs, as far as can be seen.
    pub(crate) settled: bool,
    /// Where it happens.
    pub(crate) origin: Place,
    /// Where the function that this belongs to does it: there, or where it calls who does.
    pub(crate) via: Place,
}

/// A goroutine.
#[derive(Debug)]
pub(crate) struct Thread {
    /// What it does.
    pub(crate) events: Rc<[Event]>,
    /// Where it is started.
    pub(crate) place: Place,
    /// Whether it begins only when the function that starts it has ended: a parallel subtest.
    pub(crate) later: bool,
    /// Whether it runs again and again at the same time.
    pub(crate) many: bool,
    /// Whether it does so for requests.
    pub(crate) requests: bool,
}

/// What is known of a function that was analysed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// What it does.
    pub(crate) events: Rc<[Event]>,
    /// Locks that it takes and leaves taken.
    pub(crate) acquires: Vec<Held>,
    /// Locks that it releases and has not taken, and whether only sometimes.
    pub(crate) releases: Vec<(PathId, bool)>,
    /// What its result is, if it is always the same variable.
    pub(crate) returns: Option<PathId>,
    /// Whether its result is made by it.
    pub(crate) fresh: bool,
    /// Whether it never returns.
    pub(crate) never: bool,
}

/// A summary says no more than this; what is left out counts as waiting for something unknown.
pub(crate) const MOST_EVENTS: usize = 96;
