//! What expressions do to what is known: calls, addresses that are taken, values that are stored.

use go_syntax::ast::{Expr, Stmt, UnaryOp};
use go_syntax::{Event, ExprId, Node};
use go_types::{Builtin, Mode, SelectionKind, Type, TypeId};

use super::flow::Flow;
use super::returns::{Gives, callee, gives, is_nil_map};
use super::state::{Fact, Link, Place, State, Why};
use crate::storage::Root;

impl Flow<'_> {
    /// What happens while an expression is worked out.
    pub(super) fn effects(&mut self, state: &mut State, e: ExprId) {
        let tree = &self.context.info.tree;
        let mut literals = 0;
        let mut calls = false;
        let mut walk = tree.walk(Node::Expr(e));
        while let Some(event) = walk.next() {
            match event {
                Event::Enter(Node::Expr(id)) => match tree.expr(id) {
                    Expr::FuncLit { sig, body } => {
                        if literals == 0 && !self.expects_panic(e) {
                            let before = state.clone();
                            self.literal(&before, sig, body);
                        }
                        literals += 1;
                    }
                    Expr::Unary { op: UnaryOp::Addr, x } => self.let_go(state, x),
                    Expr::Unary { op: UnaryOp::Recv, .. } => calls |= literals == 0,
                    Expr::Call { fun, .. } => calls |= literals == 0 && self.is_call(fun),
                    Expr::Selector { x, .. } => {
                        if let Some(selection) = self.context.info.selection(id) {
                            if selection.kind != SelectionKind::Field && self.context.takes_address(selection)
                            {
                                self.let_go(state, x);
                            }
                            if tree.as_ident(tree.unparen(x)).is_some() {
                                walk.skip_children();
                            }
                        }
                    }
                    Expr::Star { x } if tree.as_ident(tree.unparen(x)).is_some() => walk.skip_children(),
                    // A pointer that goes elsewhere.
                    Expr::Ident { .. }
                        if self.context.info.mode(id) != Mode::Type
                            && self.context.program.types.deref(self.context.info.type_of(id)).1 =>
                    {
                        self.let_go(state, id);
                    }
                    _ => {}
                },
                Event::Leave(Node::Expr(id)) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
                    literals -= 1
                }
                Event::Enter(Node::Stmt(id)) if literals > 0 => match tree.stmt(id) {
                    Stmt::Assign { lhs, .. } => {
                        tree.exprs(lhs).iter().for_each(|&x| self.let_go(state, x));
                    }
                    Stmt::Range { clause, .. } => {
                        let clause = tree.range(clause);
                        for x in [clause.key, clause.value].into_iter().flatten() {
                            self.let_go(state, x);
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if calls {
            state.call(&self.context);
        }
    }

    /// Whether a call is made to see a function panic.
    fn expects_panic(&self, e: ExprId) -> bool {
        let tree = &self.context.info.tree;
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(e)) else { return false };
        let text = String::from_utf8_lossy(tree.text(tree.expr_span(fun))).to_ascii_lowercase();
        text.len() < 100 && text.contains("panic")
    }

    /// Whether something is called, not converted.
    fn is_call(&self, fun: ExprId) -> bool {
        !matches!(self.context.info.mode(self.context.info.tree.unparen(fun)), Mode::Type | Mode::Builtin(_))
    }

    /// Others may change the variable of a place from now on.
    fn let_go(&self, state: &mut State, x: ExprId) {
        let tree = &self.context.info.tree;
        let mut x = tree.unparen(x);
        // The address of an element of an array in it is one into it.
        while let Expr::Index { x: inner, .. } | Expr::Slice { x: inner, .. } = tree.expr(x) {
            if self.context.is_map(inner) {
                return;
            }
            x = tree.unparen(inner);
        }
        if let Some(place) = Place::named(&self.context, x)
            && self.vars.contains(&place.var)
        {
            state.let_go(place.var);
        }
    }

    /// `x` gets a value; one that is not known if there is none.
    pub(super) fn store(&mut self, state: &mut State, x: ExprId, value: Option<ExprId>) {
        if let Some(place) = Place::named(&self.context, x) {
            self.store_at(state, place, self.context.info.type_of(x), value);
        }
    }

    pub(super) fn store_fact(&mut self, state: &mut State, x: ExprId, fact: Option<Fact>) {
        if let Some(place) = Place::named(&self.context, x)
            && self.vars.contains(&place.var)
        {
            state.assign(place, fact);
        }
    }

    /// A place gets a value.
    pub(super) fn store_at(&mut self, state: &mut State, place: Place, ty: TypeId, value: Option<ExprId>) {
        if !self.vars.contains(&place.var) {
            // It may still be a variable that told something of a map.
            state.assign(place, None);
            return;
        }
        let Some(value) = value else {
            state.assign(place, None);
            return;
        };
        let tree = &self.context.info.tree;
        let value = tree.unparen(value);
        let types = &self.context.program.types;
        let pointer = types.deref(ty).1;
        let is_map = self.context.is_map_type(ty);
        match tree.expr(value) {
            Expr::Composite { .. } if self.context.struct_of(ty).is_some() => {
                self.store_struct(state, place, ty, value);
            }
            Expr::Unary { op: UnaryOp::Addr, x } if pointer && place.is_var() => {
                let x = tree.unparen(x);
                match tree.expr(x) {
                    Expr::Composite { .. } if self.context.struct_of(types.deref(ty).0).is_some() => {
                        self.store_struct(state, place, types.deref(ty).0, x);
                    }
                    _ => state.assign(place, None),
                }
            }
            Expr::Call { fun, .. } if self.context.builtin(fun) == Some(Builtin::New) => {
                let made = pointer && place.is_var() && self.context.struct_of(types.deref(ty).0).is_some();
                state.assign(place, made.then_some(Fact::Zero(Why::Field)));
            }
            Expr::Call { fun, .. } if is_map && self.context.builtin(fun) == Some(Builtin::Make) => {
                state.assign(place, Some(Fact::Set));
            }
            Expr::Composite { .. } if is_map => state.assign(place, Some(Fact::Set)),
            _ if is_map && is_nil_map(&self.context, value) => {
                state.assign(place, Some(Fact::Zero(Why::Assigned)));
            }
            Expr::Call { .. } if is_map => {
                let gives_nil =
                    callee(&self.context, value).filter(|&func| gives(&self.context, func, 0) == Gives::Nil);
                state.assign(place, gives_nil.map(|func| Fact::Zero(Why::Returned(func))));
            }
            _ => match Place::named(&self.context, value) {
                Some(from) if !pointer => state.copy(from, place),
                _ => state.assign(place, None),
            },
        }
    }

    /// A place gets a struct literal: what it leaves out is zero.
    fn store_struct(&mut self, state: &mut State, place: Place, ty: TypeId, literal: ExprId) {
        let context = self.context;
        let tree = &context.info.tree;
        let types = &context.program.types;
        let Expr::Composite { elts, .. } = tree.expr(literal) else { return };
        state.assign(place, Some(Fact::Zero(Why::Field)));
        let Type::Struct(fields) = types.get(types.underlying(ty)) else { return };
        context.each_field(literal, tree.exprs(elts), |root, value| {
            let Root::Field(_, number) = root else { return };
            if let (Some(field), Some(place)) = (fields.get(number as usize), place.field(number)) {
                self.store_at(state, place, field.ty, Some(value));
            }
        });
    }

    /// Several places get what one expression gives.
    pub(super) fn results_of(&mut self, state: &mut State, value: ExprId, places: &[Option<Place>]) {
        let tree = &self.context.info.tree;
        let value = tree.unparen(value);
        // `x, ok := m[k]`
        if let (Expr::Index { x: map, .. }, &[element, ok]) = (tree.expr(value), places) {
            let map = Place::named(&self.context, map).filter(|map| self.vars.contains(&map.var));
            for (var, link) in [(element, Link::Element), (ok, Link::Found)] {
                if let (Some(map), Some(var)) = (map, var.filter(|var| var.is_var())) {
                    state.link(var.var, link, map);
                }
            }
            return;
        }
        let Some(func) = callee(&self.context, value) else { return };
        let last = places.last().copied().flatten().filter(|place| place.is_var());
        for (at, place) in places.iter().enumerate() {
            let Some(place) = place.filter(|place| self.vars.contains(&place.var)) else { continue };
            match gives(&self.context, func, at) {
                Gives::Anything => {}
                Gives::Nil => state.assign(place, Some(Fact::Zero(Why::Returned(func)))),
                Gives::NilWithError => {
                    if let Some(error) = last {
                        state.assign(place, Some(Fact::Maybe(Why::Returned(func))));
                        state.link(error.var, Link::Error, place);
                    }
                }
            }
        }
    }
}
