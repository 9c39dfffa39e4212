//! What statements and calls do to what is known: locks, waiting, goroutines, uses of maps.

use std::rc::Rc;

use go_syntax::{ExprId, Span};
use go_types::{ObjKind, ObjRef, PkgId, Type, VarKind};

use crate::flow::event::{Event, Kind, MOST_EVENTS, Sync, Thread, Token, Use};
use crate::flow::known::LockOp;
use crate::flow::path::PathId;
use crate::flow::resolve::{Callee, Receiver};
use crate::flow::state::{Held, Live, MOST_HELD, MOST_LIVE, State, extend};
use crate::flow::unit::{Access, Entry, How, Progress, UnitId};
use crate::flow::walk::Walker;

/// So many local functions are looked at before their turn, one for another.
const MOST_AHEAD: u32 = 6;

impl<'a> Walker<'_, 'a> {
    /// A lock whose path is not known.
    fn some_lock(&mut self) -> PathId {
        self.engine.paths.root(ObjRef { pkg: PkgId::UNIVERSE, index: u32::MAX })
    }

    pub(crate) fn held(&mut self, path: Option<PathId>, write: bool, span: Span) -> Held {
        let path = path.unwrap_or_else(|| self.some_lock());
        Held {
            path,
            key: self.engine.paths.key(path),
            write,
            may: false,
            lost: false,
            private: self.is_private(path),
            alias: self.is_alias(path),
            once: false,
            from: span.start.offset(),
        }
    }

    /// Whether a path leads to a pointer or an interface.
    fn is_alias(&self, path: PathId) -> bool {
        let engine = &*self.engine;
        let types = &engine.program.types;
        let ty = match engine.paths.parent(path) {
            None => match self.context().object(engine.paths.root_of(path)) {
                Some(object) if object.pkg == PkgId::UNIVERSE => return true,
                Some(object) => {
                    if engine.locals.fresh.contains(&engine.paths.root_of(path)) {
                        return false;
                    }
                    object.ty
                }
                None => return true,
            },
            Some((_, crate::flow::path::Step::Field { owner, index })) => {
                match types.get(types.underlying(owner)) {
                    Type::Struct(fields) => {
                        fields.get(index as usize).map_or(go_types::TypeId::INVALID, |field| field.ty)
                    }
                    _ => return false,
                }
            }
            Some(_) => return false,
        };
        // Embedded pointers to locks are the struct's own as a rule.
        matches!(types.get(types.underlying(ty)), Type::Pointer(_) | Type::Interface(_))
    }

    /// Whether a lock is in a variable of this function itself, not behind a pointer: nobody else can hold it.
    fn is_private(&self, path: PathId) -> bool {
        self.is_private_to(self.unit, path)
    }

    fn is_private_to(&self, unit: UnitId, path: PathId) -> bool {
        let root = self.engine.paths.root_of(path);
        if !self.engine.declares(unit, root) || self.engine.paths.key(path).elems > 0 {
            return false;
        }
        let Some(object) = self.context().object(root) else { return false };
        let types = &self.engine.program.types;
        let mut ty = object.ty;
        for step in self.engine.paths.steps(path) {
            let (Type::Struct(fields), crate::flow::path::Step::Field { index, .. }) =
                (types.get(types.underlying(ty)), step)
            else {
                return false;
            };
            let Some(field) = fields.get(index as usize) else { return false };
            ty = field.ty;
        }
        matches!(types.get(types.underlying(ty)), Type::Struct(_))
    }

    pub(crate) fn lock(&mut self, op: LockOp, path: Option<PathId>, args: &[ExprId], span: Span) {
        let path = match (path, args.first()) {
            (None, Some(&arg)) => self.engine.path(self.file, arg),
            _ => path,
        };
        match op {
            LockOp::Take { write } => self.take(path, write, span),
            LockOp::Try { write } => {
                let held = self.held(path, write, span);
                if !self.state.held.iter().any(|known| known.path == held.path) {
                    self.state.acquire(Held { may: true, ..held });
                }
                self.sync(Sync { token: Token::Lock(held.path), acquires: true, releases: false });
            }
            LockOp::Release => self.release(path, span),
        }
    }

    fn take(&mut self, path: Option<PathId>, write: bool, span: Span) {
        let held = self.held(path, write, span);
        self.sync(Sync { token: Token::Lock(held.path), acquires: true, releases: false });
        if !self.state.dead {
            self.state.acquire(held);
        }
    }

    pub(crate) fn release(&mut self, path: Option<PathId>, span: Span) {
        let path = path.unwrap_or_else(|| self.some_lock());
        let key = self.engine.paths.key(path);
        self.sync(Sync { token: Token::Lock(path), acquires: false, releases: true });
        if !self.state.dead {
            self.state.release(path, key, span.start.offset());
        }
    }

    /// A callee has released a lock that it had not taken.
    pub(crate) fn released_by_callee(&mut self, path: PathId, may: bool, at: u32) {
        if self.state.dead {
            return;
        }
        let key = self.engine.paths.key(path);
        if may {
            for held in self.state.held.iter_mut().filter(|held| held.path == path || held.key == key) {
                held.may = true;
            }
        } else {
            self.state.release(path, key, at);
        }
    }

    /// The locks that a call has taken are released again.
    pub(crate) fn undo(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span) {
        for held in self.engine.units[unit].summary.acquires.clone() {
            if let Some(path) = self.translate(unit, held.path, receiver, &[]) {
                self.release(Some(path), span);
            }
        }
    }

    /// A channel is sent to, received from or closed.
    pub(crate) fn channel(&mut self, channel: ExprId) {
        let path = self.engine.path(self.file, channel);
        self.sync_on(path, true, true);
    }

    fn token(&self, path: Option<PathId>) -> Token {
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
    fn is_ours(&self, path: PathId) -> bool {
        let root = self.engine.paths.root_of(path);
        let object = self.context().object(root);
        object.is_some_and(|object| matches!(object.kind, ObjKind::Var(VarKind::Local)))
            && self.engine.paths.parent(path).is_none()
            && !self.engine.locals.leaked.contains(&root)
    }

    pub(crate) fn unknown_sync(&mut self) {
        self.sync(Sync { token: Token::Unknown, acquires: true, releases: true });
    }

    fn sync(&mut self, sync: Sync) {
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

    fn event(&mut self, event: Event) {
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

    fn rebind_path(&mut self, path: PathId) {
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
    fn record(&mut self, path: PathId, kind: Kind, span: Span, text: ExprId) {
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

    fn use_map(&mut self, mut used: Use) {
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
    pub(crate) fn enter(&mut self, unit: UnitId, how: How, receiver: Option<Receiver>, args: &[ExprId]) {
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
        let entry = Entry { from: self.unit, how, held, released, fresh, same_receiver };
        self.engine.units[unit].entries.push(entry);
    }

    pub(crate) fn call_unit(
        &mut self,
        unit: UnitId,
        receiver: Option<Receiver>,
        args: &[ExprId],
        span: Span,
    ) {
        self.enter(unit, How::Call, receiver, args);
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
        self.enter(unit, How::Once, receiver, &[]);
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
        self.enter(unit, How::Go, receiver, args);
        let mut events = self.events_of(unit, receiver, args, span, How::Go);
        if let Some(group) = group {
            let token = self.token(group);
            events.push(Event::Sync(Sync { token, acquires: false, releases: true }));
        }
        let (events, place) = (events.into(), self.file.place(span));
        self.spawn(Rc::new(Thread { events, place, later, many: false, requests: false }));
    }

    /// A goroutine will be started when something unknown has happened.
    pub(crate) fn start_later(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span) {
        self.enter(unit, How::Go, receiver, &[]);
        let mut events = vec![Event::Sync(Sync { token: Token::Unknown, acquires: true, releases: false })];
        events.extend(self.events_of(unit, receiver, &[], span, How::Go));
        let (events, place) = (events.into(), self.file.place(span));
        self.spawn(Rc::new(Thread { events, place, later: false, many: false, requests: false }));
    }

    /// A function is registered that many goroutines will run, for requests or not.
    pub(crate) fn serve(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span, requests: bool) {
        self.enter(unit, How::Go, receiver, &[]);
        self.engine.units[unit].serves |= requests;
        let events = self.events_of(unit, receiver, &[], span, How::Go).into();
        let place = self.file.place(span);
        self.spawn(Rc::new(Thread { events, place, later: true, many: true, requests }));
    }

    fn spawn(&mut self, thread: Rc<Thread>) {
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

    /// A local function that stands further down is analysed before it is used.
    fn ready(&mut self, unit: UnitId) {
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
    fn translate_events(
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
    fn translate_given(
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
                self.enter(given, how, on, &[]);
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

    fn translate_held(
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

    fn is_param(&self, unit: UnitId, path: PathId) -> bool {
        let unit = &self.engine.units[unit];
        let root = Some(self.engine.paths.root_of(path));
        unit.receiver == root || unit.params.contains(&root)
    }

    /// Whether a map is a parameter itself, or an element of one.
    fn is_param_map(&self, unit: UnitId, path: PathId) -> bool {
        self.is_param(unit, path)
            && matches!(self.engine.paths.key(path).base, crate::flow::path::Base::Var(_))
    }

    /// A callee uses a map that it was given.
    fn record_given(&mut self, path: PathId, kind: Kind, span: Span, args: &[ExprId]) {
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
