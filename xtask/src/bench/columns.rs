//! The ways to run a program: the columns of the table.

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    /// `go build`
    Plain,
    /// `mapguard build`
    Guard,
    /// `go build -race`, the compiler's part of it taken back: ThreadSanitizer sees what the runtime and
    /// the standard library tell it, which is maps and synchronisation. It does not see `sync/atomic`.
    TsanMaps,
    /// The same, and the operations of `sync/atomic` are calls that ThreadSanitizer sees.
    TsanAtomics,
    /// `go build -race`
    Race,
    /// `racedetector build` of github.com/kolkov/racedetector.
    Kolkov,
}

/// Flags of the compiler: no memory access is instrumented.
const STRIPPED: &str = "-race=false";

/// The same, and no operation of `sync/atomic` is compiled to an instruction.
const CALLS: &str = "-race=false -d=ssa/intrinsics/off";

/// Packages of the standard library that need their atomic operations seen: `sync/atomic` for its own
/// wrappers, the others for `sync.Map`, which publishes what it holds by them. It cannot be all of the
/// library: a package of crypto panics when it starts.
const PUBLISHERS: [&str; 3] = ["sync", "sync/atomic", "internal/sync"];

impl Column {
    pub(crate) const ALL: [Column; 6] =
        [Column::Plain, Column::Guard, Column::TsanMaps, Column::TsanAtomics, Column::Race, Column::Kolkov];

    /// As file names and saved samples have it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Column::Plain => "plain",
            Column::Guard => "mapguard",
            Column::TsanMaps => "tsan-maps",
            Column::TsanAtomics => "tsan-maps-atomics",
            Column::Race => "race",
            Column::Kolkov => "kolkov",
        }
    }

    pub(crate) fn from_key(key: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.key() == key)
    }

    /// As the tables have it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Column::Plain => "go",
            Column::Guard => "mapguard",
            Column::TsanMaps => "map-only TSan",
            Column::TsanAtomics => "map-only TSan + atomics",
            Column::Race => "go -race",
            Column::Kolkov => "kolkov v0.1.0",
        }
    }

    /// What go's builds of `package` have in addition; `mapguard` and `racedetector` take nothing.
    pub(crate) fn flags(self, package: Option<&str>) -> Vec<String> {
        let flag = |packages: &str, flags: &str| format!("-gcflags={packages}={flags}");
        match self {
            Column::Plain | Column::Guard | Column::Kolkov => Vec::new(),
            Column::Race => vec!["-race".to_owned()],
            Column::TsanMaps => vec!["-race".to_owned(), flag("all", STRIPPED)],
            Column::TsanAtomics => {
                let mut flags = vec!["-race".to_owned(), flag("all", CALLS), flag("std", STRIPPED)];
                flags.extend(PUBLISHERS.map(|packages| flag(packages, CALLS)));
                // A package of the library that is measured stands for a user's.
                flags.extend(package.map(|package| flag(&format!("{package}/..."), CALLS)));
                flags
            }
        }
    }
}
