//! The file as the loader sees it: bytes at addresses.

mod headers;
mod relocations;

use crate::bytes;
use crate::error::Error;
use relocations::Relocations;

/// The processor that a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arch {
    /// x86-64.
    Amd64,
    /// 64-bit Arm.
    Arm64,
}

impl Arch {
    /// As GOARCH names it.
    pub fn name(self) -> &'static str {
        match self {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Linux and most others.
    Elf,
    /// macOS and its relatives.
    MachO,
    /// Windows.
    Pe,
}

/// A part of the file that is mapped in one piece.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// Where it is mapped, before the loader moves the whole.
    pub address: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// What the file holds of it. Memory beyond is zero.
    pub data: &'a [u8],
}

/// An executable or shared library.
#[derive(Debug)]
pub struct Image<'a> {
    format: Format,
    arch: Arch,
    /// In the order of their addresses; none overlap.
    segments: Vec<Segment<'a>>,
    /// Names and addresses.
    sections: Vec<(String, u64)>,
    relocations: Relocations,
}

impl<'a> Image<'a> {
    /// Reads the headers of a file.
    ///
    /// # Errors
    ///
    /// If it is no executable, truncated, damaged, compressed, or for another processor.
    pub fn parse(file: &'a [u8]) -> Result<Image<'a>, Error> {
        headers::parse(file)
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The processor that it is for.
    pub fn arch(&self) -> Arch {
        self.arch
    }

    /// All segments, in the order of their addresses.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// The address of the section `name`. Files whose section headers were taken off have none.
    pub fn section(&self, name: &str) -> Option<u64> {
        self.sections.iter().find(|(other, _)| other == name).map(|&(_, address)| address)
    }

    /// What the file holds from `address` to the end of its segment.
    pub fn tail(&self, address: u64) -> Option<&'a [u8]> {
        let segment = self.segment(address)?;
        segment.data.get(usize::try_from(address - segment.address).ok()?..)
    }

    /// The `len` bytes at `address`, if one segment of the file has them all.
    pub fn read(&self, address: u64, len: u64) -> Option<&'a [u8]> {
        bytes::slice(self.tail(address)?, 0, len)
    }

    /// The pointer at `address` as the loader would leave it, if it does not move the program.
    pub fn pointer(&self, address: u64) -> Option<u64> {
        match self.relocations.at(address) {
            Some(target) => Some(target),
            None => bytes::u64_at(self.read(address, 8)?, 0),
        }
    }

    /// Where in memory, before the loader moves the whole, a pointer to `target` lies. Looks at multiples of 8.
    pub(crate) fn pointers_to(&self, target: u64) -> impl Iterator<Item = u64> {
        let in_place = self.segments.iter().flat_map(move |segment| {
            let skip = segment.address.wrapping_neg() % 8;
            let aligned = segment.data.get(usize::try_from(skip).unwrap_or(0)..).unwrap_or_default();
            let words = (segment.address + skip..).step_by(8).zip(aligned.chunks_exact(8));
            words.filter(move |(_, word)| *word == target.to_le_bytes()).map(|(address, _)| address)
        });
        self.relocations.to(target).chain(in_place)
    }

    /// Where in the file the byte at `address` is: what a uprobe is placed by.
    pub fn file_offset(&self, address: u64) -> Option<u64> {
        let segment = self.segment(address)?;
        Some(segment.offset + (address - segment.address))
    }

    fn segment(&self, address: u64) -> Option<&Segment<'a>> {
        let after = self.segments.partition_point(|segment| segment.address <= address);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        (address - segment.address < segment.data.len() as u64).then_some(segment)
    }

    /// An image of one segment, for tests.
    #[cfg(test)]
    pub(crate) fn of_segment(address: u64, data: &'a [u8]) -> Image<'a> {
        Image {
            format: Format::Elf,
            arch: Arch::Amd64,
            segments: vec![Segment { address, offset: 0, data }],
            sections: Vec::new(),
            relocations: Relocations::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_at_addresses() {
        let image = Image::of_segment(0x1000, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(image.read(0x1001, 2), Some(&[2, 3][..]));
        assert_eq!(image.read(0x0fff, 2), None);
        assert_eq!(image.read(0x1008, 2), None);
        assert_eq!(image.tail(0x1007), Some(&[8, 9][..]));
        assert_eq!(image.pointer(0x1000), Some(0x0807_0605_0403_0201));
        assert_eq!(image.file_offset(0x1008), Some(8));
        assert_eq!(image.file_offset(0x1009), None);
    }

    #[test]
    fn finds_pointers() {
        let mut data = vec![0; 40];
        data[12..20].copy_from_slice(&0x77u64.to_le_bytes());
        data[28..36].copy_from_slice(&0x77u64.to_le_bytes());
        let image = Image::of_segment(0x1004, &data);
        assert_eq!(image.pointers_to(0x77).collect::<Vec<_>>(), [0x1010, 0x1020]);
    }
}
