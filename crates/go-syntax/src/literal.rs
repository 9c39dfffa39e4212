//! The values of string and rune literals.

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
