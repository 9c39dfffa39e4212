//! Writes to maps that are nil, or may be.
//!
//! `flow` goes through each function that writes a map, `ever` knows what is never set in the whole package, and
//! `returns` which functions give nil.

mod clauses;
mod cond;
mod effects;
mod ever;
mod flow;
mod holders;
mod returns;
mod state;

use go_syntax::ast::{Expr, Stmt};
use go_syntax::{DeclId, ExprId};
use go_types::{Builtin, Mode, Package, Program};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::storage::Root;
use crate::writes::{Write, writes};
use ever::Ever;
use flow::Flow;
pub(crate) use returns::{callee, declaration, returned};
pub(crate) use state::Why;
use state::{Fact, Place};

/// Why a write finds a nil map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// It is nil on every path to the write.
    Always(Why),
    /// It is nil on some path to the write.
    Sometimes(Why),
    /// Nothing ever sets this variable or field.
    Never(Root),
    /// No map is ever put into this map, slice or array.
    Empty(Root),
}

/// A write to a map that is nil, or may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NilWrite {
    /// The write.
    pub(crate) write: Write,
    /// The file, counted as in the package.
    pub(crate) file: u32,
    /// Why.
    pub(crate) cause: Cause,
    /// Whether a function around it recovers from panics: then it may be meant.
    pub(crate) recovered: bool,
}

/// All such writes in some files of a package.
pub(crate) fn nil_writes(program: &Program, package: &Package, files: &[u32]) -> Vec<NilWrite> {
    let mut found = Vec::new();
    let mut ever = None;
    for &file in files {
        let context = Context { program, package, info: &package.files[file as usize] };
        let writes = writes(&context);
        let mut rest = &writes[..];
        while let Some(first) = rest.first() {
            let count = rest.partition_point(|write| write.decl == first.decl);
            let (these, others) = rest.split_at(count);
            rest = others;
            let ever = ever.get_or_insert_with(|| Ever::of(program, package));
            declaration_writes(&context, ever, first.decl, these, |write, cause| {
                let recovered = recovers(&context, first.decl);
                found.push(NilWrite { write, file, cause, recovered });
            });
        }
    }
    found
}

fn declaration_writes(
    context: &Context<'_>,
    ever: &Ever,
    decl: DeclId,
    writes: &[Write],
    mut report: impl FnMut(Write, Cause),
) {
    let vars: FxHashSet<u32> =
        writes.iter().filter_map(|write| Some(Place::named(context, write.map)?.var)).collect();
    let mut flow = Flow::new(*context, ever, vars);
    flow.decl(decl);
    for write in writes {
        let Some(&fact) = flow.found.get(&write.element) else { continue };
        let cause = match fact {
            _ if flow.jumps_about => None,
            Some(Fact::Zero(why)) => Some(Cause::Always(why)),
            Some(Fact::Maybe(why)) => Some(Cause::Sometimes(why)),
            Some(Fact::Set | Fact::Written | Fact::Unsure) => None,
            None => never(context, ever, write.map),
        };
        if let Some(cause) = cause {
            report(*write, cause);
        }
    }
}

/// Whether a map is nil because nothing in the whole package ever sets it.
fn never(context: &Context<'_>, ever: &Ever, map: ExprId) -> Option<Cause> {
    let tree = &context.info.tree;
    if let Some(root) = context.storage(map) {
        // Where the place cannot be followed, a check for nil would not be seen.
        let checked = Place::named(context, map).is_none() && ever.is_asked(root);
        return (!checked && ever.never_set(context, root)).then_some(Cause::Never(root));
    }
    let Expr::Index { x: holder, .. } = tree.expr(tree.unparen(map)) else { return None };
    let root = context.storage(holder)?;
    ever.never_filled(context, root).then_some(Cause::Empty(root))
}

/// Whether a declaration has a call of `recover` in it.
fn recovers(context: &Context<'_>, decl: DeclId) -> bool {
    let tree = &context.info.tree;
    let span = tree.decl_span(decl);
    let Stmt::Block { .. } = (match tree.decl(decl) {
        go_syntax::ast::Decl::Func(func) => {
            func.body.map_or(Stmt::Bad { to: span.end }, |body| tree.stmt(body))
        }
        _ => return false,
    }) else {
        return false;
    };
    tree.walk(go_syntax::Node::Decl(decl)).any(|event| match event {
        go_syntax::Event::Enter(go_syntax::Node::Expr(id)) => {
            matches!(context.info.mode(id), Mode::Builtin(Builtin::Recover))
        }
        _ => false,
    })
}
