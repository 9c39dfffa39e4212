//! Over a block without looking into it.

use crate::lexer::Lexer;

/// The bytes that matter: braces, and what may hide one.
static STOPS: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    let stops = b"{}\"'`/";
    while at < stops.len() {
        table[stops[at] as usize] = true;
        at += 1;
    }
    table
};

impl Lexer<'_> {
    /// Goes to the `}` for the `{` that was the last token, and says where it is.
    pub(crate) fn skip_block(&mut self) -> Option<usize> {
        let mut depth = 1u32;
        let mut at = self.at;
        loop {
            let Some(ahead) = self.src[at..].iter().position(|byte| STOPS[*byte as usize]) else {
                self.give_up();
                return None;
            };
            at += ahead + 1;
            let rest = &self.src[at..];
            match self.src[at - 1] {
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at = at;
                        self.start = at - 1;
                        self.semi = true;
                        return Some(at - 1);
                    }
                }
                b'`' => at += memchr::memchr(b'`', rest).map_or(rest.len(), |len| len + 1),
                b'/' => match rest.first() {
                    Some(b'/') => at += memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                    Some(b'*') => {
                        let end = memchr::memmem::find(&rest[1..], b"*/");
                        at += end.map_or(rest.len(), |end| end + 3);
                    }
                    _ => {}
                },
                quote => at += quoted(rest, quote),
            }
        }
    }
}

/// The length of what a quote begins, up to the same quote or the end of the line.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 0;
    loop {
        match rest.get(at) {
            None | Some(b'\n') => return at,
            Some(b'\\') => at = (at + 2).min(rest.len()),
            Some(byte) if *byte == quote => return at + 1,
            Some(_) => at += 1,
        }
    }
}
