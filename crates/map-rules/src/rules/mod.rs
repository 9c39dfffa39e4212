//! The rules, one file each.

mod check_then_write;
pub(crate) mod go_capture;
pub(crate) mod lock_copied;
mod nil_map;
mod retry_accumulate;
mod sensitive_key;
mod silent_write;
pub(crate) mod unguarded_read;
pub(crate) mod unguarded_write;
pub(crate) mod unlock_before_write;
mod unstable_key;
mod unstable_value;
pub(crate) mod write_under_rlock;
pub(crate) mod wrong_lock;

use std::sync::{Arc, OnceLock};

use go_types::{Package, Program};

use crate::finding::Finding;

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Writes that other goroutines' accesses are not ordered with.
    Atomicity,
    /// Writes that come out differently when they are done again.
    Idempotency,
    /// Writes to maps that are nil.
    Nil,
    /// Writes that leave no trace.
    Observability,
}

impl Group {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Atomicity => "atomicity",
            Group::Idempotency => "idempotency",
            Group::Nil => "nil",
            Group::Observability => "observability",
        }
    }
}

/// A rule.
pub struct Rule {
    /// Its name: what `//mapguard:allow` and settings call it.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Whether it runs if nothing else is asked for.
    pub default: bool,
    /// The text of its page, docs/rules/NAME.md.
    pub page: &'static str,
    /// Looks at a program.
    pub check: fn(&Check<'_>) -> Vec<Finding>,
}

/// A program whose packages are to be checked.
pub struct Check<'a> {
    /// All types and packages.
    pub program: &'a Program,
    /// The packages that are checked.
    pub targets: Vec<Target>,
    /// What the user has told.
    pub facts: Facts,
    /// What several rules need, found out once.
    pub shared: Shared,
}

/// What several rules need, found out once.
#[derive(Default)]
pub struct Shared {
    atomicity: OnceLock<Vec<Finding>>,
}

impl Check<'_> {
    /// What a rule about locks and goroutines finds.
    fn atomicity(&self, rule: &str) -> Vec<Finding> {
        let all = self.shared.atomicity.get_or_init(|| crate::flow::findings(self));
        all.iter().filter(|finding| finding.rule == rule).cloned().collect()
    }
}

/// A package that is checked.
#[derive(Clone)]
pub struct Target {
    /// The package, with its functions' bodies resolved.
    pub package: Arc<Package>,
    /// Which of its files are reported of. (A package with its tests has all files; only the tests are new.)
    pub files: Vec<u32>,
}

/// What the user has told beyond what the source says.
#[derive(Clone, Default, Debug)]
pub struct Facts {
    /// Functions that lock, as `path.Func` or `path.Type.Method`: calls of them hold the lock named after it.
    pub locks: Vec<String>,
    /// Functions whose results are different each time.
    pub sources: Vec<String>,
}

/// All rules, by name.
pub const RULES: &[&Rule] = &[
    &check_then_write::CHECK_THEN_WRITE,
    &go_capture::RULE,
    &lock_copied::RULE,
    &nil_map::NIL_MAP,
    &retry_accumulate::RETRY_ACCUMULATE,
    &sensitive_key::SENSITIVE_KEY,
    &silent_write::SILENT_WRITE,
    &unguarded_read::RULE,
    &unguarded_write::RULE,
    &unlock_before_write::RULE,
    &unstable_key::UNSTABLE_KEY,
    &unstable_value::UNSTABLE_VALUE,
    &write_under_rlock::RULE,
    &wrong_lock::RULE,
];

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
