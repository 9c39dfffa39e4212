//! How keys and values become bytes that are the same everywhere.

use std::rc::Rc;
use std::sync::Arc;

/// Has bytes that are the same on every machine, in every process and release: what hashes of keys and values are made of.
///
/// Two values of one type must have the same bytes only if they are equal. A text has its UTF-8, bytes are themselves, an integer is big
/// endian in its full width (`usize` and `isize` in 64 bits), a `bool` is one byte, 0 or 1, a `char` is its `u32`. An `Option` is one byte, 0 or 1, and
/// what it has. A pair has the length of its first in eight bytes, then the first, then the second, so that `("ab", "c")` and `("a", "bc")` differ; a
/// triple has the lengths of its first two.
///
/// For a type of your own, write its fields as pairs are, or in any encoding that has only one form for each value.
///
/// ```
/// use putall::fingerprint::CanonicalBytes;
///
/// struct Price {
///     currency: String,
///     cents: u64,
/// }
///
/// impl CanonicalBytes for Price {
///     fn write_to(&self, out: &mut Vec<u8>) {
///         (&self.currency, self.cents).write_to(out);
///     }
/// }
///
/// let price = Price { currency: "EUR".to_owned(), cents: 258 };
/// let mut bytes = Vec::new();
/// price.write_to(&mut bytes);
/// assert_eq!(bytes, b"\0\0\0\0\0\0\0\x03EUR\0\0\0\0\0\0\x01\x02");
/// ```
pub trait CanonicalBytes {
    /// Appends the bytes.
    fn write_to(&self, out: &mut Vec<u8>);
}

impl CanonicalBytes for str {
    fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl CanonicalBytes for String {
    fn write_to(&self, out: &mut Vec<u8>) {
        self.as_str().write_to(out);
    }
}

impl CanonicalBytes for [u8] {
    fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl<const N: usize> CanonicalBytes for [u8; N] {
    fn write_to(&self, out: &mut Vec<u8>) {
        self.as_slice().write_to(out);
    }
}

impl CanonicalBytes for Vec<u8> {
    fn write_to(&self, out: &mut Vec<u8>) {
        self.as_slice().write_to(out);
    }
}

impl CanonicalBytes for bool {
    fn write_to(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

macro_rules! integers {
    ($($integer:ident as $wide:ident),*) => {$(
        impl CanonicalBytes for $integer {
            fn write_to(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&(*self as $wide).to_be_bytes());
            }
        }
    )*};
}

integers!(u8 as u8, u16 as u16, u32 as u32, u64 as u64, u128 as u128, usize as u64);
integers!(i8 as i8, i16 as i16, i32 as i32, i64 as i64, i128 as i128, isize as i64);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: CanonicalBytes + ?Sized> CanonicalBytes for $pointer {
            fn write_to(&self, out: &mut Vec<u8>) {
                (**self).write_to(out);
            }
        }
    )*};
}

pointers!(&T, Box<T>, Rc<T>, Arc<T>);

impl CanonicalBytes for char {
    fn write_to(&self, out: &mut Vec<u8>) {
        u32::from(*self).write_to(out);
    }
}

impl CanonicalBytes for () {
    fn write_to(&self, _: &mut Vec<u8>) {}
}

impl<T: CanonicalBytes> CanonicalBytes for Option<T> {
    fn write_to(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write_to(out);
        }
    }
}

impl<A: CanonicalBytes, B: CanonicalBytes> CanonicalBytes for (A, B) {
    fn write_to(&self, out: &mut Vec<u8>) {
        write_with_length(&self.0, out);
        self.1.write_to(out);
    }
}

impl<A: CanonicalBytes, B: CanonicalBytes, C: CanonicalBytes> CanonicalBytes for (A, B, C) {
    fn write_to(&self, out: &mut Vec<u8>) {
        write_with_length(&self.0, out);
        write_with_length(&self.1, out);
        self.2.write_to(out);
    }
}

/// The bytes of `value` after their number in eight bytes, so that what follows cannot be taken for a part of them.
pub(super) fn write_with_length(value: &(impl CanonicalBytes + ?Sized), out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 8]);
    value.write_to(out);
    let length = (out.len() - start - 8) as u64;
    out[start..start + 8].copy_from_slice(&length.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: impl CanonicalBytes) -> Vec<u8> {
        let mut out = Vec::new();
        value.write_to(&mut out);
        out
    }

    #[test]
    fn of_each_type() {
        assert_eq!(bytes("é"), "é".as_bytes());
        assert_eq!(bytes(Box::new(&String::from("ab"))), b"ab");
        assert_eq!(bytes([1u8, 2].as_slice()), [1, 2]);
        assert_eq!(bytes(vec![1, 2]), [1, 2]);
        assert_eq!(bytes(0x0102_0304u32), [1, 2, 3, 4]);
        assert_eq!(bytes(-2i16), [0xff, 0xfe]);
        assert_eq!(bytes(1usize), bytes(1u64));
        assert_eq!(bytes((true, false)), [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
        assert_eq!(bytes(Box::<str>::from("x")), bytes(Arc::<str>::from("x")));
        assert_eq!(bytes(Rc::new(7u8)), [7]);
        assert_eq!(bytes('ß'), [0, 0, 0, 0xdf]);
        assert_eq!(bytes(((), 7u8)), [0, 0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(bytes((Some(2u8), None::<u8>)), [0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 0]);
        assert_eq!(bytes(((), (), 7u8)), [[0; 16].as_slice(), &[7]].concat());
    }

    #[test]
    fn pairs_are_told_apart() {
        assert_ne!(bytes(("ab", "c")), bytes(("a", "bc")));
        assert_ne!(bytes((("a", "b"), "c")), bytes((("a", "bc"), "")));
    }
}
