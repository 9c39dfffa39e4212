//! The two digests. They are types of their own, so that none is taken for the other.

use std::fmt;
use std::str::FromStr;

/// Why a text is no digest.
///
/// ```
/// use putall::fingerprint::{Fingerprint, ParseDigestError};
///
/// assert_eq!("abc".parse::<Fingerprint>(), Err(ParseDigestError::Length(3)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseDigestError {
    /// It has another number of bytes than 64.
    #[error("a SHA-256 digest has 64 hexadecimal digits, not {0}")]
    Length(usize),
    /// A byte is no hexadecimal digit.
    #[error("byte {0} (from 0) is not a hexadecimal digit")]
    Digit(usize),
}

fn parse(text: &str) -> Result<[u8; 32], ParseDigestError> {
    if text.len() != 64 {
        return Err(ParseDigestError::Length(text.len()));
    }
    let mut bytes = [0; 32];
    for (at, byte) in text.bytes().enumerate() {
        let digit = char::from(byte).to_digit(16).ok_or(ParseDigestError::Digit(at))?;
        bytes[at / 2] = bytes[at / 2] << 4 | digit as u8;
    }
    Ok(bytes)
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            #[doc = concat!(
                "From the 32 bytes of a digest that was stored.\n\n```\nuse putall::fingerprint::", stringify!($name),
                ";\n\nlet digest = ", stringify!($name), "::new([0xab; 32]);\nassert!(digest.to_string().starts_with(\"abab\"));\n```",
            )]
            pub const fn new(bytes: [u8; 32]) -> Self {
                $name(bytes)
            }

            #[doc = concat!(
                "Its 32 bytes.\n\n```\nuse putall::fingerprint::", stringify!($name),
                ";\n\nassert_eq!(", stringify!($name), "::new([7; 32]).as_bytes(), &[7; 32]);\n```",
            )]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        /// Reads what `Display` writes, and upper case, too.
        impl FromStr for $name {
            type Err = ParseDigestError;

            fn from_str(text: &str) -> Result<Self, ParseDigestError> {
                parse(text).map($name)
            }
        }
    };
}

digest! {
    /// The audit id of a batch, which [`fingerprint`](super::fingerprint) makes. Written as 64 hexadecimal digits.
    ///
    /// ```
    /// use putall::fingerprint::{Fingerprint, fingerprint};
    ///
    /// let one = fingerprint(["user_1", "user_2"], "4bf92f3577b34da6");
    /// assert_eq!(one.to_string().parse(), Ok(one));
    /// # Ok::<(), putall::fingerprint::ParseDigestError>(())
    /// ```
    Fingerprint
}

digest! {
    /// What is to be written, as a hash that tells a repeated request from another one. [`payload_hash`](super::payload_hash) makes it
    /// of a batch, [`PayloadHash::of_bytes`] of anything else. Written as 64 hexadecimal digits.
    ///
    /// ```
    /// use putall::fingerprint::{Op, PayloadHash, payload_hash};
    ///
    /// let first = payload_hash([("a", Op::Insert(1)), ("b", Op::Remove)]);
    /// let retry = payload_hash([("b", Op::Remove), ("a", Op::Insert(1))]);
    /// assert_eq!(first, retry);
    /// assert_eq!(first.to_string().parse::<PayloadHash>(), Ok(retry));
    /// ```
    PayloadHash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number * 8 + 1);
        let digest = Fingerprint::new(bytes);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(digest.to_string().to_uppercase().parse(), Ok(digest));
        assert_eq!(
            format!("{:?}", PayloadHash::new([0x1f; 32])),
            format!("PayloadHash({})", "1f".repeat(32))
        );
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!("".parse::<Fingerprint>(), Err(ParseDigestError::Length(0)));
        let mut text = "0".repeat(64);
        text.replace_range(5..6, "g");
        assert_eq!(text.parse::<PayloadHash>(), Err(ParseDigestError::Digit(5)));
        let wide = format!("{}é", "0".repeat(62));
        assert_eq!(wide.parse::<PayloadHash>(), Err(ParseDigestError::Digit(62)));
    }
}
