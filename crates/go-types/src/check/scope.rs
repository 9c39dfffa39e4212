//! What a name stands for at a place.

use go_syntax::ast::Ident;
use rustc_hash::FxHashMap;

use super::Checker;
use crate::name::Name;
use crate::object::{ObjKind, VarKind};
use crate::types::{ObjRef, PkgId, TypeId};

/// Where the checker is.
#[derive(Default)]
pub(super) struct Env {
    /// The file.
    pub(super) file: usize,
    /// Names declared in functions, and how deep in blocks.
    locals: FxHashMap<Name, (u32, u32)>,
    /// What to put back when a block ends.
    undo: Vec<(Name, Option<(u32, u32)>)>,
    block: u32,
    /// The value of `iota`.
    pub(super) iota: Option<i128>,
    /// What the present function returns.
    pub(super) results: Vec<TypeId>,
}

impl<'a> Checker<'a> {
    /// Runs `f` in a block of its own.
    pub(super) fn block<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let from = self.env.undo.len();
        self.env.block += 1;
        let result = f(self);
        self.env.block -= 1;
        while self.env.undo.len() > from {
            if let Some((name, before)) = self.env.undo.pop() {
                match before {
                    Some(before) => self.env.locals.insert(name, before),
                    None => self.env.locals.remove(&name),
                };
            }
        }
        result
    }

    /// Runs `f` at the top of a file, outside of all functions.
    pub(super) fn at_top<R>(&mut self, file: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let inside = std::mem::replace(&mut self.env, Env { file, ..Env::default() });
        let result = f(self);
        self.env = inside;
        result
    }

    /// From here on the object's name stands for it, to the end of the block.
    pub(super) fn declare(&mut self, object: u32) {
        let name = self.objects[object as usize].name;
        if !name.is_blank() {
            self.declare_as(name, object);
        }
    }

    pub(super) fn declare_as(&mut self, name: Name, object: u32) {
        let before = self.env.locals.insert(name, (object, self.env.block));
        self.env.undo.push((name, before));
    }

    /// Declares a variable of the present block.
    pub(super) fn declare_local(&mut self, ident: Ident, ty: TypeId) -> u32 {
        let object = self.new_object(ObjKind::Var(VarKind::Local), ident, ty);
        self.declare(object);
        object
    }

    /// The variable of this name that is declared in the present block itself.
    pub(super) fn in_block(&self, name: Name) -> Option<u32> {
        let &(object, block) = self.env.locals.get(&name)?;
        (block == self.env.block).then_some(object)
    }

    /// What a name stands for.
    pub(super) fn find(&self, name: Name) -> Option<ObjRef> {
        if let Some(&(object, _)) = self.env.locals.get(&name) {
            return Some(self.own(object));
        }
        let file = &self.files[self.env.file];
        if let Some(&object) = self.scope.get(&name).or_else(|| file.imports.get(&name)) {
            return Some(self.own(object));
        }
        let in_package = |pkg: PkgId| {
            let index = *self.program.package(pkg)?.scope.get(&name)?;
            Some(ObjRef { pkg, index })
        };
        let mut dots = file.dots.iter().copied().filter(|_| name.is_exported());
        dots.find_map(in_package).or_else(|| in_package(PkgId::UNIVERSE))
    }
}
