//! A baseline: findings that are known and not shown again, one line of JSON each, so that it can be read in a review
//! and merged by git.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::files::Files;

/// What its first line says it is.
const SCHEMA: &str = "mapguard.baseline/1";

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// One of them, or several that nothing tells apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The package.
    pub package: String,
    /// The file, for people; it is recognised by its name.
    pub file: String,
    /// The function, without the package.
    #[serde(default)]
    pub function: String,
    /// The message, for people.
    pub message: String,
    /// What it is recognised by.
    pub fingerprint: String,
    /// How many there are.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: usize,
}

#[derive(Serialize, Deserialize)]
struct Head {
    schema: String,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

/// Why a text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

impl Baseline {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let wrong = |line: usize, error: serde_json::Error| {
            let message = error.to_string();
            // Serde counts lines of its own.
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            BaselineError { line, message }
        };
        let Some((line, head)) = lines.next() else {
            return Err(BaselineError { line: 1, message: "the file is empty".into() });
        };
        let head: Head = serde_json::from_str(head).map_err(|error| wrong(line, error))?;
        if head.schema != SCHEMA {
            let message = format!("the schema is {}, not {SCHEMA}", head.schema);
            return Err(BaselineError { line, message });
        }
        let entries =
            lines.map(|(line, entry)| serde_json::from_str(entry).map_err(|error| wrong(line, error)));
        Ok(Baseline { entries: entries.collect::<Result<_, _>>()? })
    }

    /// One that has these findings; `path` says how a file is named in it.
    pub fn of<'a>(
        diagnostics: impl Iterator<Item = &'a Diagnostic>,
        files: &Files,
        path: impl Fn(&str) -> String,
    ) -> Baseline {
        let mut entries: BTreeMap<(String, String), Entry> = BTreeMap::new();
        for it in diagnostics {
            let file = path(files.path(it.place.file));
            let entry = Entry {
                rule: it.rule.clone(),
                package: it.package.clone(),
                file: file.clone(),
                function: it.function.clone(),
                message: it.message.clone(),
                fingerprint: it.fingerprint.clone(),
                count: 0,
            };
            entries.entry((file, it.fingerprint.clone())).or_insert(entry).count += 1;
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort_by(|a, b| {
            let key = |entry: &Entry| (entry.file.clone(), entry.function.clone(), entry.rule.clone());
            key(a).cmp(&key(b)).then_with(|| a.cmp(b))
        });
        Baseline { entries }
    }

    /// As it is written.
    pub fn to_text(&self) -> String {
        let line = |value: serde_json::Result<String>| value.unwrap_or_default() + "\n";
        let mut text = line(serde_json::to_string(&Head { schema: SCHEMA.to_owned() }));
        for entry in &self.entries {
            text.push_str(&line(serde_json::to_string(entry)));
        }
        text
    }

    /// How many findings it has.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|entry| entry.count).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which of the findings it does not have, by number, and the entries (with how many of their findings) that
    /// occur no more.
    pub fn unknown(&self, diagnostics: &[Diagnostic]) -> (Vec<usize>, Vec<Entry>) {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &self.entries {
            *left.entry(&entry.fingerprint).or_default() += entry.count;
        }
        let mut unknown = Vec::new();
        for (at, it) in diagnostics.iter().enumerate() {
            match left.get_mut(&*it.fingerprint) {
                Some(left) if *left > 0 => *left -= 1,
                _ => unknown.push(at),
            }
        }
        let mut gone = Vec::new();
        for entry in &self.entries {
            if let Some(left) = left.get_mut(&*entry.fingerprint)
                && *left > 0
            {
                let count = entry.count.min(*left);
                *left -= count;
                gone.push(Entry { count, ..entry.clone() });
            }
        }
        (unknown, gone)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Confidence, Severity};
    use crate::files::Place;
    use crate::fingerprint;

    fn found(message: &str) -> Diagnostic {
        Diagnostic {
            rule: "nil-map".into(),
            severity: Severity::Error,
            confidence: Confidence::High,
            place: Place { file: 0, range: 0..1 },
            package: "p".into(),
            function: "F".into(),
            message: message.into(),
            access: None,
            notes: Vec::new(),
            help: String::new(),
            fix: None,
            fingerprint: fingerprint("nil-map", "p", "a.go", "F", message),
        }
    }

    #[test]
    fn there_and_back() {
        let mut files = Files::default();
        files.add("sub/a.go".into(), Arc::from(&b"x"[..]));
        let all = [found("one"), found("two"), found("one")];
        let baseline = Baseline::of(all.iter(), &files, |path| format!("x/{path}"));
        let text = baseline.to_text();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("\"file\":\"x/sub/a.go\"") && text.contains("\"count\":2"), "{text}");
        let read = Baseline::parse(&text).unwrap();
        assert_eq!((&read, read.len()), (&baseline, 3));
        assert_eq!(read.unknown(&all), (vec![], vec![]));
        // One more of a kind is new, one less is gone.
        let (unknown, gone) = read.unknown(&[found("two"), found("two"), found("one")]);
        assert_eq!(unknown, [1]);
        assert_eq!((gone.len(), gone[0].count, &*gone[0].message), (1, 1, "one"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let error = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert_eq!(error(""), "1: the file is empty");
        assert_eq!(error("{\"schema\":\"x/1\"}"), "1: the schema is x/1, not mapguard.baseline/1");
        let text = "{\"schema\":\"mapguard.baseline/1\"}\n\n{\"rule\":\"a\"}\n";
        assert_eq!(error(text), "3: missing field `package`");
    }
}
