//! What an expression depends on.

use go_syntax::ExprId;
use go_syntax::ast::{BinaryOp, Expr, UnaryOp};
use go_types::{Builtin, Mode, ObjRef, Type};

use super::sources::{Printed, Source, is_window, passes_on, prints_address, source};
use super::{Frame, Open, Origin, Taint, Taints, defs};
use crate::finding::Place;
use crate::nilness::{callee, declaration, returned};
use crate::storage::Root;

/// How deep expressions, variables, functions and fields are followed into each other.
const DEEPEST: u32 = 24;

impl<'a> Taints<'a> {
    /// What result number `at` of an expression depends on.
    pub(super) fn expr(&mut self, frame: &Frame<'a>, e: ExprId, at: usize) -> Taint {
        if self.depth > DEEPEST {
            return Taint::default();
        }
        self.depth += 1;
        let taint = self.look(frame, e, at);
        self.depth -= 1;
        taint
    }

    fn look(&mut self, frame: &Frame<'a>, e: ExprId, at: usize) -> Taint {
        let context = &frame.context;
        let info = context.info;
        let tree = &info.tree;
        let e = tree.unparen(e);
        if info.values.contains_key(&e) {
            return Taint::default();
        }
        match tree.expr(e) {
            Expr::Ident { .. } => self.variable(frame, e),
            Expr::Selector { .. } => self.field(frame, e),
            Expr::Star { x } | Expr::TypeAssert { x, .. } if at == 0 => self.expr(frame, x, 0),
            Expr::Slice { x, .. } => self.expr(frame, x, 0),
            Expr::Unary { op: UnaryOp::Plus | UnaryOp::Minus | UnaryOp::Xor, x } => self.expr(frame, x, 0),
            Expr::Binary { op, x, y, .. } => self.binary(frame, op, x, y),
            // One element of what has some order.
            Expr::Index { x, .. } if !context.is_map(x) => self.expr(frame, x, 0).without_order(),
            Expr::Composite { elts, .. } if !context.is_map(e) => {
                let mut taint = Taint::default();
                for &elt in tree.exprs(elts) {
                    let value = match tree.expr(elt) {
                        Expr::KeyValue { value, .. } => value,
                        _ => elt,
                    };
                    taint.add(self.expr(frame, value, 0));
                }
                taint
            }
            Expr::Call { fun, args, .. } => self.call(frame, e, fun, tree.exprs(args), at),
            _ => Taint::default(),
        }
    }

    fn origin(&self, frame: &Frame<'a>, e: ExprId, source: Source) -> Taint {
        let span = frame.context.info.tree.expr_span(e);
        let at = Place { pkg: frame.context.package.id, file: frame.file, span };
        Taint { origins: vec![Origin { source, at, window: false, kept: false }], ..Taint::default() }
    }

    fn all(&mut self, frame: &Frame<'a>, args: &[ExprId]) -> Taint {
        let mut taint = Taint::default();
        for &arg in args {
            taint.add(self.expr(frame, arg, 0));
        }
        taint
    }

    fn variable(&mut self, frame: &Frame<'a>, e: ExprId) -> Taint {
        let context = &frame.context;
        let Some(var) = defs::variable(context, e) else { return Taint::default() };
        let open = Open::Var(context.package.id, var);
        if !self.open.insert(open) {
            return Taint::default();
        }
        let defs = self.defs(frame);
        let mut taint = Taint::default();
        if let Some(&number) = defs.params.get(&var)
            && number < 64
        {
            taint.params = 1 << number;
        }
        for def in defs.of.get(&var).map_or(&[][..], |all| all) {
            let value = self.expr(frame, def.value, def.at);
            taint.add(if def.element { value.without_order() } else { value });
            if def.in_map_order {
                taint.add(self.origin(frame, def.value, Source::MapOrder));
            }
        }
        self.open.remove(&open);
        if defs.sorted.contains(&var) { taint.without_order() } else { taint }
    }

    /// What the package puts into a field. Values that are kept are stable as long as they are kept.
    fn field(&mut self, frame: &Frame<'a>, e: ExprId) -> Taint {
        let context = frame.context;
        let Some(root @ Root::Field(..)) = context.storage(e) else { return Taint::default() };
        if !self.open.insert(Open::Field(root)) {
            return Taint::default();
        }
        let values = self.field_values(context.package);
        let mut taint = Taint::default();
        // A field with many values says little.
        for &(file, value) in values.get(&root).map_or(&[][..], |all| all).iter().take(8) {
            if let Some(frame) = self.frame_at(context.package, file, value) {
                taint.add(self.expr(&frame, value, 0));
            }
        }
        self.open.remove(&Open::Field(root));
        taint.params = 0;
        // Of what is kept, the order is that of the one time it was put together.
        taint.without_pointers().without_order().each(|origin| origin.kept = true)
    }

