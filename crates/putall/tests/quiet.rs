//! Who does not listen pays nothing: no key is formatted, no fingerprint is made, nothing is allocated.
#![cfg(all(feature = "tracing", not(loom)))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher};

use putall::fingerprint::CanonicalBytes;
use putall::{Batch, Builder, Expect, Map};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, with_default};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static SHOWN: Cell<usize> = const { Cell::new(0) };
    static HASHED: Cell<usize> = const { Cell::new(0) };
}

fn one_more(count: &'static std::thread::LocalKey<Cell<usize>>) {
    count.with(|count| count.set(count.get() + 1));
}

/// Counts what this thread allocates.
struct Counting;

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        one_more(&ALLOCATIONS);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A key that knows when it is looked at.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key(u64);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        one_more(&SHOWN);
        self.0.fmt(f)
    }
}

impl CanonicalBytes for Key {
    fn write_to(&self, out: &mut Vec<u8>) {
        one_more(&HASHED);
        self.0.write_to(out);
    }
}

/// Wants nothing of the map, but everything of others, so that no level is off.
struct Elsewhere;

/// Wants spans and events, but does not look at them; or does.
struct Listener {
    reads: bool,
}

struct Reader;

impl Visit for Reader {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        assert!(!format!("{value:?}").is_empty());
    }
}

impl Subscriber for Elsewhere {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.target().starts_with("putall")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        panic!("a span that nobody wants")
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        panic!("an event that nobody wants")
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        if self.reads {
            // As two layers would.
            span.record(&mut Reader);
            span.record(&mut Reader);
        }
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        if self.reads {
            event.record(&mut Reader);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// How often, in some batches of each kind on a new map: allocations, keys shown, keys hashed.
fn costs(builder: Builder<Key, u64>) -> [usize; 3] {
    // So that each map allocates at the same times.
    let map = builder.hasher(BuildHasherDefault::<DefaultHasher>::new()).build();
    let pairs = |size| (0..size).map(|number| (Key(number), number)).collect::<Vec<_>>();
    let round = || {
        for size in [1, 10, 100] {
            map.put_all(pairs(size)).unwrap();
            let mut refused = Batch::from(pairs(size));
            refused.expect_each(Expect::Absent);
            map.put_all(refused).unwrap_err();
        }
        map.insert(Key(0), 1);
        map.remove(&Key(0));
    };
    let counts = [&ALLOCATIONS, &SHOWN, &HASHED];
    let before = counts.map(|count| count.get());
    for _ in 0..20 {
        round();
    }
    let after = counts.map(|count| count.get());
    [0, 1, 2].map(|at| after[at] - before[at])
}

/// One test: whether anybody listens is the whole process's.
#[test]
fn nobody_pays_who_does_not_listen() {
    let told = || Map::builder().show_keys(|key| format!("{key:?}")).fingerprints();
    // What is of the thread, and not of a map, is there then.
    costs(told());

    let quiet = costs(told());
    assert_eq!(quiet[1..], [0, 0]);
    assert!(quiet[0] > 0, "the counting allocator counts");

    assert_eq!(costs(Map::builder()), quiet, "a map without those settings allocates as much");

    assert_eq!(with_default(Elsewhere, || costs(told())), quiet, "off for this target");

    // Nor who listens without looking.
    assert_eq!(with_default(Listener { reads: false }, || costs(told())), quiet);

    let [_, shown, hashed] = with_default(Listener { reads: true }, || costs(told()));
    // In each of 20 rounds. Of a batch and what is refused of it, 1, 10 and 10 keys of 1, 10 and 100: in two spans and one event; and two
    // single writes.
    assert_eq!(shown, 20 * (3 * (1 + 10 + 10) + 2));
    assert_eq!(hashed, 20 * 2 * (1 + 10 + 100));
}
