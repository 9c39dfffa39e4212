//! Goes through a function statement by statement, with what is known at each.

use std::rc::Rc;

use go_syntax::ast::{AssignOp, BinaryOp, BranchKind, Decl, Expr, Spec, Stmt, UnaryOp};
use go_syntax::{ExprId, List, Span, StmtId, Sym};
use go_types::{ObjRef, Type};
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::flow::engine::Engine;
use crate::flow::event::{Event, Kind, MOST_EVENTS, Summary, Thread};
use crate::flow::known::LockOp;
use crate::flow::path::PathId;
use crate::flow::race::Candidate;
use crate::flow::resolve::Callee;
use crate::flow::state::{Held, State};
use crate::flow::unit::{File, Progress, UnitId};

/// Goes through one unit.
pub(crate) struct Walker<'e, 'a> {
    pub(crate) engine: &'e mut Engine<'a>,
    pub(crate) unit: UnitId,
    pub(crate) file: File<'a>,
    pub(crate) state: State,
    pub(crate) events: Vec<Event>,
    pub(crate) threads: Vec<Rc<Thread>>,
    pub(crate) candidates: Vec<Candidate>,
    /// Uses of maps that are known already, by place.
    pub(crate) known: FxHashMap<(u32, Kind, PathId), usize>,
    /// Function literals that the call around them takes care of.
    pub(crate) consumed: Vec<ExprId>,
    pub(crate) deferred: Vec<Deferred>,
    pub(crate) loops: u32,
    /// Where the events of the outermost loop around begin.
    pub(crate) loop_start: Option<usize>,
    pub(crate) conditions: u32,
    /// How many of the conditions are settled before the function runs, as far as can be seen.
    pub(crate) settled: u32,
    /// Results of `TryLock`, by the variable that has them.
    pub(crate) tries: FxHashMap<ObjRef, Held>,
    frames: Vec<Frame>,
    depth: u32,
    exits: State,
    returns: Option<Option<PathId>>,
    fresh: bool,
}

/// What a `defer` will do.
pub(crate) enum Deferred {
    /// Release a lock.
    Release(PathId, Span),
    /// Something that may release any lock.
    Unknown,
    /// These things.
    Events(Vec<Event>, Vec<(PathId, bool)>),
}

/// A statement that `break` or `continue` may leave.
struct Frame {
    label: Option<Sym>,
    is_loop: bool,
    breaks: State,
    continues: State,
}

/// Statements nested deeper than this are not looked into.
const DEEPEST: u32 = 150;

impl<'e, 'a> Walker<'e, 'a> {
    /// Analyses a unit.
    pub(crate) fn run(engine: &'e mut Engine<'a>, unit: UnitId) {
        if engine.units[unit].progress != Progress::New {
            return;
        }
        engine.units[unit].progress = Progress::Busy;
        let file = engine.files[engine.units[unit].file];
        let body = engine.units[unit].body;
        let mut walker = Walker {
            engine,
            unit,
            file,
            state: State::default(),
            events: Vec::new(),
            threads: Vec::new(),
            candidates: Vec::new(),
            known: FxHashMap::default(),
            consumed: Vec::new(),
            deferred: Vec::new(),
            loops: 0,
            loop_start: None,
            conditions: 0,
            settled: 0,
            tries: FxHashMap::default(),
            frames: Vec::new(),
            depth: 0,
            exits: State::dead(),
            returns: None,
            fresh: true,
        };
        walker.stmt(body, None);
        walker.finish();
    }

