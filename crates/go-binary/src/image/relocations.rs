//! What the loader writes into a program that can be anywhere in memory (PIE): addresses.
//!
//! Such a file holds zeros where pointers go, and a table of what to write. Of the kinds of relocations only those that
//! name an address inside of the program matter here; those are the ones in Go's own data.

use object::Endianness;
use object::elf::{DT_RELA, DT_RELASZ, FileHeader64, R_AARCH64_RELATIVE, R_X86_64_RELATIVE};
use object::read::elf::{Dyn, ElfFile, ProgramHeader};

use super::{Arch, Image};
use crate::bytes;

/// Bytes of an entry of the table: place, kind, address.
const ENTRY: usize = 24;

/// Places and the addresses that the loader writes there.
#[derive(Debug, Default)]
pub(super) struct Relocations {
    /// In the order of the places.
    writes: Vec<(u64, u64)>,
}

impl Relocations {
    /// Reads the table that the dynamic section of an ELF file names. A damaged one counts as none.
    pub(super) fn of_elf(elf: &ElfFile<'_, FileHeader64<Endianness>>, image: &Image<'_>) -> Relocations {
        let endian = elf.endian();
        let dynamic = elf
            .elf_program_headers()
            .iter()
            .find_map(|header| header.dynamic(endian, elf.data()).ok().flatten());
        let entry = |tag: u32| {
            let found = dynamic?.iter().find(|entry| entry.tag32(endian) == Some(tag))?;
            Some(found.d_val.get(endian))
        };
        let table = entry(DT_RELA).zip(entry(DT_RELASZ)).and_then(|(at, len)| image.read(at, len));
        Relocations::read(table.unwrap_or_default(), image.arch)
    }

    fn read(table: &[u8], arch: Arch) -> Relocations {
        let relative = u64::from(match arch {
            Arch::Amd64 => R_X86_64_RELATIVE,
            Arch::Arm64 => R_AARCH64_RELATIVE,
        });
        let write = |entry: &[u8]| {
            let word = |index: u64| bytes::u64_at(entry, index * 8);
            (word(1)? == relative).then_some((word(0)?, word(2)?))
        };
        let mut writes: Vec<(u64, u64)> = table.chunks_exact(ENTRY).filter_map(write).collect();
        // Linkers sort them already, as a rule.
        writes.sort_unstable();
        Relocations { writes }
    }

    /// What is written at `place`.
    pub(super) fn at(&self, place: u64) -> Option<u64> {
        let found = self.writes.binary_search_by_key(&place, |&(place, _)| place).ok()?;
        self.writes.get(found).map(|&(_, address)| address)
    }

    /// Where `address` is written.
    pub(super) fn to(&self, address: u64) -> impl Iterator<Item = u64> {
        self.writes.iter().filter(move |write| write.1 == address).map(|&(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_addresses_of_the_program_only() {
        let entries = [(0x30, 8, 0x77), (0x10, 8, 0x55), (0x20, 6, 0x66)];
        let table: Vec<u8> =
            entries.iter().flat_map(|&(a, b, c)| [a, b, c]).flat_map(u64::to_le_bytes).collect();
        let relocations = Relocations::read(&table, Arch::Amd64);
        assert_eq!(relocations.at(0x30), Some(0x77));
        assert_eq!(relocations.at(0x20), None, "it is another library's");
        assert_eq!(relocations.to(0x55).collect::<Vec<_>>(), [0x10]);
    }
}
