//! What is measured: one row for each workload.

use crate::columns::Column;
use crate::stream::{Draw, Mix};

/// What keys are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    U64,
    String,
    /// `Arc<str>`: no copy of the text for each write, as Go has none. Go's strings in Go.
    Shared,
}

/// How they are hashed, by all Rust maps alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hash {
    /// SipHash, as std has it.
    Std,
    /// foldhash::fast.
    Fold,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// Throughput, or latency at a fixed rate.
    Mix {
        draw: Draw,
        keys: usize,
        mix: Mix,
        threads: usize,
        latency: bool,
    },
    Batch {
        size: usize,
        threads: usize,
    },
    Readers {
        size: usize,
    },
    Growth {
        size: usize,
    },
    /// Beside batches of a size; none if it is 0.
    Iterate {
        size: usize,
    },
    Snapshot {
        get: bool,
        size: usize,
    },
    Memory {
        size: usize,
    },
}

impl Kind {
    /// Whether it needs a rate, for which all columns are tried first.
    pub fn has_rate(self) -> bool {
        matches!(self, Kind::Mix { latency: true, .. } | Kind::Readers { .. } | Kind::Growth { .. })
    }

    /// The number that counts.
    pub fn metric(self) -> &'static str {
        match self {
            Kind::Mix { latency: true, .. } | Kind::Readers { .. } => "p99",
            Kind::Growth { .. } => "p99.9",
            Kind::Mix { .. } | Kind::Iterate { .. } => "M/s",
            Kind::Batch { .. } => "us",
            Kind::Snapshot { .. } => "ns",
            Kind::Memory { .. } => "1000000",
        }
    }
}

/// A table of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    Mixes,
    Article,
    Batches,
    Readers,
    Growth,
    Snapshots,
    Iteration,
    Memory,
    FoldMixes,
    FoldBatches,
}

pub struct Row {
    pub section: Section,
    /// In samples.tsv, and for `--rows`.
    pub key: String,
    pub title: String,
    pub kind: Kind,
    pub keys: Keys,
    pub hash: Hash,
}

/// Keys that are in a map, where nothing else is said.
pub const KEYS: usize = 100_000;
pub const MANY_KEYS: usize = 1_000_000;

pub const BATCH_SIZES: [usize; 5] = [1, 10, 100, 1000, 10_000];

pub const READ: Mix = Mix { gets: 100, puts: 0, removes: 0, batches: 0 };
const MIXES: [(&str, Mix); 3] = [
    ("read", READ),
    ("95-5", Mix { gets: 95, puts: 5, removes: 0, batches: 0 }),
    ("50-50", Mix { gets: 50, puts: 50, removes: 0, batches: 0 }),
];
const CHURN: Mix = Mix { gets: 50, puts: 25, removes: 25, batches: 0 };
const ARTICLE: Mix = Mix { gets: 90, puts: 9, removes: 0, batches: 1 };

impl Row {
    fn new(section: Section, keys: Keys, hash: Hash, kind: Kind, key: &str, title: &str) -> Self {
        let (kind_of_key, name) = match keys {
            Keys::U64 => ("u64", "u64"),
            Keys::String => ("string", "String"),
            Keys::Shared => ("shared", "Arc<str>"),
        };
        let fold = if hash == Hash::Fold { "-fold" } else { "" };
        Row {
            section,
            key: format!("{key}-{kind_of_key}{fold}"),
            title: format!("{title}, {name}"),
            kind,
            keys,
            hash,
        }
    }

    /// The maps that can do it.
    pub fn columns(&self) -> Vec<Column> {
        let go = self.hash == Hash::Std && !matches!(self.kind, Kind::Memory { .. });
        let takes = |column: &Column| match self.kind {
            Kind::Snapshot { .. } => column.has_snapshots(),
            _ if column.is_go() => go,
            kind if *column == Column::Nothing => kind.has_rate(),
            // Not where it would have another size, or where it matters when an operation ends.
            kind if *column == Column::Array => {
                matches!(kind, Kind::Mix { keys: KEYS, latency: false, .. }) && self.hash == Hash::Std
            }
            // Read transactions beside a writer without pause: now and then it allocates gigabytes and does not come to an end.
            Kind::Iterate { size } if *column == Column::Concread => size == 0,
            // Its hasher is chosen when it is compiled.
            _ if *column == Column::Concread => self.hash == Hash::Std,
            _ => *column != Column::ImblGuard,
        };
        Column::ALL.into_iter().filter(takes).collect()
    }
}

