//! Numbers. What is wrong with one is said, and it stays a number.

use crate::lexer::Lexer;
use crate::token::Token;

/// What a run of digits had.
#[derive(Clone, Copy, Default)]
struct Seen {
    digits: bool,
    separators: bool,
    /// The first digit that is too large.
    invalid: Option<usize>,
}

impl Lexer<'_> {
    /// A number, here: a digit or a dot with a digit after it.
    #[inline]
    pub(super) fn number(&mut self) -> Token {
        // Most are plain, short and decimal.
        let rest = &self.src[self.at..];
        let len = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.semi = true;
        let plain = len == 1 || len > 1 && rest[0] != b'0';
        match rest.get(len) {
            Some(b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z') => self.full_number(),
            _ if !plain => self.full_number(),
            _ => {
                self.at += len;
                Token::Int
            }
        }
    }

    fn full_number(&mut self) -> Token {
        let mut token = Token::Illegal;
        let mut base = 10;
        let mut prefix = 0;
        let mut seen = Seen::default();
        if self.peek(0) != b'.' {
            token = Token::Int;
            if self.peek(0) == b'0' {
                self.at += 1;
                prefix = self.peek(0) | 0x20;
                base = match prefix {
                    b'x' => 16,
                    b'o' => 8,
                    b'b' => 2,
                    _ => {
                        prefix = b'0';
                        seen.digits = true;
                        8
                    }
                };
                self.at += usize::from(prefix != b'0');
            }
            self.digits(base, &mut seen);
        }
        if self.peek(0) == b'.' {
            token = Token::Float;
            if matches!(prefix, b'o' | b'b') {
                self.error(self.at, format!("invalid radix point in {}", kind(prefix)));
            }
            self.at += 1;
            self.digits(base, &mut seen);
        }
        if !seen.digits {
            self.error(self.at, format!("{} has no digits", kind(prefix)));
        }
        let mark = self.peek(0);
        match mark | 0x20 {
            b'e' | b'p' => {
                let right = if mark | 0x20 == b'e' { matches!(prefix, 0 | b'0') } else { prefix == b'x' };
                if !right {
                    let mantissa = if mark | 0x20 == b'e' { "decimal" } else { "hexadecimal" };
                    let mark = char::from(mark);
                    self.error(self.at, format!("'{mark}' exponent requires {mantissa} mantissa"));
                }
                self.at += 1;
                token = Token::Float;
                self.at += usize::from(matches!(self.peek(0), b'+' | b'-'));
                let mut exponent = Seen::default();
                self.digits(10, &mut exponent);
                seen.separators |= exponent.separators;
                if !exponent.digits {
                    self.error(self.at, "exponent has no digits");
                }
            }
            _ if prefix == b'x' && token == Token::Float => {
                self.error(self.at, "hexadecimal mantissa requires a 'p' exponent");
            }
            _ => {}
        }
        if self.peek(0) == b'i' {
            token = Token::Imag;
            self.at += 1;
        }
        if let (Token::Int, Some(at)) = (token, seen.invalid) {
            let digit = char::from(self.src[at]);
            self.error(at, format!("invalid digit '{digit}' in {}", kind(prefix)));
        }
        if seen.separators
            && let Some(at) = invalid_separator(&self.src[self.start..self.at])
        {
            self.error(self.start + at, "'_' must separate successive digits");
        }
        token
    }

    /// Digits and `_`. Those of a base up to 10 may be any decimal digit at first.
    fn digits(&mut self, base: u8, seen: &mut Seen) {
        loop {
            match self.peek(0) {
                b'_' => seen.separators = true,
                digit @ b'0'..=b'9' => {
                    seen.digits = true;
                    if base <= 10 && digit >= b'0' + base && seen.invalid.is_none() {
                        seen.invalid = Some(self.at);
                    }
                }
                b'a'..=b'f' | b'A'..=b'F' if base == 16 => seen.digits = true,
                _ => return,
            }
            self.at += 1;
        }
    }
}

/// What a literal with this prefix is called.
fn kind(prefix: u8) -> &'static str {
    match prefix {
        b'x' => "hexadecimal literal",
        b'o' | b'0' => "octal literal",
        b'b' => "binary literal",
        _ => "decimal literal",
    }
}

/// The first `_` that is not between two digits; the prefix counts as one.
fn invalid_separator(text: &[u8]) -> Option<usize> {
    let prefix = match text {
        [b'0', letter, ..] if matches!(letter | 0x20, b'x' | b'o' | b'b') => letter | 0x20,
        _ => 0,
    };
    let (mut before, from) = if prefix == 0 { (b'.', 0) } else { (b'0', 2) };
    for (at, byte) in text.iter().enumerate().skip(from) {
        let class = match byte {
            b'_' => b'_',
            b'0'..=b'9' => b'0',
            byte if prefix == b'x' && byte.is_ascii_hexdigit() => b'0',
            _ => b'.',
        };
        match (before, class) {
            (b'0', b'_') => {}
            (_, b'_') => return Some(at),
            (b'_', b'.') => return Some(at - 1),
            _ => {}
        }
        before = class;
    }
    (before == b'_').then(|| text.len() - 1)
}
