//! Which rules run, and what of theirs is shown.

use anyhow::bail;
use map_rules::allow::{self, ALLOW};
use map_rules::rules::{RULES, Rule};
use report::{Confidence, RuleInfo, Severity};

use super::Options;
use crate::config::{self, check};

/// What was chosen.
pub(super) struct Selection {
    pub(super) rules: Vec<&'static Rule>,
    pub(super) confidence: Confidence,
}

/// The command line comes before the file.
pub(super) fn select(options: &Options, table: &check::Table) -> anyhow::Result<Selection> {
    if let Some(names) = &options.rules {
        let known = check::known(true);
        for name in names {
            if !known.contains(&name.as_str()) {
                bail!(
                    "--rules: there is no rule or group `{name}`{}\n  they are: {}",
                    config::nearest(name, &known),
                    known.join(", ")
                );
            }
        }
    }
    let named = |names: &[String], rule: &Rule| {
        names.iter().any(|name| name == rule.name || name == rule.group.as_str())
    };
    let chosen = |rule: &Rule| {
        if options.all {
            return true;
        }
        if let Some(names) = &options.rules {
            return named(names, rule);
        }
        let on = table.rules.as_ref().map_or(rule.default, |names| named(names, rule));
        on && !named(&table.disable, rule)
    };
    let default = if options.all { Confidence::Low } else { table.confidence.unwrap_or(Confidence::High) };
    Ok(Selection {
        rules: RULES.iter().copied().filter(|rule| chosen(rule)).collect(),
        confidence: options.confidence.unwrap_or(default),
    })
}

impl Selection {
    /// Whether a rule runs.
    pub(super) fn runs(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name == name)
    }

    /// The rules that run, for a report; comments that allow are looked at always.
    pub(super) fn infos(&self, table: &check::Table) -> Vec<RuleInfo> {
        let rules = self.rules.iter().map(|rule| RuleInfo {
            name: rule.name,
            group: rule.group.as_str(),
            summary: rule.summary,
            page: rule.page,
            default: rule.default,
            severity: table.severity.get(rule.name).copied(),
        });
        let allow = RuleInfo {
            name: ALLOW,
            group: "",
            summary: allow::SUMMARY,
            page: allow::PAGE,
            default: true,
            severity: Some(severity(table, ALLOW, Confidence::High)),
        };
        rules.chain([allow]).collect()
    }
}

/// How bad a finding is.
pub(super) fn severity(table: &check::Table, rule: &str, confidence: Confidence) -> Severity {
    table.severity.get(rule).copied().unwrap_or(match confidence {
        _ if rule == ALLOW => Severity::Warning,
        Confidence::High => Severity::Error,
        Confidence::Medium => Severity::Warning,
        Confidence::Low => Severity::Note,
    })
}
