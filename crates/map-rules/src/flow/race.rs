//! Uses of one map in two goroutines that nothing orders.
//!
//! A goroutine's use `a` and a use `b` elsewhere are ordered if something is signalled after the one and waited for
//! before the other, directly or through other goroutines. Where it is not known who else signals or waits, they
//! count as ordered: silence is better than a false alarm.

use std::rc::Rc;

use crate::finding::Place;
use crate::flow::engine::conflict;
use crate::flow::event::{Event, Kind, Sync, Thread, Token, Use};
use crate::flow::path::PathId;
use crate::flow::state::Held;
use crate::flow::unit::UnitId;
use crate::flow::walk::Walker;

/// Two uses that nothing orders.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// Where it was found.
    pub(crate) unit: UnitId,
    /// The use to report: a write.
    pub(crate) at: Use,
    /// The other one.
    pub(crate) other: Use,
    /// Where the goroutine is started.
    pub(crate) started: Place,
    /// Whether both are the same goroutine, started several times.
    pub(crate) several: bool,
    /// Whether it runs for each request.
    pub(crate) requests: bool,
    /// Whether it is a parallel subtest.
    pub(crate) subtest: bool,
    /// Whether one of the uses may never happen together with the other, for all that is known.
    pub(crate) doubtful: bool,
}

/// Two uses that may have to be reported; judged when the whole function is known.
#[derive(Debug)]
pub(crate) struct Candidate {
    thread: usize,
    /// The goroutine as it was then.
    events: Rc<Thread>,
    other_events: Option<Rc<Thread>>,
    at: usize,
    used: Use,
    other: Other,
    other_used: Use,
    /// What the function waited for since it started the goroutine.
    acquired: Vec<Token>,
}

#[derive(Clone, Copy, Debug)]
enum Other {
    /// A use by the function that started the goroutine: after which of its events.
    Here(usize),
    /// A use by another of its goroutines: which, and which event.
    Thread(usize, usize),
}

/// So many are judged.
const MOST: usize = 300;

impl Walker<'_, '_> {
    /// Compares a use with those of the goroutines that run.
    pub(crate) fn compare(&mut self, used: &Use) {
        for number in 0..self.state.live.len() {
            let live = &self.state.live[number];
            let thread = live.thread as usize;
            if self.threads[thread].later || self.is_rebound(used.path, &live.rebound) {
                continue;
            }
            for (at, event) in self.threads[thread].events.iter().enumerate() {
                let Event::Access(other) = event else { continue };
                if self.may_conflict(other, used) && self.candidates.len() < MOST {
                    let candidate = Candidate {
                        thread,
                        events: Rc::clone(&self.threads[thread]),
                        other_events: None,
                        at,
                        used: other.clone(),
                        other: Other::Here(self.loop_start.unwrap_or(self.events.len())),
                        other_used: used.clone(),
                        acquired: self.state.live[number].acquired.clone(),
                    };
                    self.candidates.push(candidate);
                }
            }
        }
    }

    /// Compares a goroutine that is just started with those that run, and with itself if it runs already.
    pub(crate) fn compare_threads(&mut self, new: usize, outer: &[u32]) {
        let mut with: Vec<(usize, Vec<Token>, Vec<PathId>)> = Vec::new();
        for live in &self.state.live {
            let other = &self.threads[live.thread as usize];
            if other.later == self.threads[new].later && !outer.contains(&live.thread) {
                with.push((live.thread as usize, live.acquired.clone(), live.rebound.clone()));
            }
        }
        if self.threads[new].many && !with.iter().any(|(thread, ..)| *thread == new) {
            with.push((new, Vec::new(), Vec::new()));
        }
        for (thread, acquired, rebound) in with {
            for at in 0..self.threads[thread].events.len() {
                let Event::Access(used) = &self.threads[thread].events[at] else { continue };
                if self.is_rebound(used.path, &rebound) {
                    continue;
                }
                for other_at in 0..self.threads[new].events.len() {
                    let Event::Access(other) = &self.threads[new].events[other_at] else { continue };
                    if (thread == new && other_at < at) || self.candidates.len() >= MOST {
                        continue;
                    }
                    if self.may_conflict(used, other) {
                        let candidate = Candidate {
                            thread,
                            events: Rc::clone(&self.threads[thread]),
                            other_events: Some(Rc::clone(&self.threads[new])),
                            at,
                            used: used.clone(),
                            other: Other::Thread(new, other_at),
                            other_used: other.clone(),
                            acquired: acquired.clone(),
                        };
                        self.candidates.push(candidate);
                    }
                }
            }
        }
    }

    fn is_rebound(&self, path: PathId, rebound: &[PathId]) -> bool {
        rebound.iter().any(|&start| self.engine.paths.starts_with(path, start))
    }

    fn may_conflict(&self, a: &Use, b: &Use) -> bool {
        let same = |a: &Held, b: &Held| {
            (a.key == b.key || a.alias || b.alias)
                && (a.write || b.write)
                && !(a.once && b.once && a.key != b.key)
        };
        let excluded =
            |a: &Use, b: &Use| a.held.iter().any(|held| b.held.iter().any(|other| same(held, other)));
        // What is done once comes before all that follows it.
        let global = self.engine.is_global(self.engine.paths.root_of(a.path));
        let once = |used: &Use| global && used.held.iter().any(|held| held.once && held.write);
        let free = conflict(a.kind, b.kind) && !once(a) && !once(b);
        free && self.engine.paths.same(a.path, b.path) && !excluded(a, b)
    }

