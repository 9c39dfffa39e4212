//! Functions: their signatures, and their bodies with the variables that these declare.

use go_syntax::ast::{Expr, FieldList, FuncDecl, Stmt};
use go_syntax::{ExprId, SigId, StmtId};

use super::collect::receiver_type;
use super::{Checker, Operand};
use crate::info::Use;
use crate::object::{ObjKind, VarKind};
use crate::types::{Signature, Type, TypeId};

/// A function that is declared at the top.
pub(super) struct Function {
    pub(super) object: u32,
    pub(super) file: usize,
    pub(super) decl: FuncDecl,
    /// Type parameters, receiver, parameters and results: what its body starts with.
    pub(super) scope: Vec<u32>,
}

impl<'a> Checker<'a> {
    /// The type of a signature. Its names go to `scope`, and are declared in the present block if they are type
    /// parameters.
    pub(super) fn signature(&mut self, sig: SigId, scope: &mut Vec<u32>) -> TypeId {
        let node = self.tree().sig(sig);
        let type_params = self.type_params(node.type_params, scope);
        let params = self.params(node.params, VarKind::Param, scope);
        let results = self.params(node.results, VarKind::Result, scope);
        let tree = self.tree();
        let last = tree.fields(node.params).last();
        let variadic = last.is_some_and(|field| matches!(tree.expr(field.ty), Expr::Ellipsis { .. }));
        let made = Signature { type_params, params: params.into(), results: results.into(), variadic };
        self.types.intern(Type::Func(made))
    }

    fn params(&mut self, list: FieldList, kind: VarKind, scope: &mut Vec<u32>) -> Vec<TypeId> {
        let tree = self.tree();
        let mut all = Vec::new();
        for field in tree.fields(list) {
            let ty = self.type_expr(field.ty);
            let names = tree.idents(field.names);
            all.extend(std::iter::repeat_n(ty, names.len().max(1)));
            if self.record_of() {
                for &ident in names {
                    scope.push(self.new_object(ObjKind::Var(kind), ident, ty));
                }
            }
        }
        all
    }

    /// Resolves the type of a function that is declared at the top.
    pub(super) fn resolve_func(&mut self, number: usize) {
        let Some(&Function { object, decl, .. }) = self.functions.get(number) else { return };
        let mut scope = Vec::new();
        let ty = self.block(|this| {
            let base = (!decl.recv.is_absent()).then(|| this.receiver(decl, &mut scope));
            let ty = this.signature(decl.sig, &mut scope);
            if let Some(Some(base)) = base
                && let Some(methods) = this.types.named(base).methods.get()
            {
                let func = this.own(object);
                let name = this.objects[object as usize].name;
                let found = methods.binary_search_by_key(&name, |method| method.name);
                if let Some(method) =
                    found.ok().and_then(|at| methods.get(at)).filter(|method| method.func == func)
                {
                    _ = method.sig.set(ty);
                }
            }
            ty
        });
        self.objects[object as usize].ty = ty;
        self.functions[number].scope = scope;
    }

    /// The receiver of a method, and the declared type that it belongs to.
    fn receiver(&mut self, decl: FuncDecl, scope: &mut Vec<u32>) -> Option<crate::types::NamedId> {
        let tree = self.tree();
        let field = *tree.fields(decl.recv).first()?;
        let found = self.receiver_base(decl);
        let ty = match found {
            Some((named, pointer)) => {
                self.resolve(self.types.named(named).obj.index);
                self.receiver_params(named, field.ty, scope);
                let generic = self.types.named(named).params.get().is_some_and(|params| !params.is_empty());
                if generic {
                    let (name, _) = receiver_type(tree, field.ty);
                    let base = self.self_type(named);
                    let object = self.types.named(named).obj;
                    self.record_use(name, Use::Object(object));
                    let origin = self.types.intern(Type::Named(named));
                    let ty = if pointer { self.types.pointer(base) } else { base };
                    self.record_receiver(field.ty, ty, base);
                    self.record(name, &Operand::of_type(origin));
                    if let (Some(params), true) = (self.types.named(named).params.get(), self.record_of()) {
                        self.info().instances.insert(name, params.clone());
                    }
                    ty
                } else {
                    self.type_expr(field.ty)
                }
            }
            None => self.type_expr(field.ty),
        };
        if self.record_of() {
            for &ident in tree.idents(field.names) {
                scope.push(self.new_object(ObjKind::Var(VarKind::Receiver), ident, ty));
            }
        }
        found.map(|(named, _)| named)
    }

    /// Writes down what a generic receiver's type is, in parentheses and behind a star too.
    fn record_receiver(&mut self, mut e: ExprId, mut ty: TypeId, base: TypeId) {
        loop {
            self.record(e, &Operand::of_type(ty));
            e = match self.tree().expr(e) {
                Expr::Paren { x, .. } => x,
                Expr::Star { x } => {
                    ty = base;
                    x
                }
                _ => return,
            };
        }
    }

    /// Resolves the bodies of all functions that are declared at the top.
    pub(super) fn bodies(&mut self) {
        for number in 0..self.functions.len() {
            let Function { object, file, decl, .. } = self.functions[number];
            let scope = std::mem::take(&mut self.functions[number].scope);
            let ty = self.objects[object as usize].ty;
            if let Some(body) = decl.body {
                self.at_top(file, |this| this.body(ty, &scope, body));
            }
        }
    }

    /// Resolves a function's body.
    pub(super) fn body(&mut self, ty: TypeId, scope: &[u32], body: StmtId) {
        let results = match self.types.get(ty) {
            Type::Func(sig) => sig.results.to_vec(),
            _ => Vec::new(),
        };
        let outside = std::mem::replace(&mut self.env.results, results);
        let iota = self.env.iota.take();
        let called = self.called;
        self.block(|this| {
            scope.iter().for_each(|&object| this.declare(object));
            if let Stmt::Block { stmts, .. } = this.tree().stmt(body) {
                let stmts = this.tree().stmts(stmts);
                this.stmts(stmts);
            }
        });
        self.called = called;
        self.env.iota = iota;
        self.env.results = outside;
    }
}
