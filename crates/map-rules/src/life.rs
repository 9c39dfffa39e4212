//! How long a map lives, and whether code is a test.

use go_syntax::ExprId;
use go_syntax::ast::{Expr, Spec};
use go_types::{ObjKind, VarKind};

use crate::context::Context;

/// How long a map lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Life {
    /// It was made in the function that writes it, as far as can be seen.
    Call,
    /// Whoever called the function knows.
    Unknown,
    /// Longer than the call: it is in a variable of the package, or in a value that a method belongs to.
    Long,
}

impl Context<'_> {
    /// How long a map lives.
    pub(crate) fn life(&self, map: ExprId) -> Life {
        let tree = &self.info.tree;
        let (mut e, mut fields) = (map, false);
        loop {
            e = tree.unparen(e);
            match tree.expr(e) {
                Expr::Selector { x, .. } => match self.info.selection(e) {
                    Some(_) => {
                        fields = true;
                        e = x;
                    }
                    None => break,
                },
                Expr::Index { x, .. } | Expr::Star { x } | Expr::TypeAssert { x, .. } => e = x,
                _ => break,
            }
        }
        let Some((_, object)) = self.used(e) else { return Life::Unknown };
        match object.kind {
            ObjKind::Var(VarKind::Global) => Life::Long,
            ObjKind::Var(VarKind::Receiver) if fields => Life::Long,
            ObjKind::Var(VarKind::Receiver) => Life::Unknown,
            ObjKind::Var(VarKind::Param) => Life::Unknown,
            ObjKind::Var(_) if fields && self.program.types.deref(object.ty).1 => Life::Unknown,
            ObjKind::Var(_) => Life::Call,
            _ => Life::Unknown,
        }
    }

    /// Whether a file imports a package whose path `wanted` takes.
    pub(crate) fn imports(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let tree = &self.info.tree;
        tree.imports().iter().any(|&spec| {
            let Spec::Import { path, .. } = tree.spec(spec) else { return false };
            let text = String::from_utf8_lossy(tree.text(tree.expr_span(path)));
            wanted(text.trim_matches(['"', '`']))
        })
    }

    /// Whether a file is a test, or helps tests.
    pub(crate) fn is_test(&self) -> bool {
        self.imports(|path| path == "testing" || path.contains("/testutil") || path.contains("testify"))
    }
}