    pub(crate) fn context(&self) -> Context<'a> {
        self.file.context(self.engine.program)
    }

    fn finish(mut self) {
        let falls_out = !self.state.dead;
        self.leave();
        let mut exit = std::mem::take(&mut self.exits);
        let mut any = false;
        // What is deferred happens after a panic, too.
        let never = std::mem::replace(&mut exit.dead, false);
        for deferred in std::mem::take(&mut self.deferred).into_iter().rev() {
            self.state = exit;
            match deferred {
                Deferred::Release(path, span) => self.release(Some(path), span),
                Deferred::Unknown => any = true,
                Deferred::Events(events, releases) => {
                    self.perform(events);
                    for (path, may) in releases {
                        self.released_by_callee(path, may, 0);
                    }
                }
            }
            exit = std::mem::take(&mut self.state);
        }
        exit.dead = never;
        self.judge_pairs();
        let acquires = exit.held.iter().filter(|held| !(any || held.may || held.once || held.private));
        let acquires = acquires.copied().collect();
        let releases = exit.released.iter().filter(|released| released.net);
        let releases = releases.map(|released| (released.path, released.may)).collect();
        let summary = Summary {
            events: self.events.into(),
            acquires,
            releases,
            returns: self.returns.flatten(),
            fresh: self.fresh && self.returns.is_some() && !falls_out,
            never,
        };
        let unit = &mut self.engine.units[self.unit];
        unit.summary = summary;
        unit.progress = Progress::Done;
    }

    /// Control leaves the function here.
    fn leave(&mut self) {
        let state = std::mem::replace(&mut self.state, State::dead());
        let exits = std::mem::replace(&mut self.exits, State::dead());
        self.exits = exits.join(state, None);
    }

    fn stmts(&mut self, list: List<StmtId>) {
        let tree = &self.file.info.tree;
        for &stmt in tree.stmts(list) {
            self.stmt(stmt, None);
        }
    }

    pub(crate) fn stmt(&mut self, id: StmtId, label: Option<Sym>) {
        if self.depth == DEEPEST {
            self.engine.units[self.unit].irregular = true;
            return;
        }
        self.depth += 1;
        self.stmt_inner(id, label);
        self.depth -= 1;
    }

    fn stmt_inner(&mut self, id: StmtId, label: Option<Sym>) {
        let tree = &self.file.info.tree;
        match tree.stmt(id) {
            Stmt::Bad { .. } | Stmt::Skipped { .. } | Stmt::Empty { .. } => {}
            Stmt::Decl { decl } => self.declaration(decl),
            Stmt::Labeled { label, stmt, .. } => self.stmt(stmt, Some(label.sym)),
            Stmt::Expr { x } => self.expr(x),
            Stmt::Send { chan, value, .. } => {
                self.expr(chan);
                self.expr(value);
                self.channel(chan);
            }
            Stmt::IncDec { x, .. } => {
                self.target_parts(x);
                self.write_target(x);
            }
            Stmt::Assign { lhs, op, rhs, .. } => self.assign(tree.exprs(lhs), op, tree.exprs(rhs)),
            Stmt::Go { call } => self.go(call),
            Stmt::Defer { call } => self.defer(call),
            Stmt::Return { results } => self.return_(tree.exprs(results)),
            Stmt::Branch { kind, label } => self.branch(kind, label.map(|label| label.sym)),
            Stmt::Block { stmts, .. } => self.stmts(stmts),
            Stmt::If { .. } => self.if_(id),
            Stmt::Case { .. } | Stmt::Comm { .. } => {}
            Stmt::Switch { init, tag, body } => {
                init.into_iter().for_each(|init| self.stmt(init, None));
                tag.into_iter().for_each(|tag| self.expr(tag));
                self.clauses(body, label, true);
            }
            Stmt::TypeSwitch { init, assign, body } => {
                init.into_iter().for_each(|init| self.stmt(init, None));
                self.stmt(assign, None);
                self.clauses(body, label, true);
            }
            Stmt::Select { body } => self.clauses(body, label, false),
            Stmt::For { init, cond, post, body } => {
                init.into_iter().for_each(|init| self.stmt(init, None));
                let trips = cond.and_then(|cond| self.trips(init, cond));
                if trips == Some(0) {
                    return;
                }
                self.repeat(label, trips == Some(1), |this| {
                    let after = match cond {
                        Some(cond) => {
                            let (yes, no) = this.condition(cond);
                            this.state = yes;
                            no
                        }
                        None => State::dead(),
                    };
                    this.stmt(body, None);
                    this.continues();
                    post.into_iter().for_each(|post| this.stmt(post, None));
                    after
                });
            }
            Stmt::Range { clause, body } => self.range(tree.range(clause), body, label),
        }
    }

    fn declaration(&mut self, decl: go_syntax::DeclId) {
        let tree = &self.file.info.tree;
        let Decl::Gen { specs, .. } = tree.decl(decl) else { return };
        for spec in tree.specs(specs) {
            let Spec::Value { names, values, .. } = *spec else { continue };
            for &value in tree.exprs(values) {
                self.expr(value);
            }
            for name in tree.idents(names) {
                if let Some(obj) = self.file.declared(name.pos) {
                    self.rebind(obj);
                }
            }
        }
    }

    fn assign(&mut self, lhs: &[ExprId], op: AssignOp, rhs: &[ExprId]) {
        let tree = &self.file.info.tree;
        for &left in lhs {
            self.target_parts(left);
        }
        for &right in rhs {
            self.expr(right);
        }
        for &left in lhs {
            self.write_target(left);
        }
        if matches!(op, AssignOp::Op(_)) {
            return;
        }
        for (at, &left) in lhs.iter().enumerate() {
            let left = tree.unparen(left);
            let obj = match (tree.expr(left), self.file.info.use_of(left)) {
                (Expr::Ident { .. }, go_types::Use::Object(obj)) => Some(obj),
                (Expr::Ident { .. }, _) => self.file.declared(tree.start(left)),
                (Expr::Selector { .. }, _) => {
                    if let Some(path) = self.engine.path(self.file, left) {
                        self.replace(path);
                    }
                    None
                }
                _ => None,
            };
            if let Some(obj) = obj {
                self.rebind(obj);
                if let (true, Some(held)) = (lhs.len() == rhs.len(), rhs.get(at).and_then(|&e| self.tried(e)))
                {
                    self.tries.insert(obj, held);
                }
            }
        }
    }

    /// The lock that `mu.TryLock()` tries.
    fn tried(&mut self, e: ExprId) -> Option<Held> {
        let tree = &self.file.info.tree;
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(e)) else { return None };
        match self.engine.callee(self.file, fun) {
            Callee::Lock(LockOp::Try { write }, path) => Some(self.held(path, write, tree.expr_span(e))),
            _ => None,
        }
    }

    fn return_(&mut self, results: &[ExprId]) {
        for &result in results {
            self.expr(result);
        }
        let is_reference = |&&first: &&ExprId| self.engine.is_reference(self.file.info.type_of(first));
        let path = match results.first().filter(is_reference) {
            Some(&first) => self.engine.path(self.file, first),
            None => None,
        };
        let fresh = results.first().is_some_and(|&first| self.engine.is_fresh(self.file, first));
        if !self.state.dead {
            let path = path.filter(|_| !fresh || results.len() == 1);
            self.fresh &= fresh;
            self.returns = match self.returns {
                None => Some(path),
                Some(before) => Some(before.filter(|&before| path == Some(before))),
            };
        }
        self.leave();
    }

    fn branch(&mut self, kind: BranchKind, label: Option<Sym>) {
        let state = std::mem::replace(&mut self.state, State::dead());
        let is_continue = match kind {
            BranchKind::Break => false,
            BranchKind::Continue => true,
            BranchKind::Fallthrough => {
                self.state = state;
                return;
            }
            BranchKind::Goto => {
                self.engine.units[self.unit].irregular = true;
                return;
            }
        };
        let frame = self.frames.iter_mut().rev().find(|frame| match label {
            Some(label) => frame.label == Some(label),
            None => frame.is_loop || !is_continue,
        });
        let Some(frame) = frame else { return };
        let to = if is_continue { &mut frame.continues } else { &mut frame.breaks };
        *to = std::mem::replace(to, State::dead()).join(state, None);
    }

    /// An `if` and all that hang on its `else`, of which there may be many.
    fn if_(&mut self, id: StmtId) {
        let tree = &self.file.info.tree;
        let before = self.state.clone();
        let mut after = State::dead();
        let mut next = Some(id);
        let settled = self.settled;
        while let Some(id) = next.take() {
            let Stmt::If { init, cond, body, otherwise } = tree.stmt(id) else {
                self.conditions += 1;
                self.stmt(id, None);
                self.conditions -= 1;
                break;
            };
            init.into_iter().for_each(|init| self.stmt(init, None));
            let (yes, no) = self.condition(cond);
            self.state = yes;
            self.conditions += 1;
            self.settled += u32::from(self.is_settled(cond));
            self.stmt(body, None);
            self.conditions -= 1;
            let state = std::mem::replace(&mut self.state, no);
            after = after.join(state, Some(&before));
            next = otherwise;
        }
        self.settled = settled;
        let state = std::mem::take(&mut self.state);
        self.state = after.join(state, Some(&before));
    }

    /// Looks at a condition. Gives what is known if it holds, and if not.
    fn condition(&mut self, e: ExprId) -> (State, State) {
        let tree = &self.file.info.tree;
        let e = tree.unparen(e);
        self.depth += 1;
        let result = match tree.expr(e) {
            Expr::Unary { op: UnaryOp::Not, x } if self.depth < DEEPEST => {
                let (yes, no) = self.condition(x);
                (no, yes)
            }
            Expr::Binary { op: BinaryOp::LAnd, x, y, .. } if self.depth < DEEPEST => {
                let (yes, no) = self.condition(x);
                self.state = yes;
                self.conditions += 1;
                self.settled += 1;
                let (both, not_y) = self.condition(y);
                self.conditions -= 1;
                self.settled -= 1;
                (both, no.join(not_y, None))
            }
            Expr::Binary { op: BinaryOp::LOr, x, y, .. } if self.depth < DEEPEST => {
                let (yes, no) = self.condition(x);
                self.state = no;
                self.conditions += 1;
                self.settled += 1;
                let (yes_y, neither) = self.condition(y);
                self.conditions -= 1;
                self.settled -= 1;
                (yes.join(yes_y, None), neither)
            }
            _ => self.plain_condition(e),
        };
        self.depth -= 1;
        result
    }

    fn plain_condition(&mut self, e: ExprId) -> (State, State) {
        let tree = &self.file.info.tree;
        let before = self.state.clone();
        self.expr(e);
        let mut held = self.tried(e);
        if let (None, Expr::Ident { .. }, go_types::Use::Object(obj)) =
            (held, tree.expr(e), self.file.info.use_of(e))
        {
            held = self.tries.get(&obj).copied();
        }
        let mut no = std::mem::take(&mut self.state);
        let mut yes = no.clone();
        if let Some(held) = held {
            yes.acquire(held);
            no.held.retain(|other| other.path != held.path || before.held.iter().any(|known| known == other));
            no.held.retain(|other| other.path != held.path || !other.may);
        }
        match self.context().truth(e) {
            Some(true) => no = State::dead(),
            Some(false) => yes = State::dead(),
            None => {}
        }
        (yes, no)
    }

    /// Whether a condition is made of constants, and variables that were once assigned some.
    fn is_settled(&self, e: ExprId) -> bool {
        let info = self.file.info;
        info.tree.walk(go_syntax::Node::Expr(e)).all(|event| {
            let go_syntax::Event::Enter(go_syntax::Node::Expr(id)) = event else { return true };
            match info.tree.expr(id) {
                Expr::Binary { .. } | Expr::Unary { .. } | Expr::Paren { .. } | Expr::Lit { .. } => true,
                Expr::Ident { .. } => match info.use_of(id) {
                    go_types::Use::Object(obj) => match self.engine.locals.bound.get(&obj) {
                        Some(&value) => info.mode(value) == go_types::Mode::Const,
                        None => info.mode(id) == go_types::Mode::Const,
                    },
                    _ => false,
                },
                _ => false,
            }
        })
    }

    fn clauses(&mut self, body: StmtId, label: Option<Sym>, may_skip: bool) {
        let tree = &self.file.info.tree;
        let frame = Frame { label, is_loop: false, breaks: State::dead(), continues: State::dead() };
        self.frames.push(frame);
        let before = std::mem::take(&mut self.state);
        let mut after = State::dead();
        let (mut default, mut falls) = (false, None::<State>);
        let mut tests = before.clone();
        self.conditions += 1;
        let settled = self.settled;
        for &clause in tree.block(body) {
            self.settled = settled;
            let stmts = match tree.stmt(clause) {
                Stmt::Case { list, default: is_default, body, .. } => {
                    default |= is_default;
                    let all = tree.exprs(list).iter().all(|&e| self.is_settled(e));
                    self.settled += u32::from(all && !is_default);
                    self.state = std::mem::take(&mut tests);
                    for &e in tree.exprs(list) {
                        if !matches!(self.file.info.mode(e), go_types::Mode::Type) {
                            self.expr(e);
                        }
                    }
                    tests = self.state.clone();
                    body
                }
                Stmt::Comm { comm, body, .. } => {
                    self.state = before.clone();
                    comm.into_iter().for_each(|comm| self.stmt(comm, None));
                    body
                }
                _ => continue,
            };
            if let Some(falls) = falls.take() {
                self.state = std::mem::take(&mut self.state).join(falls, None);
            }
            self.stmts(stmts);
            let state = std::mem::take(&mut self.state);
            let last = tree.stmts(stmts).last().map(|&last| tree.stmt(last));
            if let Some(Stmt::Branch { kind: BranchKind::Fallthrough, .. }) = last {
                falls = Some(state);
            } else {
                after = after.join(state, Some(&before));
            }
        }
        self.conditions -= 1;
        self.settled = settled;
        if may_skip && !default {
            after = after.join(tests, Some(&before));
        }
        if let Some(frame) = self.frames.pop() {
            after = after.join(frame.breaks, Some(&before));
        }
        self.state = after;
    }

    fn range(&mut self, clause: go_syntax::ast::RangeClause, body: StmtId, label: Option<Sym>) {
        let tree = &self.file.info.tree;
        self.expr(clause.x);
        let types = &self.engine.program.types;
        let ty = self.file.info.type_of(clause.x);
        let (mut is_chan, mut is_func) = (false, false);
        if self.context().is_map(clause.x) {
            self.access(clause.x, Kind::Iterate, tree.expr_span(clause.x));
        } else {
            match types.get(types.underlying(ty)) {
                Type::Chan { .. } => is_chan = true,
                Type::Func(_) => is_func = true,
                _ => {}
            }
        }
        self.repeat(label, false, |this| {
            if is_chan {
                this.channel(clause.x);
            }
            if is_func && !matches!(tree.expr(tree.unparen(clause.x)), Expr::Call { .. }) {
                this.unknown_sync();
            }
            let after = this.state.clone();
            for target in [clause.key, clause.value].into_iter().flatten() {
                if clause.define {
                    if let Some(obj) = this.file.declared(tree.start(target)) {
                        this.rebind(obj);
                    }
                } else {
                    this.target_parts(target);
                    this.write_target(target);
                }
            }
            this.stmt(body, None);
            this.continues();
            after
        });
    }

    /// A loop. `once` goes through it, and gives what is known where it ends without going through.
    fn repeat(&mut self, label: Option<Sym>, single: bool, mut once: impl FnMut(&mut Self) -> State) {
        let frame = Frame { label, is_loop: true, breaks: State::dead(), continues: State::dead() };
        self.frames.push(frame);
        self.loops += 1;
        let outer = self.loop_start;
        self.loop_start = outer.or(Some(self.events.len()));
        let start = self.events.len();
        let before = self.state.clone();
        let mut after = once(self);
        let again = std::mem::take(&mut self.state).join(before.clone(), None);
        if again != before && !again.dead && !single {
            self.state = again;
            after = after.join(once(self), None);
            self.state = State::default();
        }
        self.repeat_events(start);
        self.loop_start = outer;
        self.loops -= 1;
        if let Some(frame) = self.frames.pop() {
            after = after.join(frame.breaks, None);
        }
        self.state = after;
    }

    /// How often a loop runs that counts from one constant to another, if that is at most once.
    fn trips(&self, init: Option<StmtId>, cond: ExprId) -> Option<u32> {
        let tree = &self.file.info.tree;
        let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = tree.stmt(init?) else { return None };
        let (&[name], &[from]) = (tree.exprs(lhs), tree.exprs(rhs)) else { return None };
        let Expr::Binary { op: BinaryOp::Lt, x, y, .. } = tree.expr(tree.unparen(cond)) else { return None };
        let number = |e: ExprId| self.file.info.values.get(&e).and_then(go_types::Value::as_int);
        let same = tree.text(tree.expr_span(name)) == tree.text(tree.expr_span(x));
        match number(y)? - number(from)? {
            ..=0 if same => Some(0),
            1 if same => Some(1),
            _ => None,
        }
    }

    /// What was waited for and signalled in a loop comes after all else in it, too.
    fn repeat_events(&mut self, start: usize) {
        let mut again: Vec<Event> = Vec::new();
        for event in &self.events[start.min(self.events.len())..] {
            if let Event::Sync(sync) = event
                && !again.iter().any(|known| matches!(known, Event::Sync(known) if known == sync))
            {
                again.push(event.clone());
            }
        }
        self.events.extend(again);
        self.events.truncate(MOST_EVENTS * 2);
    }

    /// `continue` of the innermost loop leads here.
    fn continues(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            let continues = std::mem::replace(&mut frame.continues, State::dead());
            let state = std::mem::take(&mut self.state);
            self.state = state.join(continues, None);
        }
    }
}
