//! What statements do to what is known: waiting and signalling, uses of maps.

use go_syntax::{ExprId, Span};
use go_types::{ObjKind, ObjRef, VarKind};

use crate::flow::event::{Event, Kind, MOST_EVENTS, Sync, Token, Use};
use crate::flow::path::PathId;
use crate::flow::state::{MOST_HELD, State, extend};
use crate::flow::unit::Access;
use crate::flow::walk::Walker;

impl<'a> Walker<'_, 'a> {
    /// A channel is sent to, received from or closed.
    pub(crate) fn channel(&mut self, channel: ExprId) {
        let path = self.engine.path(self.file, channel);
        self.sync_on(path, true, true);
    }

    pub(super) fn token(&self, path: Option<PathId>) -> Token {
        match path {
            Some(path) if self.is_ours(path) => Token::Local(path),
            _ => Token::Unknown,
        }
    }

    pub(crate) fn sync_on(&mut self, path: Option<PathId>, acquires: bool, releases: bool) {
        let token = self.token(path);
        self.sync(Sync { token, acquires, releases });
    }

    /// Whether a path is a variable that only the functions at hand know.
    pub(super) fn is_ours(&self, path: PathId) -> bool {
        let root = self.engine.paths.root_of(path);
        let object = self.context().object(root);
        object.is_some_and(|object| matches!(object.kind, ObjKind::Var(VarKind::Local)))
            && self.engine.paths.parent(path).is_none()
            && !self.engine.locals.leaked.contains(&root)
    }

    pub(crate) fn unknown_sync(&mut self) {
        self.sync(Sync { token: Token::Unknown, acquires: true, releases: true });
    }

    pub(super) fn sync(&mut self, sync: Sync) {
        if self.state.dead {
            return;
        }
        if sync.acquires {
            for live in &mut self.state.live {
                extend(&mut live.acquired, [sync.token]);
            }
        }
        if !matches!(self.events.last(), Some(Event::Sync(last)) if *last == sync) {
            self.event(Event::Sync(sync));
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        if self.events.len() < MOST_EVENTS {
            self.events.push(event);
        } else if self.events.len() == MOST_EVENTS {
            let sync = Sync { token: Token::Unknown, acquires: true, releases: true };
            self.events.push(Event::Sync(sync));
        }
    }

    pub(crate) fn rebind(&mut self, obj: ObjRef) {
        let path = self.engine.paths.root(obj);
        self.rebind_path(path);
    }

    /// What others can see too gets another value.
    pub(crate) fn replace(&mut self, path: PathId) {
        self.rebind_path(path);
        if !self.state.dead {
            self.event(Event::Rebind(path));
        }
    }

    pub(super) fn rebind_path(&mut self, path: PathId) {
        for live in &mut self.state.live {
            extend(&mut live.rebound, [path]);
        }
    }

    /// A map is used.
    pub(crate) fn access(&mut self, map: ExprId, kind: Kind, span: Span) {
        if self.state.dead || self.state.held.len() >= MOST_HELD {
            return;
        }
        let Some(path) = self.engine.path(self.file, map) else { return };
        let place = self.file.place(span);
        self.record(path, kind, span, map);
        let held = self.state.held.as_slice().into();
        let settled = self.settled > 0;
        self.use_map(Use { path, kind, held, settled, origin: place, via: place });
    }

    /// Keeps a use of a map that this function makes itself.
    pub(super) fn record(&mut self, path: PathId, kind: Kind, span: Span, text: ExprId) {
        let fresh = self.engine.locals.fresh.contains(&self.engine.paths.root_of(path));
        let access = Access {
            path,
            kind,
            place: self.file.place(span),
            text,
            held: self.state.held.clone(),
            released: self.state.released.clone(),
            fresh,
            conditional: self.conditions > 0,
        };
        let accesses = &mut self.engine.units[self.unit].accesses;
        match self.known.get(&(span.start.offset(), kind, path)) {
            Some(&at) => {
                let known = &mut accesses[at];
                let of = |access: &Access| State {
                    held: access.held.clone(),
                    released: access.released.clone(),
                    ..State::default()
                };
                let joined = of(known).join(of(&access), None);
                known.held = joined.held;
                known.released = joined.released;
            }
            None => {
                self.known.insert((span.start.offset(), kind, path), accesses.len());
                accesses.push(access);
            }
        }
    }

    pub(super) fn use_map(&mut self, mut used: Use) {
        if self.state.dead || self.engine.locals.nil.contains(&self.engine.paths.root_of(used.path)) {
            return;
        }
        used.settled |= self.settled > 0;
        if !self.state.held.is_empty() && !used.held.iter().eq(self.state.held.iter()) {
            let mut held = used.held.to_vec();
            extend(&mut held, self.state.held.iter().copied());
            used.held = held.into();
        }
        self.compare(&used);
        self.event(Event::Access(used));
    }

    /// Does what is listed.
    pub(crate) fn perform(&mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Access(used) => self.use_map(used),
                Event::Sync(sync) => self.sync(sync),
                Event::Spawn(thread) => self.spawn(thread),
                Event::CallParam(obj, held) => self.event(Event::CallParam(obj, held)),
                Event::Rebind(path) => self.replace(path),
            }
        }
    }

    /// A function was called of which the user says that it locks something: from here on some lock is held.
    pub(crate) fn take_told(&mut self, span: Span) {
        self.take(None, true, span);
    }
}
