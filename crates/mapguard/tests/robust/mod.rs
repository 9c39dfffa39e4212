//! The programs of testdata/robust, built plain and guarded, and what they say of themselves.

mod dying;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::common::module::place;
use crate::common::{Did, Place, within};

/// Programs without C in them.
const PROGRAMS: &[&str] = &[
    "bigmap",
    "blocked",
    "churn",
    "elsewhere",
    "exits",
    "fatal",
    "finalizers",
    "forkexec",
    "gogc1",
    "handoff",
    "locked",
    "manygoroutines",
    "mappanics",
    "maps",
    "paths",
    "preempt",
    "procs",
    "profiling",
    "readers",
    "room",
    "signals",
    "stacks",
    "startup",
];

/// The programs as one release of Go builds them.
pub(crate) struct Programs {
    pub(crate) place: Place,
}

/// A run: how it ended, its numbers by name, in order, and what else it wrote.
pub(crate) struct Run {
    pub(crate) did: Did,
    numbers: BTreeMap<String, Vec<f64>>,
}

/// Whether to do all, which takes an hour; otherwise what shows the same takes minutes.
pub(crate) fn long() -> bool {
    std::env::var_os("MAPGUARD_LONG").is_some()
}

/// `short`, or in the long form `long`.
pub(crate) fn sized(short: &'static str, long: &'static str) -> &'static str {
    if self::long() { long } else { short }
}

pub(crate) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/robust").canonicalize().unwrap()
}

impl Programs {
    /// As the go on the PATH builds them.
    pub(crate) fn get() -> &'static Programs {
        static PROGRAMS: OnceLock<Programs> = OnceLock::new();
        PROGRAMS.get_or_init(|| Programs::build(place("robust"), self::PROGRAMS))
    }

    /// As the oldest release builds some of them, if this machine has it.
    pub(crate) fn oldest() -> Option<Programs> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        let bin = cache.join("mapguard-dev/go/1.21.13/bin");
        if !bin.join("go").exists() {
            eprintln!("no {}: not tested", bin.display());
            return None;
        }
        let mut place = place("robust-oldest");
        let path = place.env["PATH"].clone();
        place.set(
            "PATH",
            std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&path))).unwrap(),
        );
        let names =
            ["elsewhere", "finalizers", "gogc1", "mappanics", "maps", "profiling", "signals", "stacks"];
        Some(Programs::build(place, if long() { PROGRAMS } else { &names }))
    }

    fn build(place: Place, names: &[&str]) -> Programs {
        let programs = Programs { place };
        let packages: Vec<String> = names.iter().map(|name| format!("./{name}")).collect();
        programs.build_both("", &format!("/ {}", packages.join(" ")));
        programs
    }

    /// Builds, plain and guarded, with the same `flags`; `output` begins with what comes behind the
    /// folder's name.
    pub(crate) fn build_both(&self, flags: &str, output: &str) {
        for (kind, program) in [("plain", "go"), ("guarded", crate::common::MAPGUARD)] {
            let source = source();
            let folder = self.place.path(kind);
            let words = format!("build -C {} -p 2 {flags} -o {}{output}", source.display(), folder.display());
            assert_eq!(self.place.run(program, &words), Did::default(), "{program} {words}");
        }
    }

    /// Runs a program of either kind; `words` are its name and arguments.
    pub(crate) fn run(&self, kind: &str, words: &str) -> Run {
        self.run_with(kind, words, &[], "")
    }

    /// The same, with variables set, and after the shell did `first`.
    pub(crate) fn run_with(&self, kind: &str, words: &str, variables: &[(&str, &str)], first: &str) -> Run {
        // Far more than any of them takes: who is still running then hangs.
        let limit = Duration::from_secs(if long() { 3600 } else { 600 });
        self.run_within(kind, words, variables, first, limit)
    }

    /// The same; a run that takes longer than `limit` fails the test.
    pub(crate) fn run_within(
        &self,
        kind: &str,
        words: &str,
        variables: &[(&str, &str)],
        first: &str,
        limit: Duration,
    ) -> Run {
        let script = format!("{first}\nexec {}/{words}", self.place.path(kind).display());
        let mut command = self.place.command("sh", "-c");
        command.arg(script).envs(variables.iter().copied());
        let mut did = Did::from(within::output(&mut command, limit, &format!("{kind} {words}")));
        let mut numbers: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        let mut text = String::new();
        for line in did.stdout.lines() {
            match line.strip_prefix("# ").and_then(|line| line.rsplit_once(' ')) {
                Some((name, value)) => {
                    numbers.entry(name.to_owned()).or_default().push(value.parse().unwrap());
                }
                None => text += &format!("{line}\n"),
            }
        }
        did.stdout = text;
        Run { did, numbers }
    }

    /// Runs it plain and guarded: both end well and say the same, on standard error nothing.
    pub(crate) fn same(&self, words: &str) -> (Run, Run) {
        let (plain, guarded) = (self.run("plain", words), self.run("guarded", words));
        assert!(plain.did.stdout.ends_with("ok\n"), "{words}: {:?}", plain.did);
        assert_eq!(guarded.did, plain.did, "{words}");
        assert_eq!((plain.did.code, plain.did.stderr.as_str()), (0, ""), "{words}");
        (plain, guarded)
    }
}

impl Run {
    /// A number that it told once.
    pub(crate) fn number(&self, name: &str) -> f64 {
        let numbers = self.all(name);
        assert_eq!(numbers.len(), 1, "{name}");
        numbers[0]
    }

    pub(crate) fn all(&self, name: &str) -> &[f64] {
        self.numbers.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", self.did))
    }
}
