//! `unstable-value`: values that are different each time.

use go_types::TypeId;

use super::unstable_key::finding;
use super::{Check, Group, Rule};
use crate::finding::{Confidence, Finding};
use crate::life::Life;
use crate::parallel::flat;
use crate::taint::{Part, Source, Written, written};

/// The rule.
pub(super) const UNSTABLE_VALUE: Rule = Rule {
    name: "unstable-value",
    group: Group::Idempotency,
    summary: "values that depend on time, chance, addresses or the order of a map",
    default: true,
    page: include_str!("../../../../docs/rules/unstable-value.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    flat(written(check, Part::Value).into_iter().filter_map(|written| {
        let confidence = confidence(&written)?;
        let help = match written.origin.source {
            Source::MapOrder => "Sort before putting the value together",
            Source::Address | Source::Pointer => "Store what the value is, not where it lies",
            _ => {
                "Decide the value once, outside of what may be done again, or keep the first that was stored"
            }
        };
        Some(finding(&written, UNSTABLE_VALUE.name, "the value", confidence, help))
    }))
}

/// Times and random numbers are what many values are for: when something was seen, when it ends. Text that is put
/// together in the order of a map is hardly ever meant.
fn confidence(written: &Written<'_>) -> Option<Confidence> {
    let context = &written.frame.context;
    let ty = context.info.type_of(written.part);
    let types = &context.program.types;
    let is_text = types.as_basic(ty).is_some() && types.as_basic(ty) == types.as_basic(TypeId::STRING);
    let long = written.life == Life::Long && !written.origin.kept && !context.is_test();
    Some(match written.origin.source {
        Source::MapOrder if is_text && long => Confidence::High,
        Source::MapOrder | Source::Address if written.life != Life::Call => Confidence::Medium,
        _ => Confidence::Low,
    })
}
