//! What is written is read again, and what is wrong is refused.
#![cfg(all(feature = "serde", not(loom)))]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use putall::fingerprint::{Fingerprint, Op, PayloadHash, fingerprint, payload_hash};
use putall::idempotency::IdempotencyKey;
use putall::{Batch, Changed, Duplicates, Expect, Map, Receipt, Record, Stats};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, from_str, from_value, json, to_string, to_value};

/// Writes it, compares with what is expected, and reads it.
fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, expected: &Value) {
    assert_eq!(to_value(value).unwrap(), *expected);
    let text = to_string(value).unwrap();
    assert_eq!(from_str::<T>(&text).unwrap(), *value, "{text}");
    // By readers that cannot lend text.
    assert_eq!(serde_json::from_reader::<_, T>(text.as_bytes()).unwrap(), *value, "{text}");
}

fn refused<T: DeserializeOwned + Debug>(text: &str) -> String {
    from_str::<T>(text).expect_err(text).to_string()
}

fn records() -> Vec<Arc<Record<String, Option<u32>>>> {
    let map = Map::builder().log(10).build();
    map.insert("a".to_owned(), Some(1));
    let mut batch = Batch::new();
    batch.insert("b".to_owned(), None).remove("a".to_owned()).trace_id("abc123");
    batch.idempotent(IdempotencyKey::new("order-1").unwrap(), PayloadHash::new([0xab; 32]));
    map.put_all(batch).unwrap();
    let mut log = map.subscribe(0).unwrap();
    std::iter::from_fn(|| log.try_next().unwrap()).collect()
}

