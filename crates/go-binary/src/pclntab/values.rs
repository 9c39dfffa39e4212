//! Values that belong to stretches of code: line numbers, files, places in the tree of inlined calls.
//!
//! Such a table is a row of pairs: how the value changes, and for how many bytes of code the new value holds. A change of
//! zero, but for the first, ends it. See `step` in runtime/symtab.go.

use crate::bytes;

/// Goes through one table, from the beginning of a function on.
pub(super) struct Values<'a> {
    rest: &'a [u8],
    quantum: u64,
    value: i32,
    /// Where the next value begins, from the beginning of the function.
    end: u64,
    is_first: bool,
}

impl<'a> Values<'a> {
    /// The table at `offset` of all tables. An offset of 0 stands for no table.
    pub(super) fn new(all: &'a [u8], offset: u32, quantum: u64) -> Values<'a> {
        let table = usize::try_from(offset).ok().filter(|&offset| offset != 0);
        let rest = table.and_then(|offset| all.get(offset..)).unwrap_or_default();
        Values { rest, quantum, value: -1, end: 0, is_first: true }
    }

    /// The value of the instruction that is `offset` bytes into the function. None where there is no table
    /// or it ends before.
    pub(super) fn at(mut self, offset: u64) -> Option<i32> {
        self.find(|&(_, end)| offset < end).map(|(value, _)| value)
    }
}

/// A value, and where it ends.
impl Iterator for Values<'_> {
    type Item = (i32, u64);

    fn next(&mut self) -> Option<(i32, u64)> {
        let change = bytes::take_varint(&mut self.rest)? as u32;
        if change == 0 && !self.is_first {
            self.rest = &[];
            return None;
        }
        self.is_first = false;
        // Zigzag: the lowest bit is the sign.
        let signed = (change >> 1).cast_signed() ^ -(change & 1).cast_signed();
        self.value = self.value.wrapping_add(signed);
        // Each value holds for an instruction or more. So a damaged table is not read beyond a function's size.
        let length = bytes::take_varint(&mut self.rest).filter(|&length| length > 0)?;
        self.end = self.end.saturating_add(length.saturating_mul(self.quantum));
        Some((self.value, self.end))
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    /// Line 10 for 4 bytes, 12 for 300, 11 for 1; after it comes another table.
    const TABLE: [u8; 9] = [0xff, 22, 4, 4, 0xac, 0x02, 1, 1, 0];

    fn table(quantum: u64) -> Values<'static> {
        Values::new(
            if quantum == 1 { &[0xff, 22, 4, 4, 0xac, 0x02, 1, 1, 0, 22, 9] } else { &TABLE },
            1,
            quantum,
        )
    }

    #[test]
    fn a_value_holds_until_the_next() {
        assert_eq!(table(1).collect::<Vec<_>>(), [(10, 4), (12, 304), (11, 305)]);
        for (offset, value) in [(0, Some(10)), (3, Some(10)), (4, Some(12)), (304, Some(11)), (305, None)] {
            assert_eq!(table(1).at(offset), value, "{offset}");
        }
    }

    #[test]
    fn a_step_of_arm64_is_four_bytes() {
        assert_eq!(table(4).collect::<Vec<_>>(), [(10, 16), (12, 1216), (11, 1220)]);
    }

    #[test]
    fn no_table_and_half_a_table() {
        assert_eq!(Values::new(&TABLE, 0, 1).at(0), None);
        assert_eq!(Values::new(&TABLE, 99, 1).at(0), None);
        assert_eq!(Values::new(&TABLE[..2], 1, 1).at(0), None);
    }
}
