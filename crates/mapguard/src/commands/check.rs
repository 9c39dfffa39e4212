//! `mapguard check`: finds map writes in Go source that are unsafe.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::{Args, ValueEnum, ValueHint};
use guard_build::options;
use report::{Confidence, Report, Summary};

use crate::cli::Own;
use crate::source::{self, Source};
use crate::{config, say};

mod cached;
mod find;
mod known;
mod mend;
mod paths;
mod progress;
mod select;
mod show;
mod stdin;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mapguard check ./...
  mapguard check --test --rules nil-map ./internal/...
  mapguard check --confidence medium ./...
  mapguard check --diff ./...                               what --fix would change
  mapguard check --write-baseline known.json ./...          from now on: --baseline known.json
  mapguard check --format sarif --output mapguard.sarif ./...
  mapguard check --stdin cart/cart.go < unsaved.go          for editors

`mapguard explain` lists the rules, and `mapguard explain RULE` tells what one finds and how to mend
it. A finding that is right as it is: end its line with

  //mapguard:allow RULE because REASON

Nothing is built or run. What does not parse or resolve is told, and the rest goes on. The table
[check] of mapguard.toml has the same settings, and more (docs/check.md).

Exit codes: 0 if nothing is found, 1 if something is, 2 if the check could not be made.";

/// What to check, and how.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    packages: source::Packages,
    /// Only these rules, by name or group (`mapguard explain` lists them)
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    rules: Option<Vec<String>>,
    /// All rules, also those that are not on by default, and findings of any confidence
    #[arg(long, conflicts_with = "rules")]
    all: bool,
    /// Also findings of less confidence [default: high]
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidences())]
    confidence: Option<Confidence>,
    /// How findings are written [default: text]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Show nothing that this file has
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, for --baseline
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["fix", "diff", "output"])]
    write_baseline: Option<PathBuf>,
    /// Change the source where the change is certain to be right
    #[arg(long)]
    fix: bool,
    /// Show what --fix would change
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// Read this file from standard input, and report of it alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "fix")]
    stdin: Option<PathBuf>,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One line for each finding, as compilers write them
    Short,
    /// One object a line (docs/finding-schema.md)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub's annotations
    Github,
    /// JUnit's XML
    Junit,
}

fn confidences() -> impl clap::builder::TypedValueParser<Value = Confidence> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Confidence::WORDS.iter().copied())
        .try_map(|word| Confidence::of_word(&word).ok_or("no confidence"))
}

/// Checks; `own` is what stands before the subcommand.
pub(crate) fn run(options: &Options, own: &Own) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let folder = match &options.stdin {
        // An editor may have been started anywhere.
        Some(file) if !options.packages.starts_elsewhere() => stdin::folder_of(file)?,
        _ => options.packages.folder()?,
    };
    let (_, table, go) = config::for_check(own, &folder)?;
    let selection = select::select(options, &table)?;
    let asked = stdin::Asked { file: options.stdin.as_deref(), go };
    let mut source = Source::load_with(&options.packages, |settings| asked.settle(settings))?;
    let mut shown = cached::shown(&mut source, &selection, &table, options.stdin.as_deref())?;
    source.tell(&shown.told);
    // The baseline knows findings of any confidence, so that it tells truly what is gone.
    let sure = |it: &report::Diagnostic| it.confidence >= selection.confidence;
    if let Some(path) = &options.write_baseline {
        shown.diagnostics.retain(sure);
        return known::write(path, &shown, &source);
    }
    let baseline = options.baseline.clone().or(table.baseline.clone());
    let mut summary = Summary {
        packages: source.paths(),
        allowed: shown.allowed,
        skipped: shown.told.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Summary::default()
    };
    if let Some(path) = &baseline {
        summary.known = known::take_out(path, &mut shown, &selection, &source)?;
    }
    let before = shown.diagnostics.len();
    shown.diagnostics.retain(sure);
    summary.unsure = before - shown.diagnostics.len();
    if options.diff {
        let text = mend::diff(&shown);
        say::out(&text)?;
        return Ok(code(&shown.diagnostics, &source));
    }
    if options.fix {
        mend::fix(&mut shown, &source)?;
    }
    summary.took = say::is_terminal().then(|| begun.elapsed());
    let report = Report {
        files: &shown.files,
        diagnostics: &shown.diagnostics,
        rules: &selection.infos(&table),
        summary: &summary,
    };
    write(options, own.layer.format, &report)?;
    if shown.failed {
        return Ok(ExitCode::from(say::FAILED));
    }
    Ok(code(&shown.diagnostics, &source))
}

fn code(diagnostics: &[report::Diagnostic], source: &Source) -> ExitCode {
    // That there is nothing to check was told.
    if source.packages() == 0 {
        return ExitCode::from(say::FAILED);
    }
    ExitCode::from(u8::from(!diagnostics.is_empty()))
}

fn write(options: &Options, before: Option<options::Format>, report: &Report<'_>) -> anyhow::Result<()> {
    let format = options.format.unwrap_or(match before {
        Some(options::Format::Json) => Format::Json,
        _ => Format::Text,
    });
    let coloured = matches!(format, Format::Text | Format::Short);
    let text = match format {
        Format::Text => {
            let width = if options.output.is_some() { report::text::WIDTH } else { say::width() };
            report::text::render(report, width)
        }
        Format::Short => report::text::short(report),
        Format::Json => report::json::render(report),
        Format::Sarif => report::sarif::render(report),
        Format::Github => report::github::render(report),
        Format::Junit => report::junit::render(report),
    };
    match &options.output {
        Some(path) if coloured => source::write(path, &text),
        Some(path) => std::fs::write(path, &text).with_context(|| format!("cannot write {}", path.display())),
        None if coloured => say::out(&text),
        None => say::out_plain(&text),
    }
}