#[test]
fn receipts_and_stats() {
    let map = Map::new();
    let receipt = map.put_all([(1, 1), (2, 2)]).unwrap();
    both_ways::<Receipt>(&receipt, &json!({"revision": 1, "inserted": 2, "replaced": 0, "removed": 0}));
    let snapshot = map.snapshot();
    let expected = json!({
        "keys": 2, "revision": 1, "buckets": map.stats().buckets, "snapshots": 1, "oldest_snapshot": 1, "kept_versions": 0,
    });
    both_ways::<Stats>(&map.stats(), &expected);
    drop(snapshot);
    assert!(refused::<Receipt>(r#"{"revision": 1, "inserted": -1}"#).contains("-1"));
    assert!(refused::<Receipt>(r#"{"revision": 1}"#).contains("inserted"));
}

#[test]
fn expectations_and_operations() {
    both_ways(&Expect::Any, &json!("any"));
    both_ways(&Expect::Absent, &json!("absent"));
    both_ways(&Expect::Present, &json!("present"));
    both_ways(&Expect::Version(3), &json!({"version": 3}));
    both_ways(&Duplicates::LastWins, &json!("last_wins"));
    both_ways(&Duplicates::Refuse, &json!("refuse"));
    both_ways(&Op::Insert(3), &json!({"insert": 3}));
    both_ways(&Op::<u32>::Remove, &json!("remove"));
    assert!(refused::<Expect>("\"never\"").contains("never"));
    assert!(refused::<Expect>(r#"{"version": "3"}"#).contains("u64"));
    assert!(refused::<Duplicates>("\"LastWins\"").contains("last_wins"));
}

#[test]
fn records_of_a_log() {
    let records = records();
    let time = to_value(records[1].time).unwrap();
    // A value that is null itself is no removal.
    let changes = json!([
        {"key": "b", "op": {"insert": null}, "before": null},
        {"key": "a", "op": "remove", "before": 1},
    ]);
    let expected = json!({"revision": 2, "time": time, "trace_id": "abc123", "idempotency": ["order-1", "ab".repeat(32)], "changes": changes});
    both_ways::<Record<String, Option<u32>>>(&records[1], &expected);
    let without: Record<String, Option<u32>> = from_str(&to_string(&*records[0]).unwrap()).unwrap();
    assert_eq!((&without, &without.trace_id), (&*records[0], &None));

    // Another process can go on from them.
    let copy = Map::<String, Option<u32>>::new();
    for record in &records {
        copy.replay(&from_value(to_value(&**record).unwrap()).unwrap()).unwrap();
    }
    assert_eq!(to_value(&copy).unwrap(), json!({"b": null}));

    let mut wrong = expected.clone();
    wrong["revision"] = json!(0);
    let error = from_value::<Record<String, Option<u32>>>(wrong).unwrap_err().to_string();
    assert!(error.contains("nonzero"), "{error}");
    type Change = Changed<String, u32>;
    assert!(refused::<Change>(r#"{"key": "a", "before": 1}"#).contains("op"));
    assert!(refused::<Change>(r#"{"key": "a", "op": null, "before": 1}"#).contains("expected"));
    assert!(refused::<Change>(r#"{"op": "remove", "before": 1}"#).contains("key"));
    assert!(refused::<Change>(r#"{"key": "a", "op": "clear", "before": 1}"#).contains("clear"));
}

#[test]
fn digests_and_keys_are_text() {
    let digest = fingerprint(["a", "b"], "trace");
    both_ways(&digest, &json!("251f792ddcce04cf366e02803cf30f14195a03f5cde6c807b63f4ec2b3c0dbc9"));
    let hash = payload_hash([("a", Op::Insert(1))]);
    both_ways(&hash, &json!(hash.to_string()));
    both_ways(&IdempotencyKey::new(r#"a"b\c"#).unwrap(), &json!(r#"a"b\c"#));
    // Keys of a JSON object, too.
    both_ways(&BTreeMap::from([(digest, 1)]), &json!({digest.to_string(): 1}));

    assert!(refused::<Fingerprint>("\"abc\"").contains("64 hexadecimal digits, not 3"));
    assert!(refused::<PayloadHash>(&format!("\"{}\"", "g".repeat(64))).contains("byte 0"));
    assert!(refused::<PayloadHash>("17").contains("a SHA-256 digest in hexadecimal digits"));
    assert!(refused::<IdempotencyKey>("\"\"").contains("not empty"));
    assert!(refused::<IdempotencyKey>("\"a b\"").contains("visible ASCII"));
    assert!(refused::<IdempotencyKey>("null").contains("an idempotency key"));
}

#[test]
fn maps_and_snapshots() {
    let map: Map<String, u32> = (0..1000).map(|number| (format!("k{number}"), number)).collect();
    let then = map.snapshot();
    let expected: BTreeMap<_, _> = then.iter().map(|entry| (entry.key.clone(), *entry.value)).collect();
    map.insert("later".to_owned(), 0);
    assert_eq!(to_value(&then).unwrap(), to_value(&expected).unwrap());
    assert_eq!(to_value(&map).unwrap().as_object().unwrap().len(), 1001);

    let read: Map<String, u32> = from_str(&to_string(&then).unwrap()).unwrap();
    assert_eq!((read.len(), read.revision()), (1000, 1));
    assert_eq!(to_value(&read).unwrap(), to_value(&expected).unwrap());
    let numbers: Map<u64, bool> = from_str(r#"{"1": true, "2": false}"#).unwrap();
    assert_eq!(numbers.get_many(&[1, 2]), [Some(true), Some(false)]);
    let empty: Map<String, u32> = from_str("{}").unwrap();
    assert_eq!((empty.len(), empty.revision()), (0, 0));

    let error = refused::<Map<String, u32>>(r#"{"a": 1, "b": 2, "a": 3}"#);
    assert!(error.contains(r#""a" is change 0 and change 2"#), "{error}");
    assert!(refused::<Map<String, u32>>(r#"{"a": "1"}"#).contains("u32"));
    assert!(refused::<Map<String, u32>>(r#"[["a", 1]]"#).contains("a map"));
}

/// Says that there are more pairs than memory has room for.
#[test]
fn no_memory_is_taken_on_somebodys_word() {
    struct Boast;

    impl<'de> serde::Deserializer<'de> for Boast {
        type Error = serde::de::value::Error;
        fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.visit_map(Boast)
        }
        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
            tuple_struct map struct enum identifier ignored_any
        }
    }

    impl<'de> serde::de::MapAccess<'de> for Boast {
        type Error = serde::de::value::Error;
        fn next_key_seed<K: serde::de::DeserializeSeed<'de>>(
            &mut self,
            _: K,
        ) -> Result<Option<K::Value>, Self::Error> {
            Ok(None)
        }
        fn next_value_seed<V: serde::de::DeserializeSeed<'de>>(
            &mut self,
            _: V,
        ) -> Result<V::Value, Self::Error> {
            unreachable!("there is no key")
        }
        fn size_hint(&self) -> Option<usize> {
            Some(usize::MAX)
        }
    }

    assert!(Batch::<u64, u64>::deserialize(Boast).unwrap().is_empty());
    assert!(Map::<u64, u64>::deserialize(Boast).unwrap().is_empty());
}

/// The later of two pairs with one key wins, unless that is changed before the batch is written.
#[test]
fn batches() {
    let batch: Batch<String, u32> = from_str(r#"{"a": 1, "a": 2}"#).unwrap();
    assert_eq!(batch.len(), 2);
    let map = Map::new();
    map.put_all(batch).unwrap();
    assert_eq!(map.get("a").as_deref(), Some(&2));
}
