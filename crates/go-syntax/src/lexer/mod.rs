//! Bytes to tokens. One token at a time, on demand; nothing is kept but comments and errors.

mod comment;
mod letters;
mod number;
mod quoted;
mod skip;
mod unsound;

use crate::comments::Comment;
use crate::error::Errors;
use crate::ids::Pos;
use crate::token::Token;

pub(crate) use letters::{is_digit, is_letter};
pub(crate) use unsound::{decode, unsound_bytes};

/// The state between two tokens.
pub(crate) struct Lexer<'s> {
    pub(crate) src: &'s [u8],
    /// The byte after the last token.
    pub(crate) at: usize,
    /// The first byte of the last token.
    pub(crate) start: usize,
    /// Whether a line end is a semicolon here.
    semi: bool,
    /// Whether there was no token yet.
    fresh: bool,
    pub(crate) comments: Vec<Comment>,
    /// How many comments there were at the last token.
    comments_before: usize,
    pub(crate) errors: Errors,
    /// Tokens read: what the parser does grows as they do.
    #[cfg(test)]
    pub(crate) tokens: usize,
}

/// What a byte can be within a name.
static NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 128 {
        table[at] = (at as u8).is_ascii_alphanumeric() || at as u8 == b'_';
        at += 1;
    }
    table
};

impl<'s> Lexer<'s> {
    pub(crate) fn new(src: &'s [u8]) -> Lexer<'s> {
        let at = if src.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Lexer {
            src,
            at,
            start: at,
            semi: false,
            fresh: true,
            comments: Vec::new(),
            comments_before: 0,
            errors: Errors::default(),
            #[cfg(test)]
            tokens: 0,
        }
    }

    /// The byte `ahead` of the present one; 0 at the end of the source.
    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        self.src.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Reads the next token. It reaches from `start` to `at`, but for a semicolon that is a line end.
    #[inline]
    pub(crate) fn next(&mut self) -> Token {
        #[cfg(test)]
        {
            self.tokens += 1;
        }
        let token = self.scan();
        self.fresh = false;
        self.comments_before = self.comments.len();
        token
    }

    fn scan(&mut self) -> Token {
        loop {
            let Some(&byte) = self.src.get(self.at) else { return self.end() };
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if !self.semi => self.at += 1,
                b'\n' => {
                    self.start = self.at;
                    self.at += 1;
                    self.semi = false;
                    return Token::Semicolon;
                }
                b'/' if matches!(self.peek(1), b'/' | b'*') => {
                    if let Some(token) = self.comment() {
                        return token;
                    }
                }
                _ => return self.token(byte),
            }
        }
    }

    /// The end of the source, which may be a semicolon first.
    fn end(&mut self) -> Token {
        self.start = self.src.len();
        self.at = self.src.len();
        match std::mem::take(&mut self.semi) {
            true => Token::Semicolon,
            false => Token::Eof,
        }
    }

    /// A token that starts with `byte`, here.
    #[inline]
    fn token(&mut self, byte: u8) -> Token {
        use Token::*;
        self.start = self.at;
        let second = self.peek(1);
        let token = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.word(),
            b'0'..=b'9' => return self.number(),
            b'.' if second.is_ascii_digit() => return self.number(),
            b'"' => return self.string(),
            b'`' => return self.raw_string(),
            b'\'' => return self.rune(),
            b'(' => LParen,
            b')' => RParen,
            b'[' => LBrack,
            b']' => RBrack,
            b'{' => LBrace,
            b'}' => RBrace,
            b',' => Comma,
            b';' => Semicolon,
            b'~' => Tilde,
            b'.' if second == b'.' && self.peek(2) == b'.' => Ellipsis,
            b'.' => Period,
            b':' => either(second, Colon, Define),
            b'=' => either(second, Assign, Eql),
            b'!' => either(second, Not, Neq),
            b'*' => either(second, Mul, MulAssign),
            b'/' => either(second, Quo, QuoAssign),
            b'%' => either(second, Rem, RemAssign),
            b'^' => either(second, Xor, XorAssign),
            b'+' if second == b'+' => Inc,
            b'+' => either(second, Add, AddAssign),
            b'-' if second == b'-' => Dec,
            b'-' => either(second, Sub, SubAssign),
            b'|' if second == b'|' => LOr,
            b'|' => either(second, Or, OrAssign),
            b'&' if second == b'&' => LAnd,
            b'&' if second == b'^' => either(self.peek(2), AndNot, AndNotAssign),
            b'&' => either(second, And, AndAssign),
            b'<' if second == b'-' => Arrow,
            b'<' if second == b'<' => either(self.peek(2), Shl, ShlAssign),
            b'<' => either(second, Lss, Leq),
            b'>' if second == b'>' => either(self.peek(2), Shr, ShrAssign),
            b'>' => either(second, Gtr, Geq),
            _ => return self.unusual(),
        };
        self.at += token.len();
        self.semi = token.ends_line();
        token
    }

    /// A name or keyword that starts with an ASCII letter.
    #[inline]
    fn word(&mut self) -> Token {
        let rest = &self.src[self.start + 1..];
        let len = rest.iter().position(|byte| !NAME[*byte as usize]).unwrap_or(rest.len());
        self.at = self.start + 1 + len;
        if rest.get(len).is_some_and(|byte| *byte >= 0x80) && self.more_name() {
            self.semi = true;
            return Token::Ident;
        }
        let token = Token::of_word(&self.src[self.start..self.at]);
        self.semi = token.ends_line();
        token
    }

    /// Goes on over a name from a byte that is not ASCII. Whether there was any letter or digit.
    #[cold]
    fn more_name(&mut self) -> bool {
        let from = self.at;
        while let Some(&byte) = self.src.get(self.at) {
            let len = match byte {
                0x80.. => match decode(&self.src[self.at..]) {
                    Some(letter) if is_letter(letter) || is_digit(letter) => letter.len_utf8(),
                    _ => break,
                },
                _ if NAME[byte as usize] => 1,
                _ => break,
            };
            self.at += len;
        }
        self.at > from
    }

    /// A name that does not start with an ASCII letter, or a character that starts no token.
    #[cold]
    fn unusual(&mut self) -> Token {
        let letter = decode(&self.src[self.at..]);
        if letter.is_some_and(is_letter) {
            self.more_name();
            self.semi = true;
            return Token::Ident;
        }
        // What is no UTF-8 is read byte by byte, as the replacement character.
        self.at += letter.map_or(1, char::len_utf8);
        let pos = Pos::new(self.start as u32);
        match letter.unwrap_or(char::REPLACEMENT_CHARACTER) {
            '\u{feff}' => {}
            quote @ ('“' | '”') => {
                self.errors.add(pos, format!("curly quotation mark '{quote}' (use neutral '\"')"));
            }
            other => self.errors.add(pos, format!("illegal character {}", unsound::name(other))),
        }
        Token::Illegal
    }

    /// How far the source counts as read: up to the character after the last token, as in go/scanner.
    pub(crate) fn looked_at(&self) -> usize {
        let ahead = decode(&self.src[self.at..]).map_or(1, char::len_utf8);
        (self.at + ahead).min(self.src.len())
    }

    /// Ends the source here: what follows is not looked at.
    pub(crate) fn give_up(&mut self) {
        self.at = self.src.len();
        self.semi = false;
    }

    fn error(&mut self, at: usize, message: impl Into<Box<str>>) {
        self.errors.add(Pos::new(at as u32), message);
    }
}

/// The second one if `=` follows.
#[inline]
const fn either(second: u8, without: Token, with: Token) -> Token {
    if second == b'=' { with } else { without }
}
