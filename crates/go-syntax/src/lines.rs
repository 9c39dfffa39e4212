//! Line numbers.

use std::fmt;

use crate::ids::{Pos, Span};

/// A line and a column, both counted from 1. Columns count bytes, as Go's do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineCol {
    /// The line.
    pub line: u32,
    /// The byte in it.
    pub column: u32,
}

impl fmt::Display for LineCol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where the lines of a source begin.
#[derive(Debug)]
pub struct Lines {
    /// The first is 0.
    starts: Vec<u32>,
    /// Length of the source.
    end: u32,
}

impl Lines {
    /// Finds the lines of `source`, of which the first [`MAX_SOURCE`](crate::MAX_SOURCE) bytes count.
    pub fn new(source: &[u8]) -> Lines {
        let source = &source[..source.len().min(crate::MAX_SOURCE)];
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', source).map(|at| at as u32 + 1));
        Lines { starts, end: source.len() as u32 }
    }

    /// How many there are: one more than line ends.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line, counted from 1, that a place is in.
    pub fn line(&self, pos: Pos) -> u32 {
        self.starts.partition_point(|start| *start <= pos.offset()) as u32
    }

    /// Line and column of a place.
    pub fn line_col(&self, pos: Pos) -> LineCol {
        let line = self.line(pos);
        LineCol { line, column: pos.offset() - self.starts[line as usize - 1] + 1 }
    }

    /// The span of a line counted from 1, with its line end. Empty at the end if there is no such line.
    pub fn span(&self, line: u32) -> Span {
        let start = |line: u32| self.starts.get(line as usize - 1).copied().unwrap_or(self.end);
        let line = line.max(1);
        Span { start: Pos::new(start(line)), end: Pos::new(start(line.saturating_add(1))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_bytes_from_one() {
        let lines = Lines::new("ab\nä=1\n".as_bytes());
        let at = |offset| lines.line_col(Pos::new(offset)).to_string();
        assert_eq!([at(0), at(2), at(3), at(5), at(8)], ["1:1", "1:3", "2:1", "2:3", "3:1"]);
        assert_eq!(lines.count(), 3);
        assert_eq!(lines.span(2).range(), 3..8);
        assert_eq!(lines.span(9).range(), 8..8);
    }
}
