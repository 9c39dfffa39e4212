//! Copies of sources with something wrong.

/// Numbers that look random and are the same each time (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}

/// What is put in where it does not belong.
const PIECES: [&[u8]; 66] = [
    b"(",
    b")",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b":",
    b":=",
    b"=",
    b"...",
    b".",
    b"*",
    b"<-",
    b"~",
    b"|",
    b"++",
    b"--",
    b"==",
    b"func ",
    b"type ",
    b"var ",
    b"const ",
    b"struct ",
    b"interface{",
    b"map[",
    b"chan ",
    b"if ",
    b"else ",
    b"for ",
    b"range ",
    b"switch ",
    b"case ",
    b"default:",
    b"select ",
    b"go ",
    b"defer ",
    b"return ",
    b"goto ",
    b"break ",
    b"import ",
    b"package ",
    b"x",
    b"1",
    b"0x",
    b"1e",
    b"\"",
    b"`",
    b"'",
    b"\\",
    b"/*",
    b"*/",
    b"//",
    b"\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x9c",
    b"#",
    b"\"a\"",
    b"'b'",
    b"1i",
    b"08",
    b"[T any]",
    b"\r",
];

/// A copy of `source` with one to three things wrong: cut off, or something taken out, doubled, put in,
/// replaced or moved. Often, not always, where tokens start and end.
pub(crate) fn damaged(source: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = source.to_vec();
    for _ in 0..1 + random.below(5) / 2 {
        if text.len() < 10 {
            break;
        }
        let at = token_start(&text, random.below(text.len()));
        let end = match random.below(3) {
            0 => (at + 1 + random.below(100)).min(text.len()),
            _ => token_end(&text, at),
        };
        let piece = PIECES[random.below(PIECES.len())];
        match random.below(7) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => {
                let twice = text[at..end].to_vec();
                drop(text.splice(at..at, twice));
            }
            3 => drop(text.splice(at..at, piece.iter().copied())),
            4 => drop(text.splice(at..end, piece.iter().copied())),
            5 => text[at] = random.below(256) as u8,
            _ => {
                let moved: Vec<u8> = text.drain(at..end).collect();
                let to = token_start(&text, random.below(text.len().max(1)).min(text.len()));
                drop(text.splice(to..to, moved));
            }
        }
    }
    text
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The start of the word or sign at or after `at`.
fn token_start(text: &[u8], at: usize) -> usize {
    let blank = text[at..].iter().position(|byte| !byte.is_ascii_whitespace());
    let mut at = at + blank.unwrap_or(0);
    while at > 0 && at < text.len() && is_word(text[at]) && is_word(text[at - 1]) {
        at -= 1;
    }
    at
}

fn token_end(text: &[u8], at: usize) -> usize {
    let word = text[at..].iter().take_while(|byte| is_word(**byte)).count();
    (at + word.max(1)).min(text.len())
}
