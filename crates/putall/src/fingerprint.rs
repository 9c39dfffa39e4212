//! What a batch is known by: a [`Fingerprint`] for audits, a [`PayloadHash`] to tell a repeated batch from another.
//!
//! They are not the same thing. The fingerprint is of the keys and the trace id: it joins log lines of one call. It says nothing of
//! values, and each retry has another, as it has another trace. The payload hash is of all that is to be written, and of nothing else:
//! a retry has the same, and a batch that differs in a single value has another.

mod canonical;
mod digest;
mod payload;

use sha2::{Digest, Sha256};

pub use canonical::CanonicalBytes;
pub use digest::{Fingerprint, ParseDigestError, PayloadHash};
pub use payload::{Op, payload_hash};

/// The fingerprint of a batch: SHA-256 over its keys, sorted, and the trace id.
///
/// The keys are a set: one that comes twice counts once. They are sorted by their [canonical bytes](CanonicalBytes), and hashed one
/// after the other with nothing between them; then comes the trace id. It can be made again with other tools:
///
/// ```
/// use putall::fingerprint::fingerprint;
///
/// // printf 'abtrace' | sha256sum
/// let expected = "251f792ddcce04cf366e02803cf30f14195a03f5cde6c807b63f4ec2b3c0dbc9";
/// assert_eq!(fingerprint(["b", "a"], "trace").to_string(), expected);
/// ```
///
/// This is an audit id, and only that. It leaves values out, so that two batches that write other values to the same keys share it; it
/// has another value for each retry that has a trace of its own; and with nothing between keys, `["ab", "c"]` and `["a", "bc"]` have
/// the same. To find repeated batches, use [`payload_hash`].
pub fn fingerprint<I>(keys: I, trace_id: &str) -> Fingerprint
where
    I: IntoIterator,
    I::Item: CanonicalBytes,
{
    // All keys are in one buffer, and only their places are sorted.
    let mut bytes = Vec::new();
    let mut places = Vec::new();
    for key in keys {
        let start = bytes.len();
        key.write_to(&mut bytes);
        places.push(start..bytes.len());
    }
    let mut keys: Vec<&[u8]> = places.into_iter().map(|place| &bytes[place]).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut hash = Sha256::new();
    for key in keys {
        hash.update(key);
    }
    hash.update(trace_id);
    Fingerprint::new(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf ... | sha256sum`.
    #[test]
    fn is_what_sha256sum_says() {
        let vectors: [(&[&str], &str, &str); 5] = [
            (&["b", "a"], "trace", "251f792ddcce04cf366e02803cf30f14195a03f5cde6c807b63f4ec2b3c0dbc9"),
            (&[], "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (
                &["user_123", "user_2", "user_1"],
                "abc123",
                "3f392f033f0539fa168d1a003beb17d344b82ccbcad97b1c71175e40a7eb1569",
            ),
            (&["é", "z", "键"], "t", "57c147bceef83b6d76877fe98c480ef46a89fa9c280207526ecc06ca92ef46e9"),
            (&["k"], "", "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a"),
        ];
        for (keys, trace, expected) in vectors {
            assert_eq!(fingerprint(keys, trace).to_string(), expected, "{keys:?} {trace}");
        }
    }

    /// `printf '\x00\x00\x00\x01\x00\x00\x01\x00t' | sha256sum`: 256 is after 1 as bytes, too.
    #[test]
    fn integers_are_big_endian() {
        assert_eq!(
            fingerprint([256u32, 1], "t").to_string(),
            "deeda75fbd006d9b76c9ee9f18d50c70410949bae420546e878155db88db26d2"
        );
    }

    #[test]
    fn is_of_a_set_of_keys() {
        assert_eq!(fingerprint(["a", "b", "a"], "t"), fingerprint(["b", "a"], "t"));
        assert_eq!(fingerprint([b"a".as_slice()], "t"), fingerprint([String::from("a")], "t"));
    }

    /// What the documentation warns of.
    #[test]
    fn is_no_more_than_the_article_says() {
        assert_eq!(fingerprint(["ab", "c"], "t"), fingerprint(["a", "bc"], "t"));
        assert_ne!(fingerprint(["a"], "t"), fingerprint(["a"], "retry"));
    }
}
