//! What a file says of itself before its declarations, and in directives.

use std::borrow::Cow;

use crate::ast::{Decl, DeclKeyword, Spec};
use crate::build::Constraint;
use crate::comments::Comment;
use crate::ids::{Pos, Span, SpecId};
use crate::literal::string_value;
use crate::tree::Tree;

impl Tree {
    /// The path of an import. None if it is no import, or not UTF-8, or there is an error in it.
    ///
    /// ```
    /// let tree = go_syntax::parse_header(&b"package p\nimport (\n\t\"fmt\"\n\tx \"a/b\"\n)\n"[..]);
    /// let paths = tree.imports().iter().filter_map(|import| tree.import_path(*import));
    /// assert_eq!(paths.collect::<Vec<_>>(), ["fmt", "a/b"]);
    /// ```
    pub fn import_path(&self, import: SpecId) -> Option<Cow<'_, str>> {
        let Spec::Import { path, .. } = self.spec(import) else { return None };
        match string_value(self.text(self.expr_span(path)))? {
            Cow::Borrowed(path) => str::from_utf8(path).ok().map(Cow::Borrowed),
            Cow::Owned(path) => String::from_utf8(path).ok().map(Cow::Owned),
        }
    }

    /// Whether the file imports `"C"`, that is, is for cgo.
    pub fn is_cgo(&self) -> bool {
        self.imports.iter().any(|import| self.import_path(*import).as_deref() == Some("C"))
    }

    /// The C code before each `import "C"`: the comments that document it.
    pub fn cgo_preambles(&self) -> impl Iterator<Item = &[Comment]> {
        self.decls.iter().filter_map(|id| {
            let Decl::Gen { keyword: DeclKeyword::Import, specs, .. } = self.decl(*id) else { return None };
            let import = specs.ids().find(|import| self.import_path(*import).as_deref() == Some("C"))?;
            self.doc_before(self.spec_start(import)).or_else(|| self.doc_before(self.decl_start(*id)))
        })
    }

    /// The release whose language the file is written in, if a `//go:build` line says so: 21 for Go 1.21.
    pub fn go_version(&self) -> Option<u32> {
        let lines = self.before_package().iter().filter_map(|comment| {
            let text = self.text(comment.span);
            if !text.starts_with(b"//go:build") {
                return None;
            }
            Constraint::parse(str::from_utf8(text).ok()?).ok()
        });
        lines.last()?.release()
    }

    /// Whether a program wrote the file: there is a line `// Code generated … DO NOT EDIT.` before the
    /// package clause.
    pub fn is_generated(&self) -> bool {
        let says_so = |line: &[u8]| {
            let line = line.strip_prefix(b"// Code generated ");
            line.is_some_and(|line| line.ends_with(b" DO NOT EDIT."))
        };
        let mut comments = self.before_package().iter();
        comments.any(|comment| self.comment_text(comment).split(|byte| *byte == b'\n').any(says_so))
    }

    fn before_package(&self) -> &[Comment] {
        let end = self.package.unwrap_or(Pos::new(self.source.len() as u32));
        self.comments.within(Span { start: Pos::new(0), end })
    }

    /// The directives `//tool:name …`, such as `//go:linkname` and `//mapguard:allow`: each comment with its
    /// tool, its name and what follows.
    ///
    /// ```
    /// use go_syntax::{Bodies, parse};
    ///
    /// let tree = parse(&b"package p\n\n//go:linkname f g.f\nfunc f()\n"[..], Bodies::Parse);
    /// let (_, tool, name, rest) = tree.directives().next().unwrap();
    /// assert_eq!((tool, name, rest), (&b"go"[..], &b"linkname"[..], &b"f g.f"[..]));
    /// ```
    pub fn directives(&self) -> impl Iterator<Item = (&Comment, &[u8], &[u8], &[u8])> {
        self.comments.all().iter().filter_map(|comment| {
            let text = self.text(comment.span).strip_prefix(b"//")?;
            let is_word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let colon = text.iter().position(|byte| !is_word(byte))?;
            let (tool, rest) = (&text[..colon], text[colon..].strip_prefix(b":")?);
            if tool.is_empty() || !rest.first().is_some_and(is_word) {
                return None;
            }
            let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            Some((comment, tool, &rest[..end], rest[end..].trim_ascii()))
        })
    }
}
