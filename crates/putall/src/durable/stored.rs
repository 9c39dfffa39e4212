//! How keys and values are read from a disk.

use std::sync::Arc;

use crate::fingerprint::CanonicalBytes;

/// Can be read again from the bytes that [`CanonicalBytes`] writes: what keys and values of a [`Durable`](super::Durable) map must be.
///
/// Integers (`usize` and `isize` in 64 bits), `bool`, `char`, `String`, `Vec<u8>`, arrays of bytes, `()`, `Option`s, pairs, triples, `Box`es
/// and `Arc`s are. For a type of your own, write and read its fields as a tuple.
///
/// ```
/// use putall::durable::{Malformed, Stored};
/// use putall::fingerprint::CanonicalBytes;
///
/// #[derive(PartialEq, Debug)]
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
/// impl Stored for Price {
///     fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
///         let (currency, cents) = Stored::from_bytes(bytes)?;
///         Ok(Price { currency, cents })
///     }
/// }
///
/// let mut bytes = Vec::new();
/// let price = Price { currency: "EUR".to_owned(), cents: 258 };
/// price.write_to(&mut bytes);
/// assert_eq!(Price::from_bytes(&bytes), Ok(price));
/// ```
pub trait Stored: CanonicalBytes + Sized {
    /// The value of these bytes, all of them.
    ///
    /// ```
    /// use putall::durable::Stored;
    ///
    /// assert_eq!(u16::from_bytes(&[1, 2]), Ok(258));
    /// assert!(u16::from_bytes(&[1]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If no value has these bytes.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed>;
}

/// Bytes that are no value of the type that is asked for.
///
/// ```
/// use putall::durable::Stored;
///
/// assert_eq!(u64::from_bytes(&[0, 0]).unwrap_err().to_string(), "these bytes are no u64");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("these bytes are no {expected}")]
pub struct Malformed {
    expected: &'static str,
}

impl Malformed {
    /// They should have been one of these.
    ///
    /// ```
    /// use putall::durable::Malformed;
    ///
    /// assert_eq!(Malformed::not("price").to_string(), "these bytes are no price");
    /// ```
    pub const fn not(expected: &'static str) -> Self {
        Malformed { expected }
    }
}

impl Stored for String {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        str::from_utf8(bytes).map(str::to_owned).map_err(|_| Malformed::not("UTF-8 text"))
    }
}

impl Stored for Box<str> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        String::from_bytes(bytes).map(String::into_boxed_str)
    }
}

impl Stored for Arc<str> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        str::from_utf8(bytes).map(Arc::from).map_err(|_| Malformed::not("UTF-8 text"))
    }
}

impl Stored for Vec<u8> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(bytes.to_owned())
    }
}

impl Stored for Box<[u8]> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(bytes.into())
    }
}

impl Stored for Arc<[u8]> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(bytes.into())
    }
}

impl<const N: usize> Stored for [u8; N] {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        bytes.try_into().map_err(|_| Malformed::not("array of that many bytes"))
    }
}

impl Stored for bool {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        match bytes {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Malformed::not("bool")),
        }
    }
}

impl Stored for char {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        u32::from_bytes(bytes).ok().and_then(char::from_u32).ok_or(Malformed::not("char"))
    }
}

impl Stored for () {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.is_empty() { Ok(()) } else { Err(Malformed::not("()")) }
    }
}

macro_rules! integers {
    ($($integer:ident as $wide:ident),*) => {$(
        impl Stored for $integer {
            fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
                let malformed = Malformed::not(stringify!($integer));
                let bytes = bytes.try_into().map_err(|_| malformed)?;
                $wide::from_be_bytes(bytes).try_into().map_err(|_| malformed)
            }
        }
    )*};
}

integers!(u8 as u8, u16 as u16, u32 as u32, u64 as u64, u128 as u128, usize as u64);
integers!(i8 as i8, i16 as i16, i32 as i32, i64 as i64, i128 as i128, isize as i64);

impl<T: Stored> Stored for Option<T> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        match bytes {
            [0] => Ok(None),
            [1, value @ ..] => T::from_bytes(value).map(Some),
            _ => Err(Malformed::not("Option")),
        }
    }
}

impl<T: Stored> Stored for Box<T> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        T::from_bytes(bytes).map(Box::new)
    }
}

impl<T: Stored> Stored for Arc<T> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        T::from_bytes(bytes).map(Arc::new)
    }
}

/// What comes first in a tuple, after its length in eight bytes, and the rest.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let malformed = Malformed::not("tuple");
    let (length, rest) = bytes.split_first_chunk().ok_or(malformed)?;
    let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| malformed)?;
    rest.split_at_checked(length).ok_or(malformed)
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let (first, second) = split(bytes)?;
        Ok((A::from_bytes(first)?, B::from_bytes(second)?))
    }
}

impl<A: Stored, B: Stored, C: Stored> Stored for (A, B, C) {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let (first, rest) = split(bytes)?;
        let (second, third) = split(rest)?;
        Ok((A::from_bytes(first)?, B::from_bytes(second)?, C::from_bytes(third)?))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn same<T: Stored + PartialEq + Debug>(value: T) {
        let mut bytes = Vec::new();
        value.write_to(&mut bytes);
        assert_eq!(T::from_bytes(&bytes), Ok(value));
    }

    #[test]
    fn reads_what_it_wrote() {
        same(String::from("é"));
        same(Box::<str>::from("x"));
        same(Arc::<str>::from(""));
        same(vec![1, 2, 3]);
        same(Box::<[u8]>::from([1, 2]));
        same(Arc::<[u8]>::from([1]));
        same([1u8, 2, 3]);
        same(true);
        same('ß');
        same(());
        same((u8::MAX, i8::MIN));
        same((u128::MAX, i128::MIN, usize::MAX));
        same(isize::MIN);
        same(Some(Some(7u16)));
        same(Some(None::<u16>));
        same(None::<Option<u16>>);
        same(Box::new((String::from("a"), Arc::new(-3i64))));
    }

    #[test]
    fn refuses_what_it_never_wrote() {
        assert!(u32::from_bytes(&[1, 2, 3]).is_err());
        assert!(bool::from_bytes(&[2]).is_err());
        assert!(char::from_bytes(&0xd800_u32.to_be_bytes()).is_err());
        assert!(String::from_bytes(&[0xff]).is_err());
        assert!(Option::<u8>::from_bytes(&[]).is_err());
        assert!(Option::<u8>::from_bytes(&[0, 0]).is_err());
        assert!(<(u8, u8)>::from_bytes(&[0, 0, 0, 0, 0, 0, 0, 9, 1, 1]).is_err());
        assert!(<(u8, u8)>::from_bytes(&[0xff; 10]).is_err());
        assert!(<()>::from_bytes(&[0]).is_err());
        assert_eq!(
            <[u8; 2]>::from_bytes(&[1]).unwrap_err().to_string(),
            "these bytes are no array of that many bytes"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_value_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(value) = <(String, Option<u16>, (bool, Vec<u8>))>::from_bytes(&bytes) {
                let mut again = Vec::new();
                value.write_to(&mut again);
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
