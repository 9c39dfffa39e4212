//! `check-then-write`: looking whether a key is there under one hold of a lock, and writing it under another.

use go_syntax::ast::{AssignOp, Decl, Expr, Stmt, UnaryOp};
use go_syntax::{Event, ExprId, Node, StmtId, Tree};
use go_types::{Builtin, Type, TypeId};

use super::{Check, Group, Rule};
use crate::context::Context;
use crate::finding::{Confidence, Finding, Place};
use crate::parallel::each_file;
use crate::sites;
use crate::writes::{Write, function_around, text, writes};

/// The rule.
pub(super) const CHECK_THEN_WRITE: Rule = Rule {
    name: "check-then-write",
    group: Group::Idempotency,
    summary: "a check and the write that depends on it, without one hold of the lock over both",
    default: true,
    page: include_str!("../../../../docs/rules/check-then-write.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    each_file(check, one_file)
}

fn one_file(context: Context<'_>, file: u32) -> Vec<Finding> {
    let mut found = Vec::new();
    if !context.imports(|path| path == "sync") {
        return found;
    }
    let writes = writes(&context);
    let mut rest = &writes[..];
    while let Some(first) = rest.first() {
        let (these, others) = rest.split_at(rest.partition_point(|write| write.decl == first.decl));
        rest = others;
        for body in bodies(&context, first.decl) {
            let mut walk = Walk { context, writes: these, looks: Vec::new(), holds: 0, found: Vec::new() };
            walk.block(&mut Held::default(), body);
            let made = walk.found.iter().map(|(write, look, why)| finding(&context, file, write, look, *why));
            found.extend(made);
        }
    }
    found
}

/// The bodies in a declaration: its own, and those of function literals.
fn bodies(context: &Context<'_>, decl: go_syntax::DeclId) -> Vec<StmtId> {
    let tree = &context.info.tree;
    let mut bodies = Vec::new();
    if let Decl::Func(func) = tree.decl(decl) {
        bodies.extend(func.body);
    }
    for event in tree.walk(Node::Decl(decl)) {
        if let Event::Enter(Node::Expr(id)) = event
            && let Expr::FuncLit { body, .. } = tree.expr(id)
        {
            bodies.push(body);
        }
    }
    bodies
}

/// The locks that are held, by how they are written, and since which time of taking one.
type Held = Vec<(String, u32)>;

/// A look into a map.
#[derive(Clone)]
struct Look {
    map: String,
    key: String,
    held: Held,
    at: ExprId,
    /// The variables that got what was found.
    vars: Vec<String>,
}

/// Why it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// What is written was reckoned from what was found.
    Update,
    /// What is written is a new thing that others may hold by then.
    Thing,
    /// What is written may be written twice.
    Twice,
}

struct Walk<'a> {
    context: Context<'a>,
    writes: &'a [Write],
    looks: Vec<Look>,
    /// How often locks were taken.
    holds: u32,
    found: Vec<(Write, Look, Why)>,
}

