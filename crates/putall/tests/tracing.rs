//! Spans and events, as a subscriber gets them.
#![cfg(all(feature = "tracing", not(loom)))]

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use putall::fingerprint::{PayloadHash, fingerprint};
use putall::{Batch, Builder, Duplicates, Expect, Map, PutError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

type Fields = BTreeMap<String, String>;

/// A span, or an event.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Line {
    name: String,
    /// The span around it.
    within: Option<String>,
    fields: Fields,
    closed: bool,
}

/// Writes everything down.
#[derive(Clone)]
struct Recorder {
    level: Level,
    spans: bool,
    lines: Arc<Mutex<Vec<Line>>>,
    /// Where in lines the spans are that were entered.
    entered: Arc<Mutex<Vec<usize>>>,
}

struct Reader<'f>(&'f mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Recorder {
    fn add(&self, line: Line) -> usize {
        let mut lines = self.lines.lock().unwrap();
        lines.push(line);
        lines.len() - 1
    }
    fn within(&self) -> Option<String> {
        let last = *self.entered.lock().unwrap().last()?;
        Some(self.lines.lock().unwrap()[last].name.clone())
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "putall"
            && *metadata.level() <= self.level
            && (self.spans || metadata.is_event())
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        assert_eq!(*span.metadata().level(), Level::DEBUG);
        let mut fields = Fields::new();
        span.record(&mut Reader(&mut fields));
        let (name, within) = (span.metadata().name().to_owned(), self.within());
        Id::from_u64(self.add(Line { name, within, fields, closed: false }) as u64 + 1)
    }
    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut lines = self.lines.lock().unwrap();
        values.record(&mut Reader(&mut lines[span.into_u64() as usize - 1].fields));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Reader(&mut fields));
        let name = fields.remove("message").unwrap();
        let level = if name == "write" { Level::TRACE } else { Level::DEBUG };
        assert_eq!(*event.metadata().level(), level);
        self.add(Line { name, within: self.within(), fields, closed: false });
    }
    fn enter(&self, span: &Id) {
        self.entered.lock().unwrap().push(span.into_u64() as usize - 1);
    }
    fn exit(&self, span: &Id) {
        assert_eq!(self.entered.lock().unwrap().pop(), Some(span.into_u64() as usize - 1));
    }
    fn try_close(&self, span: Id) -> bool {
        self.lines.lock().unwrap()[span.into_u64() as usize - 1].closed = true;
        true
    }
}

/// What is told while something is done. All spans must be closed.
fn told(level: Level, act: impl FnOnce()) -> Vec<Line> {
    told_by(level, true, act)
}

fn told_by(level: Level, spans: bool, act: impl FnOnce()) -> Vec<Line> {
    let recorder = Recorder { level, spans, lines: Arc::default(), entered: Arc::default() };
    tracing::subscriber::with_default(recorder.clone(), act);
    assert!(recorder.entered.lock().unwrap().is_empty());
    let lines = recorder.lines.lock().unwrap().clone();
    assert!(lines.iter().all(|line| line.closed == (line.name == "put_all")), "{lines:?}");
    lines
}

