//! Statements.

use go_syntax::ast::{Decl as Node, DeclKeyword, RangeClause, Spec, Stmt};
use go_syntax::{DeclId, ExprId, StmtId};

use super::decl::ConstLine;
use super::{Checker, Operand};
use crate::object::ObjKind;
use crate::types::{Type, TypeId};
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn stmts(&mut self, stmts: &[StmtId]) {
        stmts.iter().for_each(|&stmt| self.stmt(stmt));
    }

    pub(super) fn stmt(&mut self, id: StmtId) {
        self.deeper((), |this| this.stmt_inner(id));
    }

    fn stmt_inner(&mut self, id: StmtId) {
        let tree = self.tree();
        match tree.stmt(id) {
            Stmt::Bad { .. } | Stmt::Skipped { .. } | Stmt::Empty { .. } | Stmt::Branch { .. } => {}
            Stmt::Decl { decl } => self.local_decl(decl),
            Stmt::Labeled { stmt, .. } => self.stmt(stmt),
            Stmt::Expr { x } | Stmt::Go { call: x } | Stmt::Defer { call: x } => {
                self.raw(x, TypeId::INVALID);
            }
            Stmt::Send { chan, value, .. } => {
                let chan = self.expr(chan, TypeId::INVALID);
                self.under(chan.ty);
                let elem = match *self.types.get(self.types.core_type(chan.ty)) {
                    Type::Chan { elem, .. } => elem,
                    _ => TypeId::INVALID,
                };
                self.assigned(value, elem);
            }
            Stmt::IncDec { x, .. } => {
                self.expr(x, TypeId::INVALID);
            }
            Stmt::Assign { lhs, op, rhs, .. } => self.assign(tree.exprs(lhs), op, tree.exprs(rhs)),
            Stmt::Return { results } => self.return_(tree.exprs(results)),
            Stmt::Block { stmts, .. } => self.block(|this| this.stmts(tree.stmts(stmts))),
            Stmt::If { .. } => self.if_(id),
            Stmt::Case { .. } | Stmt::Comm { .. } => {}
            Stmt::Switch { init, tag, body } => self.block(|this| this.switch(init, tag, body)),
            Stmt::TypeSwitch { init, assign, body } => {
                self.block(|this| this.type_switch(init, assign, body))
            }
            Stmt::Select { body } => self.select(body),
            Stmt::For { init, cond, post, body } => self.block(|this| {
                init.into_iter().for_each(|init| this.stmt(init));
                cond.into_iter().for_each(|cond| this.condition(cond));
                post.into_iter().for_each(|post| this.stmt(post));
                this.stmt(body);
            }),
            Stmt::Range { clause, body } => {
                let clause = tree.range(clause);
                self.block(|this| {
                    this.range(clause);
                    this.stmt(body);
                });
            }
        }
    }

    /// A comparison here stays untyped.
    fn condition(&mut self, cond: ExprId) {
        self.expr(cond, TypeId::INVALID);
    }

    /// An `if` and all that hang on its `else`, of which there may be many.
    fn if_(&mut self, id: StmtId) {
        self.block(|this| {
            let mut next = Some(id);
            while let Some(id) = next.take() {
                let Stmt::If { init, cond, body, otherwise } = this.tree().stmt(id) else {
                    this.stmt(id);
                    break;
                };
                init.into_iter().for_each(|init| this.stmt(init));
                this.condition(cond);
                this.stmt(body);
                next = otherwise;
                if let Some(Stmt::If { init: Some(_), .. }) = next.map(|next| this.tree().stmt(next)) {
                    // It may declare the same names again.
                    next.take().into_iter().for_each(|next| this.stmt(next));
                }
            }
        });
    }

    fn return_(&mut self, results: &[ExprId]) {
        let wanted = std::mem::take(&mut self.env.results);
        match *results {
            [value] if wanted.len() > 1 => _ = self.several(value, wanted.len(), TypeId::INVALID),
            _ => {
                for (at, &value) in results.iter().enumerate() {
                    self.assigned(value, wanted.get(at).copied().unwrap_or(TypeId::INVALID));
                }
            }
        }
        self.env.results = wanted;
    }

    fn range(&mut self, clause: RangeClause) {
        let RangeClause { key, value, define, x, .. } = clause;
        let mut operand = self.expr(x, TypeId::INVALID);
        let (key_type, value_type) = self.ranged(x, &mut operand, key.is_some());
        for (e, ty) in [(key, key_type), (value, value_type)] {
            let Some(e) = e else { continue };
            if define {
                self.define_one(e, ty);
            } else {
                self.target(e);
            }
        }
    }

    /// What a loop over `operand` gives.
    fn ranged(&mut self, x: ExprId, operand: &mut Operand, used: bool) -> (TypeId, TypeId) {
        let none = (TypeId::INVALID, TypeId::INVALID);
        self.under(operand.ty);
        let core = self.types.core_string(operand.ty);
        match self.types.get(core) {
            Type::Basic(basic) if basic.is_string() => (TypeId::INT, TypeId::INT32),
            Type::Basic(basic) if basic.is_integer() => {
                if used || operand.ty.is_untyped() {
                    self.convert(x, operand, TypeId::INVALID);
                }
                (operand.ty, TypeId::INVALID)
            }
            Type::Slice(elem) | Type::Array { elem, .. } => (TypeId::INT, *elem),
            Type::Pointer(to) => {
                self.under(*to);
                match *self.types.get(self.types.core_type(*to)) {
                    Type::Array { elem, .. } => (TypeId::INT, elem),
                    _ => none,
                }
            }
            Type::Map { key, value } => (*key, *value),
            Type::Chan { elem, .. } => (*elem, TypeId::INVALID),
            Type::Func(sig) => {
                let Some(&yields) = sig.params.first() else { return none };
                self.under(yields);
                match self.types.get(self.types.core_type(yields)) {
                    Type::Func(yields) => {
                        let at = |at: usize| yields.params.get(at).copied().unwrap_or(TypeId::INVALID);
                        (at(0), at(1))
                    }
                    _ => none,
                }
            }
            _ => self.types.as_map(operand.ty).unwrap_or(none),
        }
    }

    /// `const`, `type` and `var` in a function.
    fn local_decl(&mut self, decl: DeclId) {
        let tree = self.tree();
        let Node::Gen { keyword, specs, .. } = tree.decl(decl) else { return };
        let mut line = ConstLine::default();
        for (iota, &spec) in tree.specs(specs).iter().enumerate() {
            match spec {
                Spec::Import { .. } => {}
                Spec::Type { name, assign, .. } => {
                    let object = self.new_type(name, assign.is_some());
                    self.declare(object);
                    self.resolve_type(object, spec);
                    self.settle();
                    if let Type::Named(named) = *self.types.get(self.objects[object as usize].ty) {
                        _ = self.types.named(named).methods.set(Box::default());
                    }
                }
                Spec::Value { names, ty, values } if keyword == DeclKeyword::Const => {
                    line.next(iota, ty, values);
                    let mut made = Vec::new();
                    for (at, &ident) in tree.idents(names).iter().enumerate() {
                        let object = self.new_object(ObjKind::Const(Value::Unknown), ident, TypeId::INVALID);
                        let value = tree.exprs(line.values).get(at).copied();
                        self.resolve_const(object, line.ty, value, iota as i128);
                        made.push(object);
                    }
                    made.into_iter().for_each(|object| self.declare(object));
                }
                Spec::Value { names, ty, values } => {
                    let names = tree.idents(names);
                    let declared = ty.map(|ty| self.type_expr(ty));
                    let target = declared.unwrap_or(TypeId::INVALID);
                    let found: Vec<TypeId> = match *tree.exprs(values) {
                        [value] if names.len() > 1 => self.several(value, names.len(), target),
                        ref all => all.iter().map(|&value| self.assigned(value, target)).collect(),
                    };
                    for (at, &ident) in names.iter().enumerate() {
                        let found = found.get(at).copied().unwrap_or(TypeId::INVALID);
                        self.declare_local(ident, declared.unwrap_or(found));
                    }
                }
            }
        }
    }
}
