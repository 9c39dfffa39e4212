//! Bytes that no source may have, wherever they are: NUL, what is no UTF-8, byte order marks but at the start.
//!
//! They are looked for once, after all else, in one fast pass. So the lexer need not care.

use std::ops::Range;

use crate::error::Errors;
use crate::ids::Pos;

/// Complains about each of them in a part of the source that starts and ends between two tokens.
pub(crate) fn unsound_bytes(src: &[u8], part: Range<usize>, errors: &mut Errors) {
    let text = &src[part.clone()];
    let from_mark = if part.start == 0 { 1 } else { 0 };
    let clean =
        str::from_utf8(text).is_ok() && memchr::memchr(0, text).is_none() && !has_mark(text, from_mark);
    if !clean {
        complain(text, part.start, errors);
    }
}

/// Whether there is a byte order mark at `from` or later.
fn has_mark(text: &[u8], from: usize) -> bool {
    // 0xEF is rare: faster than looking for all three.
    memchr::memchr_iter(0xef, text).any(|at| at >= from && text[at..].starts_with(b"\xef\xbb\xbf"))
}

#[cold]
fn complain(text: &[u8], offset: usize, errors: &mut Errors) {
    let mut at = 0;
    while at < text.len() && !errors.full() {
        let pos = Pos::new((offset + at) as u32);
        let rest = &text[at..];
        let letter = decode(rest);
        match letter {
            None if pos.offset() == 0 && (rest.starts_with(b"\xff\xfe") || rest.starts_with(b"\xfe\xff")) => {
                errors.add(pos, "illegal UTF-8 encoding (got UTF-16)");
                return;
            }
            None => errors.add(pos, "illegal UTF-8 encoding"),
            Some('\0') => errors.add(pos, "illegal character NUL"),
            Some('\u{feff}') if pos.offset() > 0 => errors.add(pos, "illegal byte order mark"),
            Some(_) => {}
        }
        at += letter.map_or(1, char::len_utf8);
    }
}

/// The first character; none if there is none, or no UTF-8.
pub(crate) fn decode(src: &[u8]) -> Option<char> {
    let first = *src.first()?;
    if first < 0x80 {
        return Some(char::from(first));
    }
    let few = &src[..src.len().min(4)];
    let valid = match str::from_utf8(few) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&few[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next()
}

/// A character in a message, as Go's `%#U` has it.
pub(crate) fn name(letter: char) -> String {
    let code = letter as u32;
    // After another character, because a mark that is first would be escaped although it can be printed.
    let printable = format!("a{letter}").escape_debug().last() == Some(letter);
    if printable { format!("U+{code:04X} '{letter}'") } else { format!("U+{code:04X}") }
}
