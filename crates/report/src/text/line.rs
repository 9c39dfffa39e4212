//! A line of source as a terminal shows it: tabs as blanks, nothing that moves the cursor, wide letters two columns.

/// Columns of a tab.
const TAB: usize = 4;

/// A line, letter by letter.
pub(super) struct Line {
    cells: Vec<Cell>,
    width: usize,
}

struct Cell {
    /// The byte that the letter begins with.
    at: usize,
    column: usize,
    letter: char,
}

impl Line {
    pub(super) fn new(source: &[u8]) -> Line {
        let mut line = Line { cells: Vec::new(), width: 0 };
        let mut at = 0;
        for chunk in source.utf8_chunks() {
            for letter in chunk.valid().chars() {
                line.push(at, letter);
                at += letter.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                line.push(at, '\u{fffd}');
                at += chunk.invalid().len();
            }
        }
        line
    }

    fn push(&mut self, at: usize, letter: char) {
        if letter == '\t' {
            let wide = TAB - self.width % TAB;
            for _ in 0..wide {
                self.cells.push(Cell { at, column: self.width, letter: ' ' });
                self.width += 1;
            }
            return;
        }
        // Such as those that make text run from right to left: what is shown is what is there.
        let harmful =
            letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let letter = if harmful { '\u{fffd}' } else { letter };
        self.cells.push(Cell { at, column: self.width, letter });
        self.width += letter_width(letter);
    }

    /// The column, from 0, of a byte.
    pub(super) fn column(&self, byte: usize) -> usize {
        self.cells.iter().find(|cell| cell.at >= byte).map_or(self.width, |cell| cell.column)
    }

    /// The part that is shown in `room` columns so that `focus` is in it, and the column where it begins.
    pub(super) fn window(&self, focus: usize, room: usize) -> (String, usize) {
        if self.width <= room {
            return (self.cells.iter().map(|cell| cell.letter).collect(), 0);
        }
        let from = if focus < room * 2 / 3 { 0 } else { focus - room / 3 };
        let (head, tail) = (from > 0, self.width > from + room);
        let (begin, end) = (from + usize::from(head), from + room - usize::from(tail));
        let inside = |cell: &&Cell| cell.column >= begin && cell.column + letter_width(cell.letter) <= end;
        let mut text = String::new();
        if head {
            text.push('…');
        }
        text.extend(self.cells.iter().filter(inside).map(|cell| cell.letter));
        if tail {
            text.push('…');
        }
        (text, from)
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(letter_width).sum()
}

/// Good enough for source: what East Asian letters and emoji take, and marks that take nothing.
fn letter_width(letter: char) -> usize {
    match u32::from(letter) {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_wide_letters_and_bytes_that_are_none() {
        let line = Line::new(b"\ta\xff\xe4\xb8\x96b\x1b");
        assert_eq!(line.window(0, 80), ("    a\u{fffd}世b\u{fffd}".into(), 0));
        let columns = [0, 1, 2, 3, 6, 7, 99].map(|byte| line.column(byte));
        assert_eq!(columns, [0, 4, 5, 6, 8, 9, 10]);
    }

    #[test]
    fn a_long_line_is_cut_around_what_matters() {
        let line = Line::new(b"0123456789abcdefghij");
        assert_eq!(line.window(2, 10), ("012345678…".into(), 0));
        assert_eq!(line.window(12, 9), ("…abcdefg…".into(), 9));
        assert_eq!(line.window(18, 9), ("…ghij".into(), 15));
    }
}
