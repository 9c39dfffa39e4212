//! Resolves one package: first what its top-level names are, each when it is first asked for, then its functions.

mod assign;
mod builtin;
mod call;
mod collect;
mod composite;
mod constant;
mod decl;
mod expr;
mod func;
mod index;
mod operator;
mod scope;
mod selector;
mod size;
mod stmt;
mod switch;
#[cfg(test)]
mod tests;
mod type_expr;

use std::sync::Arc;

use go_syntax::ast::Ident;
use go_syntax::{ExprId, Pos, Sym, Tree};
use rustc_hash::FxHashMap;

use crate::info::{FileInfo, Mode, Use};
use crate::name::Name;
use crate::object::{ObjKind, Object};
use crate::package::{Input, Note, Package, Program};
use crate::types::{ObjRef, PkgId, TypeId, Types};
use crate::value::Value;
use decl::Decl;
use func::Function;
use scope::Env;

/// How much stack [`Program::resolve`] may need, in bytes: source may be deeply nested.
pub const STACK: usize = 512 << 20;

/// Expressions and statements within each other, at most.
const MAX_DEPTH: usize = 100_000;

/// Notes of one package, at most: more say nothing new.
const MAX_NOTES: usize = 1000;

/// What an expression comes to.
#[derive(Clone, Debug)]
struct Operand {
    mode: Mode,
    ty: TypeId,
    value: Option<Value>,
}

impl Operand {
    const INVALID: Operand = Operand { mode: Mode::Invalid, ty: TypeId::INVALID, value: None };

    fn new(mode: Mode, ty: TypeId) -> Operand {
        Operand { mode, ty, value: None }
    }

    fn value(ty: TypeId) -> Operand {
        Operand::new(Mode::Value, ty)
    }

    fn of_type(ty: TypeId) -> Operand {
        Operand::new(Mode::Type, ty)
    }

    fn constant(ty: TypeId, value: Value) -> Operand {
        Operand { mode: Mode::Const, ty, value: Some(value) }
    }

    fn is_type(&self) -> bool {
        self.mode == Mode::Type
    }

    fn is_const(&self) -> bool {
        self.mode == Mode::Const
    }
}

/// A file while its package is resolved.
struct File {
    info: FileInfo,
    /// The names of the file's own table.
    names: Vec<Name>,
    /// What it imports, by local name.
    imports: FxHashMap<Name, u32>,
    /// Packages whose exported names it has without a qualifier.
    dots: Vec<PkgId>,
}

/// A package while it is resolved.
struct Checker<'a> {
    program: &'a Program,
    types: &'a Types,
    id: PkgId,
    trees: &'a [Arc<Tree>],
    input: &'a Input,
    files: Vec<File>,
    objects: Vec<Object>,
    /// What is to be done for each object at the top.
    decls: Vec<Decl>,
    scope: FxHashMap<Name, u32>,
    functions: Vec<Function>,
    /// Declared types whose underlying type is that of another one, which was not known yet.
    forward: Vec<(crate::types::NamedId, TypeId)>,
    env: Env,
    depth: usize,
    /// Whether a function was called, or something received, since this was last made false.
    called: bool,
    notes: Vec<Note>,
}

/// Resolves a package.
pub(crate) fn check(program: &Program, id: PkgId, input: Input) -> Package {
    let files = input.files.iter().map(|tree| File {
        names: tree.names().iter().map(|(_, text)| program.types.names.intern(text)).collect(),
        info: FileInfo::new(Arc::clone(tree), input.bodies),
        imports: FxHashMap::default(),
        dots: Vec::new(),
    });
    let mut checker = Checker {
        program,
        types: &program.types,
        id,
        trees: &input.files,
        input: &input,
        files: files.collect(),
        objects: Vec::new(),
        decls: Vec::new(),
        scope: FxHashMap::default(),
        functions: Vec::new(),
        forward: Vec::new(),
        env: Env::default(),
        depth: 0,
        called: false,
        notes: Vec::new(),
    };
    checker.collect();
    checker.resolve_all();
    if input.bodies {
        checker.bodies();
    }
    let name = checker.package_name();
    Package {
        id,
        name,
        files: checker.files.into_iter().map(|file| file.info).collect(),
        objects: checker.objects,
        scope: checker.scope,
        notes: checker.notes,
        path: input.path,
    }
}

impl<'a> Checker<'a> {
    fn package_name(&self) -> Name {
        let first = self.trees.iter().find_map(|tree| tree.package_name().map(|name| tree.name(name.sym)));
        self.types.names.intern(first.unwrap_or_default())
    }

    /// The tree of the present file.
    fn tree(&self) -> &'a Tree {
        &self.trees[self.env.file]
    }

    fn info(&mut self) -> &mut FileInfo {
        &mut self.files[self.env.file].info
    }

    fn name(&self, sym: Sym) -> Name {
        self.files[self.env.file].names[sym.index()]
    }

    fn record_of(&self) -> bool {
        self.input.bodies
    }

    /// Makes a note that something at `pos` of the present file could not be resolved.
    fn note(&mut self, pos: Pos, text: impl FnOnce(&Self) -> String) {
        if self.record_of() && self.notes.len() < MAX_NOTES {
            let text = text(self);
            self.notes.push(Note { file: self.env.file as u32, pos, text });
        }
    }

    fn record(&mut self, e: ExprId, operand: &Operand) {
        if !self.input.bodies {
            return;
        }
        let info = self.info();
        info.types[e.index()] = operand.ty;
        info.modes[e.index()] = operand.mode;
        if let (Mode::Const, Some(value)) = (operand.mode, &operand.value) {
            info.values.insert(e, value.clone());
        }
    }

    fn record_use(&mut self, e: ExprId, what: Use) {
        if self.input.bodies {
            self.info().set_use(e, what);
        }
    }

    /// Makes an object whose name stands at `ident`.
    fn new_object(&mut self, kind: ObjKind, ident: Ident, ty: TypeId) -> u32 {
        let name = self.name(ident.sym);
        let index = self.objects.len() as u32;
        let pos = Some((self.env.file as u32, ident.pos));
        self.objects.push(Object { kind, name, pkg: self.id, pos, ty });
        if self.input.bodies {
            self.info().defs.insert(ident.pos, index);
        }
        index
    }

    fn own(&self, index: u32) -> ObjRef {
        ObjRef { pkg: self.id, index }
    }

    /// An object of this package or one that was resolved before.
    fn object(&self, obj: ObjRef) -> Option<&Object> {
        if obj.pkg == self.id { self.objects.get(obj.index as usize) } else { self.program.object(obj) }
    }

    /// Runs `f` one level deeper, unless it is too deep.
    fn deeper<R>(&mut self, otherwise: R, f: impl FnOnce(&mut Self) -> R) -> R {
        if self.depth >= MAX_DEPTH {
            return otherwise;
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }
}
