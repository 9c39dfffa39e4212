//! Keys and values of maps that are different each time: where they are written, or given to a function that does.

use go_syntax::ExprId;
use go_syntax::ast::{Expr, Stmt};
use go_types::ObjRef;
use rustc_hash::FxHashMap;

use super::{Frame, Origin, Taints};
use crate::context::Context;
use crate::finding::Place;
use crate::life::Life;
use crate::nilness::callee;
use crate::parallel::each_target;
use crate::rules::{Check, Target};
use crate::storage::Root;
use crate::writes::{How, decl_around, writes};

/// Which part of a write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// A key or value that is different each time.
pub(crate) struct Written<'a> {
    /// The declaration around it.
    pub(crate) frame: Frame<'a>,
    /// The key or value, as it stands there.
    pub(crate) part: ExprId,
    /// The write, or the call that leads to it.
    pub(crate) at: ExprId,
    /// The map that is written.
    pub(crate) map: String,
    /// What the part depends on.
    pub(crate) origin: Origin,
    /// How long the map lives.
    pub(crate) life: Life,
    /// Whether what it is made of is used for nothing else.
    pub(crate) once: bool,
    /// How the element is written.
    pub(crate) how: How,
    /// The write, if a function that is called does it.
    pub(crate) through: Option<Place>,
    /// Whether somewhere in its package the map is gone through.
    pub(crate) gone_through: bool,
}

/// A function that writes what it is given.
#[derive(Clone)]
struct Sink {
    param: u32,
    /// Whether its order does not matter.
    sorted: bool,
    map: String,
    life: Life,
    how: How,
    at: Place,
    /// Whether the parameter is used for this alone.
    once: bool,
    gone_through: bool,
}

type Sinks = FxHashMap<ObjRef, Vec<Sink>>;

/// All of a program.
pub(crate) fn written<'a>(check: &'a Check<'_>, part: Part) -> Vec<Written<'a>> {
    let direct = each_target(check, |target| direct(check, target, part));
    let mut sinks = Sinks::default();
    let mut found = Vec::new();
    for (here, made) in direct {
        found.extend(here);
        for (func, sink) in made {
            sinks.entry(func).or_default().push(sink);
        }
    }
    // A function that gives its parameter to such a function is one as well.
    const ROUNDS: usize = 2;
    for round in 1..=ROUNDS {
        if sinks.is_empty() {
            break;
        }
        let mut next = Sinks::default();
        for (here, made) in each_target(check, |target| through(check, target, &sinks)) {
            found.extend(here);
            for (func, sink) in made {
                next.entry(func).or_default().push(sink);
            }
        }
        if round < ROUNDS {
            // Those of before were looked for already.
            sinks = next;
        }
    }
    found
}

fn context<'a>(check: &'a Check<'_>, target: &'a Target, file: u32) -> Context<'a> {
    let package = &*target.package;
    Context { program: check.program, package, info: &package.files[file as usize] }
}

type Found<'a> = (Vec<Written<'a>>, Vec<(ObjRef, Sink)>);

