//! When a request was sent.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// When a request was sent, by the clock of who sent it: milliseconds since 1970 began in UTC, as the header `X-Request-Timestamp` has it.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::idempotency::Timestamp;
///
/// let sent: Timestamp = "1700000000000".parse()?;
/// assert_eq!(sent, Timestamp::of(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
/// # Ok::<(), putall::idempotency::ParseTimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(u64);

/// Why a text is no timestamp.
///
/// ```
/// use putall::idempotency::{ParseTimestampError, Timestamp};
///
/// assert_eq!("2023-11-14".parse::<Timestamp>(), Err(ParseTimestampError::Digit { at: 4, found: '-' }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseTimestampError {
    /// It has no characters.
    #[error("a timestamp is a number of milliseconds since 1970, and not empty")]
    Empty,
    /// A character is no decimal digit.
    #[error("a timestamp is a number of milliseconds since 1970, without {found:?} (byte {at}, from 0)")]
    Digit {
        /// The byte at which it is, from 0.
        at: usize,
        /// The character.
        found: char,
    },
    /// It does not fit 64 bits.
    #[error("a timestamp is a number of milliseconds since 1970 below 2^64")]
    TooLarge,
}

impl Timestamp {
    /// From milliseconds since 1970 began.
    ///
    /// ```
    /// # use putall::idempotency::Timestamp;
    /// assert_eq!("1500".parse(), Ok(Timestamp::from_millis(1500)));
    /// ```
    pub const fn from_millis(millis: u64) -> Self {
        Timestamp(millis)
    }

    /// Milliseconds since 1970 began.
    ///
    /// ```
    /// # use putall::idempotency::Timestamp;
    /// assert_eq!(Timestamp::from_millis(7).as_millis(), 7);
    /// ```
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The whole milliseconds of a time of day. What is before 1970 is taken as its beginning.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// # use putall::idempotency::Timestamp;
    /// assert_eq!(Timestamp::of(UNIX_EPOCH + Duration::from_micros(1999)).as_millis(), 1);
    /// ```
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// Nanoseconds since then, to reckon with.
    pub(super) fn nanos(self) -> i128 {
        i128::from(self.0) * 1_000_000
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    /// Only digits: no sign, no spaces.
    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        if text.is_empty() {
            return Err(ParseTimestampError::Empty);
        }
        if let Some((at, found)) = text.char_indices().find(|(_, character)| !character.is_ascii_digit()) {
            return Err(ParseTimestampError::Digit { at, found });
        }
        text.parse().map(Timestamp).map_err(|_| ParseTimestampError::TooLarge)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_only() {
        let read = str::parse::<Timestamp>;
        assert_eq!(read("007"), Ok(Timestamp(7)));
        assert_eq!(read("18446744073709551615"), Ok(Timestamp(u64::MAX)));
        assert_eq!(read("18446744073709551616"), Err(ParseTimestampError::TooLarge));
        assert_eq!(read(""), Err(ParseTimestampError::Empty));
        for (text, at, found) in
            [("+1", 0, '+'), ("-1", 0, '-'), ("1 ", 1, ' '), ("1.5", 1, '.'), ("١", 0, '١')]
        {
            assert_eq!(read(text), Err(ParseTimestampError::Digit { at, found }));
        }
    }
}
