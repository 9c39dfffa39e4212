//! What the compiler refuses, each beside what it takes: so none of them fails for another reason than it should.
//!
//! Stable rustdoc does not look at the number of the error. `RUSTC_BOOTSTRAP=1 cargo test -p putall --doc misuse` does.
//!
//! # A value outlives the map
//!
//! ```compile_fail,E0505
//! let map = putall::Map::from([("a", 1)]);
//! let value = map.get("a").unwrap();
//! drop(map);
//! assert_eq!(*value, 1);
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", 1)]);
//! let value = *map.get("a").unwrap();
//! drop(map);
//! assert_eq!(value, 1);
//! ```
//!
//! # A snapshot outlives the map
//!
//! ```compile_fail,E0597
//! let snapshot = {
//!     let map = putall::Map::from([("a", 1)]);
//!     map.snapshot()
//! };
//! assert_eq!(snapshot.get("a"), Some(&1));
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", 1)]);
//! let snapshot = map.snapshot();
//! assert_eq!(snapshot.get("a"), Some(&1));
//! ```
//!
//! # What a snapshot shows outlives the snapshot
//!
//! ```compile_fail,E0505
//! let map = putall::Map::from([("a", 1)]);
//! let snapshot = map.snapshot();
//! let value = snapshot.get("a");
//! drop(snapshot);
//! assert_eq!(value, Some(&1));
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", 1)]);
//! let snapshot = map.snapshot();
//! let value = snapshot.get("a").copied();
//! drop(snapshot);
//! assert_eq!(value, Some(1));
//! ```
//!
//! # An iterator outlives the snapshot
//!
//! ```compile_fail,E0716
//! let map = putall::Map::from([("a", 1)]);
//! let entries = map.snapshot().iter();
//! assert_eq!(entries.count(), 1);
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", 1)]);
//! let snapshot = map.snapshot();
//! let entries = snapshot.iter();
//! assert_eq!(entries.count(), 1);
//! ```
//!
//! # A follower of the log outlives the map
//!
//! ```compile_fail,E0597
//! let mut changes = {
//!     let map = putall::Map::<&str, u64>::builder().log(10).build();
//!     map.subscribe(0).unwrap()
//! };
//! assert!(changes.try_next().unwrap().is_none());
//! ```
//!
//! ```
//! let map = putall::Map::<&str, u64>::builder().log(10).build();
//! let mut changes = map.subscribe(0).unwrap();
//! assert!(changes.try_next().unwrap().is_none());
//! ```
//!
//! # A value that is looked at goes to another thread
//!
//! It keeps its own thread pinned.
//!
//! ```compile_fail,E0277
//! let map = putall::Map::from([("a", 1)]);
//! let value = map.get("a").unwrap();
//! std::thread::scope(|scope| {
//!     scope.spawn(move || assert_eq!(*value, 1));
//! });
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", 1)]);
//! let snapshot = map.snapshot();
//! std::thread::scope(|scope| {
//!     scope.spawn(move || assert_eq!(snapshot.get("a"), Some(&1)));
//! });
//! ```
//!
//! # A map of what is not for other threads goes to one
//!
//! ```compile_fail,E0277
//! let map = putall::Map::from([("a", std::rc::Rc::new(1))]);
//! std::thread::spawn(move || assert_eq!(map.len(), 1));
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", std::sync::Arc::new(1))]);
//! std::thread::spawn(move || assert_eq!(map.len(), 1)).join().unwrap();
//! ```
//!
//! # A map of what is for one thread at a time is shared
//!
//! ```compile_fail,E0277
//! let map = putall::Map::from([("a", std::cell::Cell::new(1))]);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| map.get("a").unwrap().set(2));
//! });
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", std::sync::atomic::AtomicU64::new(1))]);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| map.get("a").unwrap().store(2, std::sync::atomic::Ordering::Relaxed));
//! });
//! ```
//!
//! # A value is changed in place
//!
//! Others would see a half of it, and no version would tell.
//!
//! ```compile_fail,E0596
//! let map = putall::Map::from([("a", vec![1])]);
//! map.get("a").unwrap().push(2);
//! ```
//!
//! ```
//! let map = putall::Map::from([("a", vec![1])]);
//! map.update("a", |value| Some(value?.iter().copied().chain([2]).collect()));
//! assert_eq!(*map.get("a").unwrap(), [1, 2]);
//! ```
//!
//! # Keys that cannot be copied, in a batch
//!
//! An error has to name them.
//!
//! ```compile_fail,E0277
//! #[derive(PartialEq, Eq, Hash, Debug)]
//! struct Key(u64);
//!
//! putall::Map::new().put_all([(Key(1), "a")]).unwrap();
//! ```
//!
//! ```
//! #[derive(PartialEq, Eq, Hash, Debug, Clone)]
//! struct Key(u64);
//!
//! putall::Map::new().put_all([(Key(1), "a")]).unwrap();
//! ```
//!
//! # Keys that have no hash
//!
//! ```compile_fail,E0277
//! #[derive(PartialEq, Eq, Debug, Clone)]
//! struct Key(u64);
//!
//! let map = putall::Map::from([(Key(1), "a")]);
//! ```
//!
//! ```
//! #[derive(PartialEq, Eq, Debug, Clone, Hash)]
//! struct Key(u64);
//!
//! let map = putall::Map::from([(Key(1), "a")]);
//! ```
//!
//! # A batch that is written twice
//!
//! ```compile_fail,E0382
//! let map = putall::Map::new();
//! let batch = putall::Batch::from([("a", 1)]);
//! map.put_all(batch).unwrap();
//! map.put_all(batch).unwrap();
//! ```
//!
//! ```
//! let map = putall::Map::new();
//! let batch = || putall::Batch::from([("a", 1)]);
//! map.put_all(batch()).unwrap();
//! map.put_all(batch()).unwrap();
//! ```
//!
//! # An update that borrows from its surroundings
//!
//! A batch may be sent elsewhere before it is written.
//!
//! ```compile_fail,E0373
//! let mut batch = putall::Batch::<&str, u64>::new();
//! {
//!     let by = 1;
//!     batch.update("a", |value| Some(value? + &by));
//! }
//! putall::Map::new().put_all(batch).unwrap();
//! ```
//!
//! ```
//! let mut batch = putall::Batch::<&str, u64>::new();
//! {
//!     let by = 1;
//!     batch.update("a", move |value| Some(value? + by));
//! }
//! putall::Map::new().put_all(batch).unwrap();
//! ```
//!
//! # An update that is not for other threads
//!
//! ```compile_fail,E0277
//! let by = std::rc::Rc::new(1);
//! putall::Batch::<&str, u64>::new().update("a", move |value| Some(value? + *by));
//! ```
//!
//! ```
//! let by = std::sync::Arc::new(1);
//! putall::Batch::<&str, u64>::new().update("a", move |value| Some(value? + *by));
//! ```
//!
//! # A log of what cannot be copied
//!
//! ```compile_fail,E0277
//! struct Value;
//!
//! let map = putall::Map::<&str, Value>::builder().log(10).build();
//! ```
//!
//! ```
//! #[derive(Clone)]
//! struct Value;
//!
//! let map = putall::Map::<&str, Value>::builder().log(10).build();
//! ```
//!
//! # A history that two batches write at once
//!
//! ```compile_fail,E0499
//! use putall::backend::{History, Policy};
//!
//! let mut history = History::<&str, u64>::new();
//! let (one, other) = (Policy::Replay(&mut history), Policy::Replay(&mut history));
//! drop((one, other));
//! ```
//!
//! ```
//! use putall::backend::{History, Policy};
//!
//! let mut history = History::<&str, u64>::new();
//! drop(Policy::Replay(&mut history));
//! drop(Policy::Replay(&mut history));
//! ```
//!
//! # Values that cannot be compared, with a policy
//!
//! Undo has to see whether a key has its old value back.
//!
//! ```compile_fail,E0277
//! #[derive(Clone)]
//! struct Value;
//!
//! putall::backend::put_all(&putall::Map::new(), [("a", Value)], putall::backend::Policy::Undo).unwrap();
//! ```
//!
//! ```
//! #[derive(Clone, PartialEq)]
//! struct Value;
//!
//! putall::backend::put_all(&putall::Map::new(), [("a", Value)], putall::backend::Policy::Undo).unwrap();
//! ```