/// A span and the event in it.
fn batch(act: impl FnOnce()) -> (Fields, Line) {
    let [span, event] = <[Line; 2]>::try_from(told(Level::DEBUG, act)).expect("one span and one event");
    assert_eq!((&*span.name, span.within), ("put_all", None));
    assert_eq!(event.within.as_deref(), Some("put_all"));
    (span.fields, event)
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn shown() -> Builder<String, i32> {
    Map::builder().show_keys(String::clone)
}

#[test]
fn a_batch_is_a_span_with_the_fields_of_the_article() {
    let map = shown().fingerprints().build();
    map.insert("user_1".to_owned(), 1);
    let (span, event) = batch(|| {
        let mut batch = Batch::new();
        batch.insert("user_123".to_owned(), 1).insert("user_1".to_owned(), 2).trace_id("abc123");
        map.put_all(batch).unwrap();
    });
    let expected = fingerprint(["user_1", "user_123"], "abc123").to_string();
    assert_eq!(
        span,
        fields([
            ("map_op", "put_all"),
            ("map_key", "user_123, user_1"),
            ("batch_size", "2"),
            ("map_size_before", "1"),
            ("trace_id", "abc123"),
            ("fingerprint", &expected),
            ("outcome", "committed"),
            ("revision", "2"),
        ])
    );
    assert_eq!(event.name, "committed");
    let numbers = [("revision", "2"), ("inserted", "1"), ("replaced", "1"), ("removed", "0")];
    assert_eq!(event.fields, fields(numbers));
}

#[test]
fn keys_are_masked_unless_that_is_changed() {
    let key = "user_123".to_owned();
    let seen = |map: Map<String, i32>| {
        let (span, _) = batch(|| drop(map.put_all([(key.clone(), 1)])));
        // Neither a fingerprint nor a trace id was asked for.
        assert_eq!(span.len(), 6, "{span:?}");
        let lines = told(Level::TRACE, || drop(map.insert(key.clone(), 2)));
        assert_eq!(lines[0].fields["map_key"], span["map_key"]);
        let mut batch = Batch::from([(key.clone(), 1)]);
        batch.expect_each(Expect::Absent);
        let lines = told(Level::TRACE, || drop(map.put_all(batch)));
        assert!(lines.iter().all(|line| line.fields["map_key"] == span["map_key"]), "{lines:?}");
        span["map_key"].clone()
    };
    assert_eq!(seen(Map::new()), "***");
    assert_eq!(seen(shown().build()), "user_123");
    // printf user_123 | openssl dgst -sha256 -hmac Jefe
    assert_eq!(seen(Map::builder().hash_keys("Jefe").build()), "d8ebaea445e2ea54");
}

#[test]
fn of_many_keys_ten_are_shown() {
    let map = shown().build();
    let (span, _) = batch(|| {
        let pairs: Batch<_, _> = (0..10_000).map(|number| (format!("user_{number}"), number)).collect();
        map.put_all(pairs).unwrap();
    });
    assert_eq!(
        span["map_key"],
        "user_0, user_1, user_2, user_3, user_4, user_5, user_6, user_7, user_8, user_9, and 9990 more"
    );
    assert_eq!(span["batch_size"], "10000");
}

#[test]
fn what_was_not_written_says_why() {
    let map = shown().build();
    map.put_all([("a".to_owned(), 1), ("b".to_owned(), 2)]).unwrap();
    let text = |key: &str| key.to_owned();

    let (span, event) = batch(|| {
        let mut batch = Batch::from([(text("c"), 3), (text("b"), 3), (text("a"), 3)]);
        batch.expect_each(Expect::Absent);
        map.put_all(batch).unwrap_err();
    });
    assert_eq!((&*span["outcome"], span.get("revision")), ("conflict", None));
    assert_eq!((&*event.name, event.fields), ("conflict", fields([("map_key", "b, a"), ("failed", "2")])));

    let (span, event) = batch(|| {
        let mut batch = Batch::from([(text("c"), 3)]);
        batch.expect_revision(7);
        map.put_all(batch).unwrap_err();
    });
    assert_eq!(span["outcome"], "conflict");
    assert_eq!((&*event.name, event.fields), ("conflict", fields([("expected", "7"), ("found", "1")])));

    let (span, event) = batch(|| {
        let mut batch = Batch::from([(text("c"), 3), (text("d"), 3), (text("c"), 4)]);
        batch.duplicates(Duplicates::Refuse);
        assert!(matches!(map.put_all(batch), Err(PutError::Duplicate { .. })));
    });
    assert_eq!(span["outcome"], "refused");
    let twice = fields([("map_key", "c"), ("first", "0"), ("second", "2")]);
    assert_eq!((&*event.name, event.fields), ("refused", twice));

    let small = Map::builder().max_batch(1).build();
    let (span, event) = batch(|| drop(small.put_all([(1, 1), (2, 2)])));
    assert_eq!((&*span["outcome"], &*event.name), ("refused", "refused"));
    assert_eq!(event.fields, fields([("changes", "2"), ("limit", "1")]));

    let (span, event) = batch(|| {
        let mut batch = Batch::new();
        batch.update(text("a"), |_| panic!("the update's"));
        catch_unwind(AssertUnwindSafe(|| map.put_all(batch))).unwrap_err();
    });
    assert_eq!((&*span["outcome"], &*event.name, event.fields), ("panicked", "panicked", fields([])));

    let lines = told(Level::TRACE, || drop(map.put_all([])));
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].fields["outcome"], "empty");
    assert_eq!(map.revision(), 1);
}