/// All rows, in the order of the page.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    mixes(&mut rows);
    article(&mut rows);
    batches(&mut rows);
    for keys in [Keys::U64, Keys::String] {
        let kind = Kind::Readers { size: 1000 };
        rows.push(Row::new(
            Section::Readers,
            keys,
            Hash::Std,
            kind,
            "readers-1000",
            "reads beside batches of 1000",
        ));
    }
    for (size, key, title) in
        [(1, "growth-insert", "single inserts"), (100, "growth-batch", "batches of 100")]
    {
        let kind = Kind::Growth { size };
        rows.push(Row::new(Section::Growth, Keys::U64, Hash::Std, kind, key, title));
    }
    snapshots(&mut rows);
    for (size, key, title) in [(0, "iterate", "alone"), (1000, "iterate-writes", "beside batches of 1000")] {
        let kind = Kind::Iterate { size };
        rows.push(Row::new(Section::Iteration, Keys::U64, Hash::Std, kind, key, title));
    }
    for keys in [Keys::U64, Keys::String] {
        for (size, key, title) in
            [(1, "memory-insert", "single inserts"), (1000, "memory-batch", "batches of 1000")]
        {
            let kind = Kind::Memory { size };
            rows.push(Row::new(Section::Memory, keys, Hash::Std, kind, key, title));
        }
    }
    fold(&mut rows);
    rows
}

fn mixes(rows: &mut Vec<Row>) {
    for keys in [Keys::U64, Keys::String] {
        for draw in [Draw::Uniform, Draw::Zipf] {
            for (name, mix) in MIXES {
                for threads in [1, 2] {
                    rows.push(mixed(Section::Mixes, keys, Hash::Std, draw, (name, mix), KEYS, threads));
                }
            }
        }
    }
    for threads in [1, 2] {
        let read = ("read-1M", READ);
        rows.push(mixed(Section::Mixes, Keys::U64, Hash::Std, Draw::Uniform, read, MANY_KEYS, threads));
    }
    for threads in [1, 2] {
        let churn = ("churn", CHURN);
        rows.push(mixed(Section::Mixes, Keys::U64, Hash::Std, Draw::Uniform, churn, KEYS, threads));
    }
}

fn mixed(
    section: Section,
    keys: Keys,
    hash: Hash,
    draw: Draw,
    (name, mix): (&str, Mix),
    count: usize,
    threads: usize,
) -> Row {
    let kind = Kind::Mix { draw, keys: count, mix, threads, latency: false };
    let key = format!("{name}-{}-t{threads}", draw.name());
    let title = format!("{name} {}, {}", draw.name(), plural(threads));
    Row::new(section, keys, hash, kind, &key, &title)
}

fn plural(threads: usize) -> String {
    if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") }
}

fn article(rows: &mut Vec<Row>) {
    for keys in [Keys::U64, Keys::String, Keys::Shared] {
        for (latency, key, title) in
            [(false, "article", "throughput"), (true, "article-latency", "latency at a fixed rate")]
        {
            let kind = Kind::Mix { draw: Draw::Uniform, keys: KEYS, mix: ARTICLE, threads: 2, latency };
            rows.push(Row::new(Section::Article, keys, Hash::Std, kind, key, title));
        }
    }
}

fn batches(rows: &mut Vec<Row>) {
    for threads in [1, 2] {
        for size in BATCH_SIZES {
            rows.push(batch(Section::Batches, Keys::U64, Hash::Std, size, threads));
        }
    }
    for threads in [1, 2] {
        rows.push(batch(Section::Batches, Keys::String, Hash::Std, 100, threads));
    }
}

/// The key of a row of batches.
pub fn batch_key(size: usize, threads: usize) -> String {
    format!("batch-{size}-t{threads}")
}

fn batch(section: Section, keys: Keys, hash: Hash, size: usize, threads: usize) -> Row {
    let kind = Kind::Batch { size, threads };
    let title = format!("batch of {size}, {}", plural(threads));
    Row::new(section, keys, hash, kind, &batch_key(size, threads), &title)
}

fn snapshots(rows: &mut Vec<Row>) {
    for (get, size, key, title) in [
        (false, 0, "snapshot", "snapshot"),
        (true, 0, "snapshot-get", "snapshot and one get"),
        (true, 100, "snapshot-get-writes", "snapshot and one get, beside batches of 100"),
    ] {
        let kind = Kind::Snapshot { get, size };
        rows.push(Row::new(Section::Snapshots, Keys::U64, Hash::Std, kind, key, title));
    }
}

fn fold(rows: &mut Vec<Row>) {
    for keys in [Keys::U64, Keys::String] {
        for mix in [MIXES[0], MIXES[2]] {
            for threads in [1, 2] {
                let section = Section::FoldMixes;
                rows.push(mixed(section, keys, Hash::Fold, Draw::Uniform, mix, KEYS, threads));
            }
        }
    }
    for size in [1, 100, 1000] {
        rows.push(batch(Section::FoldBatches, Keys::U64, Hash::Fold, size, 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_given_twice() {
        let rows = rows();
        let mut keys: Vec<_> = rows.iter().map(|row| &row.key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), rows.len());
    }
}
