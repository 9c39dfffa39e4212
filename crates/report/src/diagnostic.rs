//! What a report is made of.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::files::{Files, Place};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Severity {
    /// All words for it.
    pub const WORDS: &'static [&'static str] = &["note", "warning", "error"];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The one of this word.
    pub fn of_word(word: &str) -> Option<Severity> {
        [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|it| it.as_str() == word)
    }
}

/// How sure a rule is of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Confidence {
    /// It may well be right as it is.
    Low,
    /// Worth a look.
    Medium,
    /// Almost certain.
    High,
}

impl Confidence {
    /// All words for it.
    pub const WORDS: &'static [&'static str] = &["low", "medium", "high"];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    /// The one of this word.
    pub fn of_word(word: &str) -> Option<Confidence> {
        [Confidence::Low, Confidence::Medium, Confidence::High].into_iter().find(|it| it.as_str() == word)
    }
}

/// A finding as it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The rule's name.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where.
    pub place: Place,
    /// The import path of the package.
    pub package: String,
    /// The function around it, without the package; empty outside of functions.
    pub function: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The map operation at the place, if it is one.
    pub access: Option<Access>,
    /// What else to look at.
    pub notes: Vec<Note>,
    /// How to mend it; may be empty.
    pub help: String,
    /// What mends it for certain.
    pub fix: Option<Edit>,
    /// What it is recognised by; see [`crate::fingerprint`].
    pub fingerprint: String,
}

/// A map operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// `assign`, `delete`, `read` and so on.
    pub op: String,
    /// The map as it is written.
    pub map: String,
    /// Its type.
    pub ty: String,
    /// The variable or field that it is found through; may be empty.
    pub root: String,
}

/// Something else to look at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// The function around it, with its package; may be empty.
    pub function: String,
    /// What is there.
    pub text: String,
    /// The map operation there, if it is one.
    pub access: Option<Access>,
}

/// A change of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced; of no length for an insertion.
    pub place: Place,
    /// What takes its place.
    pub text: String,
}

/// What readers of a report may want to know of a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Its name.
    pub name: &'static str,
    /// The group that it is of.
    pub group: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Its page.
    pub page: &'static str,
    /// Whether it runs if nothing else is asked for.
    pub default: bool,
    /// How bad its findings are, if that is the same for all.
    pub severity: Option<Severity>,
}

/// How the run went.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The import paths of the packages that were checked, in order.
    pub packages: Vec<String>,
    /// How many findings are not shown as they are of too little confidence.
    pub unsure: usize,
    /// How many are not shown as the baseline has them.
    pub known: usize,
    /// How many are not shown as their lines allow them.
    pub allowed: usize,
    /// What was skipped as it could not be read or resolved.
    pub skipped: Vec<String>,
    /// How long it took, if that is to be shown.
    pub took: Option<Duration>,
    /// The version of mapguard.
    pub version: String,
}

/// All that a report is made of.
pub struct Report<'a> {
    /// The files that places are in.
    pub files: &'a Files,
    /// The findings, in the order they are shown.
    pub diagnostics: &'a [Diagnostic],
    /// The rules that ran.
    pub rules: &'a [RuleInfo],
    /// How the run went.
    pub summary: &'a Summary,
}

impl Diagnostic {
    /// The function with its package, as stacks have it.
    pub fn full_function(&self) -> String {
        match &*self.function {
            "" => self.package.clone(),
            function => format!("{}.{function}", self.package),
        }
    }
}
