//! What can be wrong with a source.

use std::fmt;

use crate::ids::Pos;

/// An error in a source. The message is worded as go/parser's is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where.
    pub pos: Pos,
    /// What.
    pub message: Box<str>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Errors that are kept of one file. There is no use in more; a file that is no Go has millions.
const MOST: usize = 1000;

/// Errors as they are found.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<SyntaxError>,
}

impl Errors {
    #[cold]
    pub(crate) fn add(&mut self, pos: Pos, message: impl Into<Box<str>>) {
        if !self.full() {
            self.list.push(SyntaxError { pos, message: message.into() });
        }
    }

    pub(crate) fn full(&self) -> bool {
        self.list.len() >= MOST
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// By position, the first of each line: what follows it there is most often its consequence.
    pub(crate) fn finish(mut self, line: impl Fn(Pos) -> u32) -> Vec<SyntaxError> {
        self.list.sort_by(|a, b| (a.pos, &a.message).cmp(&(b.pos, &b.message)));
        self.list.dedup_by_key(|error| line(error.pos));
        self.list
    }
}
