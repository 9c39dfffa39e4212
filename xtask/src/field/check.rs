//! What the static check finds in the same modules and in the standard library, each finding with a verdict.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::modules::MODULES;
use super::{fetch, page};
use crate::go::Toolchain;
use crate::say::say;
use crate::sites::subject::Subject;
use crate::table::Table;
use crate::{mapguard, places};

/// A finding, as `mapguard check --format json` has it.
#[derive(Deserialize)]
struct Finding {
    rule: String,
    confidence: String,
    message: String,
    file: String,
    line: u32,
}

/// The part of a page between two marks that the table goes to.
const PAGE: (&str, &str) = ("docs/check-report.md", "field");

/// Checks all packages with their tests, prints the table, and fails if a finding has no verdict.
pub(super) fn run(toolchain: &Toolchain, part: &str, write: bool) -> Result<()> {
    let mapguard = mapguard::build()?;
    let mut subjects = vec![("std and cmd".to_owned(), toolchain.root.join("src"), vec!["std", "cmd"])];
    for module in MODULES {
        let name = format!("{} {}", module.path, module.version);
        subjects.push((name, fetch::fetch(toolchain, module)?, vec!["./..."]));
    }
    for subject in Subject::modules(toolchain, "")? {
        if subjects.iter().all(|(name, ..)| *name != subject.name) {
            subjects.push((subject.name, subject.folder, vec!["./..."]));
        }
    }
    let verdicts = fs::read_to_string(places::root()?.join("xtask/verdicts.tsv"))?;
    let mut table = Table::new(&["module", "packages", "default findings", "true", "false", "medium"]);
    let (mut sums, mut unknown) = ([0; 5], 0);
    for (name, folder, patterns) in subjects.iter().filter(|(name, ..)| name.contains(part)) {
        let check = |options: &[&str]| {
            let mut command = toolchain.command(&mapguard);
            command.args(["check", "--no-cache", "--test"]).args(options).args(patterns);
            output(&mut command, folder)
        };
        let mut counts = [packages(&check(&[])?)?, 0, 0, 0, 0];
        for line in check(&["--confidence", "medium", "--format", "json"])?.lines() {
            let finding: Finding = serde_json::from_str(line).with_context(|| line.to_owned())?;
            if finding.confidence != "high" {
                counts[4] += 1;
                continue;
            }
            counts[1] += 1;
            let place = format!("{}:{}", finding.file, finding.line);
            let start = format!("{name}\t{place}\t{}\t", finding.rule);
            let verdict = verdicts.lines().find_map(|line| line.strip_prefix(&start));
            match verdict.and_then(|rest| rest.split('\t').next()) {
                Some("true") => counts[2] += 1,
                Some("false") => counts[3] += 1,
                _ => unknown += 1,
            }
            let verdict = verdict.unwrap_or("no verdict").replace('\t', ": ");
            say!("{name}: {place}: {}: {}\n  {verdict}", finding.rule, finding.message);
        }
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        table.row([name.clone()].into_iter().chain(counts.map(|count| count.to_string())).collect());
    }
    ensure!(!table.is_empty(), "no module has `{part}` in its path");
    table.row(["all".to_owned()].into_iter().chain(sums.map(|sum| sum.to_string())).collect());
    say!("\nGo {}:\n{}", toolchain.version, table.text());
    if write {
        page::put(PAGE.0, PAGE.1, &format!("\nGo {}:\n\n{}", toolchain.version, table.markdown()))?;
    }
    ensure!(unknown == 0, "{unknown} findings have no verdict in xtask/verdicts.tsv");
    Ok(())
}

/// What it prints. It must come to its end, and skip nothing.
fn output(command: &mut Command, folder: &Path) -> Result<String> {
    let output = command.env("GOWORK", "off").current_dir(folder).output().context("cannot run mapguard")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !matches!(output.status.code(), Some(0 | 1)) || !said.is_empty() {
        bail!("{}: {said}", folder.display());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How many packages it looked at: `no findings in 316 packages`.
fn packages(text: &str) -> Result<u32> {
    let line =
        text.lines().rev().find(|line| line.contains(" in ")).context("it says nothing of packages")?;
    let mut words = line.split(' ').rev().skip_while(|word| !word.starts_with("package")).skip(1);
    let number = words.next().context("it says no number of packages")?;
    number.replace(',', "").parse().with_context(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_how_many_packages() {
        assert_eq!(super::packages("no findings in 316 packages\n9 of lower confidence\n").unwrap(), 316);
        assert_eq!(super::packages("x\n1 finding in 1 package\n").unwrap(), 1);
    }
}
