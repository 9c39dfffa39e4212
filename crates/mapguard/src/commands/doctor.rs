//! `mapguard doctor`: what is found on this machine, line by line, each well or with what to do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use guard_build::cache::Cache;

use crate::cli::Own;
use crate::config::{self, ConfigError, Settings};
use crate::say;

mod go;
mod machine;

/// One line of the report.
struct Finding {
    topic: &'static str,
    /// What was found.
    found: String,
    /// What to do about it, if it is a problem.
    advice: Option<String>,
}

impl Finding {
    fn ok(topic: &'static str, found: impl Into<String>) -> Finding {
        Finding { topic, found: found.into(), advice: None }
    }

    fn problem(topic: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { topic, found: found.into(), advice: Some(advice.into()) }
    }

    /// An error whose text is what happened, and in further lines what to do.
    fn error(topic: &'static str, error: &dyn std::error::Error) -> Finding {
        let text = error.to_string();
        let (found, advice) = text.split_once('\n').unwrap_or((&text, ""));
        Finding::problem(topic, found, advice.trim_start())
    }
}

pub(crate) fn run(own: &Own) -> anyhow::Result<ExitCode> {
    let settings = config::settle(own, Path::new("."), None);
    let command = match &settings {
        Ok(settings) => settings.go.clone(),
        Err(_) => own.layer.go.clone().unwrap_or_else(|| "go".into()),
    };
    let mut findings = vec![options(&settings), environment()];
    findings.extend(go::findings(&command));
    findings.push(cache());
    findings.extend(machine::findings());

    let problems = findings.iter().filter(|finding| finding.advice.is_some()).count();
    say::out(&report(&findings, problems))?;
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn report(findings: &[Finding], problems: usize) -> String {
    let (good, bad) = (AnsiColor::Green.on_default(), AnsiColor::Red.on_default().bold());
    let mut text = format!("mapguard {}\n", env!("CARGO_PKG_VERSION"));
    for Finding { topic, found, advice } in findings {
        let (style, verdict): (Style, _) = if advice.is_none() { (good, "ok") } else { (bad, "problem") };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{style}{verdict:<8}{style:#} {topic:<12} {}", indent(found));
        if let Some(advice) = advice.as_deref().filter(|advice| !advice.is_empty()) {
            let _ = writeln!(text, "{:22}{}", "", indent(advice));
        }
    }
    text.push_str(&match problems {
        0 => "all is well: mapguard test ./...\n".to_owned(),
        1 => "1 problem\n".to_owned(),
        problems => format!("{problems} problems\n"),
    });
    text
}

/// Further lines under the first.
fn indent(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(&format!("\n{:22}", ""))
}

fn options(settings: &Result<Settings, ConfigError>) -> Finding {
    match settings {
        Ok(settings) => {
            let from = match &settings.file {
                Some(file) => file.display().to_string(),
                None => format!("no {}", config::FILE),
            };
            Finding::ok("options", format!("policy {}; {from}", settings.options.policy))
        }
        Err(error) => Finding::error("options", error),
    }
}

/// Variables that look like ours and are not.
fn environment() -> Finding {
    let known: Vec<String> = config::variables().collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut names: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(config::PREFIX))
        .collect();
    names.sort();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Finding::problem(
            "environment",
            format!("{name} is no variable of mapguard{}", config::nearest(name, &known)),
            format!("mapguard listens to {}", known.join(", ")),
        ),
        None if names.is_empty() => Finding::ok("environment", "no MAPGUARD_ variables"),
        None => Finding::ok("environment", names.join(", ")),
    }
}

fn cache() -> Finding {
    let cache = match Cache::of_user() {
        Ok(cache) => cache,
        Err(error) => return Finding::error("cache", &error),
    };
    match cache.check_writable() {
        Ok(()) => {
            let root = cache.root().display();
            Finding::ok("cache", format!("{root}: {}, writable", say::bytes(cache.size())))
        }
        Err(error) => Finding::error("cache", &error),
    }
}
