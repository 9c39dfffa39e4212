//! Every place where a map is written.

mod dead;
pub(crate) mod element;
pub(crate) mod function;
mod library;
mod literal;
pub(crate) mod root;

use go_syntax::ast::{AssignOp, Expr, Stmt};
use go_syntax::{Event, ExprId, Node, Pos, StmtId};
use go_types::{FileInfo, Package, Program, TypeId, Use};

pub use dead::Why;
pub(crate) use element::text;
pub(crate) use function::around;
pub(crate) use library::called;

use crate::context::Context;

/// How a map is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Op {
    /// `m[k] = v`.
    Assign,
    /// `m[k], x = v, y`.
    TupleAssign,
    /// `m[k] += v`.
    OpAssign,
    /// `m[k]++`.
    Inc,
    /// `m[k]--`.
    Dec,
    /// `for m[k] = range x`.
    RangeAssign,
    /// `delete(m, k)`.
    Delete,
    /// `clear(m)`.
    Clear,
    /// A literal with elements, which the map begins with.
    Literal,
    /// `maps.Copy` and the like, by its full name.
    Library(&'static str),
}

impl Op {
    /// As it stands in listings and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Op::Assign => "assign",
            Op::TupleAssign => "tuple-assign",
            Op::OpAssign => "op-assign",
            Op::Inc => "++",
            Op::Dec => "--",
            Op::RangeAssign => "range-assign",
            Op::Delete => "delete",
            Op::Clear => "clear",
            Op::Literal => "literal",
            Op::Library(name) => name,
        }
    }
}

/// A place where a map is written.
#[derive(Clone, Debug)]
pub struct Site {
    /// The file, counted as in [`Package::files`].
    pub file: u32,
    /// Where the expression or statement that writes begins.
    pub pos: Pos,
    /// How.
    pub op: Op,
    /// The function around it, as stacks have it, without the package.
    pub function: String,
    /// The map as it is written; empty for a literal.
    pub map: String,
    /// Its type.
    pub ty: TypeId,
    /// The variable or field that it is found through; empty if there is none.
    pub root: String,
    /// Whether the function around it is generic.
    pub generic: bool,
    /// Why the compiler makes no code of it, if it makes none.
    pub dead: Option<Why>,
    /// Places whose lines the compiler's calls have: one, but for a literal.
    pub calls: Vec<Pos>,
    /// Whether it is a delete that a loop is all of, which the compiler makes one clear of.
    pub clears: bool,
}

/// All places in one file of a package, in the order of the source.
pub fn sites(program: &Program, package: &Package, file: u32) -> Vec<Site> {
    let info = &package.files[file as usize];
    let context = Context { program, package, info };
    let mut finder = Finder {
        context,
        file,
        dead: dead::Dead::default(),
        path: Vec::new(),
        around: function::Around::new(),
        found: Vec::new(),
    };
    for &decl in info.tree.decls() {
        for event in info.tree.walk(Node::Decl(decl)) {
            match event {
                Event::Enter(node) => {
                    finder.path.push(node);
                    finder.around.enter(&info.tree, node);
                    finder.visit(node);
                }
                Event::Leave(node) => {
                    finder.path.pop();
                    finder.dead.leave(&context, node);
                    finder.around.leave(&info.tree, node);
                }
            }
        }
    }
    let mut found = finder.found;
    let mut dead = finder.dead;
    dead.finish();
    for site in &mut found {
        site.dead = dead.at(site.pos);
    }
    found.sort_by_key(|site| site.pos);
    found
}

struct Finder<'a> {
    context: Context<'a>,
    file: u32,
    dead: dead::Dead,
    /// From the declaration to the present node.
    path: Vec<Node>,
    around: function::Around,
    found: Vec<Site>,
}

