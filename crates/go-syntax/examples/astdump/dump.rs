//! The text: its lines, and the file as a whole.

use std::io::Write;

use go_syntax::ast::{Expr, Field, FieldList, Ident};
use go_syntax::{Comment, ExprId, List, Pos, Span, Tree};

pub(crate) struct Dump<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) out: Vec<u8>,
}

/// A word of a line.
pub(crate) enum Word<'w> {
    Number(u64),
    Text(&'w [u8]),
}

impl From<Pos> for Word<'_> {
    fn from(pos: Pos) -> Self {
        Word::Number(u64::from(pos.offset()) + 1)
    }
}

impl From<Option<Pos>> for Word<'_> {
    fn from(pos: Option<Pos>) -> Self {
        pos.map_or(Word::Number(0), Word::from)
    }
}

impl From<Option<&[Comment]>> for Word<'_> {
    fn from(group: Option<&[Comment]>) -> Self {
        Word::from(group.and_then(|group| group.first()).map(|comment| comment.span.start))
    }
}

impl From<usize> for Word<'_> {
    fn from(number: usize) -> Self {
        Word::Number(number as u64)
    }
}

impl From<bool> for Word<'_> {
    fn from(flag: bool) -> Self {
        Word::Text(if flag { b"true" } else { b"false" })
    }
}

impl<'w> From<&'w str> for Word<'w> {
    fn from(text: &'w str) -> Self {
        Word::Text(text.as_bytes())
    }
}

impl<'w> From<&'w [u8]> for Word<'w> {
    fn from(text: &'w [u8]) -> Self {
        Word::Text(text)
    }
}

/// Adds a line.
macro_rules! line {
    ($dump:expr, $kind:expr $(, $word:expr)* $(,)?) => {
        $dump.line($kind, &[$($crate::dump::Word::from($word)),*])
    };
}
pub(crate) use line;

/// The text of a file's tree.
pub(crate) fn text(tree: &Tree) -> Vec<u8> {
    let mut dump = Dump { tree, out: Vec::with_capacity(tree.source().len() * 8) };
    if tree.package().is_some() {
        dump.file();
    }
    dump.out
}

impl<'t> Dump<'t> {
    pub(crate) fn line(&mut self, kind: &str, words: &[Word<'_>]) {
        self.out.extend_from_slice(kind.as_bytes());
        for word in words {
            self.out.push(b' ');
            match word {
                Word::Number(number) => {
                    // Writing to a Vec does not fail.
                    let _ = write!(self.out, "{number}");
                }
                Word::Text(text) => self.out.extend_from_slice(text),
            }
        }
        self.out.push(b'\n');
    }

    fn file(&mut self) {
        let tree = self.tree;
        let doc = tree.package().and_then(|pos| tree.doc_before(pos));
        let version = match tree.go_version() {
            None => String::new(),
            Some(0) => "go1".to_owned(),
            Some(minor) => format!("go1.{minor}"),
        };
        line!(self, "File", tree.package(), doc, &*version, tree.is_generated());
        self.ident(tree.package_name());
        for decl in tree.decls() {
            self.decl(*decl);
        }
        for import in tree.imports() {
            line!(self, "import", tree.spec_start(*import));
        }
        for group in tree.comments().groups() {
            line!(self, "group", group.len());
            for comment in group {
                let text = tree.comment_text(comment);
                line!(self, "comment", comment.span.start, &*text);
            }
        }
    }

    pub(crate) fn none(&mut self) {
        line!(self, "-");
    }

    pub(crate) fn ident(&mut self, ident: Option<Ident>) {
        match ident {
            None => self.none(),
            Some(ident) => line!(self, "ident", ident.pos, self.tree.name(ident.sym)),
        }
    }

    pub(crate) fn idents(&mut self, list: List<Ident>) {
        line!(self, "names", list.len());
        for ident in self.tree.idents(list) {
            self.ident(Some(*ident));
        }
    }

    pub(crate) fn fields(&mut self, list: FieldList, within: Within) {
        if list.is_absent() {
            return self.none();
        }
        let tree = self.tree;
        line!(self, "fields", list.opening, list.closing, list.fields.len());
        for field in tree.fields(list) {
            let Field { names, ty, tag } = *field;
            let Span { start, end } = tree.field_span(*field);
            let has_doc = match within {
                Within::Signature => false,
                Within::Struct => true,
                // go/parser gives no doc to an embedded type that does not start with a name.
                Within::Interface => !names.is_empty() || self.starts_with_name(ty),
            };
            // A broken field may start before its first name or type.
            let doc = tree.doc_before(start).filter(|_| has_doc && tree.errors().is_empty());
            let comment = self.comment_after(end).filter(|_| within != Within::Signature);
            line!(self, "field", start, end, doc, comment);
            self.idents(names);
            self.expr(Some(ty));
            self.expr(tag);
        }
    }

    /// The comment after a spec or field. A broken one may end before the comment's line, so it is left
    /// out there.
    pub(crate) fn comment_after(&self, end: Pos) -> Option<&'t [Comment]> {
        self.tree.comment_after(end).filter(|_| self.tree.errors().is_empty())
    }

    fn starts_with_name(&self, mut id: ExprId) -> bool {
        loop {
            id = match self.tree.expr(id) {
                Expr::Ident { .. } => return true,
                Expr::Binary { x, .. } | Expr::Index { x, .. } | Expr::IndexList { x, .. } => x,
                Expr::Selector { x, .. } => x,
                _ => return false,
            }
        }
    }
}

/// What a list of fields belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    Signature,
    Struct,
    Interface,
}
