//! The values of string and rune literals.

use std::borrow::Cow;

/// The value of a string literal, quotes and all. Go's strings are bytes: `"\xff"` is no UTF-8. None if
/// it is no sound literal, for which the file has an error.
///
/// ```
/// use go_syntax::literal::string_value;
///
/// assert_eq!(string_value(br#""a\tb""#).as_deref(), Some(&b"a\tb"[..]));
/// assert_eq!(string_value(b"`a\\\r\nb`").as_deref(), Some(&b"a\\\nb"[..]));
/// assert_eq!(string_value(br#""\q""#), None);
/// ```
pub fn string_value(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    match text {
        // In a raw string, too, a line ends with \n alone.
        [b'`', inner @ .., b'`'] if inner.contains(&b'\r') => Some(Cow::Owned(without_returns(inner, false))),
        [b'`', inner @ .., b'`'] => Some(Cow::Borrowed(inner)),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Some(Cow::Borrowed(inner)),
        [b'"', inner @ .., b'"'] => {
            let mut value = Vec::with_capacity(inner.len());
            let mut rest = inner;
            while !rest.is_empty() {
                let (unit, after) = unit(rest, b'"')?;
                match unit {
                    Unit::Byte(byte) => value.push(byte),
                    Unit::Char(letter) => {
                        value.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                rest = after;
            }
            Some(Cow::Owned(value))
        }
        _ => None,
    }
}

/// The value of a rune literal, quotes and all: a code point, or a byte that was written as `\x` or in
/// octal. None if it is no sound literal.
///
/// ```
/// use go_syntax::literal::rune_value;
///
/// assert_eq!(rune_value("'ä'".as_bytes()), Some(0xe4));
/// assert_eq!(rune_value(br"'\''"), Some(0x27));
/// assert_eq!(rune_value(br"'\377'"), Some(255));
/// assert_eq!(rune_value(b"'ab'"), None);
/// ```
pub fn rune_value(text: &[u8]) -> Option<u32> {
    let [b'\'', inner @ .., b'\''] = text else { return None };
    match unit(inner, b'\'')? {
        (Unit::Byte(byte), []) => Some(u32::from(byte)),
        (Unit::Char(letter), []) => Some(u32::from(letter)),
        _ => None,
    }
}

/// What one character or escape of a literal stands for.
enum Unit {
    Byte(u8),
    Char(char),
}

fn unit(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let (first, rest) = text.split_first()?;
    if *first != b'\\' {
        let letter = crate::lexer::decode(text)?;
        return (*first != quote).then(|| (Unit::Char(letter), &text[letter.len_utf8()..]));
    }
    let (kind, rest) = rest.split_first()?;
    let byte = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        kind if *kind == quote => quote,
        b'x' => return number(rest, 2, 16),
        b'u' => return number(rest, 4, 16),
        b'U' => return number(rest, 8, 16),
        b'0'..=b'7' => return number(&text[1..], 3, 8),
        _ => return None,
    };
    Some((Unit::Byte(byte), rest))
}

fn number(text: &[u8], digits: usize, base: u32) -> Option<(Unit, &[u8])> {
    let (number, rest) = text.split_at_checked(digits)?;
    if !number.iter().all(|digit| char::from(*digit).is_digit(base)) {
        return None;
    }
    let value = u32::from_str_radix(str::from_utf8(number).ok()?, base).ok()?;
    match digits {
        2 | 3 => Some((Unit::Byte(u8::try_from(value).ok()?), rest)),
        _ => Some((Unit::Char(char::from_u32(value)?), rest)),
    }
}

/// The text without carriage returns. In a block comment one stays where `*/` would come about without it.
pub(crate) fn without_returns(text: &[u8], block: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        let guards = block && out.len() > 2 && out.last() == Some(&b'*') && text.get(at + 1) == Some(&b'/');
        if *byte != b'\r' || guards {
            out.push(*byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let value = |text: &str| string_value(text.as_bytes()).map(Cow::into_owned);
        assert_eq!(value(r#""\a\b\f\n\r\t\v\\\"""#).unwrap(), b"\x07\x08\x0c\n\r\t\x0b\\\"");
        assert_eq!(value(r#""\x41\101\u00e4\U0001F600""#).unwrap(), "AA\u{e4}\u{1F600}".as_bytes());
        assert_eq!(value(r#""\xff""#).unwrap(), [0xff]);
        for bad in [
            r#""\'""#,
            r#""\400""#,
            r#""\ud800""#,
            r#""\U00110000""#,
            r#""\x4""#,
            r#""\x+4""#,
            r#"""#,
            "",
            "a",
        ] {
            assert_eq!(value(bad), None, "{bad}");
        }
    }
}