impl Walk<'_> {
    fn block(&mut self, held: &mut Held, block: StmtId) {
        let tree = &self.context.info.tree;
        let stmts = match tree.stmt(block) {
            Stmt::Block { stmts, .. } | Stmt::Case { body: stmts, .. } | Stmt::Comm { body: stmts, .. } => {
                stmts
            }
            _ => return,
        };
        for &stmt in tree.stmts(stmts) {
            self.stmt(held, stmt);
        }
    }

    /// A part that may not be run, or may leave the function: what is held after it is what was held before if so.
    fn part(&mut self, held: &mut Held, part: StmtId) {
        let mut inside = held.clone();
        self.block(&mut inside, part);
        if !self.leaves(part) {
            *held = inside;
        }
    }

    fn leaves(&self, part: StmtId) -> bool {
        let tree = &self.context.info.tree;
        let stmts = match tree.stmt(part) {
            Stmt::Block { stmts, .. } | Stmt::Case { body: stmts, .. } | Stmt::Comm { body: stmts, .. } => {
                stmts
            }
            _ => return false,
        };
        match tree.stmts(stmts).last().map(|&last| tree.stmt(last)) {
            Some(Stmt::Return { .. } | Stmt::Branch { .. }) => true,
            Some(Stmt::Expr { x }) => self.context.call_name(x).is_some_and(|call| {
                let name = call.name.to_ascii_lowercase();
                name == "panic" || name == "exit" || name.starts_with("fatal")
            }),
            _ => false,
        }
    }

    fn stmt(&mut self, held: &mut Held, id: StmtId) {
        let tree = &self.context.info.tree;
        match tree.stmt(id) {
            Stmt::If { init, cond, body, otherwise } => {
                if let Some(init) = init {
                    self.stmt(held, init);
                }
                self.looks(held, cond, &[]);
                self.part(held, body);
                match otherwise.map(|otherwise| (otherwise, tree.stmt(otherwise))) {
                    Some((otherwise, Stmt::Block { .. })) => self.part(held, otherwise),
                    Some((otherwise, _)) => self.stmt(held, otherwise),
                    None => {}
                }
            }
            Stmt::For { body, .. } | Stmt::Range { body, .. } => {
                // What was looked at before the loop, or in an earlier round, is of another time.
                self.part(held, body);
            }
            Stmt::Switch { body, .. } | Stmt::TypeSwitch { body, .. } | Stmt::Select { body } => {
                for &clause in tree.block(body) {
                    self.part(held, clause);
                }
            }
            Stmt::Block { .. } => self.block(held, id),
            Stmt::Labeled { stmt, .. } => self.stmt(held, stmt),
            Stmt::Expr { x } => self.call(held, x),
            Stmt::Assign { lhs, op, rhs, .. } => {
                let vars: Vec<String> = tree.exprs(lhs).iter().map(|&x| sites::text(tree, x)).collect();
                for &x in tree.exprs(rhs) {
                    self.looks(held, x, &vars);
                }
                if op != AssignOp::Define {
                    self.written(held, id);
                }
                // What was looked at under another value of the key says nothing of this one.
                self.looks.retain(|look| !vars.contains(&look.key));
            }
            Stmt::IncDec { .. } => self.written(held, id),
            Stmt::Return { results } => {
                for &x in tree.exprs(results) {
                    self.looks(held, x, &[]);
                }
            }
            _ => {}
        }
    }

    /// `mu.Lock()` and `mu.Unlock()`. A deferred unlock is none until the function ends.
    fn call(&mut self, held: &mut Held, x: ExprId) {
        let tree = &self.context.info.tree;
        let Some(call) = self.context.call_name(x) else { return };
        let Some(on) = call.on else { return };
        let lock = sites::text(tree, on);
        match call.name {
            "Lock" | "RLock" => {
                self.holds += 1;
                held.push((lock, self.holds));
            }
            "Unlock" | "RUnlock" => held.retain(|(other, _)| *other != lock),
            _ => {}
        }
    }

    fn looks(&mut self, held: &Held, e: ExprId, vars: &[String]) {
        let context = self.context;
        let tree = &context.info.tree;
        let mut walk = tree.walk(Node::Expr(e));
        while let Some(event) = walk.next() {
            let Event::Enter(Node::Expr(id)) = event else { continue };
            match tree.expr(id) {
                Expr::FuncLit { .. } => walk.skip_children(),
                Expr::Index { x, index, .. } if context.is_map(x) => {
                    let (map, key) = (sites::text(tree, x), sites::text(tree, index));
                    let vars = vars.to_vec();
                    self.looks.push(Look { map, key, held: held.clone(), at: id, vars });
                }
                _ => {}
            }
        }
    }

    fn written(&mut self, held: &Held, stmt: StmtId) {
        let context = self.context;
        let tree = &context.info.tree;
        for write in self.writes.iter().filter(|write| write.stmt == stmt) {
            let (map, key) = (sites::text(tree, write.map), sites::text(tree, write.key));
            let same: Vec<&Look> =
                self.looks.iter().filter(|look| look.map == map && look.key == key).collect();
            let again = same.iter().any(|look| look.held.iter().any(|hold| held.contains(hold)));
            if again || held.is_empty() {
                continue;
            }
            let other = same
                .iter()
                .rev()
                .find(|look| look.held.iter().any(|(lock, _)| held.iter().any(|(other, _)| lock == other)));
            if let Some(&look) = other {
                let why = why(&context, write, look);
                self.found.push((*write, look.clone(), why));
            }
        }
    }
}

