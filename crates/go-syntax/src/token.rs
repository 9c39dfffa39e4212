//! Tokens, as go/token has them.

use crate::ast::{AssignOp, BinaryOp, BranchKind};

macro_rules! tokens {
    ($($name:ident $text:literal)+) => {
        /// A kind of token.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(crate) enum Token {
            $($name,)+
        }

        impl Token {
            /// As error messages name it.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Token::$name => $text,)+
                }
            }
        }

        /// Lengths of the tokens' texts, by token.
        static LENGTHS: [u8; [$($text),+].len()] = [$($text.len() as u8),+];
    };
}

tokens! {
    Illegal "ILLEGAL" Eof "EOF"
    Ident "IDENT" Int "INT" Float "FLOAT" Imag "IMAG" Char "CHAR" String "STRING"
    Add "+" Sub "-" Mul "*" Quo "/" Rem "%" And "&" Or "|" Xor "^" Shl "<<" Shr ">>" AndNot "&^"
    AddAssign "+=" SubAssign "-=" MulAssign "*=" QuoAssign "/=" RemAssign "%=" AndAssign "&=" OrAssign "|="
    XorAssign "^=" ShlAssign "<<=" ShrAssign ">>=" AndNotAssign "&^="
    LAnd "&&" LOr "||" Arrow "<-" Inc "++" Dec "--" Eql "==" Lss "<" Gtr ">" Assign "=" Not "!" Neq "!="
    Leq "<=" Geq ">=" Define ":=" Ellipsis "..." LParen "(" LBrack "[" LBrace "{" Comma "," Period "."
    RParen ")" RBrack "]" RBrace "}" Semicolon ";" Colon ":" Tilde "~"
    Break "break" Case "case" Chan "chan" Const "const" Continue "continue" Default "default" Defer "defer"
    Else "else" Fallthrough "fallthrough" For "for" Func "func" Go "go" Goto "goto" If "if" Import "import"
    Interface "interface" Map "map" Package "package" Range "range" Return "return" Select "select"
    Struct "struct" Switch "switch" Type "type" Var "var"
}

/// All keywords.
const KEYWORDS: [Token; 25] = [
    Token::Break,
    Token::Case,
    Token::Chan,
    Token::Const,
    Token::Continue,
    Token::Default,
    Token::Defer,
    Token::Else,
    Token::Fallthrough,
    Token::For,
    Token::Func,
    Token::Go,
    Token::Goto,
    Token::If,
    Token::Import,
    Token::Interface,
    Token::Map,
    Token::Package,
    Token::Range,
    Token::Return,
    Token::Select,
    Token::Struct,
    Token::Switch,
    Token::Type,
    Token::Var,
];

/// Keywords by [`keyword_slot`]; no two share a slot, which Go's compiler relies on too.
static KEYWORD_TABLE: [Option<Token>; 64] = {
    let mut table = [None; 64];
    let mut at = 0;
    while at < KEYWORDS.len() {
        let text = KEYWORDS[at].as_str().as_bytes();
        let slot = keyword_slot(text[0], text[1], text.len());
        assert!(table[slot].is_none());
        table[slot] = Some(KEYWORDS[at]);
        at += 1;
    }
    table
};

const fn keyword_slot(first: u8, second: u8, len: usize) -> usize {
    ((((first as usize) << 4) ^ second as usize) + len) & 63
}

impl Token {
    /// The keyword that `word` is, or [`Token::Ident`].
    #[inline]
    pub(crate) fn of_word(word: &[u8]) -> Token {
        let [first, second, ..] = word else { return Token::Ident };
        match KEYWORD_TABLE[keyword_slot(*first, *second, word.len())] {
            // Most names end here: the slot is free, or has another length.
            Some(keyword) if keyword.len() == word.len() && keyword.as_str().as_bytes() == word => keyword,
            _ => Token::Ident,
        }
    }

    /// How long it is in the source, if that is always the same.
    #[inline]
    pub(crate) fn len(self) -> usize {
        usize::from(LENGTHS[self as usize])
    }

    /// Names and literals: error messages show their text.
    pub(crate) const fn is_literal(self) -> bool {
        matches!(self as u8, from if from >= Token::Ident as u8 && from <= Token::String as u8)
    }