    fn binary(&mut self, frame: &Frame<'a>, op: BinaryOp, x: ExprId, y: ExprId) -> Taint {
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Or | BinaryOp::Xor | BinaryOp::Shl => {
                self.all(frame, &[x, y])
            }
            BinaryOp::Quo | BinaryOp::Rem | BinaryOp::And | BinaryOp::AndNot | BinaryOp::Shr => {
                self.all(frame, &[x, y]).each(|origin| origin.window = true)
            }
            _ => Taint::default(),
        }
    }

    fn call(&mut self, frame: &Frame<'a>, e: ExprId, fun: ExprId, args: &[ExprId], at: usize) -> Taint {
        let context = &frame.context;
        let tree = &context.info.tree;
        let fun = tree.unparen(fun);
        match context.info.mode(fun) {
            Mode::Builtin(Builtin::Append | Builtin::Min | Builtin::Max) => return self.all(frame, args),
            Mode::Builtin(_) => return Taint::default(),
            Mode::Type => return self.converted(frame, e, args),
            _ => {}
        }
        if let Some(source) = source(context, fun, self.told) {
            let mut taint = self.origin(frame, e, source);
            // Numbers below a small bound come again and again.
            let bounded = source == Source::Random && !args.is_empty();
            taint.origins.iter_mut().for_each(|origin| origin.window = bounded);
            return taint;
        }
        let receiver = match tree.expr(crate::sites::called(tree, fun)) {
            Expr::Selector { x, sel } if context.info.selection(fun).is_some() => {
                Some((x, tree.name(sel.sym)))
            }
            _ => None,
        };
        let func = callee(context, e);
        // What collects text, and what sums up: `b.String()`, `h.Sum(nil)`.
        if let Some((receiver, "String" | "Sum" | "Sum32" | "Sum64" | "Bytes" | "Hex")) = receiver
            && func.is_none_or(|func| declaration(context, func).is_none())
        {
            return self.expr(frame, receiver, 0);
        }
        let Some(func) = func else { return Taint::default() };
        let path = context.path(func.pkg);
        let name = context.root_name(Root::Var(func));
        if path == "slices" && name.starts_with("Sorted") {
            return self.all(frame, args).without_order();
        }
        if path == "fmt"
            && name.starts_with("Sprint")
            && let Some(printed) = prints_address(context, args, name == "Sprintf")
        {
            // Who asks for an address mostly means to tell things apart by it.
            let meant = printed == Printed::Meant;
            return self.origin(frame, e, Source::Address).each(|origin| origin.kept = meant);
        }
        if passes_on(context, func) || path == "slices" && matches!(name, "Collect" | "Clone") {
            let mut taint = self.all(frame, args);
            if let Some((receiver, _)) = receiver {
                taint.add(self.expr(frame, receiver, 0));
            }
            let window = path == "time" && is_window(context, fun, args);
            return if window { taint.each(|origin| origin.window = true) } else { taint };
        }
        self.result(frame, func, args, at)
    }

    fn converted(&mut self, frame: &Frame<'a>, e: ExprId, args: &[ExprId]) -> Taint {
        let context = &frame.context;
        let &[arg] = args else { return Taint::default() };
        let types = &context.program.types;
        let from = types.as_basic(context.info.type_of(arg));
        let to = types.as_basic(context.info.type_of(e));
        if from == Some(go_types::Basic::UnsafePointer) && to == Some(go_types::Basic::Uintptr) {
            return self.origin(frame, e, Source::Pointer);
        }
        self.expr(frame, arg, 0)
    }

    /// What a function with a body gives, with the arguments in place of its parameters.
    fn result(&mut self, frame: &Frame<'a>, func: ObjRef, args: &[ExprId], at: usize) -> Taint {
        let made = self.summary(frame, func, at);
        let mut taint = Taint { origins: made.origins.clone(), ..Taint::default() };
        for (number, &arg) in args.iter().enumerate().take(64) {
            let bit = 1 << number;
            if made.params & bit != 0 {
                let given = self.expr(frame, arg, 0);
                taint.add(if made.sorted & bit != 0 { given.without_order() } else { given });
            }
        }
        taint
    }

    fn summary(&mut self, frame: &Frame<'a>, func: ObjRef, at: usize) -> Taint {
        if let Some(known) = self.results.get(&(func, at)) {
            return known.clone();
        }
        let open = Open::Func(func, at);
        let Some((context, body)) = declaration(&frame.context, func) else { return Taint::default() };
        if self.depth > DEEPEST / 2 || !self.open.insert(open) {
            return Taint::default();
        }
        let tree = &context.info.tree;
        let mut taint = Taint::default();
        let object = context.object(func).and_then(|object| object.pos);
        if let (Some((file, _)), Some(decl)) =
            (object, crate::writes::decl_around(tree, tree.stmt_start(body)))
        {
            let inner = Frame { context, file, decl };
            for results in returned(&context, body) {
                match results {
                    // `return f()` with several results.
                    [call] if at > 0 => taint.add(self.expr(&inner, *call, at)),
                    _ => {
                        if let Some(&result) = results.get(at) {
                            taint.add(self.expr(&inner, result, 0));
                        }
                    }
                }
            }
        }
        self.open.remove(&open);
        taint = taint.without_pointers();
        if gives_identity(&context, func) {
            taint.origins.clear();
        }
        if self.open.is_empty() {
            self.results.insert((func, at), taint.clone());
        }
        taint
    }
}

/// Whether a function gives a pointer: something that is kept, not a value that is made anew.
fn gives_identity(context: &crate::context::Context<'_>, func: ObjRef) -> bool {
    let Some(object) = context.object(func) else { return false };
    let types = &context.program.types;
    let Type::Func(sig) = types.get(object.ty) else { return false };
    sig.results.first().is_some_and(|&first| types.deref(first).1)
}
