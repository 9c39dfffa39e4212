//! What a function does, as seen from who calls it: its parameters are the arguments.

use std::rc::Rc;

use go_syntax::{ExprId, Span};
use go_types::ObjRef;

use crate::flow::event::{Event, Kind, MOST_EVENTS, Sync, Thread, Token, Use};
use crate::flow::path::PathId;
use crate::flow::resolve::{Callee, Receiver};
use crate::flow::state::{Held, extend};
use crate::flow::unit::{How, Progress, UnitId};
use crate::flow::walk::Walker;

/// So many local functions are looked at before their turn, one for another.
const MOST_AHEAD: u32 = 6;

impl Walker<'_, '_> {
    /// A local function that stands further down is analysed before it is used.
    pub(super) fn ready(&mut self, unit: UnitId) {
        let engine = &mut *self.engine;
        if engine.units[unit].literal.is_some()
            && engine.units[unit].progress == Progress::New
            && engine.ahead < MOST_AHEAD
        {
            engine.ahead += 1;
            Walker::run(engine, unit);
            engine.ahead -= 1;
        }
    }

    /// The events of a unit as seen from here.
    pub(crate) fn events_of(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
        how: How,
    ) -> Vec<Event> {
        self.ready(unit);
        let events = Rc::clone(&self.engine.units[unit].summary.events);
        let mut out = Vec::with_capacity(events.len());
        self.translate_events(unit, &events, receiver, args, span, how, &mut out, 0);
        out
    }

    #[expect(clippy::too_many_arguments, reason = "a call, where it is, and what comes of it")]
    pub(super) fn translate_events(
        &mut self,
        unit: UnitId,
        events: &[Event],
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
        how: How,
        out: &mut Vec<Event>,
        depth: u32,
    ) {
        let via = self.file.place(span);
        // A literal that is called in place or started is part of this function: its lines are told.
        let own = self.engine.units[unit].literal.is_some();
        for event in events {
            match event {
                Event::Access(used)
                    if self.engine.declares(unit, self.engine.paths.root_of(used.path))
                        && !self.is_param(unit, used.path) => {}
                Event::Access(used) => {
                    let Some(path) = self.translate(unit, used.path, receiver, args) else { continue };
                    let held = self.translate_held(unit, &used.held, receiver, args);
                    let via = if own { used.via } else { via };
                    if self.is_param_map(unit, used.path) && how != How::Go && depth == 0 {
                        self.record_given(path, used.kind, span, args);
                    }
                    out.push(Event::Access(Use { path, held, via, ..used.clone() }));
                }
                Event::Sync(Sync { token: Token::Lock(path), .. }) if self.is_private_to(unit, *path) => {}
                Event::Sync(sync) => {
                    let token = match sync.token {
                        Token::Lock(path) => match self.translate(unit, path, receiver, args) {
                            Some(path) => Token::Lock(path),
                            None => Token::Unknown,
                        },
                        Token::Local(path) => match self.translate(unit, path, receiver, args) {
                            Some(path) if self.is_ours(path) => Token::Local(path),
                            _ => Token::Unknown,
                        },
                        Token::Unknown => Token::Unknown,
                    };
                    out.push(Event::Sync(Sync { token, ..*sync }));
                }
                Event::Spawn(thread) => {
                    let mut inner = Vec::with_capacity(thread.events.len());
                    if depth < 3 {
                        let events = &thread.events;
                        let how = How::Go;
                        self.translate_events(unit, events, receiver, args, span, how, &mut inner, depth + 1);
                    }
                    let place = if own { thread.place } else { via };
                    let thread = Thread { events: inner.into(), place, ..**thread };
                    out.push(Event::Spawn(Rc::new(thread)));
                }
                Event::CallParam(obj, held) => {
                    self.translate_given(unit, *obj, held, receiver, args, span, how, out, depth);
                }
                Event::Rebind(path) => {
                    if let Some(path) = self.translate(unit, *path, receiver, args) {
                        out.push(Event::Rebind(path));
                    }
                }
            }
            if out.len() > MOST_EVENTS >> depth {
                break;
            }
        }
    }