    /// Whether a line end after it is a semicolon.
    #[inline]
    pub(crate) const fn ends_line(self) -> bool {
        use Token::*;
        matches!(
            self,
            Ident
                | Int
                | Float
                | Imag
                | Char
                | String
                | Break
                | Continue
                | Fallthrough
                | Return
                | RParen
                | RBrack
                | RBrace
                | Inc
                | Dec
        )
    }

    /// The operator between two operands that it is, with its precedence from 1 to 5.
    #[inline]
    pub(crate) const fn binary(self) -> Option<(BinaryOp, u8)> {
        Some(match self {
            Token::LOr => (BinaryOp::LOr, 1),
            Token::LAnd => (BinaryOp::LAnd, 2),
            Token::Eql => (BinaryOp::Eq, 3),
            Token::Neq => (BinaryOp::Ne, 3),
            Token::Lss => (BinaryOp::Lt, 3),
            Token::Leq => (BinaryOp::Le, 3),
            Token::Gtr => (BinaryOp::Gt, 3),
            Token::Geq => (BinaryOp::Ge, 3),
            Token::Add => (BinaryOp::Add, 4),
            Token::Sub => (BinaryOp::Sub, 4),
            Token::Or => (BinaryOp::Or, 4),
            Token::Xor => (BinaryOp::Xor, 4),
            Token::Mul => (BinaryOp::Mul, 5),
            Token::Quo => (BinaryOp::Quo, 5),
            Token::Rem => (BinaryOp::Rem, 5),
            Token::Shl => (BinaryOp::Shl, 5),
            Token::Shr => (BinaryOp::Shr, 5),
            Token::And => (BinaryOp::And, 5),
            Token::AndNot => (BinaryOp::AndNot, 5),
            _ => return None,
        })
    }

    /// The assignment that it is.
    pub(crate) const fn assign(self) -> Option<AssignOp> {
        Some(match self {
            Token::Define => AssignOp::Define,
            Token::Assign => AssignOp::Assign,
            Token::AddAssign => AssignOp::Op(BinaryOp::Add),
            Token::SubAssign => AssignOp::Op(BinaryOp::Sub),
            Token::MulAssign => AssignOp::Op(BinaryOp::Mul),
            Token::QuoAssign => AssignOp::Op(BinaryOp::Quo),
            Token::RemAssign => AssignOp::Op(BinaryOp::Rem),
            Token::AndAssign => AssignOp::Op(BinaryOp::And),
            Token::OrAssign => AssignOp::Op(BinaryOp::Or),
            Token::XorAssign => AssignOp::Op(BinaryOp::Xor),
            Token::ShlAssign => AssignOp::Op(BinaryOp::Shl),
            Token::ShrAssign => AssignOp::Op(BinaryOp::Shr),
            Token::AndNotAssign => AssignOp::Op(BinaryOp::AndNot),
            _ => return None,
        })
    }

    /// The branch that it starts.
    pub(crate) const fn branch(self) -> Option<BranchKind> {
        Some(match self {
            Token::Break => BranchKind::Break,
            Token::Continue => BranchKind::Continue,
            Token::Goto => BranchKind::Goto,
            Token::Fallthrough => BranchKind::Fallthrough,
            _ => return None,
        })
    }

    /// Whether a statement can be assumed to start here, when an error has left the parser without orientation.
    pub(crate) const fn starts_stmt(self) -> bool {
        use Token::*;
        matches!(
            self,
            Break
                | Const
                | Continue
                | Defer
                | Fallthrough
                | For
                | Go
                | Goto
                | If
                | Return
                | Select
                | Switch
                | Type
                | Var
        )
    }

    /// The same for a declaration.
    pub(crate) const fn starts_decl(self) -> bool {
        matches!(self, Token::Import | Token::Const | Token::Type | Token::Var)
    }

    /// The same for the end of an expression.
    pub(crate) const fn ends_expr(self) -> bool {
        use Token::*;
        matches!(self, Comma | Colon | Semicolon | RParen | RBrack | RBrace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_told_from_names() {
        for keyword in KEYWORDS {
            assert_eq!(Token::of_word(keyword.as_str().as_bytes()), keyword);
        }
        for name in ["breaks", "i", "fo", "Go", "mao", ""] {
            assert_eq!(Token::of_word(name.as_bytes()), Token::Ident, "{name}");
        }
    }
}