/// In a folder, too; the wait for the disk is within the span.
#[test]
fn a_batch_of_a_durable_map_is_told_of() {
    let folder = std::env::temp_dir().join(format!("putall-tracing-{}", std::process::id()));
    let map = shown().durable(&folder).open().unwrap();
    let (span, event) = batch(|| drop(map.put_all([("a".to_owned(), 1)])));
    assert_eq!((&*span["outcome"], &*span["revision"], &*span["map_key"]), ("committed", "1", "a"));
    assert_eq!(event.name, "committed");
    let (span, event) = batch(|| {
        let mut batch = Batch::from([("a".to_owned(), 2)]);
        batch.expect_each(Expect::Absent);
        map.put_all(batch).unwrap_err();
    });
    assert_eq!((&*span["outcome"], &*event.name), ("conflict", "conflict"));
    // One try that finds what does not fit, and one that writes the rest.
    let lines = told(Level::DEBUG, || {
        let mut batch = Batch::from(["a", "b"].map(|key| (key.to_owned(), 2)));
        batch.expect_each(Expect::Absent);
        map.put_fitting(batch).unwrap();
    });
    let names: Vec<_> = lines.iter().map(|line| &*line.name).collect();
    assert_eq!(names, ["put_all", "conflict", "put_all", "committed"]);
    drop(map);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_batch_that_was_sent_before_says_so() {
    let map = Arc::new(shown().build());
    let request = |value: i32| {
        let mut batch = Batch::from([("a".to_owned(), value)]);
        batch.idempotent("order-1".parse().unwrap(), PayloadHash::of_bytes(value.to_string()));
        batch
    };
    // One that is at work, as seen from within.
    let (again, seen) = (Arc::clone(&map), request(1));
    let lines = told(Level::DEBUG, || {
        let mut batch = Batch::new();
        let again = move || drop(again.put_all(seen));
        batch.update("a".to_owned(), move |_| {
            again();
            Some(1)
        });
        batch.idempotent("order-1".parse().unwrap(), PayloadHash::of_bytes("1"));
        map.put_all(batch).unwrap();
    });
    let names: Vec<_> = lines.iter().map(|line| &*line.name).collect();
    assert_eq!(names, ["put_all", "put_all", "in_progress", "committed"]);
    assert_eq!((&*lines[1].fields["outcome"], lines[1].within.as_deref()), ("in_progress", Some("put_all")));
    assert!(lines[2].fields["retry_after_ms"].parse::<u64>().unwrap() <= 30_000);

    map.insert("b".to_owned(), 1);
    let (span, event) = batch(|| drop(map.put_all(request(1))));
    assert_eq!((&*span["outcome"], &*span["revision"], &*event.name), ("replayed", "1", "replayed"));
    assert_eq!(event.fields, fields([("revision", "1")]));

    let (span, event) = batch(|| drop(map.put_all(request(2))));
    assert_eq!((&*span["outcome"], &*event.name, event.fields), ("refused", "refused", fields([])));
}

#[test]
fn what_is_replayed_from_a_log_is_told_as_well() {
    let (map, copy) = (Map::builder().log(1).build(), shown().build());
    map.insert("a".to_owned(), 1);
    let record = map.subscribe(0).unwrap().try_next().unwrap().unwrap();
    let (span, event) = batch(|| copy.replay(&record).unwrap());
    assert_eq!((&*span["map_key"], &*span["outcome"], &*event.name), ("a", "committed", "committed"));
}

#[test]
fn single_writes_are_events() {
    let map = shown().build();
    let lines = told(Level::TRACE, || {
        map.insert("a".to_owned(), 1);
        map.update("a".to_owned(), |_| Some(2));
        map.remove("a");
        // It is not there: nothing is written.
        map.remove("a");
    });
    let expected = [("set", "0"), ("update", "1"), ("delete", "1")];
    assert_eq!(lines.len(), expected.len());
    for (line, (map_op, before)) in lines.iter().zip(expected) {
        assert_eq!((&*line.name, &line.within), ("write", &None));
        assert_eq!(line.fields, fields([("map_op", map_op), ("map_key", "a"), ("map_size_before", before)]));
    }
    assert!(told(Level::DEBUG, || drop(map.insert("a".to_owned(), 1))).is_empty());
}

#[test]
fn levels_and_kinds_can_be_left_out() {
    let map = Map::new();
    let write = || drop(map.put_all([(1, 1)]));
    assert!(told(Level::INFO, write).is_empty());
    let lines = told_by(Level::DEBUG, false, write);
    assert_eq!(lines.len(), 1);
    assert_eq!((&*lines[0].name, &*lines[0].fields["revision"]), ("committed", "2"));
}

/// Whoever listens may use the map: nothing of it is held meanwhile.
#[test]
fn what_shows_keys_may_read_and_write_the_map() {
    use std::sync::OnceLock;
    static OTHER: OnceLock<Map<String, i32>> = OnceLock::new();
    let map = OTHER.get_or_init(|| {
        Map::builder()
            .show_keys(|key: &String| {
                let map = OTHER.get().expect("it was made before it was used");
                // A subscriber of a thread, as this one is, is not told of what happens while it is told.
                map.insert("seen".to_owned(), 1);
                key.clone()
            })
            .build()
    });
    let (span, event) = batch(|| drop(map.put_all([("a".to_owned(), 1)])));
    assert_eq!((&*span["map_key"], &*event.fields["revision"]), ("a", "2"));
}
