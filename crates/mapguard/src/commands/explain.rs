//! `mapguard explain`: what a rule finds, and how to mend it.

use std::fmt::Write as _;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::bail;
use clap::Args;
use map_rules::allow;
use map_rules::rules::RULES;

use crate::config::{self, check};
use crate::say;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mapguard explain              all rules
  mapguard explain nil-map      what one finds, an example, how to mend it, what it does not see";

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A rule; without it all are listed
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

const BOLD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const CODE: Style = AnsiColor::Cyan.on_default();

/// Prints a rule's page, or the list.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let text = match options.rule.as_deref() {
        None => list(),
        Some(name) => page(name)?,
    };
    say::out(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// All rules, by group.
fn list() -> String {
    let mut rules: Vec<(&str, &str, &str, bool)> =
        RULES.iter().map(|rule| (rule.group.as_str(), rule.name, rule.summary, rule.default)).collect();
    rules.sort_unstable();
    rules.push(("", allow::ALLOW, allow::SUMMARY, true));
    let wide = rules.iter().map(|(_, name, ..)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    let mut last = None;
    for (group, name, summary, default) in rules {
        if last != Some(group) {
            let title = if group.is_empty() { "always on" } else { group };
            // Writing to a String does not fail.
            let _ = writeln!(text, "{}{BOLD}{title}{BOLD:#}", if last.is_none() { "" } else { "\n" });
            last = Some(group);
        }
        let off = if default { "" } else { " (off by default)" };
        let line = report::text::wrap(&format!("{summary}{off}"), say::width(), wide + 4, wide + 4);
        let _ = writeln!(text, "  {CODE}{name:<wide$}{CODE:#}  {line}");
    }
    let _ = writeln!(text, "\n{QUIET}mapguard explain RULE tells more of one.{QUIET:#}");
    text
}

fn page(name: &str) -> anyhow::Result<String> {
    let rule = RULES.iter().find(|rule| rule.name == name);
    let page = match (rule, name) {
        (Some(rule), _) => rule.page,
        (None, allow::ALLOW) => allow::PAGE,
        (None, _) => {
            let known = check::known(false);
            bail!(
                "there is no rule `{name}`{}\n  mapguard explain lists them",
                config::nearest(name, &known)
            );
        }
    };
    Ok(shown(page, say::width()))
}

/// A page of Markdown for people: code is indented, paragraphs are as wide as the terminal.
fn shown(page: &str, width: usize) -> String {
    let mut text = String::new();
    let mut paragraph = String::new();
    let mut code = false;
    for line in page.lines() {
        let begins = line.is_empty() || line.starts_with(['#', '*', '`', '|']) || code;
        if begins && !paragraph.is_empty() {
            let indent = if paragraph.starts_with("* ") { 2 } else { 0 };
            let _ = writeln!(text, "{}", report::text::wrap(&paragraph, width, 0, indent));
            paragraph.clear();
        }
        if line.starts_with("```") {
            code = !code;
        } else if code && !line.is_empty() {
            let _ = writeln!(text, "    {CODE}{line}{CODE:#}");
        } else if let Some(title) = line.strip_prefix('#').filter(|_| !code) {
            let _ = writeln!(text, "{BOLD}{}{BOLD:#}", title.trim_start_matches('#').trim_start());
        } else if line.is_empty() || line.starts_with('|') {
            let _ = writeln!(text, "{line}");
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim_start());
        }
    }
    if !paragraph.is_empty() {
        let _ = writeln!(text, "{}", report::text::wrap(&paragraph, width, 0, 0));
    }
    text
}
