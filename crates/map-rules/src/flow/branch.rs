//! Where ways part and meet again: conditions, cases, loops.

use go_syntax::ast::{AssignOp, BinaryOp, BranchKind, Expr, Stmt, UnaryOp};
use go_syntax::{ExprId, StmtId, Sym};
use go_types::Type;

use crate::flow::event::{Event, Kind, MOST_EVENTS};
use crate::flow::state::State;
use crate::flow::walk::{DEEPEST, Frame, Walker};

impl Walker<'_, '_> {
    /// An `if` and all that hang on its `else`, of which there may be many.
    pub(super) fn if_(&mut self, id: StmtId) {
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
    pub(super) fn condition(&mut self, e: ExprId) -> (State, State) {
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

    pub(super) fn plain_condition(&mut self, e: ExprId) -> (State, State) {
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
    pub(super) fn is_settled(&self, e: ExprId) -> bool {
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

    pub(super) fn clauses(&mut self, body: StmtId, label: Option<Sym>, may_skip: bool) {
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

    pub(super) fn range(&mut self, clause: go_syntax::ast::RangeClause, body: StmtId, label: Option<Sym>) {
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
    pub(super) fn repeat(
        &mut self,
        label: Option<Sym>,
        single: bool,
        mut once: impl FnMut(&mut Self) -> State,
    ) {
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
    pub(super) fn trips(&self, init: Option<StmtId>, cond: ExprId) -> Option<u32> {
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
    pub(super) fn repeat_events(&mut self, start: usize) {
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
    pub(super) fn continues(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            let continues = std::mem::replace(&mut frame.continues, State::dead());
            let state = std::mem::take(&mut self.state);
            self.state = state.join(continues, None);
        }
    }
}
