//! A file from its start to its end.

use std::sync::{Arc, OnceLock};

use crate::Bodies;
use crate::ast::{Decl, DeclKeyword, Ident};
use crate::comments::Comments;
use crate::ids::{DeclId, MAX_SOURCE, Pos, SpecId};
use crate::lexer::unsound_bytes;
use crate::lines::Lines;
use crate::nodes::Nodes;
use crate::parser::Parser;
use crate::parser::recovery::{Recovery, Sync};
use crate::token::Token;
use crate::tree::Tree;

/// How much of a file is parsed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    All,
    /// Up to the last import.
    Imports,
}

/// What a file has at its top.
#[derive(Default)]
pub(super) struct Top {
    package: Option<(Pos, Ident)>,
    decls: Vec<DeclId>,
    imports: Vec<SpecId>,
}

pub(crate) fn parse(source: Arc<[u8]>, bodies: Bodies, extent: Extent, recovery: Recovery) -> Tree {
    let large = source.len() > MAX_SOURCE;
    let src = if large { &[] } else { &source[..] };
    let nodes = match (extent, bodies) {
        (Extent::All, Bodies::Parse) => Nodes::for_source(src.len()),
        // Most of a file is bodies.
        (Extent::All, Bodies::Skip) => Nodes::for_source(src.len() / 6),
        (Extent::Imports, _) => Nodes::default(),
    };
    let mut parser = Parser::new(src, bodies, nodes);
    parser.recovery = recovery;
    let top = match large {
        false => parser.file(extent),
        true => {
            parser.error(Pos::new(0), "source is too large: 4 GiB or more");
            Top::default()
        }
    };
    let Parser { mut nodes, mut names, mut lex, .. } = parser;
    nodes.close();
    names.close();
    lex.comments.shrink_to_fit();
    let lines = OnceLock::new();
    let errors = match lex.errors.is_empty() {
        true => Vec::new(),
        false => {
            let lines = lines.get_or_init(|| Lines::new(src));
            lex.errors.finish(|pos| lines.line(pos))
        }
    };
    let comments = Comments { list: lex.comments };
    let Top { package, decls, imports } = top;
    Tree {
        nodes,
        names,
        comments,
        errors,
        package: package.map(|(pos, _)| pos),
        package_name: package.map(|(_, name)| name),
        decls,
        imports,
        lines,
        source,
    }
}

impl Parser<'_> {
    pub(super) fn file(&mut self, extent: Extent) -> Top {
        let mut top = Top::default();
        self.next();
        // What does not even begin like a Go file is not looked at any further.
        let begun = self.lex.looked_at();
        unsound_bytes(self.lex.src, 0..begun, &mut self.lex.errors);
        if !self.lex.errors.is_empty() {
            return top;
        }
        let package = self.expect(Token::Package);
        let name = self.ident();
        self.expect_semi();
        let clause = self.lex.looked_at();
        unsound_bytes(self.lex.src, begun..clause, &mut self.lex.errors);
        if !self.lex.errors.is_empty() {
            return top;
        }
        top.package = Some((package, name));
        while self.tok == Token::Import {
            let decl = self.gen_decl(DeclKeyword::Import);
            self.add(&mut top, decl);
        }
        let mut import = true;
        while extent == Extent::All && self.tok != Token::Eof {
            if self.tok == Token::Import && !import {
                self.error(self.pos(), "imports must appear before other declarations");
            }
            import = self.tok == Token::Import;
            let decl = self.decl(Sync::Decl);
            self.add(&mut top, decl);
        }
        unsound_bytes(self.lex.src, clause..self.lex.looked_at(), &mut self.lex.errors);
        top
    }

    fn add(&mut self, top: &mut Top, decl: DeclId) {
        top.decls.push(decl);
        if let Decl::Gen { keyword: DeclKeyword::Import, specs, .. } = self.nodes.decls[decl.index()] {
            top.imports.extend(specs.ids());
        }
    }
}
