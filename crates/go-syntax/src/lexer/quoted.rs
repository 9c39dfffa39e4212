//! String and rune literals.

use crate::lexer::{Lexer, decode, unsound};
use crate::token::Token;

impl Lexer<'_> {
    /// `"…"`, here.
    #[inline]
    pub(super) fn string(&mut self) -> Token {
        self.semi = true;
        self.at += 1;
        loop {
            let rest = &self.src[self.at..];
            let len = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n'));
            self.at += len.unwrap_or(rest.len());
            match self.src.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Token::String;
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(b'"');
                }
                _ => {
                    self.error(self.start, "string literal not terminated");
                    return Token::String;
                }
            }
        }
    }

    /// `` `…` ``, here.
    pub(super) fn raw_string(&mut self) -> Token {
        self.semi = true;
        let rest = &self.src[self.at + 1..];
        match memchr::memchr(b'`', rest) {
            Some(len) => self.at += len + 2,
            None => {
                self.error(self.start, "raw string literal not terminated");
                self.at = self.src.len();
            }
        }
        Token::String
    }

    /// `'…'`, here.
    pub(super) fn rune(&mut self) -> Token {
        self.semi = true;
        self.at += 1;
        let mut valid = true;
        let mut count = 0;
        loop {
            match self.src.get(self.at) {
                None | Some(b'\n') => {
                    if valid {
                        self.error(self.start, "rune literal not terminated");
                    }
                    return Token::Char;
                }
                Some(b'\'') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    self.at += 1;
                    valid &= self.escape(b'\'');
                }
                Some(0x80..) => self.at += decode(&self.src[self.at..]).map_or(1, char::len_utf8),
                Some(_) => self.at += 1,
            }
            count += 1;
        }
        if valid && count != 1 {
            self.error(self.start, "illegal rune literal");
        }
        Token::Char
    }

    /// What follows a backslash. Stops at what is wrong.
    #[inline]
    fn escape(&mut self, quote: u8) -> bool {
        match self.src.get(self.at) {
            Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\') => {
                self.at += 1;
                true
            }
            Some(byte) if *byte == quote => {
                self.at += 1;
                true
            }
            other => self.number_escape(other.copied()),
        }
    }

    fn number_escape(&mut self, kind: Option<u8>) -> bool {
        let start = self.at;
        let (digits, base, most) = match kind {
            Some(b'0'..=b'7') => (3, 8, 255),
            Some(b'x') => (2, 16, 255),
            Some(b'u') => (4, 16, char::MAX as u32),
            Some(b'U') => (8, 16, char::MAX as u32),
            other => {
                let known = other.is_some();
                let what = if known { "unknown escape sequence" } else { "escape sequence not terminated" };
                self.error(start, what);
                return false;
            }
        };
        self.at += usize::from(base == 16);
        let mut value = 0u32;
        for _ in 0..digits {
            let Some(digit) = char::from(self.peek(0)).to_digit(base) else {
                let message = match self.src.get(self.at) {
                    None => "escape sequence not terminated".to_owned(),
                    Some(_) => {
                        let other = decode(&self.src[self.at..]).unwrap_or(char::REPLACEMENT_CHARACTER);
                        format!("illegal character {} in escape sequence", unsound::name(other))
                    }
                };
                self.error(self.at, message);
                return false;
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
            self.at += 1;
        }
        let sound = value <= most && !(0xd800..0xe000).contains(&value);
        if !sound {
            self.error(start, "escape sequence is invalid Unicode code point");
        }
        sound
    }
}
