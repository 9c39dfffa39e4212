//! Functions that the compiler put into others.
//!
//! Each function has a tree of the calls that were replaced by the called function's code. An entry names the function and an
//! instruction of the caller, whose line is that of the call and whose own entry in the tree is the next frame out.

use super::Function;
use crate::bytes;
use crate::names;

/// Bytes of an entry (`inlinedCall` in runtime/symtabinl.go), and places in it.
const ENTRY: u64 = 16;
const NAME: u64 = 4;
const PARENT: u64 = 8;

/// More than the compiler nests. A damaged tree may have a loop.
const DEEPEST: usize = 256;

/// One function that an instruction belongs to, and the line in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// As in Go's own stacks: `example.com/a.(*Cache).Put`, `main.set[...]`.
    pub function: String,
    /// As compiled.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

impl Function<'_, '_> {
    /// The frames at the instruction at `address`, innermost first; this function is the last.
    pub fn frames(&self, address: u64) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut offset = address.saturating_sub(self.entry());
        while let Some((name, parent)) = self.inlined(offset) {
            frames.push(self.frame(&name, offset));
            offset = parent;
            if frames.len() == DEEPEST {
                break;
            }
        }
        frames.push(self.frame(&self.name(), offset));
        frames
    }

    /// The name of the function that was put in at this place, and an instruction at the call's place.
    fn inlined(&self, offset: u64) -> Option<(String, u64)> {
        let entry = u64::from(self.inline_index(offset)?) * ENTRY;
        let entry = bytes::slice(self.inline_tree()?, entry, ENTRY)?;
        let parent = bytes::i32_at(entry, PARENT).and_then(|parent| u64::try_from(parent).ok())?;
        let symbol = self.tables.symbol(bytes::u32_at(entry, NAME)?);
        Some((names::shortened(&symbol).into_owned(), parent))
    }

    fn frame(&self, function: &str, offset: u64) -> Frame {
        let (file, line) = self.place(self.entry().saturating_add(offset));
        Frame { function: function.to_owned(), file: file.into_owned(), line }
    }
}
