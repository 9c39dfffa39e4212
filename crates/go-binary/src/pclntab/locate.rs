//! Finds the tables.
//!
//! ELF and Mach-O name a section for them; where section headers were taken off, and in PE, the header is looked
//! for by its first bytes. The tables' sizes and the beginning of code are in `moduledata`, which has a section of its
//! own since Go 1.26 and is otherwise found by its first word, which points to the header.

use super::{Tables, Text, quantum};
use crate::bytes;
use crate::error::Error;
use crate::image::Image;
use crate::release::Release;

/// Sections that the header begins.
const SECTIONS: [&str; 3] = [".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab"];
/// Sections that `moduledata` begins.
const MODULE: [&str; 2] = [".go.module", "__go_module"];

/// The first word of a header since Go 1.20.
const MAGIC: u32 = 0xffff_fff1;
/// Older headers.
const OLD: [(u32, &str); 3] =
    [(0xffff_fff0, "1.18 or 1.19"), (0xffff_fffa, "1.16 or 1.17"), (0xffff_fffb, "1.15 or older")];

/// Places in the header, in bytes. 24 is where code begins, until Go 1.25.
const COUNT: u64 = 8;
const NAMES: u64 = 32;
const FUNCTIONS: u64 = 64;

/// Places in `moduledata`, in words; each of these is the first of a slice.
const NAMES_SLICE: u64 = 1;
const UNITS_SLICE: u64 = 4;
const FILES_SLICE: u64 = 7;
const VALUES_SLICE: u64 = 10;
const FUNCTIONS_SLICE: u64 = 13;
/// And these are addresses.
const TEXT: u64 = 22;
const TEXT_END: u64 = 23;

/// Bytes of an entry of `textsectmap`.
const TEXT_SECTION: u64 = 24;
/// More sections of code than any program has.
const MOST_SECTIONS: u64 = 4096;

/// What the header says.
pub(super) struct Header {
    address: u64,
    count: u64,
    /// Addresses of two of the tables, by which `moduledata` is known.
    names: u64,
    functions: u64,
}

/// Finds the header.
pub(super) fn header(image: &Image<'_>) -> Result<Header, Error> {
    let named = SECTIONS.iter().find_map(|name| image.section(name));
    if let Some(header) = named.and_then(|address| read_header(image, address)) {
        return Ok(header);
    }
    for segment in image.segments() {
        let skip = segment.address.wrapping_neg() % 8;
        for address in (segment.address + skip..segment.address + segment.data.len() as u64).step_by(8) {
            let at = address - segment.address;
            if bytes::u32_at(segment.data, at) == Some(MAGIC)
                && let Some(header) = read_header(image, address)
            {
                return Ok(header);
            }
        }
    }
    let first = named.and_then(|address| bytes::u32_at(image.read(address, 4)?, 0));
    match OLD.iter().find(|(magic, _)| Some(*magic) == first) {
        Some((_, release)) => Err(Error::OldTable(release)),
        None if named.is_some() => Err(Error::Damaged("its table of functions has no header")),
        None => Err(Error::NotGo),
    }
}

fn read_header(image: &Image<'_>, address: u64) -> Option<Header> {
    let header = image.read(address, 72)?;
    let [0xf1, 0xff, 0xff, 0xff, 0, 0, step, 8, ..] = *header else { return None };
    let table = |at| address.checked_add(bytes::u64_at(header, at)?);
    let (names, functions) = (table(NAMES)?, table(FUNCTIONS)?);
    // Both are in the file.
    image.tail(names)?;
    image.tail(functions)?;
    (step == quantum(image.arch())).then_some(())?;
    Some(Header { address, count: bytes::u64_at(header, COUNT)?, names, functions })
}

/// Reads `moduledata` and cuts the tables out as it says.
pub(super) fn tables<'a>(image: &Image<'a>, header: &Header, release: Release) -> Option<Tables<'a>> {
    let module = moduledata(image, header)?;
    let words = release.moduledata();
    let word = |index: u64| image.pointer(module.checked_add(index * 8)?);
    let slice = |index: u64, size: u64| image.read(word(index)?, word(index + 1)?.checked_mul(size)?);

    let functions = slice(FUNCTIONS_SLICE, 1)?;
    // A function has an entry of 8 bytes and a record of 40 or more.
    (header.count <= functions.len() as u64 / super::ENTRY).then_some(())?;
    Some(Tables {
        names: slice(NAMES_SLICE, 1)?,
        units: slice(UNITS_SLICE, 4)?,
        files: slice(FILES_SLICE, 1)?,
        values: slice(VALUES_SLICE, 1)?,
        functions,
        funcdata: image.tail(word(words.gofunc)?)?,
        count: header.count,
        text: Text {
            start: word(TEXT)?,
            end: word(TEXT_END)?,
            sections: text_sections(image, word(words.textsectmap)?, word(words.textsectmap + 1)?)?,
        },
        quantum: quantum(image.arch()).into(),
    })
}

/// The address of `moduledata`.
fn moduledata(image: &Image<'_>, header: &Header) -> Option<u64> {
    let points = |at: u64, word: u64| image.pointer(at.checked_add(word * 8)?);
    let fits = |&at: &u64| {
        points(at, 0) == Some(header.address)
            && points(at, NAMES_SLICE) == Some(header.names)
            && points(at, FUNCTIONS_SLICE) == Some(header.functions)
    };
    let named = MODULE.iter().filter_map(|name| image.section(name)).find(fits);
    named.or_else(|| image.pointers_to(header.address).find(fits))
}

/// The sections of code, if there are several: one is as good as none.
fn text_sections(image: &Image<'_>, table: u64, count: u64) -> Option<Vec<(u64, u64, u64)>> {
    if count < 2 {
        return Some(Vec::new());
    }
    (count <= MOST_SECTIONS).then_some(())?;
    let word = |entry: u64, index: u64| image.pointer(table.checked_add(entry * TEXT_SECTION + index * 8)?);
    (0..count).map(|entry| Some((word(entry, 0)?, word(entry, 1)?, word(entry, 2)?))).collect()
}
