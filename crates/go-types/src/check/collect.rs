//! The names at the top of a package.

use go_syntax::ast::{Decl as Node, DeclKeyword, Expr, FuncDecl, Spec};
use go_syntax::{ExprId, List};

use super::decl::{ConstLine, Decl, Pending};
use super::{Checker, Function};
use crate::name::Name;
use crate::object::{ObjKind, VarKind};
use crate::package::Program;
use crate::types::{Method, NamedId, PkgId, Type, TypeId};

impl<'a> Checker<'a> {
    /// Makes an object of each name at the top. Nothing is resolved yet.
    pub(super) fn collect(&mut self) {
        let mut methods = Vec::new();
        for file in 0..self.trees.len() {
            self.env.file = file;
            let tree = self.tree();
            for &decl in tree.decls() {
                match tree.decl(decl) {
                    Node::Bad { .. } => {}
                    Node::Gen { keyword, specs, .. } => self.collect_specs(keyword, specs),
                    Node::Func(func) => self.collect_func(func, &mut methods),
                }
            }
        }
        self.collect_methods(methods);
    }

    fn collect_specs(&mut self, keyword: DeclKeyword, specs: List<Spec>) {
        let mut line = ConstLine::default();
        for (iota, &spec) in self.tree().specs(specs).iter().enumerate() {
            match spec {
                Spec::Import { .. } => self.collect_import(spec),
                Spec::Type { .. } => self.collect_type(spec),
                Spec::Value { names, ty, values } if keyword == DeclKeyword::Const => {
                    line.next(iota, ty, values);
                    for (at, &ident) in self.tree().idents(names).iter().enumerate() {
                        let kind = ObjKind::Const(crate::value::Value::Unknown);
                        let object = self.new_object(kind, ident, TypeId::INVALID);
                        let value = self.tree().exprs(line.values).get(at).copied();
                        self.at_top_level(object, Pending::Const { ty: line.ty, value, iota: iota as i128 });
                    }
                }
                Spec::Value { names, ty, values } => {
                    let first = self.objects.len() as u32;
                    let count = names.len() as u32;
                    for (at, &ident) in self.tree().idents(names).iter().enumerate() {
                        let object = self.new_object(ObjKind::Var(VarKind::Global), ident, TypeId::INVALID);
                        self.at_top_level(object, Pending::Var { ty, values, first, count, at: at as u32 });
                    }
                }
            }
        }
    }

    /// Puts an object into the package's scope, to be resolved later.
    fn at_top_level(&mut self, object: u32, pending: Pending) {
        self.later(object, pending);
        let name = self.objects[object as usize].name;
        if !name.is_blank() {
            self.scope.entry(name).or_insert(object);
        }
    }

    fn later(&mut self, object: u32, pending: Pending) {
        let file = self.env.file;
        self.decls.resize_with(object as usize, || Decl::Done);
        self.decls.push(Decl::Pending { file, pending });
    }

    fn collect_import(&mut self, spec: Spec) {
        let Spec::Import { name, path } = spec else { return };
        let tree = self.tree();
        let text = go_syntax::literal::string_value(tree.text(tree.expr_span(path)));
        let text = text.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
        let target = match &*text {
            "unsafe" => Some(Program::UNSAFE),
            _ => self.input.imports.get(&*text).copied(),
        };
        let target = target.filter(|&target| self.program.package(target).is_some());
        // That a package was not found its loader tells.
        let local = match name.map(|name| self.name(name.sym)) {
            Some(name) => name,
            None => match target.and_then(|target| self.program.package(target)) {
                Some(package) => package.name,
                None => self.types.names.intern(guess_name(&text)),
            },
        };
        let index = self.objects.len() as u32;
        let pos = Some((self.env.file as u32, name.map_or(tree.start(path), |name| name.pos)));
        let kind = ObjKind::Package(target);
        self.objects.push(crate::object::Object {
            kind,
            name: local,
            pkg: self.id,
            pos,
            ty: TypeId::INVALID,
        });
        if let (Some(name), true) = (name, self.record_of()) {
            self.info().defs.insert(name.pos, index);
        }
        if self.types.names.text(local) == "." {
            self.files[self.env.file].dots.extend(target);
        } else if !local.is_blank() {
            self.files[self.env.file].imports.insert(local, index);
        }
    }

