//! The name of a request.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name that a client gives a request, and its retries: 1 to 255 visible ASCII characters. Cloning it is cheap.
///
/// The header `Idempotency-Key` of draft-ietf-httpapi-idempotency-key-header-07 has it as a string of structured fields, in quotes:
/// [`from_header`](IdempotencyKey::from_header) reads that. The draft lets a key be empty or have spaces in it; those are refused here, as
/// they are accidents, and other stores and logs do not take them well.
///
/// ```
/// use putall::idempotency::IdempotencyKey;
///
/// let key: IdempotencyKey = "8e03978e-40d5-43dd-bc93-6894a57f9324".parse()?;
/// assert_eq!(key.as_str().len(), 36);
/// assert!("two words".parse::<IdempotencyKey>().is_err());
/// # Ok::<(), putall::idempotency::InvalidKey>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(Arc<str>);

/// Why a text is no key.
///
/// ```
/// use putall::idempotency::{IdempotencyKey, InvalidKey};
///
/// assert_eq!(IdempotencyKey::new("a b"), Err(InvalidKey::Character { at: 1, found: ' ' }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It has no characters.
    #[error("an idempotency key is not empty")]
    Empty,
    /// It has more than 255 bytes.
    #[error("an idempotency key has at most {max} characters, not {0}", max = IdempotencyKey::MAX)]
    Length(usize),
    /// A character is not visible ASCII.
    #[error("an idempotency key has only visible ASCII characters, not {found:?} at byte {at} (from 0)")]
    Character {
        /// The byte at which it is, from 0.
        at: usize,
        /// The character.
        found: char,
    },
    /// The value of a header is not one string in quotes, as the draft has it.
    #[error("the header has its key in double quotes, with nothing after it")]
    Quotes,
}

impl IdempotencyKey {
    /// The most characters that a key has.
    ///
    /// ```
    /// use putall::idempotency::IdempotencyKey;
    ///
    /// assert!(IdempotencyKey::new("k".repeat(IdempotencyKey::MAX)).is_ok());
    /// ```
    pub const MAX: usize = 255;

    /// A key.
    ///
    /// ```
    /// use putall::idempotency::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::new(format!("order-{}", 17))?;
    /// assert_eq!(key.as_str(), "order-17");
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is empty, too long, or has a character that is not visible ASCII.
    pub fn new(key: impl AsRef<str>) -> Result<Self, InvalidKey> {
        let key = key.as_ref();
        if key.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if key.len() > Self::MAX {
            return Err(InvalidKey::Length(key.len()));
        }
        match key.char_indices().find(|(_, character)| !character.is_ascii_graphic()) {
            Some((at, found)) => Err(InvalidKey::Character { at, found }),
            None => Ok(IdempotencyKey(key.into())),
        }
    }

    /// A key as the value of the header `Idempotency-Key` has it: in double quotes, with `\"` and `\\` for `"` and `\`.
    ///
    /// Parameters after the string are not taken: the draft has none.
    ///
    /// ```
    /// use putall::idempotency::{IdempotencyKey, InvalidKey};
    ///
    /// assert_eq!(IdempotencyKey::from_header(r#" "order-17" "#)?.as_str(), "order-17");
    /// assert_eq!(IdempotencyKey::from_header("order-17"), Err(InvalidKey::Quotes));
    /// # Ok::<(), InvalidKey>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not such a string, or what is in it is no key.
    pub fn from_header(value: &str) -> Result<Self, InvalidKey> {
        let value = value.trim_matches(' ');
        let mut rest = value.strip_prefix('"').ok_or(InvalidKey::Quotes)?.chars();
        let mut key = String::new();
        loop {
            match rest.next().ok_or(InvalidKey::Quotes)? {
                '"' => break,
                '\\' => match rest.next() {
                    Some(escaped @ ('"' | '\\')) => key.push(escaped),
                    _ => return Err(InvalidKey::Quotes),
                },
                character => key.push(character),
            }
        }
        if rest.as_str().is_empty() { Self::new(key) } else { Err(InvalidKey::Quotes) }
    }

    /// Its characters.
    ///
    /// ```
    /// # use putall::idempotency::IdempotencyKey;
    /// assert_eq!(IdempotencyKey::new("k")?.as_str(), "k");
    /// # Ok::<(), putall::idempotency::InvalidKey>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(key: &str) -> Result<Self, InvalidKey> {
        Self::new(key)
    }
}

impl TryFrom<&str> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(key: &str) -> Result<Self, InvalidKey> {
        Self::new(key)
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(key: String) -> Result<Self, InvalidKey> {
        Self::new(key)
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for IdempotencyKey {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_visible_ascii_of_each_length() {
        for key in ["!", "~", "a\"b\\c"] {
            assert_eq!(key.parse::<IdempotencyKey>().as_ref().map(IdempotencyKey::as_str), Ok(key));
        }
        assert!(IdempotencyKey::new("x".repeat(255)).is_ok());
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(IdempotencyKey::new(""), Err(InvalidKey::Empty));
        assert_eq!(IdempotencyKey::new("x".repeat(256)), Err(InvalidKey::Length(256)));
        for (key, at, found) in
            [("ab c", 2, ' '), ("a\n", 1, '\n'), ("é", 0, 'é'), ("k\x7f", 1, '\x7f'), ("\0", 0, '\0')]
        {
            assert_eq!(IdempotencyKey::new(key), Err(InvalidKey::Character { at, found }));
        }
        let error = IdempotencyKey::new("a\tb").unwrap_err().to_string();
        assert_eq!(
            error,
            r"an idempotency key has only visible ASCII characters, not '\t' at byte 1 (from 0)"
        );
    }

    #[test]
    fn reads_strings_of_structured_fields() {
        let read = |value| IdempotencyKey::from_header(value).map(|key| key.as_str().to_owned());
        assert_eq!(read(r#""a\"b\\c""#).as_deref(), Ok(r#"a"b\c"#));
        for wrong in ["", "a", "\"a", "\"a\\", r#""a\n""#, r#""a" b"#, r#""a", "b""#, r#""a";p=1"#, "'a'"] {
            assert_eq!(read(wrong), Err(InvalidKey::Quotes), "{wrong}");
        }
        assert_eq!(read("\"\""), Err(InvalidKey::Empty));
        assert_eq!(read("\"a b\""), Err(InvalidKey::Character { at: 1, found: ' ' }));
    }
}
