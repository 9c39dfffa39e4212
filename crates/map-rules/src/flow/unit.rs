//! Functions and function literals, each analysed once.

use go_syntax::ast::{Decl, Expr, FieldList, Stmt};
use go_syntax::{DeclId, Event, ExprId, Node, Pos, SigId, Span, StmtId, Tree};
use go_types::{FileInfo, ObjKind, ObjRef, Package};

use crate::context::Context;
use crate::finding::Place;
use crate::flow::event::{Kind, Summary};
use crate::flow::path::{Key, PathId};
use crate::flow::state::{Held, Released};

/// A function or function literal.
pub(crate) type UnitId = usize;

/// What is known of a unit.
pub(crate) struct Unit {
    /// The file: an index into the engine's.
    pub(crate) file: usize,
    /// The object, if it is a declared function.
    pub(crate) obj: Option<ObjRef>,
    /// The literal, if it is one.
    pub(crate) literal: Option<ExprId>,
    /// The function around a literal.
    pub(crate) parent: Option<UnitId>,
    /// What it does.
    pub(crate) body: StmtId,
    /// From where to where.
    pub(crate) span: Span,
    /// The receiver.
    pub(crate) receiver: Option<ObjRef>,
    /// Parameters, as far as they have names.
    pub(crate) params: Vec<Option<ObjRef>>,
    /// How far the analysis is.
    pub(crate) progress: Progress,
    /// What it does, for others.
    pub(crate) summary: Summary,
    /// Its own uses of maps.
    pub(crate) accesses: Vec<Access>,
    /// From where it is called.
    pub(crate) entries: Vec<Entry>,
    /// Whether it is used as a value, so that anybody may call it.
    pub(crate) is_value: bool,
    /// Whether control jumps in a way that is not followed.
    pub(crate) irregular: bool,
    /// Whether it runs in many goroutines: a handler.
    pub(crate) serves: bool,
    /// Whether it is a parallel subtest.
    pub(crate) parallel: bool,
}

/// How far the analysis of a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// Not begun.
    New,
    /// Under way: what it calls may call it.
    Busy,
    /// Done.
    Done,
}

/// A use of a map, with all that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The map.
    pub(crate) path: PathId,
    /// How it is used.
    pub(crate) kind: Kind,
    /// Where.
    pub(crate) place: Place,
    /// The map as it is written in the source.
    pub(crate) text: ExprId,
    /// Locks that the function itself has taken.
    pub(crate) held: Vec<Held>,
    /// Locks that the function itself has released before.
    pub(crate) released: Vec<Released>,
    /// Whether the object was made by the function that declares the path's variable.
    pub(crate) fresh: bool,
    /// Whether it happens on some condition within the function.
    pub(crate) conditional: bool,
}

/// How a unit is entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    /// By a call.
    Call,
    /// In a goroutine of its own.
    Go,
    /// By `sync.Once`.
    Once,
}

/// A place that a unit is called from.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The calling unit.
    pub(crate) from: UnitId,
    /// How.
    pub(crate) how: How,
    /// Where.
    pub(crate) at: Pos,
    /// Locks that the calling unit has taken itself.
    pub(crate) held: Vec<Held>,
    /// Locks that it has released.
    pub(crate) released: Vec<Key>,
    /// Whether the receiver (or first argument) was made there.
    pub(crate) fresh: bool,
    /// Whether the receiver is the calling unit's own.
    pub(crate) same_receiver: bool,
}

/// A file and its package.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    /// Which of the engine's files it is.
    pub(crate) id: usize,
    /// The package.
    pub(crate) package: &'a Package,
    /// The file.
    pub(crate) info: &'a FileInfo,
    /// Its number in the package.
    pub(crate) number: u32,
    /// Whether it is a test: it imports package testing.
    pub(crate) test: bool,
}

impl<'a> File<'a> {
    /// For questions about expressions.
    pub(crate) fn context(&self, program: &'a go_types::Program) -> Context<'a> {
        Context { program, package: self.package, info: self.info }
    }

    /// A place in it.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place { pkg: self.package.id, file: self.number, span }
    }

