//! `unstable-key`: keys that are different each time.

use go_syntax::{Event, Node};

use super::{Check, Group, Rule};
use crate::finding::{Confidence, Finding, Place};
use crate::life::Life;
use crate::parallel::flat;
use crate::retried::{Retried, retried};
use crate::taint::{Part, Source, Written, written};
use crate::writes::{How, function_around, text};

/// The rule.
pub(super) const UNSTABLE_KEY: Rule = Rule {
    name: "unstable-key",
    group: Group::Idempotency,
    summary: "keys that depend on time, chance, addresses or the order of a map",
    default: true,
    page: include_str!("../../../../docs/rules/unstable-key.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    flat(written(check, Part::Key).into_iter().filter_map(|written| {
        let confidence = confidence(&written)?;
        Some(finding(&written, UNSTABLE_KEY.name, "the key", confidence, help(written.origin.source)))
    }))
}

/// How sure it is that a key does harm. Keys that are made to be new and then kept are how most identifiers come about:
/// only what cannot be found again, or is made anew when the same thing is tried again, is certain.
fn confidence(written: &Written<'_>) -> Option<Confidence> {
    let context = &written.frame.context;
    let origin = &written.origin;
    let most = if context.is_test() || written.life == Life::Unknown || origin.kept {
        Confidence::Medium
    } else {
        Confidence::High
    };
    let found = match origin.source {
        // Values that are told apart by where they lie: each is itself.
        Source::Pointer => Confidence::Low,
        // What is counted by hour or by die is meant to be.
        _ if origin.window || written.how != How::Assign && written.life == Life::Call => Confidence::Low,
        Source::MapOrder | Source::Address if written.life == Life::Call => Confidence::Medium,
        Source::MapOrder | Source::Address => Confidence::High,
        _ if written.life == Life::Call => Confidence::Low,
        Source::Process | Source::Host | Source::Environment => Confidence::Low,
        Source::Goroutine | Source::Told => Confidence::Medium,
        Source::Time | Source::Random | Source::Uuid => {
            let again = retried(context, written.frame.decl, written.at)
                .is_some_and(|why| matches!(why, Retried::Loop | Retried::Closure) && inside_retry(written));
            let lost = written.once && !written.gone_through && written.how == How::Assign;
            if again || lost { Confidence::High } else { Confidence::Medium }
        }
    };
    Some(found.min(most))
}

/// Whether the source is called in the same round of the loop, or the same call of the function, as the write.
fn inside_retry(written: &Written<'_>) -> bool {
    let (context, origin) = (&written.frame.context, &written.origin);
    let same_file = origin.at.pkg == context.package.id && origin.at.file == written.frame.file;
    let Some(span) = crate::retried::span(context, written.frame.decl, written.at) else { return false };
    same_file && span.range().contains(&origin.at.span.start.index())
}

fn help(source: Source) -> &'static str {
    match source {
        Source::MapOrder => "Sort before putting the key together",
        Source::Address | Source::Pointer => "Make the key of what the value is, not of where it lies",
        _ => {
            "Make the key of what the entry is about, or take it from whoever asks, so that a second try finds the first"
        }
    }
}

/// What both rules say.
pub(super) fn finding(
    written: &Written<'_>,
    rule: &'static str,
    part: &str,
    confidence: Confidence,
    help: &str,
) -> Finding {
    let context = &written.frame.context;
    let (info, file) = (context.info, written.frame.file);
    let origin = &written.origin;
    let pkg = context.package.id;
    let shown = text(info, written.part);
    let mut notes = Vec::new();
    let is_inside = info.tree.walk(Node::Expr(written.part)).any(|event| {
        matches!(event, Event::Enter(Node::Expr(id))
            if origin.at.pkg == pkg && origin.at.file == file && info.tree.expr_span(id) == origin.at.span)
    });
    if !is_inside {
        notes.push((origin.at, format!("{} comes in here", origin.source.as_str())));
    }
    if let Some(at) = written.through {
        notes.push((at, format!("{} is written here", written.map)));
    }
    Finding {
        rule,
        confidence,
        place: Place { pkg, file, span: info.tree.expr_span(written.at) },
        function: function_around(context, written.frame.decl, written.at),
        message: format!("{part} {shown} of {} depends on {}", written.map, origin.source.as_str()),
        notes,
        help: help.to_owned(),
        fix: None,
    }
}