    /// Keeps those candidates that nothing orders.
    pub(crate) fn judge_pairs(&mut self) {
        for candidate in std::mem::take(&mut self.candidates) {
            if self.is_ordered(&candidate) {
                continue;
            }
            let Candidate { thread, used, other, other_used, .. } = candidate;
            // The condition may be one that never holds.
            let doubtful =
                used.settled || other_used.settled || self.threads[thread].requests && self.file.test;
            let several = matches!(other, Other::Thread(other, _) if other == thread);
            let thread = &self.threads[thread];
            let (started, requests, subtest) = (thread.place, thread.requests, thread.later && !thread.many);
            let (at, other) = if used.kind == Kind::Write { (used, other_used) } else { (other_used, used) };
            self.engine.keep(Pair {
                unit: self.unit,
                at,
                other,
                started,
                several,
                requests,
                subtest,
                doubtful,
            });
        }
    }

    fn is_ordered(&self, candidate: &Candidate) -> bool {
        let Candidate { thread, at, other, acquired, .. } = candidate;
        let events = &candidate.events.events;
        let signals = releases(&events[*at..]);
        let waits = waits(&events[..*at]);
        match *other {
            Other::Here(since) => {
                let mut helpers = self.helpers(&[*thread]);
                if chain(signals, &helpers, acquired) {
                    return true;
                }
                let mut later = releases(self.events.get(since..).unwrap_or_default());
                if !self.is_test() {
                    // Whoever called this function may signal when it has returned.
                    later.push(Token::Unknown);
                }
                helpers = self.helpers(&[*thread]);
                chain(later, &helpers, &waits)
            }
            Other::Thread(other, other_at) => {
                let Some(others) = candidate.other_events.as_ref().map(|thread| &thread.events) else {
                    return true;
                };
                let mut helpers = self.helpers(&[*thread, other]);
                helpers.push(&self.events);
                let mut awaited = acquires(&others[..other_at]);
                awaited.extend(acquired.iter().copied());
                let back = releases(&others[other_at..]);
                chain(signals, &helpers, &awaited) || chain(back, &helpers, &waits)
            }
        }
    }

    fn helpers(&self, without: &[usize]) -> Vec<&[Event]> {
        let others = self.threads.iter().enumerate().filter(|(at, _)| !without.contains(at));
        others.map(|(_, thread): (usize, &std::rc::Rc<Thread>)| &*thread.events).collect()
    }

    /// Whether nothing comes after this function: it is a test.
    fn is_test(&self) -> bool {
        let unit = &self.engine.units[self.unit];
        let Some(object) = unit.obj.and_then(|obj| self.engine.program.object(obj)) else { return false };
        let name = self.engine.program.types.names.text(object.name);
        self.file.test && unit.receiver.is_none() && name.starts_with("Test")
    }
}

fn syncs(events: &[Event]) -> impl Iterator<Item = &Sync> {
    events.iter().filter_map(|event| match event {
        Event::Sync(sync) => Some(sync),
        _ => None,
    })
}

/// What is signalled, if only by goroutines that are started. A function that was given may signal anything.
fn releases(events: &[Event]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut todo: Vec<(&[Event], u32)> = vec![(events, 0)];
    while let Some((events, depth)) = todo.pop() {
        for event in events {
            match event {
                Event::Sync(sync) if sync.releases => tokens.push(sync.token),
                Event::CallParam(..) => tokens.push(Token::Unknown),
                Event::Spawn(thread) if depth < 3 => todo.push((&thread.events, depth + 1)),
                _ => {}
            }
        }
    }
    tokens
}

/// What is waited for, locks included.
fn acquires(events: &[Event]) -> Vec<Token> {
    let given = events.iter().filter(|event| matches!(event, Event::CallParam(..))).map(|_| Token::Unknown);
    syncs(events).filter(|sync| sync.acquires).map(|sync| sync.token).chain(given).collect()
}

/// What is waited for, without locks: they do not wait for anything in particular.
fn waits(events: &[Event]) -> Vec<Token> {
    acquires(events).into_iter().filter(|token| !matches!(token, Token::Lock(_))).collect()
}

/// Whether what is signalled reaches somebody who waits, if only through other goroutines.
fn chain(mut signals: Vec<Token>, helpers: &[&[Event]], waits: &[Token]) -> bool {
    let mut used = vec![false; helpers.len()];
    loop {
        if waits.iter().any(|wait| signals.iter().any(|signal| meets(*signal, *wait))) {
            return true;
        }
        let next = helpers.iter().enumerate().find(|(at, helper)| {
            !used[*at]
                && acquires(helper).iter().any(|wait| signals.iter().any(|signal| meets(*signal, *wait)))
        });
        let Some((at, helper)) = next else { return false };
        used[at] = true;
        signals.extend(releases(helper));
    }
}

/// Whether both may be the same thing.
fn meets(signal: Token, wait: Token) -> bool {
    match (signal, wait) {
        (Token::Unknown, _) | (_, Token::Unknown) => true,
        (Token::Lock(a), Token::Lock(b)) | (Token::Local(a), Token::Local(b)) => a == b,
        _ => false,
    }
}
