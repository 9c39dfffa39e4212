//! Changes as bytes: see frame.rs.

use super::{Malformed, Stored};
use crate::fingerprint::CanonicalBytes;

const REMOVED: u8 = 0;
const WRITTEN: u8 = 1;

/// Appends changes.
#[derive(Default)]
pub(super) struct Writer {
    /// A key or a value whose length is not known yet.
    part: Vec<u8>,
}

impl Writer {
    /// Appends what became of a key.
    pub(super) fn change<K: CanonicalBytes, V: CanonicalBytes>(
        &mut self,
        key: &K,
        value: Option<&V>,
        out: &mut Vec<u8>,
    ) {
        out.push(if value.is_some() { WRITTEN } else { REMOVED });
        self.part(key, out);
        if let Some(value) = value {
            self.part(value, out);
        }
    }

    fn part(&mut self, part: &impl CanonicalBytes, out: &mut Vec<u8>) {
        self.part.clear();
        part.write_to(&mut self.part);
        write_number(self.part.len() as u64, out);
        out.extend_from_slice(&self.part);
    }
}

/// Reads changes.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl Reader<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next change.
    pub(super) fn change<K: Stored, V: Stored>(&mut self) -> Result<(K, Option<V>), Malformed> {
        let (&kind, rest) = self.0.split_first().ok_or(CHANGE)?;
        self.0 = rest;
        let key = K::from_bytes(self.part()?)?;
        match kind {
            REMOVED => Ok((key, None)),
            WRITTEN => Ok((key, Some(V::from_bytes(self.part()?)?))),
            _ => Err(CHANGE),
        }
    }

    pub(super) fn part(&mut self) -> Result<&[u8], Malformed> {
        let length = usize::try_from(self.number()?).map_err(|_| CHANGE)?;
        let (part, rest) = self.0.split_at_checked(length).ok_or(CHANGE)?;
        self.0 = rest;
        Ok(part)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<&[u8; N], Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(CHANGE)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(CHANGE)?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(CHANGE)
    }
}

const CHANGE: Malformed = Malformed::not("change");

pub(super) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let mut out = Vec::new();
        let mut writer = Writer::default();
        writer.change(&"a".to_owned(), Some(&vec![7u8; 300]), &mut out);
        writer.change(&String::new(), None::<&Vec<u8>>, &mut out);
        let mut reader = Reader(&out);
        assert_eq!(reader.change(), Ok(("a".to_owned(), Some(vec![7u8; 300]))));
        assert_eq!(reader.change(), Ok((String::new(), None::<Vec<u8>>)));
        assert!(reader.is_empty());
    }

    #[test]
    fn numbers() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            write_number(number, &mut out);
            let mut reader = Reader(&out);
            assert_eq!((reader.number(), reader.is_empty()), (Ok(number), true));
        }
    }

    #[test]
    fn any_cut_is_noticed() {
        let mut out = Vec::new();
        Writer::default().change(&7u16, Some(&9u16), &mut out);
        for end in 0..out.len() {
            assert!(Reader(&out[..end]).change::<u16, u16>().is_err());
        }
        out[0] = 2;
        assert!(Reader(&out).change::<u16, u16>().is_err());
    }
}
