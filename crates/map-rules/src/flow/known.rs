//! What functions of other packages do with locks, goroutines and functions that they are given.

use crate::flow::event::Kind;

/// An operation of a lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LockOp {
    /// Takes it, for writing or not.
    Take {
        /// `Lock`, not `RLock`.
        write: bool,
    },
    /// Takes it if nobody has it, and says so.
    Try {
        /// `TryLock`, not `TryRLock`.
        write: bool,
    },
    /// Gives it back.
    Release,
}

/// The operation that a method of this name is.
pub(crate) fn lock_op(method: &str) -> Option<LockOp> {
    Some(match method {
        "Lock" => LockOp::Take { write: true },
        "RLock" => LockOp::Take { write: false },
        "TryLock" => LockOp::Try { write: true },
        "TryRLock" => LockOp::Try { write: false },
        "Unlock" | "RUnlock" => LockOp::Release,
        _ => return None,
    })
}

/// The same for functions of package runtime, which has no methods for it.
pub(crate) fn runtime_lock(function: &str) -> Option<LockOp> {
    Some(match function {
        "lock" | "lockWithRank" | "lockInit" => LockOp::Take { write: true },
        "unlock" => LockOp::Release,
        _ => return None,
    })
}

/// What becomes of functions that are given to another function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Given {
    /// It calls them before it returns, in the same goroutine.
    Calls,
    /// It calls them once, before anybody gets past it.
    Once,
    /// It calls them in another goroutine.
    Starts,
    /// It calls them in another goroutine, once something has been signalled.
    StartsLater,
    /// It calls them for each request, in many goroutines.
    Serves,
    /// It calls them in several goroutines, and waits for them.
    Multiplies,
    /// Nothing is known.
    Keeps,
}

/// What becomes of functions that are given to `path.name`, or to a method `name` of a type of package `path`.
pub(crate) fn given(path: &str, name: &str, method: bool) -> Given {
    match (path, name) {
        ("sync", "Do" | "OnceFunc" | "OnceValue" | "OnceValues") => Given::Once,
        ("sync", "Go") => Given::Starts,
        ("sync", "Range") => Given::Calls,
        ("testing", "Run") if method => Given::Calls,
        ("testing", "AllocsPerRun") => Given::Calls,
        ("time", "AfterFunc") => Given::Starts,
        ("context", "AfterFunc") => Given::StartsLater,
        ("net/http", "HandleFunc" | "HandlerFunc") => Given::Serves,
        ("testing", "RunParallel") => Given::Multiplies,
        ("sort" | "slices" | "maps" | "strings" | "bytes" | "iter", _) => Given::Calls,
        ("path/filepath", "Walk" | "WalkDir") | ("io/fs", "WalkDir") | ("go/ast", "Inspect") => Given::Calls,
        ("regexp", _) | ("flag", "VisitAll" | "Visit") | ("expvar", "Do") => Given::Calls,
        ("text/template" | "html/template", _) => Given::Keeps,
        _ if method && name == "Go" => Given::Starts,
        _ => Given::Keeps,
    }
}

/// Whether functions of a package neither wait for other goroutines nor signal to them, as far as anybody relies on.
pub(crate) fn is_quiet(path: &str, name: &str, method: bool) -> bool {
    match path {
        "os" => !method,
        "fmt" | "strings" | "strconv" | "errors" | "sort" | "slices" | "maps" | "bytes" | "unicode"
        | "cmp" | "unicode/utf8" | "unicode/utf16" | "math" | "math/rand" | "math/rand/v2" | "math/bits"
        | "math/big" | "log" | "path" | "path/filepath" | "regexp" | "encoding/json" | "encoding/hex"
        | "encoding/base64" | "encoding/binary" | "encoding/xml" | "encoding/gob" | "hash/fnv"
        | "crypto/sha256" | "crypto/md5" | "crypto/sha1" | "reflect" | "unsafe" | "hash/crc32"
        | "log/slog" | "text/tabwriter" | "container/list" | "net/url" | "go/token" | "go/ast" => true,
        "time" => !matches!(name, "AfterFunc" | "Stop" | "Reset"),
        "runtime" => !matches!(name, "SetFinalizer" | "AddCleanup"),
        "testing" => {
            !matches!(name, "Run" | "Parallel" | "Cleanup" | "RunParallel" | "AllocsPerRun" | "Benchmark")
        }
        "context" => matches!(name, "Background" | "TODO" | "Value" | "WithValue"),
        _ => false,
    }
}

/// Whether a function never returns.
pub(crate) fn never_returns(path: &str, name: &str) -> bool {
    match path {
        "os" => name == "Exit",
        "runtime" => name == "Goexit",
        "log" => matches!(name, "Fatal" | "Fatalf" | "Fatalln" | "Panic" | "Panicf" | "Panicln"),
        "testing" => matches!(name, "Fatal" | "Fatalf" | "FailNow" | "Skip" | "Skipf" | "SkipNow"),
        _ => false,
    }
}

/// Which arguments of a function of the library are looked through, and which written: by their number.
pub(crate) fn map_arguments(path: &str, name: &str) -> (&'static [usize], &'static [usize]) {
    match (path, name) {
        ("maps", "Copy") => (&[1], &[0]),
        ("maps", "DeleteFunc" | "Insert") => (&[], &[0]),
        ("maps", "Clone" | "Keys" | "Values" | "All") => (&[0], &[]),
        ("maps", "Equal" | "EqualFunc") => (&[0, 1], &[]),
        ("encoding/json" | "encoding/xml" | "fmt" | "log", _) => (&[0, 1, 2, 3], &[]),
        ("reflect", "DeepEqual") => (&[0, 1], &[]),
        _ => (&[], &[]),
    }
}

/// What a method of an atomic or of a wait group and the like does: whether it waits, whether it signals.
pub(crate) fn sync_roles(path: &str, name: &str) -> (bool, bool) {
    match (path, name) {
        ("sync/atomic", _) if name.starts_with("Load") => (true, false),
        ("sync/atomic", _) if name.starts_with("Store") => (false, true),
        ("sync", "Add" | "Done" | "Store" | "Delete" | "Signal" | "Broadcast" | "Put" | "Go") => {
            (false, true)
        }
        ("sync", "Load" | "Range" | "Get") => (true, false),
        ("sync", "Wait") => (true, false),
        _ => (true, true),
    }
}

/// What a method of a map type of the library does with its map: `url.Values`, `http.Header` and the like.
pub(crate) fn own_map(path: &str, name: &str) -> Option<Kind> {
    match (path, name) {
        ("net/url" | "net/http" | "net/textproto" | "net/mail", "Set" | "Add" | "Del") => Some(Kind::Write),
        ("net/url" | "net/http" | "net/textproto" | "net/mail", "Get" | "Values" | "Has") => Some(Kind::Read),
        ("net/url", "Encode") | ("net/http", "Clone" | "Write" | "WriteSubset") => Some(Kind::Iterate),
        _ => None,
    }
}
