//! The table of functions and lines that every Go program carries (`pclntab`), and the linker's record of
//! where things are (`moduledata`) that goes with it. Their layout is in runtime/symtab.go of each release.

mod function;
mod inline;
mod locate;
mod values;

use std::borrow::Cow;

use crate::bytes;
use crate::error::Error;
use crate::image::{Arch, Image};
use crate::release::Release;

pub use function::Function;
pub use inline::Frame;

/// Bytes of an entry of the table of functions: where its code begins, where its record is.
const ENTRY: u64 = 8;

/// The tables of one program.
#[derive(Debug)]
pub struct Tables<'a> {
    /// Names of functions, each ended by a zero.
    names: &'a [u8],
    /// For each compilation unit, where the names of its files are.
    units: &'a [u8],
    /// Names of files, each ended by a zero.
    files: &'a [u8],
    /// Values that change along the code.
    values: &'a [u8],
    /// The table of functions, and their records behind it.
    functions: &'a [u8],
    /// What the offsets of funcdata count from: the trees of inlined calls are there.
    funcdata: &'a [u8],
    count: u64,
    text: Text,
    /// Instructions begin at multiples of this.
    quantum: u64,
}

/// Where code is. The offsets in the tables count from `start`.
#[derive(Debug)]
struct Text {
    start: u64,
    end: u64,
    /// Where there is more than one section of code: offsets `.0..=.1` are at `.2`.
    sections: Vec<(u64, u64, u64)>,
}

impl Text {
    fn address(&self, offset: u64) -> u64 {
        let section = self.sections.iter().rev().find(|section| (section.0..=section.1).contains(&offset));
        match section {
            Some(&(from, _, base)) => base.wrapping_add(offset - from),
            None => self.start.wrapping_add(offset),
        }
    }
}

impl<'a> Tables<'a> {
    /// Finds the tables in `image`, which was built by `release`.
    ///
    /// # Errors
    ///
    /// [`Error::NotGo`] and [`Error::OldTable`] by what is found, [`Error::Damaged`] if parts are missing.
    pub fn read(image: &Image<'a>, release: Release) -> Result<Tables<'a>, Error> {
        let header = locate::header(image)?;
        locate::tables(image, &header, release).ok_or(Error::Damaged("its table of functions is not whole"))
    }

    /// All functions, in the order of their addresses. In a damaged table one may seem to begin before the
    /// former ends: such are left out, so that no code is read twice.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_, 'a>> {
        let mut end = 0;
        (0..self.count).filter_map(move |index| {
            let function = Function::read(self, index).filter(|function| function.entry() >= end)?;
            end = function.end();
            Some(function)
        })
    }

    /// The function whose code is at `address`.
    pub fn function_at(&self, address: u64) -> Option<Function<'_, 'a>> {
        if !(self.text.start..self.text.end).contains(&address) {
            return None;
        }
        // The last that begins at `address` or before.
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.entry(middle)? <= address {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Function::read(self, low.checked_sub(1)?)
    }

    /// The frames at the instruction at `address`: the function whose code it is comes last, before it
    /// those that the compiler put into it at that place, innermost first. Empty outside of functions.
    pub fn frames(&self, address: u64) -> Vec<Frame> {
        self.function_at(address).map(|function| function.frames(address)).unwrap_or_default()
    }

    /// Where the code of a function begins. The one after the last is where code ends.
    fn entry(&self, index: u64) -> Option<u64> {
        let offset = bytes::u32_at(self.functions, index.checked_mul(ENTRY)?)?;
        Some(self.text.address(offset.into()))
    }

    /// The name of a function's symbol; `?` if it is damaged.
    fn symbol(&self, offset: u32) -> Cow<'a, str> {
        bytes::text_at(self.names, offset.into()).map_or(Cow::Borrowed("?"), String::from_utf8_lossy)
    }

    /// The name of file number `file` of a unit, as compiled; `?` if there is none.
    fn file(&self, unit: u32, file: i32) -> Cow<'a, str> {
        let name = || {
            let index = u64::from(unit).checked_add(u64::try_from(file).ok()?)?;
            let offset = bytes::u32_at(self.units, index * 4)?;
            bytes::text_at(self.files, offset.into())
        };
        name().map_or(Cow::Borrowed("?"), String::from_utf8_lossy)
    }
}

/// The smallest step between two instructions, which the header names too.
fn quantum(arch: Arch) -> u8 {
    match arch {
        Arch::Amd64 => 1,
        Arch::Arm64 => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn code_in_two_sections() {
        let one = Text { start: 0x1000, end: 0x9000, sections: Vec::new() };
        assert_eq!(one.address(0x20), 0x1020);
        let sections = vec![(0, 0x100, 0x1000), (0x100, 0x300, 0x8000)];
        let two = Text { sections, ..one };
        assert_eq!(two.address(0xff), 0x10ff);
        assert_eq!(two.address(0x100), 0x8000, "the later section's first, not the former's end");
        assert_eq!(two.address(0x300), 0x8200, "the end of all");
    }
}
