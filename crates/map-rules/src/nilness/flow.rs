//! From statement to statement through a function: what is known before each write to a map.
//!
//! The walk follows the structure of the source. Where ways meet, what is known of both stays; a loop is gone
//! through until nothing changes. What a variable points to is followed as long as nobody else has the pointer.

use go_syntax::ast::{AssignOp, BranchKind, Decl, Expr, FieldList, Ident, Spec, Stmt};
use go_syntax::{DeclId, ExprId, StmtId, Sym};
use go_types::TypeId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::ever::Ever;
use super::state::{Fact, Place, State, Why};
use crate::context::Context;

/// In loops nested deeper than this nothing is concluded, so that the time stays linear.
const DEEPEST_LOOP: u32 = 3;
/// How often a loop is gone through at most.
const ROUNDS: u32 = 4;

/// A statement that `break` leaves, or a loop.
struct Jump {
    label: Option<Sym>,
    kind: Kind,
    breaks: State,
    continues: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Loop,
    Switch,
    Block,
}

/// A walk through one declaration.
pub(super) struct Flow<'a> {
    pub(super) context: Context<'a>,
    pub(super) ever: &'a Ever,
    /// The variables that matter: those that written maps are found through.
    pub(super) vars: FxHashSet<u32>,
    /// What is known at each write, by `m[k]`. Writes that are never reached are not in it.
    pub(super) found: FxHashMap<ExprId, Option<Fact>>,
    jumps: Vec<Jump>,
    loops: u32,
    /// Whether there is a `goto`, after which nothing is certain.
    pub(super) jumps_about: bool,
}

