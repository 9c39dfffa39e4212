//! What a finding is recognised by when lines have moved.

/// A number, as 16 hexadecimal digits, that stays the same while lines move: of the rule, the package, the file's
/// name, the function and the message without line numbers. It does not depend on the working folder.
pub fn fingerprint(rule: &str, package: &str, file: &str, function: &str, message: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    // FNV-1a: it is in files that people keep, so it must never change.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in [rule, package, name, function, &without_lines(message)] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// A text with `#` for numbers of lines: those after `line ` and after a colon.
fn without_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let number = letter.is_ascii_digit() && (out.ends_with("line ") || out.ends_with(':'));
        if !number {
            out.push(letter);
            continue;
        }
        out.push('#');
        while letters.next_if(char::is_ascii_digit).is_some() {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_do_not_matter_and_all_else_does() {
        let base = fingerprint("r", "p", "a/b.go", "F", "see c.go:12:3, line 4");
        assert_eq!(base, fingerprint("r", "p", "b.go", "F", "see c.go:900:31, line 77"));
        for other in [
            fingerprint("s", "p", "b.go", "F", "see c.go:12:3, line 4"),
            fingerprint("r", "q", "b.go", "F", "see c.go:12:3, line 4"),
            fingerprint("r", "p", "b.go", "G", "see c.go:12:3, line 4"),
            fingerprint("r", "p", "b.go", "F", "see d.go:12:3, line 4"),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(fingerprint("nil-map", "p", "f.go", "F", "m"), "8923f7a603bc0a46");
    }

    #[test]
    fn other_numbers_stay() {
        assert_eq!(without_lines("map[4]int at a.go:1:22, line 3"), "map[4]int at a.go:#:#, line #");
    }
}
