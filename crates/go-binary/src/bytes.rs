//! Numbers and texts out of bytes, never beyond their end. All little-endian, as the processors are.

/// The bytes `at..at + len`, if they are there.
pub(crate) fn slice(bytes: &[u8], at: u64, len: u64) -> Option<&[u8]> {
    let start = usize::try_from(at).ok()?;
    let end = usize::try_from(at.checked_add(len)?).ok()?;
    bytes.get(start..end)
}

/// The 32-bit number at `at`.
pub(crate) fn u32_at(bytes: &[u8], at: u64) -> Option<u32> {
    slice(bytes, at, 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// The signed 32-bit number at `at`.
pub(crate) fn i32_at(bytes: &[u8], at: u64) -> Option<i32> {
    slice(bytes, at, 4)?.try_into().ok().map(i32::from_le_bytes)
}

/// The 64-bit number at `at`.
pub(crate) fn u64_at(bytes: &[u8], at: u64) -> Option<u64> {
    slice(bytes, at, 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// The text at `at` that a zero byte ends, without that byte.
pub(crate) fn text_at(bytes: &[u8], at: u64) -> Option<&[u8]> {
    let rest = bytes.get(usize::try_from(at).ok()?..)?;
    rest.iter().position(|&byte| byte == 0).and_then(|end| rest.get(..end))
}

/// Takes an unsigned LEB128 number off the front of `bytes`.
pub(crate) fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_beyond_the_end() {
        let bytes = [1, 2, 3, 4, 0];
        assert_eq!(u32_at(&bytes, 0), Some(0x0403_0201));
        assert_eq!(u32_at(&bytes, 2), None);
        assert_eq!(slice(&bytes, u64::MAX, 2), None);
        assert_eq!(text_at(&bytes, 2), Some(&[3, 4][..]));
        assert_eq!(text_at(&bytes[..4], 2), None, "no zero byte ends it");
    }

    #[test]
    fn varints() {
        let mut bytes = &[0x05, 0xac, 0x02, 0xff][..];
        assert_eq!(take_varint(&mut bytes), Some(5));
        assert_eq!(take_varint(&mut bytes), Some(300));
        assert_eq!(take_varint(&mut bytes), None, "it has no last byte");
        assert_eq!(take_varint(&mut &[0x80; 20][..]), None, "it does not end");
    }
}
