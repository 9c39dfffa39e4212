//! Types from Go text, so that tests read as examples.
//!
//! What is here declares types, methods and generic functions of well-formed text, and knows no more of Go.

mod display;
mod endless;
mod infer;
mod lookup;
mod sets;
mod subst;

use std::collections::HashMap;

use go_syntax::ast::{BinaryOp, ChanDir, Decl, Expr, FieldList, Spec, UnaryOp};
use go_syntax::{Bodies, ExprId, Node, SigId, Tree};

use super::*;

/// A world of packages.
struct World {
    types: Types,
    scope: HashMap<String, TypeId>,
    /// Signatures of functions.
    funcs: HashMap<String, TypeId>,
}

/// The package that most tests declare things in.
const P: PkgId = PkgId(1);

impl World {
    fn new(declarations: &str) -> World {
        let mut world = World { types: Types::default(), scope: HashMap::new(), funcs: HashMap::new() };
        for (number, basic) in Basic::ALL.iter().enumerate().skip(1) {
            world.scope.insert(basic.as_str().into(), TypeId(number as u32));
        }
        world.scope.insert("byte".into(), TypeId::UINT8);
        world.scope.insert("rune".into(), TypeId::INT32);
        world.scope.insert("any".into(), world.types.any());
        let comparable = Interface { comparable: true, ..Interface::default() };
        let comparable = world.types.intern(Type::Interface(comparable));
        world.scope.insert("comparable".into(), comparable);
        world.declare(PkgId::UNIVERSE, "type error interface{ Error() string }");
        world.declare(P, declarations);
        world
    }

    /// Adds a package's declarations.
    fn declare(&mut self, pkg: PkgId, declarations: &str) {
        let tree = go_syntax::parse(format!("package p\n{declarations}").into_bytes(), Bodies::Skip);
        assert!(tree.errors().is_empty(), "{:?} in {declarations}", tree.errors());
        let mut reader = Reader { types: &self.types, tree: &tree, pkg, scope: self.scope.clone() };
        reader.declare(&mut self.funcs);
        self.scope = reader.scope;
    }

    fn try_type(&self, text: &str) -> Option<TypeId> {
        let tree = go_syntax::parse(format!("package p; type _ {text}").into_bytes(), Bodies::Skip);
        let Decl::Gen { specs, .. } = tree.decl(*tree.decls().first()?) else { return None };
        let Some(Spec::Type { ty, .. }) = tree.specs(specs).first() else { return None };
        let mut reader = Reader { types: &self.types, tree: &tree, pkg: P, scope: self.scope.clone() };
        Some(reader.ty(*ty))
    }

    /// The type that is written so.
    fn ty(&self, text: &str) -> TypeId {
        self.try_type(text).expect(text)
    }

    fn tys(&self, texts: &[&str]) -> Vec<TypeId> {
        texts.iter().map(|text| self.ty(text)).collect()
    }

    /// The type of a function.
    fn sig(&self, func: &str) -> &Signature {
        match self.types.get(self.funcs[func]) {
            Type::Func(sig) => sig,
            other => panic!("{other:?}"),
        }
    }

    fn show(&self, t: TypeId) -> String {
        self.types.display(t, &|pkg| if pkg == P { String::new() } else { format!("p{}", pkg.0) })
    }

    fn name(&self, text: &str) -> Name {
        self.types.names.intern(text)
    }

    /// The type of the generic type that is declared so, without arguments.
    fn origin(&self, text: &str) -> NamedId {
        self.types.origin(self.scope[text]).expect(text)
    }
}

struct Reader<'a> {
    types: &'a Types,
    tree: &'a Tree,
    pkg: PkgId,
    scope: HashMap<String, TypeId>,
}

