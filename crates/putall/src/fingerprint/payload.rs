//! What is to be written, as one hash.

use sha2::{Digest, Sha256};

use super::canonical::write_with_length;
use super::{CanonicalBytes, PayloadHash};

/// What hashes are of, so that a hash of something else is not taken for one of a batch; and the version of the encoding.
const BATCH: &[u8] = b"putall.batch\0\x01";
const BYTES: &[u8] = b"putall.bytes\0\x01";

/// What becomes of a key.
///
/// ```
/// use putall::fingerprint::{Op, payload_hash};
///
/// assert_ne!(payload_hash([("a", Op::Insert(""))]), payload_hash([("a", Op::<&str>::Remove)]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Op<V> {
    /// It gets a value.
    Insert(V),
    /// It is removed.
    Remove,
}

/// The hash of all that a batch is to write: of each key, what becomes of it, and the value.
///
/// The order of keys does not matter. That of several operations on one key does, as the last of them wins.
///
/// An update by a closure has no bytes: hash what the closure is made from, with [`PayloadHash::of_bytes`].
///
/// The encoding, over which SHA-256 goes: the text `putall.batch`, a zero byte, the version 1 in one byte; the number of operations; then
/// of each, sorted by the bytes of its key: the length of the key, the key, one byte that is 0 to remove and 1 to insert, and to insert
/// the length of the value and the value. Keys and values are as [`CanonicalBytes`] has them, numbers are in eight bytes, big endian.
///
/// ```
/// use putall::fingerprint::{Op, payload_hash};
///
/// let hash = payload_hash([("x", Op::Insert(1)), ("y", Op::Insert(2))]);
/// assert_eq!(hash, payload_hash([("y", Op::Insert(2)), ("x", Op::Insert(1))]));
/// assert_ne!(hash, payload_hash([("x", Op::Insert(2)), ("y", Op::Insert(1))]));
/// ```
pub fn payload_hash<K, V, I>(operations: I) -> PayloadHash
where
    K: CanonicalBytes,
    V: CanonicalBytes,
    I: IntoIterator<Item = (K, Op<V>)>,
{
    let mut bytes = Vec::new();
    // Where an operation is in `bytes`: its key begins at the first, eight bytes after its length, and ends at the second.
    let mut places = Vec::new();
    for (key, op) in operations {
        let start = bytes.len();
        write_with_length(&key, &mut bytes);
        let key_end = bytes.len();
        match op {
            Op::Remove => bytes.push(0),
            Op::Insert(value) => {
                bytes.push(1);
                write_with_length(&value, &mut bytes);
            }
        }
        places.push((start, key_end, bytes.len()));
    }
    // Stable: operations on one key stay in their order.
    places.sort_by_key(|&(start, key_end, _)| &bytes[start + 8..key_end]);
    let mut hash = Sha256::new();
    hash.update(BATCH);
    hash.update((places.len() as u64).to_be_bytes());
    for (start, _, end) in places {
        hash.update(&bytes[start..end]);
    }
    PayloadHash::new(hash.finalize().into())
}

impl PayloadHash {
    /// The hash of what has a form as bytes already: the body of a request, the payload of a message.
    ///
    /// It is never that of a batch.
    ///
    /// ```
    /// use putall::fingerprint::PayloadHash;
    ///
    /// let first = PayloadHash::of_bytes(br#"{"amount": 5}"#);
    /// assert_eq!(first, PayloadHash::of_bytes(br#"{"amount": 5}"#));
    /// assert_ne!(first, PayloadHash::of_bytes(br#"{"amount": 6}"#));
    /// ```
    pub fn of_bytes(bytes: impl AsRef<[u8]>) -> PayloadHash {
        PayloadHash::new(Sha256::new().chain_update(BYTES).chain_update(bytes).finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    /// `printf 'putall.batch\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1a\1\0\0\0\0\0\0\0\2\0\7\0\0\0\0\0\0\0\1b\0' | sha256sum`, and so on.
    #[test]
    fn is_what_sha256sum_says() {
        let hash = payload_hash([("b", Op::Remove), ("a", Op::Insert(7u16))]);
        assert_eq!(hash.to_string(), "968bcf7f4c24ee7ba934b70f04be2c20aa0dde7fbc676693f93ff0b31ccc17d1");
        assert_eq!(
            payload_hash::<&str, &str, _>([]).to_string(),
            "a75a8fd50b4aaf19201be637a3e0c7d76977230a500725199438a3cd6b7b816b"
        );
        assert_eq!(
            PayloadHash::of_bytes("body").to_string(),
            "1722307008f1f5f63fa65b3cb004c6e3bb8beee07c2ec05a9758b80658162283"
        );
    }

    #[test]
    fn tells_where_a_key_ends() {
        assert_ne!(
            payload_hash([("ab", Op::Insert("c")), ("d", Op::Insert("e"))]),
            payload_hash([("a", Op::Insert("bc")), ("d", Op::Insert("e"))])
        );
        assert_ne!(payload_hash([("ab", Op::Insert("c"))]), payload_hash([("a", Op::Insert("bc"))]));
        assert_ne!(
            payload_hash([("a", Op::Insert("")), ("b", Op::Insert(""))]),
            payload_hash([("ab", Op::Insert(""))])
        );
    }

    #[test]
    fn the_last_operation_on_a_key_is_not_the_first() {
        assert_ne!(
            payload_hash([("a", Op::Insert(1)), ("a", Op::Insert(2))]),
            payload_hash([("a", Op::Insert(2)), ("a", Op::Insert(1))])
        );
    }

    type Operations = BTreeMap<Vec<u8>, Op<Vec<u8>>>;

    /// Short texts of two letters: their concatenations are often the same.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop_oneof![Just(0u8), Just(1)], 0..4)
    }

    fn operations() -> impl Strategy<Value = Operations> {
        let op = prop_oneof![3 => text().prop_map(Op::Insert), 1 => Just(Op::Remove)];
        prop::collection::btree_map(text(), op, 0..6)
    }

    fn hash(operations: &Operations) -> PayloadHash {
        payload_hash(operations.clone())
    }

    proptest! {
        #[test]
        fn order_does_not_matter(
            (sorted, shuffled) in operations().prop_flat_map(|all| {
                let list: Vec<_> = all.clone().into_iter().collect();
                (Just(all), Just(list).prop_shuffle())
            })
        ) {
            prop_assert_eq!(hash(&sorted), payload_hash(shuffled));
        }

        #[test]
        fn any_two_batches_differ(one in operations(), other in operations()) {
            prop_assert_eq!(one == other, hash(&one) == hash(&other));
        }

        #[test]
        fn any_change_changes_it(before in operations(), at in any::<Index>(), key in text(), value in text(), what in 0..4) {
            let mut after = before.clone();
            let old = before.keys().nth(at.index(before.len().max(1))).cloned();
            match (what, old) {
                (0, Some(old)) => drop(after.remove(&old)),
                (1, Some(old)) => {
                    // The same operation on another key.
                    let op = after.remove(&old).unwrap();
                    after.insert(key, op);
                }
                (2, Some(old)) => drop(after.insert(old, Op::Insert(value))),
                (3, Some(old)) => drop(after.insert(old, Op::Remove)),
                _ => drop(after.insert(key, Op::Insert(value))),
            }
            prop_assert_eq!(before == after, hash(&before) == hash(&after));
        }
    }
}
