//! What is known at a point of a function: the locks that are held there, and the goroutines that run.

use crate::flow::event::Token;
use crate::flow::path::{Key, PathId};

/// A lock that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Held {
    /// The lock.
    pub(crate) path: PathId,
    /// The same without the object.
    pub(crate) key: Key,
    /// Whether for writing.
    pub(crate) write: bool,
    /// Whether only on some ways to this point.
    pub(crate) may: bool,
    /// Whether it was held on all ways and then released on some.
    pub(crate) lost: bool,
    /// Whether it is a lock that nobody else can hold: a copy, or of this function alone.
    pub(crate) private: bool,
    /// Whether it is reached through a pointer or interface, so that it may be another one of the locks.
    pub(crate) alias: bool,
    /// Whether it is no lock but what `sync.Once` ordered.
    pub(crate) once: bool,
    /// Where it was taken: a byte of the file.
    pub(crate) from: u32,
}

/// A lock that was released.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Released {
    /// The lock.
    pub(crate) path: PathId,
    /// The same without the object.
    pub(crate) key: Key,
    /// Where: a byte of the file.
    pub(crate) at: u32,
    /// Whether this function had not taken it.
    pub(crate) net: bool,
    /// Whether only on some ways.
    pub(crate) may: bool,
}

/// A goroutine that was started and may still run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Live {
    /// Which: an index into the function's threads.
    pub(crate) thread: u32,
    /// What this function waited for since.
    pub(crate) acquired: Vec<Token>,
    /// What was declared or assigned anew since.
    pub(crate) rebound: Vec<PathId>,
    /// How many loops were around it when it was started.
    pub(crate) loops: u32,
}

/// What is known at a point.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct State {
    /// Whether control never comes here.
    pub(crate) dead: bool,
    /// Locks.
    pub(crate) held: Vec<Held>,
    /// Locks that this function has released, and not taken again.
    pub(crate) released: Vec<Released>,
    /// Goroutines.
    pub(crate) live: Vec<Live>,
}

/// So many locks are told apart; where more are held nothing is said of maps.
pub(crate) const MOST_HELD: usize = 24;

/// So many goroutines of a function are looked at.
pub(crate) const MOST_LIVE: usize = 32;

impl State {
    /// Where control never comes.
    pub(crate) fn dead() -> State {
        State { dead: true, ..State::default() }
    }

    /// Takes a lock.
    pub(crate) fn acquire(&mut self, held: Held) {
        self.released.retain(|released| released.path != held.path);
        if let Some(known) = self.held.iter_mut().find(|known| known.path == held.path) {
            let write = held.write || (known.write && !known.may);
            *known = Held { write, ..held };
            return;
        }
        if self.held.len() < MOST_HELD {
            self.held.push(held);
        }
    }

    /// Releases a lock. Gives whether it was held.
    pub(crate) fn release(&mut self, path: PathId, key: Key, at: u32) -> bool {
        let before = self.held.len();
        self.held.retain(|held| held.path != path);
        let mut found = self.held.len() < before;
        if !found && let Some(number) = self.held.iter().rposition(|held| held.key == key) {
            // The same lock under another name.
            self.held.remove(number);
            found = true;
        }
        self.released.retain(|released| released.path != path);
        if self.released.len() == MOST_HELD {
            self.released.remove(0);
        }
        self.released.push(Released { path, key, at, net: !found, may: false });
        found
    }

    /// Two ways meet. `before` is what was known where they parted, if they did.
    pub(crate) fn join(mut self, other: State, before: Option<&State>) -> State {
        if self.dead {
            return other;
        }
        if other.dead {
            return self;
        }
        let was_held = |path: PathId| {
            before.is_some_and(|before| before.held.iter().any(|held| held.path == path && !held.may))
        };
        for held in &mut self.held {
            match other.held.iter().find(|known| known.path == held.path) {
                Some(known) => {
                    held.write &= known.write;
                    held.may |= known.may;
                    held.lost |= known.lost;
                }
                None => {
                    held.lost |= was_held(held.path) && !held.may;
                    held.may = true;
                }
            }
        }
        for held in &other.held {
            if !self.held.iter().any(|known| known.path == held.path) {
                let lost = held.lost || (was_held(held.path) && !held.may);
                self.held.push(Held { may: true, lost, ..*held });
            }
        }
        for released in &mut self.released {
            match other.released.iter().find(|known| known.path == released.path) {
                Some(known) => released.may |= known.may,
                None => released.may = true,
            }
        }
        for released in other.released {
            if !self.released.iter().any(|known| known.path == released.path) {
                self.released.push(Released { may: true, ..released });
            }
        }
        for live in other.live {
            match self.live.iter_mut().find(|known| known.thread == live.thread) {
                Some(known) => {
                    // What only one way waits for is not waited for; but silence is better than a false alarm.
                    extend(&mut known.acquired, live.acquired);
                    extend(&mut known.rebound, live.rebound);
                }
                None => self.live.push(live),
            }
        }
        self
    }
}

/// Adds what is not there yet.
pub(crate) fn extend<T: PartialEq>(to: &mut Vec<T>, from: impl IntoIterator<Item = T>) {
    for item in from {
        if !to.contains(&item) {
            to.push(item);
        }
    }
}