    fn collect_type(&mut self, spec: Spec) {
        let Spec::Type { name, assign, .. } = spec else { return };
        let object = self.new_type(name, assign.is_some());
        self.at_top_level(object, Pending::Type { spec });
    }

    fn collect_func(&mut self, decl: FuncDecl, methods: &mut Vec<(u32, FuncDecl, usize)>) {
        let object = self.new_object(ObjKind::Func, decl.name, TypeId::INVALID);
        let name = self.objects[object as usize].name;
        let function = Function { object, file: self.env.file, decl, scope: Vec::new() };
        let number = self.functions.len();
        self.functions.push(function);
        self.later(object, Pending::Func { number });
        if !decl.recv.is_absent() {
            methods.push((object, decl, self.env.file));
        } else if !name.is_blank() && self.types.names.text(name) != "init" {
            self.scope.entry(name).or_insert(object);
        }
    }

    /// Gives each declared type its methods.
    fn collect_methods(&mut self, methods: Vec<(u32, FuncDecl, usize)>) {
        let mut by_type: Vec<(NamedId, Method)> = Vec::new();
        for (object, decl, file) in methods {
            self.env.file = file;
            let Some((base, pointer)) = self.receiver_base(decl) else { continue };
            let name = self.objects[object as usize].name;
            let method = Method { name, func: self.own(object), pointer, sig: Default::default() };
            by_type.push((base, method));
        }
        by_type.sort_by_key(|(base, method)| (*base, method.name));
        let mut by_type = by_type.into_iter().peekable();
        while let Some((base, first)) = by_type.next() {
            let mut methods = vec![first];
            while let Some((_, method)) = by_type.next_if(|(next, _)| *next == base) {
                methods.push(method);
            }
            methods.dedup_by_key(|method| method.name);
            _ = self.types.named(base).methods.set(methods.into());
        }
        for object in 0..self.objects.len() {
            if let Type::Named(named) = *self.types.get(self.objects[object].ty) {
                // Those that have none.
                _ = self.types.named(named).methods.set(Box::default());
            }
        }
    }

    /// The declared type that a method belongs to, and whether its receiver is a pointer.
    pub(super) fn receiver_base(&mut self, decl: FuncDecl) -> Option<(NamedId, bool)> {
        let tree = self.tree();
        let (e, pointer) = receiver_type(tree, tree.fields(decl.recv).first()?.ty);
        let name = self.name(tree.as_ident(e)?.sym);
        let object = *self.scope.get(&name)?;
        if let ObjKind::TypeName { alias: Some(_) } = self.objects[object as usize].kind {
            self.resolve(object);
        }
        let ty = self.objects[object as usize].ty;
        // An alias may stand for a pointer, or for an instance.
        let (ty, pointer) = self.types.pointee(ty).map_or((ty, pointer), |to| (to, true));
        match *self.types.get(ty) {
            Type::Named(named) | Type::Instance { origin: named, .. }
                if self.types.named(named).pkg == self.id =>
            {
                Some((named, pointer))
            }
            _ => None,
        }
    }

    pub(super) fn package_of(&self, name: Name) -> PkgId {
        if name.is_exported() { PkgId::UNIVERSE } else { self.id }
    }
}

/// The type's name in a receiver's type, and whether that is a pointer.
pub(super) fn receiver_type(tree: &go_syntax::Tree, mut e: ExprId) -> (ExprId, bool) {
    let mut pointer = false;
    loop {
        e = match tree.expr(e) {
            Expr::Paren { x, .. } | Expr::Index { x, .. } | Expr::IndexList { x, .. } => x,
            Expr::Star { x } => {
                pointer = true;
                x
            }
            _ => return (e, pointer),
        };
    }
}

/// The name that a package probably has whose path alone is known.
fn guess_name(path: &str) -> &str {
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|n| n.parse::<u32>().is_ok());
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let name = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    let name = name.split_once(".v").map_or(name, |(name, _)| name);
    name.strip_prefix("go-").unwrap_or(name)
}
