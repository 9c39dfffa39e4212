//! How things are written and read with serde. What has only plain fields derives it where it is declared.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::num::NonZero;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fingerprint::{Fingerprint, Op, PayloadHash};
use crate::idempotency::IdempotencyKey;
use crate::{Batch, Changed, Duplicates, Map, Snapshot};

/// The revision of a record: the first batch has 1.
pub(crate) fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    NonZero::<u64>::deserialize(deserializer).map(NonZero::get)
}

/// What a change is written as. The value is no `Option`, which JSON does not tell from a value that is `null` itself; nor may it be left
/// out, as nothing is removed by that.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Changed")]
struct Change<K, V> {
    key: K,
    op: Op<V>,
    before: Option<u64>,
}

/// With the feature `serde`. The value is in a field `op`: `{"insert": value}` or `"remove"`.
///
/// ```
/// # let map = putall::Map::builder().log(10).build();
/// # map.insert("a", 7);
/// # let record = map.subscribe(0).unwrap().try_next()?.unwrap();
/// assert_eq!(serde_json::to_string(&record.changes)?, r#"[{"key":"a","op":{"insert":7},"before":null}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<K: Serialize, V: Serialize> Serialize for Changed<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Changed { key, value, before } = self;
        let op = value.as_ref().map_or(Op::Remove, Op::Insert);
        Change { key, op, before: *before }.serialize(serializer)
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Changed<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Change { key, op, before } = Change::deserialize(deserializer)?;
        let value = match op {
            Op::Insert(value) => Some(value),
            Op::Remove => None,
        };
        Ok(Changed { key, value, before })
    }
}

macro_rules! text {
    ($type:ty, $what:literal, $(#[$doc:meta])*) => {
        $(#[$doc])*
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

text! { Fingerprint, "a SHA-256 digest in hexadecimal digits",
    /// With the feature `serde`. As its 64 hexadecimal digits.
    ///
    /// ```
    /// use putall::fingerprint::Fingerprint;
    ///
    /// let digest = Fingerprint::new([0xab; 32]);
    /// let text = serde_json::to_string(&digest)?;
    /// assert_eq!(text, format!("\"{digest}\""));
    /// assert_eq!(serde_json::from_str::<Fingerprint>(&text)?, digest);
    /// assert!(serde_json::from_str::<Fingerprint>("\"abc\"").is_err());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
}
text! { PayloadHash, "a SHA-256 digest in hexadecimal digits",
    /// With the feature `serde`. As its 64 hexadecimal digits.
}
text! { IdempotencyKey, "an idempotency key",
    /// With the feature `serde`. As its text, which is looked at as [`IdempotencyKey::new`] does when it is read.
    ///
    /// ```
    /// use putall::idempotency::IdempotencyKey;
    ///
    /// let key: IdempotencyKey = serde_json::from_str("\"order-17\"")?;
    /// assert_eq!(serde_json::to_string(&key)?, "\"order-17\"");
    /// assert!(serde_json::from_str::<IdempotencyKey>("\"two words\"").is_err());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
}

/// With the feature `serde`. As a map from keys to values, in no order.
impl<K: Serialize, V: Serialize, S> Serialize for Snapshot<'_, K, V, S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        use serde::ser::SerializeMap;

        // Some formats have the length first. It is that of the snapshot, which the map's own need no longer be.
        let mut map = serializer.serialize_map(Some(self.iter().count()))?;
        for entry in self {
            map.serialize_entry(entry.key, entry.value)?;
        }
        map.end()
    }
}

/// With the feature `serde`. As a [snapshot](Map::snapshot): all of one instant, whoever writes meanwhile.
///
/// ```
/// let map = putall::Map::from([("a", 1)]);
/// assert_eq!(serde_json::to_string(&map)?, r#"{"a":1}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<K: Serialize, V: Serialize, S> Serialize for Map<K, V, S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        self.snapshot().serialize(serializer)
    }
}

/// With the feature `serde`. From a map of keys to values, which is written as one batch: it has revision 1, or 0 if nothing is in it. One
/// that has a key twice is refused.
///
/// ```
/// let map: putall::Map<String, u32> = serde_json::from_str(r#"{"a": 1, "b": 2}"#)?;
/// assert_eq!((map.len(), map.revision()), (2, 1));
/// assert!(serde_json::from_str::<putall::Map<String, u32>>(r#"{"a": 1, "a": 2}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de, K, V, S> Deserialize<'de> for Map<K, V, S>
where
    K: Deserialize<'de> + Hash + Eq + Clone + fmt::Debug,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut batch = Batch::<K, V>::deserialize(deserializer)?;
        batch.duplicates(Duplicates::Refuse);
        let map = Map::with_capacity_and_hasher(batch.len(), S::default());
        map.put_all(batch).map_err(D::Error::custom)?;
        Ok(map)
    }
}

/// With the feature `serde`. From a map of keys to values, in its order: each gives a key a value. A batch is not written with serde, as it
/// may have updates in it, which are code.
///
/// ```
/// use putall::{Batch, Expect, Map};
///
/// let mut batch: Batch<String, u32> = serde_json::from_str(r#"{"a": 1, "b": 2}"#)?;
/// batch.expect_each(Expect::Absent);
/// assert_eq!(Map::new().put_all(batch).map(|receipt| receipt.inserted), Ok(2));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Batch<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// What is allocated before the first pair was read, for whoever claims that there are many.
        const TRUSTED: usize = 1024;

        struct Pairs<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
            type Value = Batch<K, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0).min(TRUSTED));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs.into())
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}
