//! The distinct names of a file.

use std::ops::Range;

use crate::ids::Sym;

/// The distinct names of a file, by symbol.
pub struct Names {
    /// All names, one after the other.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    /// Open addressing: the upper half of a name's hash and its symbol plus 1; 0 where nothing is. The
    /// length is a power of two. Empty once the file is parsed: many trees are kept, few names looked up.
    table: Vec<(u32, u32)>,
}

/// Enough for most files.
const SLOTS: usize = 512;

impl Names {
    /// Only `_`.
    pub(crate) fn new() -> Names {
        let mut names = Names { text: String::new(), ends: Vec::new(), table: vec![(0, 0); SLOTS] };
        names.intern(b"_");
        names
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: `_` is there in any file.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A name's text.
    pub fn text(&self, sym: Sym) -> &str {
        &self.text[self.range(sym)]
    }

    #[inline]
    fn bytes(&self, sym: Sym) -> &[u8] {
        &self.text.as_bytes()[self.range(sym)]
    }

    #[inline]
    fn range(&self, sym: Sym) -> Range<usize> {
        let start = match sym.index() {
            0 => 0,
            index => self.ends[index - 1],
        };
        start as usize..self.ends[sym.index()] as usize
    }

    /// All names with their symbols, in the order of the symbols.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, &str)> {
        (0..self.ends.len() as u32).map(|index| (Sym(index), self.text(Sym(index))))
    }

    /// The symbol of a name, if the file has that name. It goes through all of them.
    pub fn find(&self, name: &str) -> Option<Sym> {
        self.iter().find_map(|(sym, text)| (text == name).then_some(sym))
    }

    /// The symbol of a name, which is added if it is not there.
    #[inline]
    pub(crate) fn intern(&mut self, name: &[u8]) -> Sym {
        let hash = hash(name);
        match self.slot(name, hash) {
            Ok(sym) => sym,
            Err(slot) => self.add(name, hash, slot),
        }
    }

    /// The symbol of a name, or the free place for it in the table.
    #[inline]
    fn slot(&self, name: &[u8], hash: u64) -> Result<Sym, usize> {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.table[slot] {
                (_, 0) => return Err(slot),
                (tag, sym) if tag == (hash >> 32) as u32 && self.bytes(Sym(sym - 1)) == name => {
                    return Ok(Sym(sym - 1));
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    #[cold]
    fn add(&mut self, name: &[u8], hash: u64, slot: usize) -> Sym {
        let sym = Sym(self.ends.len() as u32);
        // The lexer lets no other names through; this is to be sure.
        match str::from_utf8(name) {
            Ok(text) => self.text.push_str(text),
            Err(_) => self.text.push_str(&String::from_utf8_lossy(name)),
        }
        self.ends.push(self.text.len() as u32);
        self.table[slot] = ((hash >> 32) as u32, sym.0 + 1);
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        sym
    }

    /// No more names come.
    pub(crate) fn close(&mut self) {
        self.table = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn grow(&mut self) {
        self.table = vec![(0, 0); self.table.len() * 2];
        for index in 0..self.ends.len() as u32 {
            let name = self.bytes(Sym(index));
            let hash = hash(name);
            if let Err(slot) = self.slot(name, hash) {
                self.table[slot] = ((hash >> 32) as u32, index + 1);
            }
        }
    }
}

/// Eight bytes at a time, with a multiplication each; the last eight may overlap those before. Names are
/// short, and the table is one file's.
#[inline]
fn hash(name: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = name.len() as u64;
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(ODD);
    let last = if let Some(last) = name.last_chunk::<8>() {
        for word in name.as_chunks::<8>().0 {
            hash = mix(hash, u64::from_le_bytes(*word));
        }
        u64::from_le_bytes(*last)
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
    } else {
        match *name {
            [a] => u64::from(a),
            [a, b] => u64::from(a) << 8 | u64::from(b),
            [a, b, c] => u64::from(a) << 16 | u64::from(b) << 8 | u64::from(c),
            _ => 0,
        }
    };
    hash = mix(hash, last);
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_one_symbol() {
        let mut names = Names::new();
        let all: Vec<String> = (0..5000).map(|number| format!("name{number}")).collect();
        let syms: Vec<Sym> = all.iter().map(|name| names.intern(name.as_bytes())).collect();
        assert_eq!(names.len(), 5001);
        for (name, sym) in all.iter().zip(&syms) {
            assert_eq!(
                (names.intern(name.as_bytes()), names.find(name), names.text(*sym)),
                (*sym, Some(*sym), &**name)
            );
        }
        assert_eq!(names.find("other"), None);
        assert!(names.intern(b"_").is_blank());
    }
}
