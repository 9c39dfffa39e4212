//! Long runs of one thread beside std's `HashMap`, with keys and values that own memory, while the map grows and empties.

use std::collections::HashMap;

mod common;

use common::Random;
use putall::{Batch, Map, Snapshot};

fn same<'s>(
    snapshot: &Snapshot<'s, String, String, std::hash::RandomState>,
    model: &HashMap<String, String>,
) {
    assert_eq!(snapshot.iter().count(), model.len());
    for entry in snapshot {
        assert_eq!(model.get(entry.key), Some(entry.value));
    }
    for (key, value) in model {
        assert_eq!(snapshot.get(key), Some(value));
    }
}

#[test]
fn does_what_a_hash_map_does() {
    for seed in 1..=4 {
        let mut random = Random(seed);
        let map = Map::<String, String>::new();
        let mut model = HashMap::new();
        let mut held = Vec::new();
        for step in 0..4000 {
            // A tide: first more keys come than go, then more go.
            let rising = step % 2000 < 1000;
            let key = |random: &mut Random| format!("key {}", random.below(20_000));
            match random.below(100) {
                0..60 => {
                    let mut batch = Batch::new();
                    for _ in 0..=random.below(60) {
                        let key = key(&mut random);
                        if (random.below(4) > 0) == rising {
                            let value = format!("{step}");
                            model.insert(key.clone(), value.clone());
                            batch.insert(key, value);
                        } else {
                            model.remove(&key);
                            batch.remove(key);
                        }
                    }
                    map.put_all(batch).unwrap();
                }
                60..70 => {
                    let key = key(&mut random);
                    let before = model.insert(key.clone(), String::new());
                    assert_eq!(map.insert(key, String::new()).as_deref(), before.as_ref());
                }
                70..80 => {
                    let key = key(&mut random);
                    assert_eq!(map.remove(&key).as_deref(), model.remove(&key).as_ref());
                }
                80..96 => {
                    let key = key(&mut random);
                    assert_eq!(map.get(&key).as_deref(), model.get(&key));
                }
                96 => held.push((map.snapshot(), model.clone())),
                97 if !held.is_empty() => {
                    let (snapshot, model) = held.swap_remove(random.below(held.len() as u64) as usize);
                    same(&snapshot, &model);
                }
                98 if held.len() > 3 => held.truncate(1),
                _ => assert_eq!(map.len(), model.len()),
            }
        }
        for (snapshot, model) in held {
            same(&snapshot, &model);
        }
        same(&map.snapshot(), &model);
        assert_eq!(map.stats().kept_versions, 0);
    }
}
