//! What is measured: the rows of the table, and the floor of each.

/// Where the program of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Program {
    /// The benchmarks of a folder of `bench/`.
    Bench(&'static str),
    /// The benchmarks of a package of the standard library.
    Std(&'static str),
    /// The benchmarks of a package as seen from `bench/field`.
    Field(&'static str),
    /// A program of its own in a folder of `bench/`.
    Main(&'static str),
}

/// What is measured of it, and so in which unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The time per operation of the one benchmark that this pattern names, in ns.
    Benchmark(&'static str),
    /// The most memory that it has at once when started with this word, in MiB.
    Peak(&'static str),
    /// The time from start to end, in ms.
    Launch,
}

/// What the row is for when columns are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing but synchronisation.
    Sync,
    /// Anything else.
    Other,
}

/// What mapguard may cost at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ceiling {
    /// Not fixed.
    None,
    /// So many times what plain go takes.
    Times(f64),
    /// So much more than plain go, in the row's unit.
    More(f64),
}

pub(crate) struct Row {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    pub(crate) measure: Measure,
    pub(crate) kind: Kind,
    /// Its order comes from atomic operations: the rival is the ThreadSanitizer that sees them.
    pub(crate) by_atomics: bool,
    pub(crate) ceiling: Ceiling,
}

impl Row {
    /// The name of the row where there are no groups.
    pub(crate) fn full_name(&self) -> String {
        format!("{}: {}", self.group, self.name)
    }

    /// Whether it belongs to the small table of its own.
    pub(crate) fn is_live(&self) -> bool {
        self.group == LIVE
    }
}

/// The group with a table of its own.
pub(crate) const LIVE: &str = "Goroutines alive";

const fn row(group: &'static str, name: &'static str, program: Program, pattern: &'static str) -> Row {
    let measure = Measure::Benchmark(pattern);
    let kind = Kind::Other;
    Row { group, name, program, measure, kind, by_atomics: false, ceiling: Ceiling::None }
}

const fn micro(group: &'static str, name: &'static str, pattern: &'static str) -> Row {
    row(group, name, Program::Bench("micro"), pattern)
}

const fn sync(group: &'static str, name: &'static str, pattern: &'static str) -> Row {
    Row { kind: Kind::Sync, ..micro(group, name, pattern) }
}

const fn atomic(name: &'static str, pattern: &'static str) -> Row {
    sync("Atomics", name, pattern).seen_as_atomics()
}

const fn library(name: &'static str, package: &'static str, pattern: &'static str) -> Row {
    row("Standard library", name, Program::Std(package), pattern)
}

const fn field(name: &'static str, package: &'static str, pattern: &'static str) -> Row {
    row("Modules", name, Program::Field(package), pattern)
}

const fn live(name: &'static str, pattern: &'static str) -> Row {
    row(LIVE, name, Program::Bench("live"), pattern)
}

const fn program(group: &'static str, name: &'static str, main: &'static str, measure: Measure) -> Row {
    Row { measure, ..row(group, name, Program::Main(main), "") }
}

impl Row {
    const fn seen_as_atomics(self) -> Row {
        Row { by_atomics: true, ..self }
    }

    const fn at_most(self, times: f64) -> Row {
        Row { ceiling: Ceiling::Times(times), ..self }
    }

    const fn adds_at_most(self, more: f64) -> Row {
        Row { ceiling: Ceiling::More(more), ..self }
    }
}

const GO_CACHE: &str = "github.com/patrickmn/go-cache";
const PROMETHEUS: &str = "github.com/prometheus/client_golang/prometheus";

/// All of them, groups together.
pub(crate) const ROWS: &[Row] = &[
    micro("Maps", "write, int key", "^BenchmarkMapWriteInt$").at_most(1.5),
    micro("Maps", "write, string key", "^BenchmarkMapWriteString$").at_most(1.5),
    micro("Maps", "read, int key", "^BenchmarkMapReadInt$"),
    micro("Maps", "read, string key", "^BenchmarkMapReadString$"),
    micro("Maps", "read on all processors", "^BenchmarkMapReadParallel$"),
    micro("Maps", "write and delete", "^BenchmarkMapDelete$"),
    micro("Maps", "range over 1,024 keys", "^BenchmarkMapRange$"),
    micro("Maps", "new map with one key", "^BenchmarkMapMakeSmall$"),
    sync("Locks", "Mutex pair", "^BenchmarkMutex$").at_most(4.0),
    sync("Locks", "Mutex pair, contended", "^BenchmarkMutexContended$"),
    sync("Locks", "RWMutex read pair", "^BenchmarkRWMutexRead$"),
    sync("Locks", "RWMutex read pair, contended", "^BenchmarkRWMutexReadContended$"),
    sync("Locks", "RWMutex write pair", "^BenchmarkRWMutexWrite$"),
    sync("Locks", "RWMutex write pair, contended", "^BenchmarkRWMutexWriteContended$"),
    sync("Locks", "Once.Do, done before", "^BenchmarkOnce$").seen_as_atomics(),
    sync("Locks", "Pool get and put", "^BenchmarkPool$"),
    atomic("add", "^BenchmarkAtomicAdd$"),
    atomic("add, contended", "^BenchmarkAtomicAddContended$"),
    atomic("add by function", "^BenchmarkAtomicAddFunc$"),
    atomic("load", "^BenchmarkAtomicLoad$"),
    atomic("load on all processors", "^BenchmarkAtomicLoadParallel$"),
    sync("Goroutines", "channel ping-pong", "^BenchmarkChanPingPong$"),
    sync("Goroutines", "buffered send and receive", "^BenchmarkChanBuffered$"),
    sync("Goroutines", "go + WaitGroup", "^BenchmarkGoWaitGroup$").at_most(2.0),
    sync("Goroutines", "go + WaitGroup, 16 at once", "^BenchmarkGoWaitGroup16$"),
    sync("Goroutines", "WaitGroup add and done", "^BenchmarkWaitGroupUncontended$"),
    micro("Caches under load", "map and Mutex", "^BenchmarkGuardedCache$"),
    micro("Caches under load", "map and RWMutex", "^BenchmarkGuardedCacheRW$"),
    micro("Caches under load", "sync.Map", "^BenchmarkSyncMap$").seen_as_atomics(),
    library("net/http ClientServer h1", "net/http", "^BenchmarkClientServer$/^h1$").at_most(1.2),
    library("net/http ClientServer h2", "net/http", "^BenchmarkClientServer$/^h2$"),
    library("net/http 4 clients h1", "net/http", "^BenchmarkClientServerParallel$/^4$/^h1$"),
    library("net/http 4 clients h2", "net/http", "^BenchmarkClientServerParallel$/^4$/^h2$"),
    library("net/http 64 clients h1", "net/http", "^BenchmarkClientServerParallel$/^64$/^h1$"),
    library("net/http 64 clients h2", "net/http", "^BenchmarkClientServerParallel$/^64$/^h2$"),
    library("encoding/json CodeUnmarshal", "encoding/json", "^BenchmarkCodeUnmarshal$").at_most(1.05),
    library("encoding/json CodeMarshal", "encoding/json", "^BenchmarkCodeMarshal$"),
    library("sort 65,536 ints", "sort", "^BenchmarkSortInt64K$"),
    library("sort 1,000 strings", "sort", "^BenchmarkSortString1K$"),
    field("go-cache get", GO_CACHE, "^BenchmarkCacheGetExpiring$"),
    field("go-cache get, concurrent", GO_CACHE, "^BenchmarkCacheGetConcurrentExpiring$"),
    field("go-cache set", GO_CACHE, "^BenchmarkCacheSetExpiring$"),
    field("Prometheus counter by labels", PROMETHEUS, "^BenchmarkCounterWithLabelValuesConcurrent$"),
    field("Prometheus histogram by labels", PROMETHEUS, "^BenchmarkHistogramWithLabelValues$"),
    field("Prometheus scrape", PROMETHEUS, "^BenchmarkHandler$"),
    field("gRPC call", ".", "^BenchmarkGRPCUnary$"),
    field("gRPC calls, 32 at once", ".", "^BenchmarkGRPCUnaryParallel$"),
    field("gRPC stream", ".", "^BenchmarkGRPCStreaming$"),
    program("Peak memory", "map of 3,000,000 entries", "memory", Measure::Peak("map")).at_most(1.25),
    program("Peak memory", "50,000 blocked goroutines", "memory", Measure::Peak("goroutines")).at_most(1.25),
    program("Peak memory", "net/http, 20,000 requests", "memory", Measure::Peak("service")),
    program("Start and end", "empty program", "startup/empty", Measure::Launch).adds_at_most(5.0),
    program("Start and end", "web service", "startup/service", Measure::Launch).adds_at_most(5.0),
    live("two in turn, 10 alive", "^BenchmarkPair$/^10$"),
    live("two in turn, 1,000 alive", "^BenchmarkPair$/^1000$"),
    live("two in turn, 100,000 alive", "^BenchmarkPair$/^100000$"),
    live("all in turn, 10 alive", "^BenchmarkRing$/^10$"),
    live("all in turn, 1,000 alive", "^BenchmarkRing$/^1000$"),
    live("all in turn, 100,000 alive", "^BenchmarkRing$/^100000$"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROWS;

    #[test]
    fn names_are_unique_and_groups_stand_together() {
        let names: BTreeSet<String> = ROWS.iter().map(super::Row::full_name).collect();
        assert_eq!(names.len(), ROWS.len());
        let mut groups: Vec<&str> = ROWS.iter().map(|row| row.group).collect();
        groups.dedup();
        let distinct: BTreeSet<&str> = groups.iter().copied().collect();
        assert_eq!(groups.len(), distinct.len());
    }
}