impl<'a> Finder<'a> {
    fn info(&self) -> &'a FileInfo {
        self.context.info
    }

    fn visit(&mut self, node: Node) {
        match node {
            Node::Stmt(id) => self.stmt(id),
            Node::Expr(id) => self.expr(id),
            _ => {}
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let tree = &self.info().tree;
        match tree.stmt(id) {
            Stmt::Assign { lhs, op, .. } => {
                let op = match op {
                    AssignOp::Define => return,
                    AssignOp::Op(_) => Op::OpAssign,
                    AssignOp::Assign if lhs.len() > 1 => Op::TupleAssign,
                    AssignOp::Assign => Op::Assign,
                };
                for &x in tree.exprs(lhs) {
                    self.target(x, op);
                }
            }
            Stmt::IncDec { x, inc, .. } => self.target(x, if inc { Op::Inc } else { Op::Dec }),
            Stmt::Range { clause, .. } => {
                let clause = tree.range(clause);
                if !clause.define {
                    for x in [clause.key, clause.value].into_iter().flatten() {
                        self.target(x, Op::RangeAssign);
                    }
                }
            }
            _ => {}
        }
    }

    /// What is assigned to, if it is an element of a map.
    fn target(&mut self, x: ExprId, op: Op) {
        let tree = &self.info().tree;
        let x = tree.unparen(x);
        if let Expr::Index { x: map, lbrack, .. } = tree.expr(x)
            && self.context.is_map(map)
        {
            self.add(x, Some(map), op, vec![lbrack]);
        }
    }

    fn expr(&mut self, id: ExprId) {
        let tree = &self.info().tree;
        match tree.expr(id) {
            Expr::Composite { elts, lbrace, .. } if !elts.is_empty() => {
                let ty = self.info().type_of(id);
                let (inner, _) = self.context.program.types.deref(ty);
                if self.context.is_map_type(inner) {
                    let calls = literal::calls(&self.context, inner, elts, lbrace);
                    self.add(id, None, Op::Literal, calls);
                }
            }
            Expr::Call { fun, lparen, args, .. } => self.call(id, fun, lparen, tree.exprs(args)),
            _ => {}
        }
    }

    fn call(&mut self, id: ExprId, fun: ExprId, lparen: Pos, args: &[ExprId]) {
        let tree = &self.info().tree;
        let fun = library::called(tree, fun);
        if let Some(name) = self.context.builtin(fun) {
            let Some(&map) = args.first() else { return };
            match name {
                go_types::Builtin::Delete => {
                    let call = element::clear_loop(&self.context, &self.path, map, args);
                    self.add(id, Some(map), Op::Delete, vec![call.unwrap_or(lparen)]);
                    if let Some(site) = self.found.last_mut() {
                        site.clears = call.is_some();
                    }
                }
                go_types::Builtin::Clear if self.context.may_be_map(map) => {
                    self.add(id, Some(map), Op::Clear, vec![lparen]);
                }
                _ => {}
            }
            return;
        }
        if let Some((name, on_value)) = library::writes(&self.context, fun) {
            let map = match tree.expr(fun) {
                Expr::Selector { x, .. } if on_value => Some(x),
                _ => args.first().copied(),
            };
            if let Some(map) = map {
                self.add(id, Some(map), Op::Library(name), vec![lparen]);
            }
        }
    }

    fn add(&mut self, at: ExprId, map: Option<ExprId>, op: Op, calls: Vec<Pos>) {
        let tree = &self.info().tree;
        let ty = self.info().type_of(map.unwrap_or(at));
        let ty = if op == Op::Literal { self.context.program.types.deref(ty).0 } else { ty };
        let (function, generic) = self.around.present();
        self.found.push(Site {
            file: self.file,
            pos: tree.start(at),
            op,
            function,
            map: map.map(|map| element::text(tree, map)).unwrap_or_default(),
            ty,
            root: map.map(|map| root::root(&self.context, map)).unwrap_or_default(),
            generic,
            dead: None,
            calls,
            clears: false,
        });
    }
}

/// Whether two names or selectors lead to the same.
pub(crate) fn same_use(info: &FileInfo, a: ExprId, b: ExprId) -> bool {
    match (info.use_of(a), info.use_of(b)) {
        (Use::Object(a), Use::Object(b)) => a == b,
        (Use::Selection(a), Use::Selection(b)) => {
            let (a, b) = (&info.selections[a as usize], &info.selections[b as usize]);
            a.recv == b.recv && a.path == b.path && a.method == b.method
        }
        _ => false,
    }
}