impl<'a> Flow<'a> {
    pub(super) fn new(context: Context<'a>, ever: &'a Ever, vars: FxHashSet<u32>) -> Flow<'a> {
        let (found, jumps) = (FxHashMap::default(), Vec::new());
        Flow { context, ever, vars, found, jumps, loops: 0, jumps_about: false }
    }

    /// Goes through a declaration at the top.
    pub(super) fn decl(&mut self, decl: DeclId) {
        let tree = &self.context.info.tree;
        let mut state = State::default();
        match tree.decl(decl) {
            Decl::Func(func) => {
                if let Some(body) = func.body {
                    self.results(&mut state, tree.sig(func.sig).results);
                    self.block(&mut state, body);
                }
            }
            Decl::Gen { specs, .. } => tree.specs(specs).iter().for_each(|spec| self.spec(&mut state, *spec)),
            Decl::Bad { .. } => {}
        }
    }

    /// Goes through the body of a function literal, which may run at any time from here on.
    pub(super) fn literal(&mut self, state: &State, sig: go_syntax::SigId, body: StmtId) {
        let pkg = self.context.package.id;
        let ever = self.ever;
        let mut inside = state.for_literal(|var| ever.never_set_local(go_types::ObjRef { pkg, index: var }));
        let jumps = std::mem::take(&mut self.jumps);
        self.results(&mut inside, self.context.info.tree.sig(sig).results);
        self.block(&mut inside, body);
        self.jumps = jumps;
    }

    /// Results that have names begin as zero.
    fn results(&mut self, state: &mut State, results: FieldList) {
        let tree = &self.context.info.tree;
        for field in tree.fields(results) {
            for &ident in tree.idents(field.names) {
                self.zero(state, ident, Why::Result);
            }
        }
    }

    /// The variable that a name declares.
    fn declared(&self, ident: Ident) -> Option<(u32, TypeId)> {
        let &index = self.context.info.defs.get(&ident.pos)?;
        Some((index, self.context.package.objects.get(index as usize)?.ty))
    }

    /// A variable begins as zero. A pointer that is nil is no concern of ours.
    fn zero(&mut self, state: &mut State, ident: Ident, why: Why) {
        let Some((var, ty)) = self.declared(ident).filter(|(var, _)| self.vars.contains(var)) else { return };
        let pointer = self.context.program.types.deref(ty).1;
        state.assign(Place::of(var), (!pointer).then_some(Fact::Zero(why)));
    }

    fn block(&mut self, state: &mut State, block: StmtId) {
        let tree = &self.context.info.tree;
        for &stmt in tree.block(block) {
            self.stmt(state, stmt, None);
        }
    }

    pub(super) fn stmt(&mut self, state: &mut State, id: StmtId, label: Option<Sym>) {
        let tree = &self.context.info.tree;
        if state.dead && !matches!(tree.stmt(id), Stmt::Labeled { .. }) {
            return;
        }
        match tree.stmt(id) {
            Stmt::Decl { decl } => {
                if let Decl::Gen { specs, .. } = tree.decl(decl) {
                    tree.specs(specs).iter().for_each(|spec| self.spec(state, *spec));
                }
            }
            Stmt::Labeled { label, stmt, .. } => match tree.stmt(stmt) {
                Stmt::For { .. } | Stmt::Range { .. } => self.stmt(state, stmt, Some(label.sym)),
                Stmt::Switch { .. } | Stmt::TypeSwitch { .. } | Stmt::Select { .. } => {
                    self.stmt(state, stmt, Some(label.sym));
                }
                _ => self.within(state, Some(label.sym), Kind::Block, |this, state| {
                    this.stmt(state, stmt, None);
                }),
            },
            Stmt::Expr { x } => {
                self.effects(state, x);
                if self.never_returns(x) {
                    *state = State::dead();
                }
            }
            Stmt::Send { chan, value, .. } => {
                self.effects(state, chan);
                self.effects(state, value);
                state.call(&self.context);
            }
            Stmt::IncDec { x, .. } => {
                self.effects(state, x);
                self.write(state, x);
            }
            Stmt::Assign { lhs, op, rhs, .. } => self.assign(state, tree.exprs(lhs), op, tree.exprs(rhs)),
            Stmt::Go { call } | Stmt::Defer { call } => self.effects(state, call),
            Stmt::Return { results } => {
                tree.exprs(results).iter().for_each(|&x| self.effects(state, x));
                *state = State::dead();
            }
            Stmt::Branch { kind, label } => self.branch(state, kind, label.map(|label| label.sym)),
            Stmt::Block { .. } => self.block(state, id),
            Stmt::If { init, cond, body, otherwise } => {
                if let Some(init) = init {
                    self.stmt(state, init, None);
                }
                self.effects(state, cond);
                let mut other = state.clone();
                self.refine(state, cond, true);
                self.refine(&mut other, cond, false);
                self.block(state, body);
                if let Some(otherwise) = otherwise {
                    self.stmt(&mut other, otherwise, None);
                }
                *state = std::mem::take(state).join(other);
            }
            Stmt::Switch { init, tag, body } => {
                if let Some(init) = init {
                    self.stmt(state, init, None);
                }
                if let Some(tag) = tag {
                    self.effects(state, tag);
                    self.doubt(state, tag);
                }
                self.within(state, label, Kind::Switch, |this, state| this.cases(state, tag, body));
            }
            Stmt::TypeSwitch { init, assign, body } => {
                if let Some(init) = init {
                    self.stmt(state, init, None);
                }
                if let Stmt::Assign { rhs, .. } = tree.stmt(assign) {
                    tree.exprs(rhs).iter().for_each(|&x| self.effects(state, x));
                }
                self.within(state, label, Kind::Switch, |this, state| this.types(state, body));
            }
            Stmt::Select { body } => {
                state.call(&self.context);
                self.within(state, label, Kind::Switch, |this, state| this.select(state, body));
            }
            Stmt::For { init, cond, post, body } => {
                if let Some(init) = init {
                    self.stmt(state, init, None);
                }
                self.looped(state, label, |this, state| {
                    let mut exit = State::dead();
                    if let Some(cond) = cond {
                        this.effects(state, cond);
                        exit = state.clone();
                        this.refine(&mut exit, cond, false);
                        this.refine(state, cond, true);
                    }
                    this.block(state, body);
                    let continues = this.jumps.last_mut().map(|jump| std::mem::take(&mut jump.continues));
                    *state = std::mem::take(state).join(continues.unwrap_or_else(State::dead));
                    if let Some(post) = post {
                        this.stmt(state, post, None);
                    }
                    exit
                });
            }
            Stmt::Range { clause, body } => {
                let clause = tree.range(clause);
                self.effects(state, clause.x);
                self.looped(state, label, |this, state| {
                    let exit = state.clone();
                    this.goes_through(state, clause.x);
                    for x in [clause.key, clause.value].into_iter().flatten() {
                        if !clause.define {
                            this.write(state, x);
                        }
                        this.store(state, x, None);
                    }
                    this.block(state, body);
                    let continues = this.jumps.last_mut().map(|jump| std::mem::take(&mut jump.continues));
                    *state = std::mem::take(state).join(continues.unwrap_or_else(State::dead));
                    exit
                });
            }
            _ => {}
        }
    }

    /// Runs something that `break` leaves.
    fn within(
        &mut self,
        state: &mut State,
        label: Option<Sym>,
        kind: Kind,
        run: impl FnOnce(&mut Self, &mut State),
    ) {
        self.jumps.push(Jump { label, kind, breaks: State::dead(), continues: State::dead() });
        run(self, state);
        if let Some(jump) = self.jumps.pop() {
            *state = std::mem::take(state).join(jump.breaks);
        }
    }

    /// Runs a loop until what is known at its head does not change. `run` goes once through it: it leaves what is
    /// known at the end, and gives what is known where the loop ends of itself.
    fn looped(
        &mut self,
        state: &mut State,
        label: Option<Sym>,
        mut run: impl FnMut(&mut Self, &mut State) -> State,
    ) {
        self.loops += 1;
        let mut head = std::mem::take(state);
        for round in 1..=ROUNDS {
            let last = self.loops > DEEPEST_LOOP || round == ROUNDS;
            if last {
                head.forget();
            }
            let mut end = head.clone();
            let mut exit = State::dead();
            self.within(&mut exit, label, Kind::Loop, |this, exit| *exit = run(this, &mut end));
            let next = head.clone().join(end);
            *state = exit;
            if last || next.same(&head) {
                break;
            }
            head = next;
        }
        self.loops -= 1;
    }

    fn branch(&mut self, state: &mut State, kind: BranchKind, label: Option<Sym>) {
        let here = std::mem::replace(state, State::dead());
        let fits = |jump: &&mut Jump| match (label, kind) {
            (Some(label), _) => jump.label == Some(label),
            (None, BranchKind::Continue) => jump.kind == Kind::Loop,
            (None, _) => jump.kind != Kind::Block,
        };
        match kind {
            BranchKind::Break => {
                if let Some(jump) = self.jumps.iter_mut().rev().find(fits) {
                    jump.breaks = std::mem::replace(&mut jump.breaks, State::dead()).join(here);
                }
            }
            BranchKind::Continue => {
                if let Some(jump) = self.jumps.iter_mut().rev().find(fits) {
                    jump.continues = std::mem::replace(&mut jump.continues, State::dead()).join(here);
                }
            }
            BranchKind::Goto => self.jumps_about = true,
            // The next case begins with what is known here.
            BranchKind::Fallthrough => *state = here,
        }
    }

    fn spec(&mut self, state: &mut State, spec: Spec) {
        let tree = &self.context.info.tree;
        let Spec::Value { names, values, .. } = spec else { return };
        let (names, values) = (tree.idents(names), tree.exprs(values));
        values.iter().for_each(|&value| self.effects(state, value));
        for (at, &ident) in names.iter().enumerate() {
            if values.is_empty() {
                self.zero(state, ident, Why::Declared);
            } else if let Some((var, ty)) = self.declared(ident) {
                let value = values.get(at).copied().filter(|_| values.len() == names.len());
                self.store_at(state, Place::of(var), ty, value);
            }
        }
        if let &[call] = values
            && names.len() > 1
        {
            let vars: Vec<Option<Place>> =
                names.iter().map(|&ident| Some(Place::of(self.declared(ident)?.0))).collect();
            self.results_of(state, call, &vars);
        }
    }

    fn assign(&mut self, state: &mut State, lhs: &[ExprId], op: AssignOp, rhs: &[ExprId]) {
        rhs.iter().for_each(|&x| self.effects(state, x));
        if op != AssignOp::Define {
            for &x in lhs {
                self.effects(state, x);
                self.write(state, x);
            }
        }
        if matches!(op, AssignOp::Op(_)) {
            return;
        }
        // All values are there before the first is stored.
        let before = state.clone();
        for (at, &x) in lhs.iter().enumerate() {
            let value = rhs.get(at).copied().filter(|_| lhs.len() == rhs.len());
            if lhs.len() > 1 && value.is_some_and(|value| Place::named(&self.context, value).is_some()) {
                let fact = value.and_then(|value| before.fact(Place::named(&self.context, value)?));
                self.store_fact(state, x, fact);
            } else {
                self.store(state, x, value);
            }
            if let Some(value) = value {
                self.depends(state, x, value);
            }
        }
        if let &[value] = rhs
            && lhs.len() > 1
        {
            let places: Vec<Option<Place>> = lhs.iter().map(|&x| Place::named(&self.context, x)).collect();
            self.results_of(state, value, &places);
        }
    }

    /// A write to `x`, if it is an element of a map. What could be written is not nil.
    fn write(&mut self, state: &mut State, x: ExprId) {
        let tree = &self.context.info.tree;
        let x = tree.unparen(x);
        let Expr::Index { x: map, .. } = tree.expr(x) else { return };
        if state.dead || !self.context.is_map(map) {
            return;
        }
        let place = Place::named(&self.context, map);
        self.found.insert(x, place.and_then(|place| state.fact(place)));
        if let Some(place) = place.filter(|place| self.vars.contains(&place.var)) {
            let nil = matches!(state.fact(place), Some(Fact::Zero(_) | Fact::Written));
            state.learn(place, if nil { Fact::Written } else { Fact::Set });
        }
    }
}
