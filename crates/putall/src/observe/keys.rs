//! How keys look in spans and events.

use std::cell::OnceCell;
use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

use crate::fingerprint::CanonicalBytes;

/// Keys of which more than the number is told.
const SHOWN: usize = 10;

/// Characters of a key.
const LENGTH: usize = 100;

/// What keys look like that may not be seen.
const MASKED: &str = "***";

/// Bytes of a keyed hash that are shown, each as two digits.
const HASHED: usize = 8;

type Show<K> = dyn Fn(&K) -> String + Send + Sync;

/// Whether keys may be seen, and what they look like.
pub(super) struct Keys<K> {
    /// Masked without it.
    show: Option<Box<Show<K>>>,
}

impl<K> Keys<K> {
    pub(super) fn masked() -> Self {
        Keys { show: None }
    }

    pub(super) fn shown(show: impl Fn(&K) -> String + Send + Sync + 'static) -> Self {
        Keys { show: Some(Box::new(show)) }
    }

    /// The first bytes of an HMAC of each.
    pub(super) fn hashed(secret: &[u8]) -> Self
    where
        K: CanonicalBytes,
    {
        let secret = block(secret);
        Self::shown(move |key| {
            let mut bytes = Vec::new();
            key.write_to(&mut bytes);
            hmac(&secret, &bytes)[..HASHED].iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        })
    }

    /// The text of so many keys, made when it is wanted.
    pub(super) fn text<'k, I>(&self, count: usize, keys: impl Fn() -> I) -> impl fmt::Display
    where
        K: 'k,
        I: Iterator<Item = &'k K>,
    {
        Once::new(move || {
            let Some(show) = &self.show else { return MASKED.to_owned() };
            let mut text = String::new();
            for key in keys().take(SHOWN) {
                if !text.is_empty() {
                    text.push_str(", ");
                }
                clip(&show(key), &mut text);
            }
            if count > SHOWN {
                let _ = write!(text, ", and {} more", count - SHOWN);
            }
            text
        })
    }

    /// The text of one key.
    pub(super) fn one(&self, key: &K) -> impl fmt::Display {
        self.text(1, move || std::iter::once(key))
    }
}

/// Appends a key. A line break in it must not begin another line of a log.
fn clip(key: &str, out: &mut String) {
    let mut characters = key.chars();
    for character in characters.by_ref().take(LENGTH) {
        match character {
            '"' | '\'' | '\\' => out.push(character),
            character => out.extend(character.escape_debug()),
        }
    }
    if characters.next().is_some() {
        out.push('…');
    }
}

/// A text that is made when it is first written, and once for however many listeners there are.
pub(super) struct Once<F> {
    text: OnceCell<String>,
    make: F,
}

impl<F: Fn() -> String> Once<F> {
    pub(super) fn new(make: F) -> Self {
        Once { text: OnceCell::new(), make }
    }
}

impl<F: Fn() -> String> fmt::Display for Once<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.get_or_init(&self.make))
    }
}

/// A secret in a block of SHA-256.
fn block(secret: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    if secret.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        block[..secret.len()].copy_from_slice(secret);
    }
    block
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(secret: &[u8; 64], text: &[u8]) -> [u8; 32] {
    let inner = Sha256::new().chain_update(secret.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(secret.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Cases 2 and 6 of RFC 4231.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        assert_eq!(
            hex(&hmac(&block(b"Jefe"), b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&block(&[0xaa; 131]), b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn keys_are_few_short_and_on_one_line() {
        let keys: Vec<String> = (0..12).map(|number| format!("user_{number}")).collect();
        let shown = Keys::shown(String::clone);
        assert_eq!(shown.text(1, || keys[..1].iter()).to_string(), "user_0");
        assert_eq!(
            shown.text(keys.len(), || keys.iter()).to_string(),
            "user_0, user_1, user_2, user_3, user_4, user_5, user_6, user_7, user_8, user_9, and 2 more"
        );
        let text = |key: &str| shown.one(&key.to_owned()).to_string();
        assert_eq!(text("a\nb \"c\" 键\u{1b}"), "a\\nb \"c\" 键\\u{1b}");
        assert_eq!(text(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(text(&"é".repeat(101)), "é".repeat(100) + "…");
    }

    #[test]
    fn masks_tell_nothing_but_which_are_the_same() {
        let text = |keys: &Keys<&str>, key| keys.one(&key).to_string();
        let masked = Keys::masked();
        assert_eq!(text(&masked, "user_123"), "***");
        let (one, other) = (Keys::hashed(b"Jefe"), Keys::hashed(b"other"));
        assert_eq!(text(&one, "what do ya want for nothing?"), "5bdcc146bf60754e");
        assert_eq!(text(&one, "user_123"), text(&one, "user_123"));
        assert_ne!(text(&one, "user_123"), text(&one, "user_124"));
        assert_ne!(text(&one, "user_123"), text(&other, "user_123"));
    }
}