fn why(context: &Context<'_>, write: &Write, look: &Look) -> Why {
    let tree = &context.info.tree;
    let Some(value) = write.value else { return Why::Update };
    let found = look.vars.first();
    let value = tree.unparen(value);
    if found.is_some_and(|found| mentions(tree, value, found)) {
        // A variable that was given something new since then is no update.
        return if tree.as_ident(value).is_some() { new_thing(context, write, value) } else { Why::Update };
    }
    new_thing(context, write, value)
}

/// Whether a variable goes into a value. What a function in it does with the variable it does later, with what the
/// variable has by then.
fn mentions(tree: &Tree, value: ExprId, variable: &str) -> bool {
    let mut walk = tree.walk(Node::Expr(value));
    while let Some(event) = walk.next() {
        let Event::Enter(Node::Expr(id)) = event else { continue };
        if matches!(tree.expr(id), Expr::FuncLit { .. }) {
            walk.skip_children();
        } else if tree.as_ident(id).is_some_and(|ident| tree.name(ident.sym) == variable) {
            return true;
        }
    }
    false
}

/// Whether a value is a thing made here that others change or wait for: a map, a channel, something with a lock in
/// it. What is only looked up, as in most caches, may well be made twice.
fn new_thing(context: &Context<'_>, write: &Write, value: ExprId) -> Why {
    let tree = &context.info.tree;
    let is_new = |e: ExprId| {
        let made = match tree.expr(tree.unparen(e)) {
            Expr::Unary { op: UnaryOp::Addr, x } => {
                matches!(tree.expr(tree.unparen(x)), Expr::Composite { .. })
            }
            Expr::Call { fun, .. } => matches!(context.builtin(fun), Some(Builtin::New | Builtin::Make)),
            Expr::Composite { .. } => true,
            _ => false,
        };
        let types = &context.program.types;
        let ty = types.deref(context.info.type_of(e)).0;
        made && is_shared(context, ty, 0)
    };
    if is_new(value) {
        return Why::Thing;
    }
    let Some(name) = tree.as_ident(value).map(|ident| ident.sym) else { return Why::Twice };
    let mut made = false;
    for event in tree.walk(Node::Decl(write.decl)) {
        if let Event::Enter(Node::Stmt(id)) = event
            && let Stmt::Assign { lhs, rhs, .. } = tree.stmt(id)
            && lhs.len() == rhs.len()
        {
            for (&x, &value) in tree.exprs(lhs).iter().zip(tree.exprs(rhs)) {
                made |= tree.as_ident(x).is_some_and(|ident| ident.sym == name) && is_new(value);
            }
        }
    }
    if made { Why::Thing } else { Why::Twice }
}

/// Whether a type is of use only if all who use it have the same one.
fn is_shared(context: &Context<'_>, ty: TypeId, depth: u32) -> bool {
    const DEEPEST: u32 = 3;
    let types = &context.program.types;
    if matches!(
        &*context.display(ty),
        "sync.Mutex" | "sync.RWMutex" | "sync.WaitGroup" | "sync.Once" | "sync.Cond"
    ) {
        return true;
    }
    match types.get(types.underlying(ty)) {
        Type::Map { .. } | Type::Chan { .. } => true,
        Type::Struct(fields) if depth < DEEPEST => fields.iter().any(|field| {
            !matches!(types.get(types.underlying(field.ty)), Type::Map { .. })
                && is_shared(context, field.ty, depth + 1)
        }),
        _ => false,
    }
}

fn finding(context: &Context<'_>, file: u32, write: &Write, look: &Look, why: Why) -> Finding {
    let tree = &context.info.tree;
    let element = text(context.info, write.element);
    let place = |e| Place { pkg: context.package.id, file, span: tree.expr_span(e) };
    let (confidence, harm) = match why {
        _ if context.is_test() => (Confidence::Medium, "another goroutine may have written it in between"),
        Why::Update => (Confidence::High, "what another goroutine wrote in between is lost"),
        Why::Thing => {
            (Confidence::High, "what another goroutine put there in between is replaced while in use")
        }
        Why::Twice => (Confidence::Medium, "another goroutine may have written it in between"),
    };
    Finding {
        rule: CHECK_THEN_WRITE.name,
        confidence,
        place: place(write.element),
        function: function_around(context, write.decl, write.element),
        message: format!("{element} was looked at under an earlier hold of the lock: {harm}"),
        notes: vec![(place(look.at), "it was looked at here; the lock was given up since".to_owned())],
        help: "Look again after taking the lock for the write, and keep what is there by then".to_owned(),
        fix: None,
    }
}
