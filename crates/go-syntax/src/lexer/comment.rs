//! Comments: found fast, kept in a list, with the two facts that need the token before.

use crate::comments::Comment;
use crate::ids::{Pos, Span};
use crate::lexer::Lexer;
use crate::token::Token;

impl Lexer<'_> {
    /// A comment, here. If it holds a line end that is a semicolon, that semicolon.
    pub(super) fn comment(&mut self) -> Option<Token> {
        let start = self.at;
        let rest = &self.src[start + 2..];
        if self.peek(1) == b'/' {
            let line_end = start + 2 + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.at = line_end;
            // On Windows a line ends with \r\n.
            let returns = self.src[start + 2..line_end].last() == Some(&b'\r');
            self.keep(start, line_end - usize::from(returns));
            self.check_line_directive(start);
            return None;
        }
        let end = memchr::memmem::find(rest, b"*/");
        if end.is_none() {
            self.error(start, "comment not terminated");
        }
        self.at = start + 2 + end.map_or(rest.len(), |end| end + 2);
        self.keep(start, self.at);
        if end.is_some() {
            self.check_line_directive(start);
        }
        if !self.semi {
            return None;
        }
        let line_end = memchr::memchr(b'\n', &self.src[start..self.at])?;
        self.semi = false;
        self.start = start + line_end;
        Some(Token::Semicolon)
    }

    /// Puts a comment on the list.
    fn keep(&mut self, start: usize, end: usize) {
        let span = Span { start: Pos::new(start as u32), end: Pos::new(end as u32) };
        let here = self.comments.get(self.comments_before..).unwrap_or_default();
        let (first, beside) = match here.last() {
            None => (true, !self.fresh && line_ends(&self.src[self.start..start], 1) == 0),
            Some(last) => {
                // Beside a token a group is one line's; elsewhere an empty line ends it.
                let may = if last.beside { 0 } else { 1 };
                let first = line_ends(&self.src[last.span.end.index()..start], may + 1) > may;
                (first, last.beside && !first)
            }
        };
        self.comments.push(Comment { span, first, beside });
    }

    /// Complains about a `//line` or `/*line` comment whose number is none. It has no effect otherwise.
    #[inline]
    fn check_line_directive(&mut self, start: usize) {
        if self.src[start + 2..].starts_with(b"line ") {
            self.line_directive(start);
        }
    }

    #[cold]
    fn line_directive(&mut self, start: usize) {
        let Some(comment) = self.comments.last() else { return };
        let end = comment.span.end.index();
        let line_comment = self.src[start + 1] == b'/';
        if line_comment && start > 0 && self.src[start - 1] != b'\n' {
            return;
        }
        let text = &self.src[start + 7..if line_comment { end } else { (end - 2).max(start + 7) }];
        let Some((number, value)) = trailing_number(text) else { return };
        const MOST: u64 = 1 << 30;
        let complaint = |what: &str, from: usize| {
            format!("invalid {what} number: {}", std::string::String::from_utf8_lossy(&text[from..]))
        };
        let Some(value) = value else {
            return self.error(start + 7 + number, complaint("line", number));
        };
        let bad = |value: u64| value == 0 || value > MOST;
        let (line_at, line) = match trailing_number(&text[..number - 1]) {
            Some((_, Some(_))) if bad(value) => {
                return self.error(start + 7 + number, complaint("column", number));
            }
            Some((line_at, Some(line))) => (line_at, line),
            _ => (number, value),
        };
        if bad(line) {
            self.error(start + 7 + line_at, complaint("line", line_at));
        }
    }
}

/// Where the part after the last colon starts, and its value if it is a number.
fn trailing_number(text: &[u8]) -> Option<(usize, Option<u64>)> {
    let at = memchr::memrchr(b':', text)? + 1;
    let digits = &text[at..];
    let number = digits.iter().all(u8::is_ascii_digit).then(|| str::from_utf8(digits).ok()?.parse().ok());
    Some((at, number.flatten()))
}

/// The number of line ends, at most `most`.
fn line_ends(text: &[u8], most: usize) -> usize {
    memchr::memchr_iter(b'\n', text).take(most).count()
}
