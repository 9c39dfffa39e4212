//! Headers of the three formats; what is wrong with a file, and how it shows.

use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionHeader as _};
use object::{Architecture, FileKind, Object, ObjectKind, ObjectSection, ObjectSegment};

use super::relocations::Relocations;
use super::{Arch, Format, Image, Segment};
use crate::error::Error;

pub(super) fn parse(file: &[u8]) -> Result<Image<'_>, Error> {
    let format = format(file)?;
    if let Some(needed) = elf_size(file).filter(|&needed| needed > file.len() as u64) {
        return Err(Error::Truncated { needed, has: file.len() as u64 });
    }
    let object = object::File::parse(file).map_err(|_| Error::Damaged("its headers make no sense"))?;
    if object.kind() == ObjectKind::Relocatable {
        return Err(Error::NotLinked {
            what: "an object file",
            advice: "name the program that it is linked into",
        });
    }
    let arch = match object.architecture() {
        Architecture::X86_64 => Arch::Amd64,
        Architecture::Aarch64 if object.is_little_endian() => Arch::Arm64,
        other => return Err(Error::Architecture(format!("{other:?}").to_lowercase())),
    };
    let segments = segments(&object)?;
    let name = |section: &object::Section<'_, '_>| section.name().ok().map(str::to_owned);
    let sections = object.sections().filter_map(|section| Some((name(&section)?, section.address())));
    let sections: Vec<_> = sections.filter(|&(_, address)| address != 0).collect();
    if is_compressed(file, &sections) {
        return Err(Error::Compressed);
    }
    let mut image = Image { format, arch, segments, sections, relocations: Relocations::default() };
    if let object::File::Elf64(elf) = &object {
        image.relocations = Relocations::of_elf(elf, &image);
    }
    Ok(image)
}

fn format(file: &[u8]) -> Result<Format, Error> {
    let other = |what, advice| Err(Error::NotLinked { what, advice });
    match FileKind::parse(file) {
        Ok(FileKind::Elf64) => Ok(Format::Elf),
        Ok(FileKind::MachO64) => Ok(Format::MachO),
        Ok(FileKind::Pe64) => Ok(Format::Pe),
        Ok(FileKind::Elf32 | FileKind::MachO32 | FileKind::Pe32) => {
            Err(Error::Architecture("a processor of 32 bits".to_owned()))
        }
        Ok(FileKind::MachOFat32 | FileKind::MachOFat64) => other(
            "a universal file, of several programs",
            "take one out of it: lipo FILE -thin arm64 -output ONE",
        ),
        Ok(FileKind::Coff | FileKind::CoffBig | FileKind::CoffImport) => {
            other("an object file", "name the program that it is linked into")
        }
        // What object is not asked to read.
        _ if file.starts_with(b"!<arch>\n") => {
            other("an archive of objects", "name the program that it is linked into")
        }
        _ if file.starts_with(b"\0asm") => Err(Error::Architecture("WebAssembly".to_owned())),
        _ => Err(Error::NotExecutable),
    }
}

/// The segments that the file has bytes for.
fn segments<'a>(object: &object::File<'a>) -> Result<Vec<Segment<'a>>, Error> {
    let mut segments = Vec::new();
    for segment in object.segments() {
        let data = segment.data().map_err(|_| Error::Damaged("a segment lies beyond its end"))?;
        // What is not mapped has a size of 0 in memory: DWARF in Mach-O.
        let mapped = usize::try_from(segment.size()).map_or(data.len(), |size| size.min(data.len()));
        let data = data.get(..mapped).unwrap_or_default();
        let address = segment.address();
        if address.checked_add(data.len() as u64).is_none() {
            return Err(Error::Damaged("a segment lies beyond the end of memory"));
        }
        if !data.is_empty() {
            segments.push(Segment { address, offset: segment.file_range().0, data });
        }
    }
    segments.sort_by_key(|segment| segment.address);
    let overlap = |pair: &[Segment<'_>]| match pair {
        [one, two] => one.address + one.data.len() as u64 > two.address,
        _ => false,
    };
    if segments.windows(2).any(overlap) {
        return Err(Error::Damaged("two segments lie at the same place in memory"));
    }
    Ok(segments)
}

/// How many bytes an ELF file needs for all that its headers name. None where there are no such headers.
fn elf_size(file: &[u8]) -> Option<u64> {
    let header = object::elf::FileHeader64::<object::Endianness>::parse(file).ok()?;
    let endian = header.endian().ok()?;
    let table = |at: u64, count: u16, size: u16| at.saturating_add(u64::from(count) * u64::from(size));
    let mut needed = table(header.e_phoff(endian), header.e_phnum(endian), header.e_phentsize(endian));
    let sections = table(header.e_shoff(endian), header.e_shnum(endian), header.e_shentsize(endian));
    needed = needed.max(sections);
    for segment in header.program_headers(endian, file).unwrap_or_default() {
        needed = needed.max(segment.p_offset(endian).saturating_add(segment.p_filesz(endian)));
    }
    for section in header.section_headers(endian, file).unwrap_or_default() {
        if section.sh_type(endian) != object::elf::SHT_NOBITS {
            needed = needed.max(section.sh_offset(endian).saturating_add(section.sh_size(endian)));
        }
    }
    Some(needed)
}

/// UPX leaves its mark in its header, near the beginning, or in the names of sections.
fn is_compressed(file: &[u8], sections: &[(String, u64)]) -> bool {
    let head = file.get(..file.len().min(1024)).unwrap_or_default();
    let marked = head.windows(4).any(|bytes| bytes == b"UPX!");
    marked || sections.iter().any(|(name, _)| name == "UPX0" || name == "upxTEXT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_file_is_instead() {
        let what = |file: &[u8]| parse(file).unwrap_err();
        assert_eq!(what(b""), Error::NotExecutable);
        assert_eq!(what(b"#!/bin/sh\necho not a program of its own\n"), Error::NotExecutable);
        assert_eq!(what(b"\0asm\x01\0\0\0 and more of it"), Error::Architecture("WebAssembly".to_owned()));
        assert!(matches!(
            what(b"!<arch>\n________________"),
            Error::NotLinked { what: "an archive of objects", .. }
        ));
        assert!(matches!(what(b"\xca\xfe\xba\xbe\0\0\0\x02__________"), Error::NotLinked { .. }));
    }
}
