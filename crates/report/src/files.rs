//! Files that are reported of, and places in them.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as [`Files::add`] numbered it.
    pub file: usize,
    /// Which bytes.
    pub range: Range<usize>,
}

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// The line.
    pub line: usize,
    /// The column, in bytes or letters.
    pub column: usize,
}

/// The files that are reported of.
#[derive(Default)]
pub struct Files {
    list: Vec<File>,
}

struct File {
    /// As it is shown, and as the path from the working folder.
    path: String,
    source: Arc<[u8]>,
    /// Where lines begin.
    starts: Vec<usize>,
}

impl Files {
    /// Adds a file, and numbers it.
    pub fn add(&mut self, path: String, source: Arc<[u8]>) -> usize {
        let ends = source.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        self.list.push(File { path, source, starts });
        self.list.len() - 1
    }

    /// The path of a file, as it is shown.
    pub fn path(&self, file: usize) -> &str {
        &self.list[file].path
    }

    /// The contents of a file.
    pub fn source(&self, file: usize) -> &[u8] {
        &self.list[file].source
    }

    /// A line, counted from 1, without its end.
    pub fn line(&self, file: usize, line: usize) -> &[u8] {
        let file = &self.list[file];
        let Some(&start) = file.starts.get(line.wrapping_sub(1)) else { return b"" };
        let end = file.starts.get(line).copied().unwrap_or(file.source.len());
        file.source[start..end].trim_ascii_end()
    }

    /// Where a line begins.
    pub fn line_start(&self, file: usize, line: usize) -> usize {
        let file = &self.list[file];
        file.starts.get(line - 1).copied().unwrap_or(file.source.len())
    }

    /// Where a byte is; columns count bytes, as Go's do.
    pub fn at(&self, file: usize, offset: usize) -> LineCol {
        let starts = &self.list[file].starts;
        let line = starts.partition_point(|&start| start <= offset);
        LineCol { line, column: offset - starts[line - 1] + 1 }
    }

    /// Where a byte is; columns count letters.
    pub fn at_letter(&self, file: usize, offset: usize) -> LineCol {
        let LineCol { line, column } = self.at(file, offset);
        let before = &self.list[file].source[offset + 1 - column..offset];
        LineCol { line, column: String::from_utf8_lossy(before).chars().count() + 1 }
    }

    /// Where a place begins.
    pub fn start(&self, place: &Place) -> LineCol {
        self.at(place.file, place.range.start)
    }

    /// Where a place ends.
    pub fn end(&self, place: &Place) -> LineCol {
        self.at(place.file, place.range.end)
    }

    /// `file:line:column`.
    pub fn shown(&self, place: &Place) -> String {
        let LineCol { line, column } = self.start(place);
        format!("{}:{line}:{column}", self.path(place.file))
    }

    /// The source of a place.
    pub fn text(&self, place: &Place) -> String {
        String::from_utf8_lossy(&self.list[place.file].source[place.range.clone()]).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one() {
        let mut files = Files::default();
        let file = files.add("a".into(), Arc::from("ab\r\nä=1".as_bytes()));
        assert_eq!(files.at(file, 6), LineCol { line: 2, column: 3 });
        assert_eq!(files.at_letter(file, 6), LineCol { line: 2, column: 2 });
        assert_eq!(files.line(file, 1), b"ab");
        assert_eq!(files.line(file, 2), "ä=1".as_bytes());
        assert_eq!(files.line(file, 3), b"");
        assert_eq!(files.at(file, 8), LineCol { line: 2, column: 5 });
    }
}
