//! Goes through a function statement by statement, with what is known at each.

use std::rc::Rc;

use go_syntax::ast::{AssignOp, BranchKind, Decl, Expr, Spec, Stmt};
use go_syntax::{ExprId, List, Span, StmtId, Sym};
use go_types::ObjRef;
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::flow::engine::Engine;
use crate::flow::event::{Event, Kind, Summary, Thread};
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
    pub(super) frames: Vec<Frame>,
    pub(super) depth: u32,
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
pub(super) struct Frame {
    pub(super) label: Option<Sym>,
    pub(super) is_loop: bool,
    pub(super) breaks: State,
    pub(super) continues: State,
}

/// Statements nested deeper than this are not looked into.
pub(super) const DEEPEST: u32 = 150;

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

    pub(super) fn finish(mut self) {
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
    pub(super) fn leave(&mut self) {
        let state = std::mem::replace(&mut self.state, State::dead());
        let exits = std::mem::replace(&mut self.exits, State::dead());
        self.exits = exits.join(state, None);
    }

    pub(super) fn stmts(&mut self, list: List<StmtId>) {
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

    pub(super) fn stmt_inner(&mut self, id: StmtId, label: Option<Sym>) {
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

    pub(super) fn declaration(&mut self, decl: go_syntax::DeclId) {
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

    pub(super) fn assign(&mut self, lhs: &[ExprId], op: AssignOp, rhs: &[ExprId]) {
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
                        self.replaced_under(path);
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

    /// Notes the locks that are held for writing while a field is given another value.
    fn replaced_under(&mut self, path: PathId) {
        let key = self.engine.paths.key(path);
        let held =
            self.state.held.iter().filter(|held| held.write && !held.may && !held.private && !held.once);
        self.engine.locals.replaced_under.extend(held.map(|held| (key, held.key)));
    }

    /// The lock that `mu.TryLock()` tries.
    pub(super) fn tried(&mut self, e: ExprId) -> Option<Held> {
        let tree = &self.file.info.tree;
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(e)) else { return None };
        match self.engine.callee(self.file, fun) {
            Callee::Lock(LockOp::Try { write }, path) => Some(self.held(path, write, tree.expr_span(e))),
            _ => None,
        }
    }

    pub(super) fn return_(&mut self, results: &[ExprId]) {
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

    pub(super) fn branch(&mut self, kind: BranchKind, label: Option<Sym>) {
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
}
