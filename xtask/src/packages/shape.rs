//! What is compared of a package.

use std::collections::{BTreeMap, BTreeSet};

/// A package, as both sides can say it.
#[derive(Default, Debug, PartialEq)]
pub(super) struct Shape {
    /// Name, folder, module and the like.
    pub(super) facts: BTreeMap<&'static str, String>,
    /// Each with its kind.
    pub(super) files: BTreeSet<String>,
    /// The packages that import paths lead to.
    pub(super) imports: BTreeMap<String, String>,
}

/// The package that an import leads to, if it was not found or leads back. go list has a name for it all the same.
pub(super) const UNKNOWN: &str = "?";

impl Shape {
    /// What differs, as text; `self` is what go list says.
    pub(super) fn differences(&self, found: &Shape) -> impl Iterator<Item = String> {
        let facts = self.facts.iter().filter_map(|(name, value)| {
            let other = found.facts.get(name).map(String::as_str).unwrap_or_default();
            (value != other).then(|| format!("{name} is `{value}`, found `{other}`"))
        });
        let known = |(path, _): &(&String, &String)| found.imports.get(*path).is_none_or(|to| to != UNKNOWN);
        let other = |(path, to): &(&String, &String)| *to != UNKNOWN || !self.imports.contains_key(*path);
        let expected = arrows(self.imports.iter().filter(known));
        let others = arrows(found.imports.iter().filter(other));
        let lists = [list("files", &self.files, &found.files), list("imports", &expected, &others)];
        facts.chain(lists.into_iter().flatten()).collect::<Vec<_>>().into_iter()
    }
}

fn arrows<'i>(imports: impl Iterator<Item = (&'i String, &'i String)>) -> BTreeSet<String> {
    imports.map(|(path, package)| format!("{path} -> {package}")).collect()
}

fn list(name: &str, expected: &BTreeSet<String>, found: &BTreeSet<String>) -> Option<String> {
    let less: Vec<&str> = expected.difference(found).map(String::as_str).collect();
    let more: Vec<&str> = found.difference(expected).map(String::as_str).collect();
    let differ = !less.is_empty() || !more.is_empty();
    differ.then(|| {
        format!("{name}: go list has also [{}], go-packages has also [{}]", less.join(", "), more.join(", "))
    })
}
