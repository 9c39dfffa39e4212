//! Tokens to nodes, by recursive descent with one token of look-ahead.
//!
//! The functions follow go/parser's step by step, error handling included: so errors stand where Go's do,
//! and a change in go/parser is easy to follow.

mod control;
mod decl;
mod expr;
mod file;
#[cfg(test)]
mod growth;
mod params;
mod postfix;
mod recovery;
mod stmt;
mod structs;
mod types;

use crate::Bodies;
use crate::ast::{Expr, Field, Ident, Spec};
use crate::ids::{ExprId, List, Pos, StmtId, Sym};
use crate::lexer::Lexer;
use crate::names::Names;
use crate::nodes::Nodes;
use crate::span::Ends;
use crate::token::Token;

pub(crate) use file::{Extent, parse};
pub(crate) use recovery::Recovery;
use recovery::Sync;

/// How deep brackets, blocks and prefixes may nest. A file that goes deeper is an error from there on.
///
/// Enough for any source that a person or a generator wrote, and small enough for a thread with 2 MiB of
/// stack, in a debug build too. (go/parser stops at 100,000, on a stack that grows.) What makes no
/// recursion does not count: [`Expr`] says what.
pub const MAX_DEPTH: usize = 1000;

/// The state of parsing one file.
struct Parser<'s> {
    lex: Lexer<'s>,
    /// The token that is looked at.
    tok: Token,
    nodes: Nodes,
    names: Names,
    bodies: Bodies,
    recovery: Recovery,
    /// Below 0 in the head of a control statement, where `{` begins a block.
    level: i32,
    /// On the right of an assignment, where `=` is most likely meant to be `==`.
    in_rhs: bool,
    depth: usize,
    /// It went too deep: no more errors.
    gave_up: bool,
    /// Where the parser last went on after an error, and how often without progress.
    sync: (usize, u32),
    stacks: Stacks,
}

/// Lists that are not complete yet; each is on top of those around it.
#[derive(Default)]
struct Stacks {
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    fields: Vec<Field>,
    specs: Vec<Spec>,
    params: Vec<params::Param>,
    ifs: Vec<control::If>,
}

/// Moves the lists above `base` to where they stay.
macro_rules! take_list {
    ($parser:ident, $stack:ident, $array:ident, $base:expr) => {
        $crate::nodes::list(&mut $parser.nodes.$array, &mut $parser.stacks.$stack, $base)
    };
}
use take_list;

/// Tokens.
impl<'s> Parser<'s> {
    fn new(src: &'s [u8], bodies: Bodies, nodes: Nodes) -> Parser<'s> {
        Parser {
            lex: Lexer::new(src),
            tok: Token::Illegal,
            nodes,
            names: Names::new(),
            bodies,
            recovery: Recovery::Near,
            level: 0,
            in_rhs: false,
            depth: 0,
            gave_up: false,
            sync: (0, 0),
            stacks: Stacks::default(),
        }
    }

    #[inline]
    fn next(&mut self) {
        self.tok = self.lex.next();
    }

    /// Where the token starts.
    #[inline]
    fn pos(&self) -> Pos {
        Pos::new(self.lex.start as u32)
    }

    /// Where the token ends.
    #[inline]
    fn end(&self) -> Pos {
        Pos::new(self.lex.at as u32)
    }

    fn text(&self) -> &'s [u8] {
        &self.lex.src[self.lex.start..self.lex.at]
    }

    /// Whether the token is a semicolon that is not in the source.
    fn at_line_end(&self) -> bool {
        self.tok == Token::Semicolon && self.lex.src.get(self.lex.start) != Some(&b';')
    }

    /// Goes over the token if it is `tok`.
    #[inline]
    fn got(&mut self, tok: Token) -> bool {
        let got = self.tok == tok;
        if got {
            self.next();
        }
        got
    }

    /// Goes over the token, which should be `tok`, and says where it was.
    #[inline]
    fn expect(&mut self, tok: Token) -> Pos {
        let pos = self.pos();
        if self.tok == tok || self.goes_over_instead_of(tok) {
            self.next();
        }
        pos
    }

    /// The same for a closing bracket after a list that may lack its last comma.
    fn expect_closing(&mut self, tok: Token, context: &str) -> Pos {
        if self.tok != tok && self.at_line_end() && self.goes_on_without_comma(tok) {
            self.error(self.pos(), format!("missing ',' before newline in {context}"));
            self.next();
        }
        self.expect(tok)
    }

