//! The flags that go knows, of all supported releases together.
//!
//! A release that does not know one refuses it itself, or hands it to the test program; read as if
//! it were known, it has the same extent there.

use super::Subcommand;

/// Flags of `build`, `run` and `test` that stand alone; a value follows only after `=`.
const SWITCHES: &[&str] = &[
    "a",
    "asan",
    "buildvcs",
    "cover",
    "json",
    "linkshared",
    "modcacherw",
    "msan",
    "n",
    "race",
    "trimpath",
    "v",
    "work",
    "x",
];

/// Flags of `build`, `run` and `test` with a value, after `=` or as the next word.
const VALUES: &[&str] = &[
    "C",
    "asmflags",
    "buildmode",
    "compiler",
    "covermode",
    "coverpkg",
    "debug-actiongraph",
    "debug-runtime-trace",
    "debug-trace",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "mod",
    "modfile",
    "overlay",
    "p",
    "pgo",
    "pkgdir",
    "tags",
    "toolexec",
];

/// Flags of `test` that reach the test program as `-test.NAME`, and may be written so.
const TEST_SWITCHES: &[&str] = &["artifacts", "benchmem", "failfast", "fullpath", "short", "v"];
const TEST_VALUES: &[&str] = &[
    "bench",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "count",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "fuzz",
    "fuzzminimizetime",
    "fuzztime",
    "list",
    "memprofile",
    "memprofilerate",
    "mutexprofile",
    "mutexprofilefraction",
    "outputdir",
    "parallel",
    "run",
    "shuffle",
    "skip",
    "timeout",
    "trace",
];

/// Whether the flag takes a value; `None` if go does not know it.
pub(super) fn takes_value(subcommand: Subcommand, name: &str) -> Option<bool> {
    if SWITCHES.contains(&name) {
        return Some(false);
    }
    if VALUES.contains(&name) {
        return Some(true);
    }
    match (subcommand, name) {
        (Subcommand::Build, "o") | (Subcommand::Run, "exec") => Some(true),
        (Subcommand::Test, "c") => Some(false),
        (Subcommand::Test, "o" | "exec" | "vet") => Some(true),
        (Subcommand::Test, name) => {
            let name = name.strip_prefix("test.").unwrap_or(name);
            if TEST_SWITCHES.contains(&name) {
                Some(false)
            } else {
                TEST_VALUES.contains(&name).then_some(true)
            }
        }
        _ => None,
    }
}