    /// The object that is declared by the name at `pos`.
    pub(crate) fn declared(&self, pos: Pos) -> Option<ObjRef> {
        self.info.defs.get(&pos).map(|&index| ObjRef { pkg: self.package.id, index })
    }

    /// The objects of the names in a list of parameters.
    pub(crate) fn params(&self, list: FieldList) -> Vec<Option<ObjRef>> {
        let tree = &self.info.tree;
        let mut params = Vec::new();
        for field in tree.fields(list) {
            let names = tree.idents(field.names);
            if names.is_empty() {
                params.push(None);
            }
            params.extend(names.iter().map(|name| self.declared(name.pos)));
        }
        params
    }
}

/// A function as it stands in a file: the declaration and what is called or contained in it.
pub(crate) struct Found {
    /// The function; for literals outside of functions none.
    pub(crate) func: Option<(ObjRef, SigId, StmtId)>,
    /// Its receiver.
    pub(crate) receiver: Option<ObjRef>,
    /// Where it is.
    pub(crate) decl: DeclId,
    /// Literals in it, the inner ones first, and how many literals are around each.
    pub(crate) literals: Vec<(ExprId, usize)>,
    /// Functions that are named in it.
    pub(crate) names: Vec<ObjRef>,
    /// Functions that are used as values in it; parameters and local variables of function type too.
    pub(crate) values: Vec<ObjRef>,
}

/// Finds out what there is in a declaration.
pub(crate) fn find(file: File<'_>, context: &Context<'_>, decl: DeclId) -> Found {
    let tree = &file.info.tree;
    let mut found = Found {
        func: None,
        receiver: None,
        decl,
        literals: Vec::new(),
        names: Vec::new(),
        values: Vec::new(),
    };
    if let Decl::Func(func) = tree.decl(decl) {
        let Some(body) = func.body else { return found };
        found.receiver = file.params(func.recv).first().copied().flatten();
        if let Some(obj) = file.declared(func.name.pos) {
            found.func = Some((obj, func.sig, body));
        }
    }
    let (mut callees, mut assigned) = (Vec::new(), Vec::new());
    let mut depth = 0;
    for event in tree.walk(Node::Decl(decl)) {
        match event {
            Event::Enter(Node::Stmt(id)) => {
                if let Stmt::Assign { lhs, .. } = tree.stmt(id) {
                    assigned.clear();
                    assigned.extend_from_slice(tree.exprs(lhs));
                }
            }
            Event::Enter(Node::Expr(id)) => match tree.expr(id) {
                Expr::FuncLit { .. } => depth += 1,
                Expr::Call { fun, .. } => callees.push(called(tree, fun)),
                Expr::Ident { .. } | Expr::Selector { .. } => {
                    if let Some(obj) = function(context, id) {
                        found.names.push(obj);
                        if callees.last() != Some(&id) && !assigned.contains(&id) {
                            found.values.push(obj);
                        }
                    }
                }
                _ => {}
            },
            Event::Leave(Node::Expr(id)) => match tree.expr(id) {
                Expr::FuncLit { .. } => {
                    depth -= 1;
                    found.literals.push((id, depth));
                }
                Expr::Call { .. } => _ = callees.pop(),
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// The function or variable of function type that a name leads to.
fn function(context: &Context<'_>, e: ExprId) -> Option<ObjRef> {
    if let Some(selection) = context.info.selection(e) {
        return match selection.method {
            Some(go_types::MethodRef::Declared { func, .. }) => Some(func),
            _ => None,
        };
    }
    let go_types::Use::Object(obj) = context.info.use_of(e) else { return None };
    match context.object(obj)?.kind {
        ObjKind::Func => Some(obj),
        ObjKind::Var(_) => {
            let types = &context.program.types;
            let ty = context.info.type_of(e);
            matches!(types.get(types.underlying(ty)), go_types::Type::Func(_)).then_some(obj)
        }
        _ => None,
    }
}

/// What is called, without parentheses and type arguments.
pub(crate) fn called(tree: &Tree, fun: ExprId) -> ExprId {
    match tree.expr(tree.unparen(fun)) {
        Expr::Index { x, .. } | Expr::IndexList { x, .. } => tree.unparen(x),
        _ => tree.unparen(fun),
    }
}
