//! A resolved package, and the program that packages are part of.

use std::sync::{Arc, OnceLock};

use go_syntax::{Pos, Tree};
use rustc_hash::FxHashMap;

use crate::info::FileInfo;
use crate::name::Name;
use crate::object::Object;
use crate::types::{ObjRef, PkgId, Types};
use crate::universe::universe;

/// A resolved package.
pub struct Package {
    /// Its number in the program.
    pub id: PkgId,
    /// Its import path.
    pub path: Box<str>,
    /// Its name.
    pub name: Name,
    /// Its files, in the order they were given.
    pub files: Vec<FileInfo>,
    /// All its objects, those of its functions included.
    pub objects: Vec<Object>,
    /// Those at the top.
    pub scope: FxHashMap<Name, u32>,
    /// What could not be resolved.
    pub notes: Vec<Note>,
}

/// Something that could not be resolved. What depends on it is of the invalid type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The file, counted as in [`Package::files`].
    pub file: u32,
    /// Where.
    pub pos: Pos,
    /// What.
    pub text: String,
}

impl Package {
    /// One of its objects.
    pub fn object(&self, index: u32) -> &Object {
        &self.objects[index as usize]
    }
}

/// What is to be resolved.
pub struct Input {
    /// Its import path.
    pub path: Box<str>,
    /// Its files, parsed.
    pub files: Vec<Arc<Tree>>,
    /// The packages that its import paths mean. Those that are not here were not found.
    pub imports: FxHashMap<Box<str>, PkgId>,
    /// Whether functions' bodies are resolved too, and what is found out about each expression is kept: not for
    /// packages that are only imported.
    pub bodies: bool,
    /// The size of `int` and pointers, in bytes.
    pub word: u8,
}

/// Packages that import each other, and all their types.
pub struct Program {
    /// All types.
    pub types: Types,
    packages: Vec<OnceLock<Arc<Package>>>,
}

impl Program {
    /// Package unsafe.
    pub const UNSAFE: PkgId = PkgId(1);
    /// The first number that a package may have.
    pub const FIRST: PkgId = PkgId(2);

    /// A program with room for so many packages besides the universe and unsafe.
    pub fn new(packages: usize) -> Program {
        let types = Types::default();
        let (universe, unsafe_) = universe(&types, Program::UNSAFE);
        let program = Program { types, packages: (0..packages + 2).map(|_| OnceLock::new()).collect() };
        for package in [universe, unsafe_] {
            program.put(package);
        }
        program
    }

    fn put(&self, package: Arc<Package>) {
        if let Some(place) = self.packages.get(package.id.0 as usize) {
            // It is resolved once; a second one would be equal.
            _ = place.set(package);
        }
    }

    /// A package that was resolved.
    pub fn package(&self, id: PkgId) -> Option<&Arc<Package>> {
        self.packages.get(id.0 as usize)?.get()
    }

    /// An object of a package that was resolved.
    pub fn object(&self, obj: ObjRef) -> Option<&Object> {
        self.package(obj.pkg)?.objects.get(obj.index as usize)
    }

    /// Resolves a package, whose imports were resolved before. It may run in several threads at once.
    ///
    /// Deeply nested source needs a deep stack: see [`crate::STACK`].
    pub fn resolve(&self, id: PkgId, input: Input) -> Arc<Package> {
        let package = Arc::new(crate::check::check(self, id, input));
        self.put(Arc::clone(&package));
        package
    }
}
