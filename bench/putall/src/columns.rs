//! The maps beside each other.

/// One map.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Column {
    Putall,
    RwLock,
    Dashmap,
    Papaya,
    Scc,
    Txmap,
    Concread,
    Imbl,
    /// Only for its snapshots.
    ImblGuard,
    GoRwMutex,
    GoSyncMap,
    GoPutAll,
    /// A hash, and an access to an array: what any map does at the least.
    Array,
    /// What the machine does by itself.
    Nothing,
}

impl Column {
    pub const ALL: [Column; 14] = [
        Column::Putall,
        Column::RwLock,
        Column::Dashmap,
        Column::Papaya,
        Column::Scc,
        Column::Txmap,
        Column::Concread,
        Column::Imbl,
        Column::ImblGuard,
        Column::GoRwMutex,
        Column::GoSyncMap,
        Column::GoPutAll,
        Column::Array,
        Column::Nothing,
    ];

    /// In samples.tsv, in drawings, and to the Go program.
    pub fn key(self) -> &'static str {
        match self {
            Column::Putall => "putall",
            Column::RwLock => "rwlock",
            Column::Dashmap => "dashmap",
            Column::Papaya => "papaya",
            Column::Scc => "scc",
            Column::Txmap => "txmap",
            Column::Concread => "concread",
            Column::Imbl => "imbl",
            Column::ImblGuard => "imbl-guard",
            Column::GoRwMutex => "go-rwmutex",
            Column::GoSyncMap => "go-syncmap",
            Column::GoPutAll => "go-putall",
            Column::Array => "array",
            Column::Nothing => "nothing",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Column::Putall => "putall",
            Column::RwLock => "RwLock<HashMap>",
            Column::Dashmap => "dashmap",
            Column::Papaya => "papaya",
            Column::Scc => "scc",
            Column::Txmap => "txmap",
            Column::Concread => "concread",
            Column::Imbl => "imbl + arc-swap",
            Column::ImblGuard => "imbl + arc-swap, load()",
            Column::GoRwMutex => "Go map + RWMutex",
            Column::GoSyncMap => "Go sync.Map",
            Column::GoPutAll => "Go checked PutAll",
            Column::Array => "hash and array",
            Column::Nothing => "no map",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// Whether nobody sees part of a batch.
    pub fn is_atomic(self) -> bool {
        !matches!(self, Column::Dashmap | Column::Papaya | Column::Scc | Column::GoSyncMap | Column::Array)
    }

    pub fn is_go(self) -> bool {
        matches!(self, Column::GoRwMutex | Column::GoSyncMap | Column::GoPutAll)
    }

    pub fn has_snapshots(self) -> bool {
        matches!(self, Column::Putall | Column::RwLock | Column::Concread | Column::Imbl | Column::ImblGuard)
    }

    /// Copies a path for each write: far slower at writing, so that a schedule that suits it would be idleness for others.
    pub fn is_tree(self) -> bool {
        matches!(self, Column::Concread | Column::Imbl | Column::ImblGuard)
    }
}
