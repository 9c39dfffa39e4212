//! Lines that are no wider than the terminal.

use super::line::width;

/// The text with line ends between words, so that no line is wider than `most` where a word is not. `begin` is what
/// already stands in the first line; `indent` is what the others begin with.
pub fn wrapped(text: &str, most: usize, begin: usize, indent: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = begin;
    let mut first = true;
    for word in text.split(' ') {
        let wide = width(word);
        if !first {
            if column + 1 + wide > most && column > indent {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        first = false;
        out.push_str(word);
        column += wide;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrapped("one two three", 7, 0, 2), "one two\n  three");
        assert_eq!(wrapped("one two three", 7, 3, 0), "one\ntwo\nthree");
        assert_eq!(wrapped("immensely long", 4, 0, 2), "immensely\n  long");
        assert_eq!(wrapped("short", 80, 0, 0), "short");
    }
}
