//! Calls of functions that were analysed, and goroutines that run them.

use std::rc::Rc;

use go_syntax::{ExprId, Pos, Span};
use go_types::ObjRef;

use crate::flow::event::{Event, Sync, Thread, Token};
use crate::flow::path::PathId;
use crate::flow::resolve::Receiver;
use crate::flow::state::{Held, Live, MOST_LIVE, State, extend};
use crate::flow::unit::{Entry, How, Progress, UnitId};
use crate::flow::walk::Walker;

impl Walker<'_, '_> {
    /// Calls a function that this one was given.
    pub(crate) fn call_param(&mut self, obj: ObjRef) {
        if self.state.dead {
            return;
        }
        let held = self.state.held.as_slice().into();
        self.event(Event::CallParam(obj, held));
        for live in &mut self.state.live {
            extend(&mut live.acquired, [Token::Unknown]);
        }
    }

    /// Notes that a unit is entered from here.
    pub(crate) fn enter(
        &mut self,
        unit: UnitId,
        how: How,
        receiver: Option<Receiver>,
        args: &[ExprId],
        at: Pos,
    ) {
        if self.state.dead {
            return;
        }
        let mut path = receiver.and_then(|receiver| receiver.path);
        if receiver.is_none()
            && let Some(&first) = args.first()
        {
            path = self.engine.path(self.file, first);
        }
        let root = path.map(|path| self.engine.paths.root_of(path));
        let own = &self.engine.units[self.unit];
        let first = own.params.first().copied().flatten();
        let same_receiver = root.is_some() && (root == own.receiver || root == first);
        let fresh = receiver.is_some_and(|receiver| receiver.fresh)
            || root.is_some_and(|root| {
                self.engine.locals.fresh.contains(&root) && self.engine.declares(self.unit, root)
            });
        let held = if how == How::Go { Vec::new() } else { self.state.held.clone() };
        let released = self.state.released.iter().map(|released| released.key).collect();
        let entry = Entry { from: self.unit, how, at, held, released, fresh, same_receiver };
        self.engine.units[unit].entries.push(entry);
    }

    pub(crate) fn call_unit(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
    ) {
        self.enter(unit, How::Call, receiver, args, span.start);
        self.ready(unit);
        let done = self.engine.units[unit].progress == Progress::Done;
        let events = self.events_of(unit, receiver, args, span, How::Call);
        self.perform(events);
        if !done {
            self.unknown_sync();
        }
        let summary = &self.engine.units[unit].summary;
        let (acquires, never) = (summary.acquires.clone(), summary.never && done);
        for (path, may) in self.releases_of(unit, receiver, args) {
            self.released_by_callee(path, may, span.start.offset());
        }
        for held in acquires {
            let path = self.translate(unit, held.path, receiver, args);
            let taken = self.held(path, held.write, span);
            if !self.state.dead {
                self.state.acquire(taken);
            }
        }
        if never {
            self.state = State::dead();
        }
    }

    pub(crate) fn releases_of(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        args: &[ExprId],
    ) -> Vec<(PathId, bool)> {
        let releases = self.engine.units[unit].summary.releases.clone();
        let there = |(path, may)| Some((self.translate(unit, path, receiver, args)?, may));
        releases.into_iter().filter_map(there).collect()
    }

    /// `once.Do(f)`: what `f` does comes before all that follows.
    pub(crate) fn call_once(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        once: Option<PathId>,
        span: Span,
    ) {
        self.enter(unit, How::Once, receiver, &[], span.start);
        let Some(once) = once else {
            self.unknown_sync();
            return;
        };
        let held = Held { once: true, ..self.held(Some(once), true, span) };
        self.state.acquire(held);
        let events = self.events_of(unit, receiver, &[], span, How::Once);
        self.perform(events);
        self.state.held.retain(|known| known.path != once);
        self.state.acquire(Held { write: false, ..held });
        self.sync_on(Some(once), true, true);
    }

    /// A goroutine is started. When it has ended, `group` is told.
    pub(crate) fn start(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
        later: bool,
        group: Option<Option<PathId>>,
    ) {
        self.enter(unit, How::Go, receiver, args, span.start);
        let mut events = self.events_of(unit, receiver, args, span, How::Go);
        if let Some(group) = group {
            let token = self.token(group);
            events.push(Event::Sync(Sync { token, acquires: false, releases: true }));
        }
        let (events, place) = (events.into(), self.file.place(span));
        self.spawn(Rc::new(Thread { events, place, origin: place, later, many: false, requests: false }));
    }

    /// A goroutine will be started when something unknown has happened.
    pub(crate) fn start_later(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span) {
        self.enter(unit, How::Go, receiver, &[], span.start);
        let mut events = vec![Event::Sync(Sync { token: Token::Unknown, acquires: true, releases: false })];
        events.extend(self.events_of(unit, receiver, &[], span, How::Go));
        let (events, place) = (events.into(), self.file.place(span));
        self.spawn(Rc::new(Thread {
            events,
            place,
            origin: place,
            later: false,
            many: false,
            requests: false,
        }));
    }

    /// A function is registered that many goroutines will run, for requests or not.
    pub(crate) fn serve(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span, requests: bool) {
        self.enter(unit, How::Go, receiver, &[], span.start);
        self.engine.units[unit].serves |= requests;
        let events = self.events_of(unit, receiver, &[], span, How::Go).into();
        let place = self.file.place(span);
        self.spawn(Rc::new(Thread { events, place, origin: place, later: true, many: true, requests }));
    }

    pub(super) fn spawn(&mut self, thread: Rc<Thread>) {
        if self.state.dead {
            return;
        }
        if !thread.later {
            self.event(Event::Spawn(Rc::clone(&thread)));
        }
        // With the goroutines that started it: those have been compared with it already.
        let mut nested: Vec<(Rc<Thread>, Vec<u32>)> = vec![(thread, Vec::new())];
        while let Some((thread, outer)) = nested.pop() {
            let at = match self.threads.iter().position(|known| known.place == thread.place) {
                Some(at) => {
                    self.threads[at] = Rc::clone(&thread);
                    at
                }
                None if self.threads.len() == MOST_LIVE => continue,
                None => {
                    self.threads.push(Rc::clone(&thread));
                    self.threads.len() - 1
                }
            };
            self.compare_threads(at, &outer);
            let number = at as u32;
            if !self.state.live.iter().any(|live| live.thread == number) {
                let loops = self.loops;
                let (acquired, rebound) = (Vec::new(), Vec::new());
                self.state.live.push(Live { thread: number, acquired, rebound, loops });
            }
            if outer.len() == 3 {
                continue;
            }
            for (at, event) in thread.events.iter().enumerate() {
                if let Event::Spawn(inner) = event {
                    // It comes after what the outer goroutine waited for.
                    let waits = thread.events[..at]
                        .iter()
                        .filter(|event| matches!(event, Event::Sync(sync) if sync.acquires));
                    let events = waits.chain(inner.events.iter()).cloned().collect();
                    let inner = Thread { events, ..**inner };
                    let outer = outer.iter().copied().chain([number]).collect();
                    nested.push((Rc::new(inner), outer));
                }
            }
        }
    }
}
