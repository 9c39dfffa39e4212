//! Expressions: maps that are read, functions that are called.

use go_syntax::ast::{BinaryOp, Expr, UnaryOp};
use go_syntax::{Event as Walk, ExprId, Node, Span};
use go_types::{Builtin, Mode, ObjRef, Type};

use crate::flow::event::Kind;
use crate::flow::known::{self, Given, LockOp};
use crate::flow::resolve::{Callee, Receiver};
use crate::flow::state::State;
use crate::flow::unit::{How, UnitId};
use crate::flow::walk::{Deferred, Walker};

impl<'a> Walker<'_, 'a> {
    /// Looks at an expression and all in it, in the order in which it is worked out.
    pub(crate) fn expr(&mut self, e: ExprId) {
        let tree = &self.file.info.tree;
        if matches!(tree.expr(e), Expr::Ident { .. } | Expr::Lit { .. }) {
            return;
        }
        let mut walk = tree.walk(Node::Expr(e));
        // Right operands of `&&` and `||`.
        let mut right: Vec<ExprId> = Vec::new();
        while let Some(event) = walk.next() {
            if let Walk::Enter(Node::Expr(id)) | Walk::Leave(Node::Expr(id)) = event
                && right.last() == Some(&id)
            {
                if matches!(event, Walk::Enter(_)) {
                    self.conditions += 1;
                    self.settled += 1;
                } else {
                    self.conditions -= 1;
                    self.settled -= 1;
                    right.pop();
                }
            }
            match event {
                Walk::Enter(Node::Expr(id)) => match tree.expr(id) {
                    Expr::Binary { op: BinaryOp::LAnd | BinaryOp::LOr, y, .. } => right.push(y),
                    Expr::FuncLit { .. } => {
                        walk.skip_children();
                        if !self.consumed.contains(&id) {
                            self.give_away(id);
                        }
                    }
                    Expr::Call { fun, args, .. } => self.consume(fun, tree.exprs(args)),
                    _ => {}
                },
                Walk::Leave(Node::Expr(id)) => match tree.expr(id) {
                    Expr::Index { x, .. } if self.context().is_map(x) => {
                        self.access(x, Kind::Read, tree.expr_span(id));
                    }
                    Expr::Unary { op: UnaryOp::Recv, x } => self.channel(x),
                    Expr::Call { .. } => self.call(id),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// The call takes care of the literals that it calls or is given.
    fn consume(&mut self, fun: ExprId, args: &[ExprId]) {
        let tree = &self.file.info.tree;
        for &e in std::iter::once(&fun).chain(args) {
            let e = tree.unparen(e);
            if matches!(tree.expr(e), Expr::FuncLit { .. }) {
                self.consumed.push(e);
            }
        }
    }

    /// The parts of what is assigned to, without itself.
    pub(crate) fn target_parts(&mut self, e: ExprId) {
        let tree = &self.file.info.tree;
        match tree.expr(tree.unparen(e)) {
            Expr::Index { x, index, .. } => {
                self.expr(x);
                self.expr(index);
            }
            Expr::Selector { x, .. } | Expr::Star { x } => self.expr(x),
            _ => {}
        }
    }

    /// Something is assigned to; if it is an element of a map, that is written.
    pub(crate) fn write_target(&mut self, e: ExprId) {
        let tree = &self.file.info.tree;
        let e = tree.unparen(e);
        if let Expr::Index { x, .. } = tree.expr(e)
            && self.context().is_map(x)
        {
            self.access(x, Kind::Write, tree.expr_span(e));
        }
    }

    /// A function literal is used as a value: anybody may call it at any time.
    fn give_away(&mut self, literal: ExprId) {
        let Some(&unit) = self.engine.literals.get(&(self.file.id, literal)) else { return };
        if self.engine.is_handler(self.file.info.type_of(literal)) {
            self.serve(unit, None, self.file.info.tree.expr_span(literal), true);
            return;
        }
        if !self.is_bound(literal) {
            self.engine.units[unit].is_value = true;
        }
    }

    /// Whether a literal is the value of a variable that is only ever called.
    fn is_bound(&self, literal: ExprId) -> bool {
        let locals = &self.engine.locals;
        let holders = self.engine.holders.get(&(self.file.id, literal));
        holders.is_some_and(|obj: &ObjRef| {
            locals.bound.get(obj) == Some(&literal) && !self.engine.is_value(*obj)
        })
    }

    fn call(&mut self, id: ExprId) {
        let tree = &self.file.info.tree;
        let Expr::Call { fun, args, .. } = tree.expr(id) else { return };
        let (args, span) = (tree.exprs(args), tree.expr_span(id));
        if !self.engine.told_locks.is_empty() && self.engine.is_told(self.file, fun) {
            self.take_told(span);
        }
        match self.engine.callee(self.file, fun) {
            Callee::Builtin(builtin) => self.builtin(builtin, args, span),
            Callee::Type => {
                for &arg in args {
                    let arg = tree.unparen(arg);
                    if matches!(tree.expr(arg), Expr::FuncLit { .. }) {
                        self.consumed.retain(|&known| known != arg);
                        self.give_away(arg);
                    }
                }
            }
            Callee::Lock(op, path) => self.lock(op, path, args, span),
            Callee::Unit(unit, receiver) => {
                self.call_unit(unit, receiver, args, span);
                self.settle(unit, args);
            }
            Callee::Param(obj) => {
                self.call_param(obj);
                self.keep(args);
            }
            Callee::Foreign { path, name, receiver, on, interface } => {
                self.foreign(&path, &name, receiver, on, interface, args, span);
            }
            Callee::Unknown(value) => {
                // `unlock := s.lock()` and later `unlock()`.
                if let Some(value) = value
                    && let Expr::Call { fun, .. } = tree.expr(tree.unparen(value))
                    && let Callee::Unit(unit, receiver) = self.engine.callee(self.file, fun)
                {
                    self.undo(unit, receiver, span);
                }
                self.unknown_sync();
                self.keep(args);
            }
        }
    }

    fn builtin(&mut self, builtin: Builtin, args: &[ExprId], span: Span) {
        let Some(&first) = args.first() else { return };
        match builtin {
            Builtin::Delete => self.access(first, Kind::Write, span),
            Builtin::Clear if self.context().is_map(first) => self.access(first, Kind::Write, span),
            Builtin::Close => {
                let path = self.engine.path(self.file, first);
                self.sync_on(path, false, true);
            }
            Builtin::Panic => self.state = State::dead(),
            _ => {}
        }
    }

    /// Functions that are given to somebody who may do anything with them.
    fn keep(&mut self, args: &[ExprId]) {
        let tree = &self.file.info.tree;
        for &arg in args {
            let arg = tree.unparen(arg);
            if matches!(tree.expr(arg), Expr::FuncLit { .. }) {
                self.give_away(arg);
            }
        }
    }

    /// Literals that a callee does more with than to call them.
    fn settle(&mut self, unit: UnitId, args: &[ExprId]) {
        let tree = &self.file.info.tree;
        for (at, &arg) in args.iter().enumerate() {
            let arg = tree.unparen(arg);
            if !self.is_function(arg) {
                continue;
            }
            let param = self.engine.units[unit].params.get(at).copied().flatten();
            let only_called = param.is_some_and(|param| !self.engine.is_value(param))
                && self.engine.units[unit].progress == crate::flow::unit::Progress::Done;
            if only_called {
                self.handled(arg);
            } else if matches!(tree.expr(arg), Expr::FuncLit { .. }) {
                self.give_away(arg);
            }
        }
    }

    /// A function is named as an argument of somebody of whom it is known what he does with it.
    fn handled(&mut self, arg: ExprId) {
        let obj = match self.file.info.selection(arg).map(|selection| selection.method) {
            Some(Some(go_types::MethodRef::Declared { func, .. })) => Some(func),
            _ => self.context().used(arg).map(|(obj, _)| obj),
        };
        if let Some(obj) = obj
            && self.engine.handled.insert((self.file.id, arg))
            && let Some(count) = self.engine.values.get_mut(&obj)
        {
            *count = count.saturating_sub(1);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all that is known of one call")]
    fn foreign(
        &mut self,
        path: &str,
        name: &str,
        receiver: Option<ExprId>,
        on: Option<crate::flow::path::PathId>,
        interface: bool,
        args: &[ExprId],
        span: Span,
    ) {
        let tree = &self.file.info.tree;
        let (read, written) = known::map_arguments(path, name);
        for (at, &arg) in args.iter().enumerate() {
            if self.context().is_map(arg) {
                if written.contains(&at) {
                    self.access(arg, Kind::Write, span);
                } else if read.contains(&at) {
                    self.access(arg, Kind::Iterate, span);
                }
            }
        }
        if let (Some(receiver), Some(kind)) = (receiver, known::own_map(path, name))
            && self.context().is_map(receiver)
        {
            self.access(receiver, kind, span);
        }
        let method = receiver.is_some();
        if path == "testing" && name == "Parallel" {
            self.engine.units[self.unit].parallel = true;
        }
        for &arg in args {
            let arg = tree.unparen(arg);
            if !matches!(self.file.info.mode(arg), Mode::Value | Mode::Var) || !self.is_function(arg) {
                continue;
            }
            let literal = matches!(tree.expr(arg), Expr::FuncLit { .. });
            let Callee::Unit(unit, receiver) = self.engine.callee(self.file, arg) else { continue };
            let handler = self.engine.is_handler(self.file.info.type_of(arg));
            let given = known::given(path, name, method);
            if handler || given != Given::Keeps {
                self.handled(arg);
            }
            match given {
                _ if handler => self.serve(unit, receiver, span, true),
                Given::Calls if path == "testing" && self.engine.units[unit].parallel => {
                    self.start(unit, receiver, &[], span, true, None);
                }
                Given::Calls => self.call_unit(unit, receiver, &[], span),
                Given::Once => self.call_once(unit, receiver, on, span),
                Given::Starts => self.start(unit, receiver, &[], span, false, Some(on)),
                Given::StartsLater => self.start_later(unit, receiver, span),
                Given::Serves => self.serve(unit, receiver, span, true),
                Given::Multiplies => self.serve(unit, receiver, span, false),
                Given::Keeps if literal => self.give_away(arg),
                Given::Keeps => self.engine.units[unit].is_value = true,
            }
        }
        if known::never_returns(path, name) {
            self.state = State::dead();
            return;
        }
        if path == "sync" && name == "Do" {
            return;
        }
        if matches!(known::given(path, name, method), Given::Starts | Given::StartsLater) {
            self.sync_on(on, false, true);
            return;
        }
        if path == "testing/synctest" && name == "Wait" {
            // All other goroutines have ended, or wait.
            self.state.live.clear();
        }
        if matches!(path, "sync" | "sync/atomic") && !interface {
            let (acquires, releases) = known::sync_roles(path, name);
            self.sync_on(on, acquires, releases);
        } else if known::own_map(path, name).is_none()
            && !known::is_quiet(path, name, method)
            && name != "Error"
            && name != "String"
        {
            self.unknown_sync();
        }
    }

    fn is_function(&self, e: ExprId) -> bool {
        let types = &self.engine.program.types;
        matches!(types.get(types.underlying(self.file.info.type_of(e))), Type::Func(_))
    }

    pub(crate) fn go(&mut self, call: ExprId) {
        let Some((fun, args, span)) = self.later(call) else { return };
        match self.engine.callee(self.file, fun) {
            Callee::Unit(unit, receiver) => {
                self.start(unit, receiver, args, span, false, None);
                self.settle(unit, args);
            }
            Callee::Builtin(Builtin::Close) => {}
            _ => self.keep(args),
        }
    }

    pub(crate) fn defer(&mut self, call: ExprId) {
        let Some((fun, args, span)) = self.later(call) else { return };
        match self.engine.callee(self.file, fun) {
            Callee::Lock(LockOp::Release, Some(path)) => self.deferred.push(Deferred::Release(path, span)),
            Callee::Lock(..) => {}
            Callee::Unit(unit, receiver) => self.defer_unit(unit, receiver, args, span),
            Callee::Builtin(builtin @ (Builtin::Close | Builtin::Delete | Builtin::Clear)) => {
                let events = self.apart(|this| this.builtin(builtin, args, span));
                self.deferred.push(Deferred::Events(events, Vec::new()));
            }
            Callee::Builtin(_) => {}
            Callee::Foreign { path, name, receiver, on, interface } => {
                let events = self.apart(|this| {
                    this.foreign(&path, &name, receiver, on, interface, args, span);
                });
                self.deferred.push(Deferred::Events(events, Vec::new()));
            }
            Callee::Unknown(_) | Callee::Param(_) => {
                self.keep(args);
                let events = self.apart(Self::unknown_sync);
                self.deferred.push(Deferred::Events(events, Vec::new()));
                self.deferred.push(Deferred::Unknown);
            }
            Callee::Type => {}
        }
    }

    /// What `go` and `defer` work out at once: the function and its arguments.
    fn later(&mut self, call: ExprId) -> Option<(ExprId, &'a [ExprId], Span)> {
        let tree = &self.file.info.tree;
        let call = tree.unparen(call);
        let Expr::Call { fun, args, .. } = tree.expr(call) else { return None };
        let args = tree.exprs(args);
        self.consume(fun, args);
        let mut called = crate::flow::unit::called(tree, fun);
        if let Expr::Selector { x, .. } = tree.expr(called) {
            called = x;
        }
        self.expr(called);
        for &arg in args {
            self.expr(arg);
        }
        Some((fun, args, tree.expr_span(call)))
    }

    /// What happens in `run` without that it happens here.
    fn apart(&mut self, run: impl FnOnce(&mut Self)) -> Vec<crate::flow::event::Event> {
        let start = self.events.len();
        let state = self.state.clone();
        run(self);
        self.state = state;
        self.events.split_off(start.min(self.events.len()))
    }

    fn defer_unit(&mut self, unit: UnitId, receiver: Option<Receiver>, args: &'a [ExprId], span: Span) {
        self.enter(unit, How::Call, receiver, args, span.start);
        let events = self.events_of(unit, receiver, args, span, How::Call);
        let releases = self.releases_of(unit, receiver, args);
        self.settle(unit, args);
        self.deferred.push(Deferred::Events(events, releases));
    }
}