impl Reader<'_> {
    fn declare(&mut self, funcs: &mut HashMap<String, TypeId>) {
        let obj = ObjRef { pkg: self.pkg, index: 0 };
        let mut specs = Vec::new();
        for &decl in self.tree.decls() {
            if let Decl::Gen { specs: list, .. } = self.tree.decl(decl) {
                specs.extend_from_slice(self.tree.specs(list));
            }
        }
        for spec in &specs {
            if let Spec::Type { name, assign: None, .. } = *spec {
                let text = self.tree.name(name.sym);
                let id = self.types.declare(self.types.names.intern(text), self.pkg, obj);
                self.scope.insert(text.into(), self.types.intern(Type::Named(id)));
            }
        }
        let outer = self.scope.clone();
        for spec in &specs {
            let Spec::Type { name, type_params, assign, ty } = *spec else { continue };
            let text = self.tree.name(name.sym);
            if assign.is_some() {
                let ty = self.ty(ty);
                self.scope.insert(text.into(), ty);
                continue;
            }
            let named = self.types.named(self.types.origin(self.scope[text]).unwrap());
            let params = self.type_params(type_params);
            named.params.set(params).unwrap();
            named.underlying.set(self.ty(ty)).unwrap();
            let aliases = self.scope.clone();
            self.scope = outer.clone();
            self.scope.extend(
                aliases
                    .into_iter()
                    .filter(|(name, t)| !self.types.is_type_param(*t) && !outer.contains_key(name)),
            );
        }
        let outer = self.scope.clone();
        let mut methods: HashMap<NamedId, Vec<Method>> = HashMap::new();
        for &decl in self.tree.decls() {
            let Decl::Func(func) = self.tree.decl(decl) else { continue };
            let text = self.tree.name(func.name.sym);
            if let Some(receiver) = self.tree.fields(func.recv).first() {
                let (pointer, base) = match self.tree.expr(receiver.ty) {
                    Expr::Star { x } => (true, x),
                    _ => (false, receiver.ty),
                };
                let (base, names) = match self.tree.expr(base) {
                    Expr::Index { x, index, .. } => (x, vec![index]),
                    Expr::IndexList { x, indices, .. } => (x, self.tree.exprs(indices).to_vec()),
                    _ => (base, vec![]),
                };
                let of = self.types.origin(self.ty(base)).unwrap();
                let params = self.types.named(of).params.get().unwrap();
                for (&name, &param) in names.iter().zip(params) {
                    self.scope.insert(self.ident(name), param);
                }
                let list = methods.entry(of).or_default();
                let index = list.len() as u32;
                let sig = self.sig(func.sig).into();
                let func = ObjRef { pkg: self.pkg, index };
                list.push(Method { name: self.types.names.intern(text), func, pointer, sig });
            } else {
                funcs.insert(text.into(), self.sig(func.sig));
            }
            self.scope = outer.clone();
        }
        for (of, mut list) in methods {
            list.sort_by_key(|method| method.name);
            self.types.named(of).methods.set(list.into()).unwrap();
        }
    }

    fn ident(&self, expr: ExprId) -> String {
        self.tree.as_ident(expr).map(|ident| self.tree.name(ident.sym).into()).unwrap_or_default()
    }

    /// Type parameters stay in scope until the scope is put back.
    fn type_params(&mut self, list: FieldList) -> Box<[TypeId]> {
        let mut params = Vec::new();
        for field in self.tree.fields(list) {
            for name in self.tree.idents(field.names) {
                let text = self.tree.name(name.sym);
                let param = self.types.declare_param(self.types.names.intern(text), params.len() as u32);
                self.scope.insert(text.into(), param);
                params.push((param, field.ty));
            }
        }
        for &(param, constraint) in &params {
            let mut constraint = self.ty(constraint);
            let literal = matches!(
                self.types.get(constraint),
                Type::Named(_) | Type::Instance { .. } | Type::Interface(_)
            );
            if !literal {
                let embeds = Box::new([constraint]);
                constraint = self.types.intern(Type::Interface(Interface { embeds, ..Interface::default() }));
            }
            let Type::Param(id) = self.types.get(param) else { unreachable!() };
            self.types.param(*id).constraint.set(constraint).unwrap();
        }
        params.into_iter().map(|(param, _)| param).collect()
    }

    fn sig(&mut self, id: SigId) -> TypeId {
        let sig = self.tree.sig(id);
        let outer = self.scope.clone();
        let type_params = self.type_params(sig.type_params);
        let params = self.list(sig.params);
        let results = self.list(sig.results);
        let last = self.tree.fields(sig.params).last();
        let variadic = last.is_some_and(|field| matches!(self.tree.expr(field.ty), Expr::Ellipsis { .. }));
        self.scope = outer;
        self.types.intern(Type::Func(Signature { type_params, params, results, variadic }))
    }

    fn list(&mut self, list: FieldList) -> Box<[TypeId]> {
        let fields = self.tree.fields(list);
        let mut types = Vec::new();
        for field in fields {
            let ty = self.ty(field.ty);
            types.extend(std::iter::repeat_n(ty, self.tree.idents(field.names).len().max(1)));
        }
        types.into()
    }

    fn terms(&mut self, expr: ExprId, terms: &mut Vec<Term>) {
        match self.tree.expr(expr) {
            Expr::Binary { op: BinaryOp::Or, x, y, .. } => {
                self.terms(x, terms);
                self.terms(y, terms);
            }
            Expr::Unary { op: UnaryOp::Tilde, x } => terms.push(Term { tilde: true, ty: self.ty(x) }),
            _ => terms.push(Term { tilde: false, ty: self.ty(expr) }),
        }
    }

    fn ty(&mut self, expr: ExprId) -> TypeId {
        let made = match self.tree.expr(expr) {
            Expr::Ident { .. } => {
                return self.scope.get(&self.ident(expr)).copied().unwrap_or(TypeId::INVALID);
            }
            Expr::Paren { x, .. } => return self.ty(x),
            Expr::Index { x, index, .. } => {
                let Some(origin) = self.types.origin(self.ty(x)) else { return TypeId::INVALID };
                Type::Instance { origin, args: Box::new([self.ty(index)]) }
            }
            Expr::IndexList { x, indices, .. } => {
                let Some(origin) = self.types.origin(self.ty(x)) else { return TypeId::INVALID };
                let args = self.tree.exprs(indices).iter().map(|&index| self.ty(index)).collect();
                Type::Instance { origin, args }
            }
            Expr::Star { x } => Type::Pointer(self.ty(x)),
            Expr::Ellipsis { elt: Some(elt) } => Type::Slice(self.ty(elt)),
            Expr::ArrayType { len: None, elt } => Type::Slice(self.ty(elt)),
            Expr::ArrayType { len: Some(len), elt } => {
                let text = String::from_utf8_lossy(self.tree.text(self.tree.span(Node::Expr(len)))).parse();
                Type::Array { len: text.unwrap_or(-1), elem: self.ty(elt) }
            }
            Expr::MapType { key, value } => Type::Map { key: self.ty(key), value: self.ty(value) },
            Expr::ChanType { dir, value, .. } => {
                let dir = match dir {
                    ChanDir::Both => Dir::Both,
                    ChanDir::Send => Dir::Send,
                    ChanDir::Recv => Dir::Recv,
                };
                Type::Chan { dir, elem: self.ty(value) }
            }
            Expr::FuncType { sig } => return self.sig(sig),
            Expr::StructType { fields } => Type::Struct(self.fields(fields)),
            Expr::InterfaceType { methods } => self.interface(methods),
            Expr::Binary { op: BinaryOp::Or, .. } | Expr::Unary { op: UnaryOp::Tilde, .. } => {
                let mut terms = Vec::new();
                self.terms(expr, &mut terms);
                Type::Union(terms.into())
            }
            _ => return TypeId::INVALID,
        };
        self.types.intern(made)
    }

    fn fields(&mut self, list: FieldList) -> Box<[Field]> {
        let mut fields = Vec::new();
        for field in self.tree.fields(list) {
            let ty = self.ty(field.ty);
            let tag = field.tag.map(|tag| {
                let text = self.tree.text(self.tree.span(Node::Expr(tag)));
                text[1..text.len() - 1].into()
            });
            let names = self.tree.idents(field.names);
            let mut add = |text: &str, embedded| {
                let name = self.types.names.intern(text);
                let pkg = if name.is_exported() { PkgId::UNIVERSE } else { self.pkg };
                fields.push(Field { name, pkg, ty, embedded, tag: tag.clone() });
            };
            names.iter().for_each(|name| add(self.tree.name(name.sym), false));
            if names.is_empty() {
                let text = String::from_utf8_lossy(self.tree.text(self.tree.span(Node::Expr(field.ty))));
                let text = text.trim_start_matches('*').split('[').next().unwrap_or_default();
                add(text, true);
            }
        }
        fields.into()
    }

    fn interface(&mut self, list: FieldList) -> Type {
        let mut interface = Interface::default();
        let (mut methods, mut embeds) = (Vec::new(), Vec::new());
        for field in self.tree.fields(list) {
            let ty = self.ty(field.ty);
            match self.tree.idents(field.names).first() {
                Some(name) => {
                    let name = self.types.names.intern(self.tree.name(name.sym));
                    let pkg = if name.is_exported() { PkgId::UNIVERSE } else { self.pkg };
                    methods.push(InterfaceMethod { name, pkg, sig: ty });
                }
                None => embeds.push(ty),
            }
        }
        methods.sort();
        interface.methods = methods.into();
        interface.embeds = embeds.into();
        Type::Interface(interface)
    }
}
