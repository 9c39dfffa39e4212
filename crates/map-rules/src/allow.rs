//! `//mapguard:allow rule because …`: a finding that somebody looked at, and why it is right as it is.
//!
//! It stands at the end of the finding's line, or on a line of its own above it.

use go_syntax::{Comment, Span, Tree};

use crate::finding::{Confidence, Finding, Place};
use crate::rules::{Check, RULES};

/// What findings about such comments are called.
pub const ALLOW: &str = "allow";

/// What is found about them, in one line.
pub const SUMMARY: &str = "comments //mapguard:allow that are not as they should be";

/// The page of [`ALLOW`].
pub const PAGE: &str = include_str!("../../../docs/rules/allow.md");

/// What such a comment begins with.
const WORD: &[u8] = b"//mapguard:allow";

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Settled {
    /// Those that nothing allows, and those about comments that are not as they should be.
    pub findings: Vec<Finding>,
    /// Those that a comment allows.
    pub allowed: Vec<Finding>,
}

/// A comment that allows.
struct Allow<'t> {
    place: Place,
    /// The line that it is about.
    line: u32,
    /// The names of rules, and whether each was there to allow something.
    rules: Vec<(&'t str, bool)>,
    reason: &'t str,
}

/// Takes out the findings that comments allow, and adds findings about comments. `ran` tells of a rule whether it
/// ran: only then can a comment be of no use.
pub fn settle(check: &Check<'_>, findings: Vec<Finding>, ran: impl Fn(&str) -> bool) -> Settled {
    let mut allows = Vec::new();
    for target in &check.targets {
        for &file in &target.files {
            let Some(info) = target.package.files.get(file as usize) else { continue };
            for comment in info.tree.comments().all() {
                let place = Place { pkg: target.package.id, file, span: comment.span };
                allows.extend(read(&info.tree, comment, place));
            }
        }
    }
    if allows.is_empty() {
        return Settled { findings, allowed: Vec::new() };
    }
    let mut settled = Settled::default();
    for finding in findings {
        let line = line(check, finding.place);
        let same = |allow: &&mut Allow<'_>| {
            allow.place.pkg == finding.place.pkg
                && allow.place.file == finding.place.file
                && allow.line == line
        };
        let mut allowed = false;
        for allow in allows.iter_mut().filter(same) {
            for (rule, used) in &mut allow.rules {
                if *rule == finding.rule {
                    *used = true;
                    allowed = true;
                }
            }
        }
        if allowed {
            settled.allowed.push(finding);
        } else {
            settled.findings.push(finding);
        }
    }
    for allow in &allows {
        settled.findings.extend(wrong(check, allow, &ran));
    }
    settled
}

fn line(check: &Check<'_>, place: Place) -> u32 {
    let package = check.program.package(place.pkg);
    let info = package.and_then(|package| package.files.get(place.file as usize));
    info.map_or(0, |info| info.tree.line(place.span.start))
}

/// The comment, if it is one that allows.
fn read<'t>(tree: &'t Tree, comment: &Comment, place: Place) -> Option<Allow<'t>> {
    let text = tree.text(comment.span);
    let rest = text.strip_prefix(WORD)?;
    if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return None;
    }
    let rest = std::str::from_utf8(rest).ok()?.trim();
    // What a test expects of the line is no part of the reason.
    let rest = rest.split("// want ").next().unwrap_or_default().trim();
    let (names, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let reason = reason.trim();
    let reason = reason.strip_prefix("because").map_or(reason, str::trim);
    let rules = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let line = tree.line(comment.span.start);
    let start = tree.lines().span(line).start;
    let before = tree.text(Span { start, end: comment.span.start });
    let line = if before.trim_ascii().is_empty() { below(tree, line) } else { line };
    Some(Allow { place, line, rules: rules.map(|name| (name, false)).collect(), reason })
}

/// The next line that is more than a comment.
fn below(tree: &Tree, line: u32) -> u32 {
    let is_comment = |line: &u32| tree.text(tree.lines().span(*line)).trim_ascii_start().starts_with(b"//");
    (line + 1..tree.lines().count()).find(|line| !is_comment(line)).unwrap_or(line)
}

/// What is wrong with a comment.
fn wrong(check: &Check<'_>, allow: &Allow<'_>, ran: &impl Fn(&str) -> bool) -> Vec<Finding> {
    let found = |message: String, help: &str| Finding {
        rule: ALLOW,
        confidence: Confidence::High,
        place: allow.place,
        function: String::new(),
        message,
        notes: Vec::new(),
        help: help.to_owned(),
        fix: None,
    };
    if allow.rules.is_empty() {
        return vec![found("no rule is named".into(), "write //mapguard:allow RULE because REASON")];
    }
    let mut wrong = Vec::new();
    if allow.reason.is_empty() {
        let names: Vec<&str> = allow.rules.iter().map(|(name, _)| *name).collect();
        let message = format!("no reason is given for allowing {}", names.join(" and "));
        wrong.push(found(message, "say why it is right as it is: // … because REASON"));
    }
    for &(name, used) in &allow.rules {
        if !RULES.iter().any(|rule| rule.name == name) {
            let help = match nearest(name) {
                Some(near) => format!("did you mean {near}?"),
                None => "mapguard explain lists the rules".to_owned(),
            };
            wrong.push(found(format!("there is no rule {name}"), &help));
        } else if !used && ran(name) {
            let here = if allow.line == line(check, allow.place) { "this line" } else { "the next line" };
            let message = format!("{name} finds nothing in {here}: this comment is of no use");
            wrong.push(found(message, "remove it"));
        }
    }
    wrong
}

/// The rule whose name is nearest to a word, if one is near.
fn nearest(word: &str) -> Option<&'static str> {
    let names = RULES.iter().map(|rule| rule.name);
    let (name, steps) = names.map(|name| (name, distance(word, name))).min_by_key(|(_, steps)| *steps)?;
    (steps <= 1 + word.len() / 4).then_some(name)
}

/// How many letters have to be put in, left out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in b.iter().enumerate() {
            let change = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = change.min(corner + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_between_words() {
        assert_eq!(distance("nil-map", "nil-map"), 0);
        assert_eq!(distance("nilmap", "nil-map"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
