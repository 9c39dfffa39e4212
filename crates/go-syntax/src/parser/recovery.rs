//! Where to go on after an error.

use crate::parser::Parser;
use crate::token::Token;

/// How the parser finds its way again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// At the next statement's end or the next function, so that as little as possible is lost.
    Near,
    /// At the tokens where go/parser does, which knows neither. For the comparison with it.
    AsGo,
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sync {
    /// The start of a declaration.
    Decl,
    /// The start of a statement, or the end of the one with the error.
    Stmt,
    /// The end of an expression.
    Expr,
}

impl Parser<'_> {
    /// Skips tokens until one where parsing can go on.
    #[cold]
    pub(super) fn advance(&mut self, sync: Sync) {
        while self.tok != Token::Eof {
            if self.can_go_on(sync) {
                // Two callers may both stay where they are, but not forever.
                let at = self.lex.start;
                if at == self.sync.0 && self.sync.1 < 10 {
                    self.sync.1 += 1;
                    return;
                }
                if at > self.sync.0 {
                    self.sync = (at, 0);
                    return;
                }
            }
            self.next();
        }
    }

    /// The token should be `tok`: complains, and says whether to go over it instead.
    #[cold]
    pub(super) fn goes_over_instead_of(&mut self, tok: Token) -> bool {
        self.error_expected_token(tok);
        // The statement ends here, whatever is not closed.
        let closes = matches!(tok, Token::RParen | Token::RBrack);
        let ended = matches!(self.tok, Token::Semicolon | Token::RBrace);
        !(self.recovery == Recovery::Near && closes && ended)
    }

    /// A list lacks a comma before the token, or what closes it, which is `follow`: whether it goes on.
    #[cold]
    pub(super) fn goes_on_without_comma(&self, follow: Token) -> bool {
        if self.recovery == Recovery::AsGo || follow == Token::RBrace {
            return true;
        }
        match self.tok {
            // Most often the comma before the closing bracket's line is missing.
            Token::Semicolon => {
                let rest = self.lex.src[self.lex.at..].trim_ascii_start();
                rest.first() == follow.as_str().as_bytes().first()
            }
            Token::RBrace => false,
            _ => true,
        }
    }

    fn can_go_on(&self, sync: Sync) -> bool {
        let near = self.recovery == Recovery::Near;
        match sync {
            Sync::Decl => self.tok.starts_decl() || near && self.tok == Token::Func && self.at_line_start(),
            Sync::Stmt if near && matches!(self.tok, Token::Semicolon | Token::RBrace) => true,
            Sync::Stmt => self.tok.starts_stmt() || self.at_next_function(),
            Sync::Expr => self.tok.ends_expr() || self.at_next_function(),
        }
    }

    /// Whether a function's declaration starts here: `func` and a name, at the start of a line. Within a
    /// function that can only mean that a brace is missing before.
    #[inline]
    pub(super) fn at_next_function(&self) -> bool {
        self.tok == Token::Func && self.recovery == Recovery::Near && self.at_line_start() && {
            let rest = self.lex.src[self.lex.at..].trim_ascii_start();
            rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        }
    }

    fn at_line_start(&self) -> bool {
        self.lex.src[..self.lex.start].last().is_none_or(|byte| *byte == b'\n')
    }
}