    /// The callee calls a function that it was given.
    #[expect(clippy::too_many_arguments, reason = "a call, where it is, and what comes of it")]
    pub(super) fn translate_given(
        &mut self,
        unit: UnitId,
        obj: ObjRef,
        held: &Rc<[Held]>,
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
        how: How,
        out: &mut Vec<Event>,
        depth: u32,
    ) {
        let unknown = Event::Sync(Sync { token: Token::Unknown, acquires: true, releases: true });
        let Some(at) = self.engine.units[unit].params.iter().position(|param| *param == Some(obj)) else {
            // Of a function around the literal.
            out.push(Event::CallParam(obj, Rc::clone(held)));
            return;
        };
        let Some(&arg) = args.get(at) else {
            out.push(unknown);
            return;
        };
        match self.engine.callee(self.file, arg) {
            Callee::Unit(given, on) if depth < 3 && given != unit => {
                let held = self.translate_held(unit, held, receiver, args);
                let before = self.state.held.clone();
                extend(&mut self.state.held, held.iter().copied());
                self.enter(given, how, on, &[], span.start);
                self.state.held = before;
                let events = Rc::clone(&self.engine.units[given].summary.events);
                let start = out.len();
                self.translate_events(given, &events, on, &[], span, how, out, depth + 1);
                for event in &mut out[start..] {
                    if let Event::Access(used) = event {
                        let mut all = used.held.to_vec();
                        extend(&mut all, held.iter().copied());
                        used.held = all.into();
                    }
                }
            }
            Callee::Param(obj) => {
                let held = self.translate_held(unit, held, receiver, args);
                out.push(Event::CallParam(obj, held));
            }
            _ => out.push(unknown),
        }
    }

    pub(super) fn translate_held(
        &mut self,
        unit: UnitId,
        held: &[Held],
        receiver: Option<Receiver>,
        args: &[ExprId],
    ) -> Rc<[Held]> {
        let mut all = Vec::new();
        // A lock of the callee's own excludes nobody.
        for held in held.iter().filter(|held| !held.private) {
            let path = self.translate(unit, held.path, receiver, args).unwrap_or(held.path);
            all.push(Held { path, key: self.engine.paths.key(path), ..*held });
        }
        all.into()
    }

    /// A path of a unit as seen from here. None if it starts from an argument that has no path.
    pub(crate) fn translate(
        &mut self,
        unit: UnitId,
        path: PathId,
        receiver: Option<Receiver>,
        args: &[ExprId],
    ) -> Option<PathId> {
        let root = self.engine.paths.root_of(path);
        let callee = &self.engine.units[unit];
        let start = if callee.receiver == Some(root) {
            receiver?.path?
        } else {
            match callee.params.iter().position(|param| *param == Some(root)) {
                Some(at) => {
                    let &arg = args.get(at)?;
                    self.engine.path(self.file, arg)?
                }
                None => return Some(path),
            }
        };
        self.engine.paths.rebase(self.engine.program, path, start)
    }

    pub(super) fn is_param(&self, unit: UnitId, path: PathId) -> bool {
        let unit = &self.engine.units[unit];
        let root = Some(self.engine.paths.root_of(path));
        unit.receiver == root || unit.params.contains(&root)
    }

    /// Whether a map is a parameter itself, or an element of one.
    pub(super) fn is_param_map(&self, unit: UnitId, path: PathId) -> bool {
        self.is_param(unit, path)
            && matches!(self.engine.paths.key(path).base, crate::flow::path::Base::Var(_))
    }

    /// A callee uses a map that it was given.
    pub(super) fn record_given(&mut self, path: PathId, kind: Kind, span: Span, args: &[ExprId]) {
        if self.state.dead {
            return;
        }
        let same = |&&arg: &&ExprId| self.context().is_map(arg);
        let Some(&arg) = args.iter().find(same) else { return };
        if self.engine.path(self.file, arg) == Some(path) {
            self.record(path, kind, span, arg);
        }
    }
}