fn direct<'a>(check: &'a Check<'_>, target: &'a Target, part: Part) -> Found<'a> {
    let mut taints = Taints::new(check.program, &check.facts.sources);
    let (mut found, mut sinks) = (Vec::new(), Vec::new());
    let mut known: FxHashMap<Root, bool> = FxHashMap::default();
    let mut gone_through = |context: &Context<'_>, map| match context.storage(map) {
        Some(root) => *known.entry(root).or_insert_with(|| gone_through(context, root)),
        None => true,
    };
    for &file in &target.files {
        let context = context(check, target, file);
        for write in writes(&context) {
            let written = match part {
                Part::Key => Some(write.key),
                Part::Value => write.value,
            };
            let Some(written) = written else { continue };
            let frame = Frame { context, file, decl: write.decl };
            let taint = taints.of(&frame, written);
            let life = context.life(write.map);
            let map = crate::writes::text(context.info, write.map);
            for origin in taint.origins.into_iter().take(1) {
                found.push(Written {
                    once: taints.used_once(&frame, written),
                    gone_through: gone_through(&context, write.map),
                    frame,
                    part: written,
                    at: write.element,
                    map: map.clone(),
                    origin,
                    life,
                    how: write.how,
                    through: None,
                });
            }
            if taint.params == 0 || life != Life::Long {
                continue;
            }
            let Some(func) = function(&frame) else { continue };
            let span = context.info.tree.expr_span(write.element);
            let at = Place { pkg: context.package.id, file, span };
            let gone_through = gone_through(&context, write.map);
            for param in (0..64).filter(|param| taint.params & 1 << param != 0) {
                let sorted = taint.sorted & 1 << param != 0;
                let map = map.clone();
                let once = taints.is_used_once(&frame, param);
                let how = write.how;
                sinks.push((func, Sink { param, sorted, map, life, how, at, once, gone_through }));
            }
        }
    }
    (found, sinks)
}

fn through<'a>(check: &'a Check<'_>, target: &'a Target, sinks: &Sinks) -> Found<'a> {
    let mut taints = Taints::new(check.program, &check.facts.sources);
    let (mut found, mut made) = (Vec::new(), Vec::new());
    for &file in &target.files {
        let context = context(check, target, file);
        let tree = &context.info.tree;
        for (call, expr) in tree.all_exprs() {
            let Expr::Call { args, spread: false, .. } = expr else { continue };
            let Some(sinks) = callee(&context, call).and_then(|func| sinks.get(&func)) else { continue };
            let Some(decl) = decl_around(tree, tree.start(call)) else { continue };
            let frame = Frame { context, file, decl };
            for sink in sinks {
                let Some(&arg) = tree.exprs(args).get(sink.param as usize) else { continue };
                let taint = taints.of(&frame, arg);
                let taint = if sink.sorted { taint.without_order() } else { taint };
                for origin in taint.origins.into_iter().take(1) {
                    found.push(Written {
                        once: sink.once && taints.used_once(&frame, arg),
                        frame,
                        part: arg,
                        at: call,
                        map: sink.map.clone(),
                        origin,
                        life: sink.life,
                        how: sink.how,
                        through: Some(sink.at),
                        gone_through: sink.gone_through,
                    });
                }
                if let Some(func) = function(&frame) {
                    for param in (0..64).filter(|param| taint.params & 1 << param != 0) {
                        let sorted = sink.sorted || taint.sorted & 1 << param != 0;
                        let once = sink.once && taints.is_used_once(&frame, param);
                        made.push((func, Sink { param, sorted, once, ..sink.clone() }));
                    }
                }
            }
        }
    }
    (found, made)
}

/// The function that a declaration declares.
fn function(frame: &Frame<'_>) -> Option<ObjRef> {
    let go_syntax::ast::Decl::Func(func) = frame.context.info.tree.decl(frame.decl) else { return None };
    let index = *frame.context.info.defs.get(&func.name.pos)?;
    Some(ObjRef { pkg: frame.context.package.id, index })
}

/// Whether a map may be gone through: somewhere in its package it is used in another way than by its elements.
fn gone_through(context: &Context<'_>, root: Root) -> bool {
    let (mut named, mut elements) = (0, 0);
    for info in &context.package.files {
        let context = Context { info, ..*context };
        let is_it = |e: ExprId| context.storage(e) == Some(root);
        for (id, expr) in info.tree.all_exprs() {
            match expr {
                Expr::Ident { .. } | Expr::Selector { .. } => named += u32::from(is_it(id)),
                Expr::Index { x, .. } => elements += u32::from(is_it(x)),
                _ => {}
            }
        }
        for (_, stmt) in info.tree.all_stmts() {
            if let Stmt::Assign { lhs, .. } = stmt {
                elements += info.tree.exprs(lhs).iter().map(|&x| u32::from(is_it(x))).sum::<u32>();
            }
        }
    }
    named > elements
}
