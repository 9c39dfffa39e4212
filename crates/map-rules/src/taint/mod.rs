//! Values that are different each time, followed from where they come from to where they are used.
//!
//! It is asked from the end: what does this expression depend on? Variables are looked up in all places where they
//! get a value, functions through what they return, fields through what the package puts into them. How far is
//! limited, so that it ends; what is beyond is taken to be stable.

mod defs;
mod eval;
mod sources;
mod written;

use std::rc::Rc;

use go_syntax::ast::{Expr, Stmt};
use go_syntax::{DeclId, ExprId};
use go_types::{ObjRef, Package, PkgId, Program};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::Context;
use crate::finding::Place;
use crate::storage::Root;
use crate::writes::decl_around;
use defs::{Def, Defs};
pub(crate) use sources::Source;
pub(crate) use written::{Part, Written, written};

/// A source that a value depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Origin {
    /// What it is.
    pub(crate) source: Source,
    /// Where it is called.
    pub(crate) at: Place,
    /// Whether many calls in a row give the same: the hour, a number modulo ten.
    pub(crate) window: bool,
    /// Whether it was kept in a field on the way: then it may have been made once and for all.
    pub(crate) kept: bool,
}

/// What a value depends on.
#[derive(Clone, Default, Debug)]
pub(crate) struct Taint {
    /// Sources, no more than a few.
    pub(crate) origins: Vec<Origin>,
    /// Parameters of the function, by their numbers.
    pub(crate) params: u64,
    /// Those of the parameters that are sorted on the way.
    sorted: u64,
}

impl Taint {
    fn add(&mut self, other: Taint) {
        const MOST: usize = 4;
        for origin in other.origins {
            if self.origins.len() < MOST && !self.origins.contains(&origin) {
                self.origins.push(origin);
            }
        }
        // Sorted only if it is so wherever it is used.
        let both = self.params & other.params;
        self.sorted = (self.sorted | other.sorted) & !(both & !(self.sorted & other.sorted));
        self.params |= other.params;
    }

    fn each(mut self, change: impl Fn(&mut Origin)) -> Taint {
        self.origins.iter_mut().for_each(change);
        self
    }

    /// What a function or a field has of addresses is mostly not where something lies, but reckoned from it.
    fn without_pointers(mut self) -> Taint {
        self.origins.retain(|origin| origin.source != Source::Pointer);
        self
    }

    fn without_order(mut self) -> Taint {
        self.origins.retain(|origin| origin.source != Source::MapOrder);
        self.sorted = self.params;
        self
    }
}

/// A declaration at the top of a file.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) file: u32,
    pub(crate) decl: DeclId,
}

type FieldValues = FxHashMap<Root, Vec<(u32, ExprId)>>;

/// Answers what expressions depend on, and remembers what it found out.
pub(crate) struct Taints<'a> {
    program: &'a Program,
    told: &'a [String],
    defs: FxHashMap<(PkgId, u32, DeclId), Rc<Defs>>,
    results: FxHashMap<(ObjRef, usize), Taint>,
    fields: FxHashMap<PkgId, Rc<FieldValues>>,
    /// Variables, functions and fields that are being looked at.
    open: FxHashSet<Open>,
    depth: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Open {
    Var(PkgId, u32),
    Func(ObjRef, usize),
    Field(Root),
}

impl<'a> Taints<'a> {
    pub(crate) fn new(program: &'a Program, told: &'a [String]) -> Taints<'a> {
        Taints {
            program,
            told,
            defs: FxHashMap::default(),
            results: FxHashMap::default(),
            fields: FxHashMap::default(),
            open: FxHashSet::default(),
            depth: 0,
        }
    }

    /// What an expression depends on.
    pub(crate) fn of(&mut self, frame: &Frame<'a>, e: ExprId) -> Taint {
        self.open.clear();
        self.depth = 0;
        self.expr(frame, e, 0)
    }

    /// Whether the variables that an expression is made of are used for nothing else.
    pub(crate) fn used_once(&mut self, frame: &Frame<'a>, e: ExprId) -> bool {
        let defs = self.defs(frame);
        let tree = &frame.context.info.tree;
        let mut open = vec![e];
        let mut left = 20;
        while let Some(e) = open.pop() {
            left -= 1;
            if left == 0 {
                return false;
            }
            for event in tree.walk(go_syntax::Node::Expr(e)) {
                let go_syntax::Event::Enter(go_syntax::Node::Expr(id)) = event else { continue };
                let Some(var) = defs::variable(&frame.context, id) else { continue };
                if defs.params.contains_key(&var) {
                    continue;
                }
                // Once where it is declared, once here.
                let values = defs.of.get(&var).map_or(&[][..], |values| values);
                let stable = values.iter().all(|def| !self.is_unstable(frame, def));
                if stable {
                    continue;
                }
                if defs.named.get(&var).is_some_and(|&count| count > 2) {
                    return false;
                }
                open.extend(values.iter().map(|def| def.value));
            }
        }
        true
    }

    /// Whether a parameter is named once in its function.
    fn is_used_once(&mut self, frame: &Frame<'a>, param: u32) -> bool {
        let defs = self.defs(frame);
        let var = defs.params.iter().find(|(_, number)| **number == param);
        var.is_some_and(|(var, _)| defs.named.get(var) == Some(&1))
    }

    fn is_unstable(&mut self, frame: &Frame<'a>, def: &Def) -> bool {
        self.open.clear();
        !self.expr(frame, def.value, def.at).origins.is_empty()
    }

    fn defs(&mut self, frame: &Frame<'a>) -> Rc<Defs> {
        let key = (frame.context.package.id, frame.file, frame.decl);
        let make = || Rc::new(Defs::of(&frame.context, frame.decl));
        Rc::clone(self.defs.entry(key).or_insert_with(make))
    }

    /// The values that a package puts into its fields.
    fn field_values(&mut self, package: &'a Package) -> Rc<FieldValues> {
        let program = self.program;
        let make = || Rc::new(field_values(program, package));
        Rc::clone(self.fields.entry(package.id).or_insert_with(make))
    }

    /// The declaration that a place in a file is in.
    fn frame_at(&self, package: &'a Package, file: u32, e: ExprId) -> Option<Frame<'a>> {
        let info = package.files.get(file as usize)?;
        let decl = decl_around(&info.tree, info.tree.start(e))?;
        Some(Frame { context: Context { program: self.program, package, info }, file, decl })
    }
}

fn field_values(program: &Program, package: &Package) -> FieldValues {
    let mut found = FieldValues::default();
    for (file, info) in (0..).zip(&package.files) {
        let context = Context { program, package, info };
        let tree = &info.tree;
        for (_, stmt) in tree.all_stmts() {
            let Stmt::Assign { lhs, rhs, .. } = stmt else { continue };
            let (lhs, rhs) = (tree.exprs(lhs), tree.exprs(rhs));
            if lhs.len() != rhs.len() {
                continue;
            }
            for (&x, &value) in lhs.iter().zip(rhs) {
                if let Some(root @ Root::Field(..)) = context.storage(x) {
                    found.entry(root).or_default().push((file, value));
                }
            }
        }
        for (id, expr) in tree.all_exprs() {
            let Expr::Composite { elts, .. } = expr else { continue };
            context.each_field(id, tree.exprs(elts), |root, value| {
                found.entry(root).or_default().push((file, value));
            });
        }
    }
    found
}