    #[inline]
    fn expect_semi(&mut self) {
        match self.tok {
            Token::Semicolon => self.next(),
            // It may be left out before a closing bracket.
            Token::RParen | Token::RBrace => {}
            Token::Comma => {
                self.error_expected(self.pos(), "';'");
                self.next();
            }
            // The missing brace has been complained about.
            _ if self.at_next_function() => {}
            _ => {
                self.error_expected(self.pos(), "';'");
                self.advance(Sync::Stmt);
                if self.recovery == Recovery::Near {
                    self.got(Token::Semicolon);
                }
            }
        }
    }

    /// Whether a list goes on: there is a comma, or there should be one.
    #[inline]
    fn at_comma(&mut self, context: &str, follow: Token) -> bool {
        if self.tok == Token::Comma {
            return true;
        }
        if self.tok == follow {
            return false;
        }
        let place = if self.at_line_end() { " before newline" } else { "" };
        self.error(self.pos(), format!("missing ','{place} in {context}"));
        self.goes_on_without_comma(follow)
    }
}

/// Errors.
impl Parser<'_> {
    #[cold]
    fn error(&mut self, pos: Pos, message: impl Into<Box<str>>) {
        if !self.gave_up {
            self.lex.errors.add(pos, message);
        }
    }

    #[cold]
    fn error_expected_token(&mut self, tok: Token) {
        self.error_expected(self.pos(), &format!("'{}'", tok.as_str()));
    }

    #[cold]
    fn error_expected(&mut self, pos: Pos, what: &str) {
        let mut message = format!("expected {what}");
        if pos == self.pos() {
            message += ", found ";
            if self.at_line_end() {
                message += "newline";
            } else if self.tok.is_literal() {
                let text = String::from_utf8_lossy(self.text());
                message += &if text.starts_with('`') { text.replace('\r', "") } else { text.into_owned() };
            } else {
                message += "'";
                message += self.tok.as_str();
                message += "'";
            }
        }
        self.error(pos, message);
    }

    /// One level deeper; [`Parser::leave`] comes back. Too deep is the end of the file.
    #[inline]
    fn enter(&mut self) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.give_up();
        }
    }

    #[inline]
    fn leave(&mut self) {
        self.depth -= 1;
    }

    #[cold]
    fn give_up(&mut self) {
        self.error(self.pos(), "exceeded max nesting depth");
        self.gave_up = true;
        self.lex.give_up();
        self.next();
    }
}

/// Names and small lists.
impl Parser<'_> {
    /// A name. `_` where there is none, with an error.
    #[inline]
    fn ident(&mut self) -> Ident {
        let pos = self.pos();
        if self.tok != Token::Ident {
            self.expect(Token::Ident);
            return Ident { pos, sym: Sym::BLANK };
        }
        let sym = self.names.intern(self.text());
        self.next();
        Ident { pos, sym }
    }

    /// Names with commas between.
    fn ident_list(&mut self) -> List<Ident> {
        let start = self.nodes.idents.len();
        loop {
            let ident = self.ident();
            self.nodes.idents.push(ident);
            if !self.got(Token::Comma) {
                return list_from(&self.nodes.idents, start);
            }
        }
    }

    /// A name as an expression.
    #[inline]
    fn name_expr(&mut self, ident: Ident) -> ExprId {
        self.nodes.expr(ident.pos, Expr::Ident { sym: ident.sym })
    }

    fn bad_expr(&mut self, from: Pos, to: Pos) -> ExprId {
        self.nodes.expr(from, Expr::Bad { to })
    }

    /// The list of one expression.
    fn one(&mut self, x: ExprId) -> List<ExprId> {
        self.nodes.expr_ids.push(x);
        List::new(self.nodes.expr_ids.len() as u32 - 1, 1)
    }

    #[inline]
    fn start_of(&self, x: ExprId) -> Pos {
        Pos::new(self.nodes.expr_starts[x.index()])
    }

    fn ends(&self) -> Ends<'_> {
        Ends { nodes: &self.nodes, names: &self.names, source: self.lex.src.len() as u32 }
    }

    fn unparen(&self, mut x: ExprId) -> ExprId {
        while let Expr::Paren { x: inner, .. } = self.nodes.exprs[x.index()] {
            x = inner;
        }
        x
    }
}

/// A list of members that were pushed to the end of an array, with nothing between.
fn list_from<T>(array: &[T], start: usize) -> List<T> {
    List::new(start as u32, (array.len() - start) as u32)
}
