//! The record of one function.

use std::borrow::Cow;

use super::values::Values;
use super::{ENTRY, Tables};
use crate::bytes;
use crate::names;

/// Places in the record (`_func` in runtime/runtime2.go), in bytes.
const NAME: u64 = 4;
const FILES: u64 = 20;
const LINES: u64 = 24;
const PCDATA_COUNT: u64 = 28;
const UNIT: u64 = 32;
const START_LINE: u64 = 36;
const FUNCDATA_COUNT: u64 = 43;
const PCDATA: u64 = 44;

/// Which of the pcdata tables places instructions in the tree of inlined calls (`PCDATA_InlTreeIndex`).
const INLINE_INDEX: u32 = 2;
/// Which of the funcdata is that tree (`FUNCDATA_InlTree`).
const INLINE_TREE: u32 = 3;

/// A function of a program.
#[derive(Debug, Clone, Copy)]
pub struct Function<'t, 'a> {
    pub(super) tables: &'t Tables<'a>,
    /// From the record on.
    record: &'a [u8],
    entry: u64,
    end: u64,
}

impl<'t, 'a> Function<'t, 'a> {
    /// The function number `index`; none where it is damaged.
    pub(super) fn read(tables: &'t Tables<'a>, index: u64) -> Option<Function<'t, 'a>> {
        let record = bytes::u32_at(tables.functions, index.checked_mul(ENTRY)? + 4)?;
        let record = tables.functions.get(usize::try_from(record).ok()?..)?;
        let (entry, end) = (tables.entry(index)?, tables.entry(index + 1)?);
        (entry < end && record.len() as u64 >= PCDATA).then_some(Function { tables, record, entry, end })
    }

    /// The address of its first instruction.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// Where the next function begins, so padding is part of it.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The name of its symbol: with the path of its package, and all that it is instantiated with if it is
    /// generic.
    pub fn symbol(&self) -> Cow<'a, str> {
        self.tables.symbol(self.field(NAME))
    }

    /// Its name as in Go's own stacks: `example.com/a.(*Cache).Put`, `main.set[...]`.
    pub fn name(&self) -> String {
        names::shortened(&self.symbol()).into_owned()
    }

    /// The line of the word `func`; 0 if there is none.
    pub fn start_line(&self) -> u32 {
        self.field(START_LINE)
    }

    /// The file and line that the instruction at `address` was compiled from. `?` and 0 if that is not known.
    pub fn place(&self, address: u64) -> (Cow<'a, str>, u32) {
        let offset = address.saturating_sub(self.entry);
        let file = self.value(self.field(FILES), offset);
        let line = self.value(self.field(LINES), offset).and_then(|line| u32::try_from(line).ok());
        let file = file.map_or(Cow::Borrowed("?"), |file| self.tables.file(self.field(UNIT), file));
        (file, line.unwrap_or_default())
    }

    /// Which entry of the tree of inlined calls the instruction `offset` bytes in belongs to.
    pub(super) fn inline_index(&self, offset: u64) -> Option<u32> {
        (INLINE_INDEX < self.field(PCDATA_COUNT)).then_some(())?;
        let table = self.field(PCDATA + u64::from(INLINE_INDEX) * 4);
        // -1 is code of the function itself.
        self.value(table, offset).and_then(|index| u32::try_from(index).ok())
    }

    /// The tree of inlined calls, with whatever follows it.
    pub(super) fn inline_tree(&self) -> Option<&'a [u8]> {
        let count = self.record.get(usize::try_from(FUNCDATA_COUNT).ok()?)?;
        (INLINE_TREE < u32::from(*count)).then_some(())?;
        let at = PCDATA + (u64::from(self.field(PCDATA_COUNT)) + u64::from(INLINE_TREE)) * 4;
        let offset = bytes::u32_at(self.record, at).filter(|&offset| offset != u32::MAX)?;
        self.tables.funcdata.get(usize::try_from(offset).ok()?..)
    }

    fn value(&self, table: u32, offset: u64) -> Option<i32> {
        Values::new(self.tables.values, table, self.tables.quantum).at(offset)
    }

    fn field(&self, at: u64) -> u32 {
        bytes::u32_at(self.record, at).unwrap_or_default()
    }
}
