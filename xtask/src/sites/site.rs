//! Places where a map is written: as go/types sees them, and as mapguard lists them.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::emitted::Emitted;
use super::subject::Subject;
use crate::go::Toolchain;
use crate::places;

/// A line of `mapguard sites --format json`, or of xtask/go/sitetruth, which has more fields.
#[derive(Deserialize, Clone, Default)]
#[serde(default)]
pub(super) struct Site {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) op: String,
    pub(super) function: String,
    pub(super) package: String,
    pub(super) map: String,
    #[serde(rename = "type")]
    pub(super) map_type: String,
    pub(super) test: bool,
    pub(super) dead: bool,
    /// The line that the compiler's call has [default: the line]. docs/sites-vs-compiler.md says which it is.
    pub(super) call_line: u32,
    /// For a literal: the lines of all its calls [default: that line].
    pub(super) call_lines: Vec<u32>,
    /// What is called, where the operation does not say it: a loop that deletes all calls `clear`.
    pub(super) calls: String,
    /// For a delete in a generic function, where some instances clear the map instead: the line of that call.
    pub(super) clear_line: u32,
    /// Of go/types only: lines of the function and of the statement, why the compiler drops it, whether the function is generic.
    pub(super) body: (u32, u32),
    pub(super) statement: (u32, u32),
    pub(super) why: String,
    pub(super) generic: bool,
}

/// What tells a site from others.
pub(super) type Key = (String, u32, u32, String);

impl Site {
    pub(super) fn key(&self) -> Key {
        (self.file.clone(), self.line, self.column, self.op.clone())
    }

    /// The lines and kinds of its calls.
    pub(super) fn expected(&self, emitted: &Emitted) -> Vec<(u32, String)> {
        let given = self.call_lines.first().copied().unwrap_or(self.line);
        let first = if self.call_line == 0 { given } else { self.call_line };
        if self.clear_line > 0 && emitted.has_call(&self.file, self.clear_line, "clear") {
            let mut calls = vec![(self.clear_line, "clear".to_owned())];
            if emitted.has_call(&self.file, first, "delete") {
                calls.push((first, "delete".to_owned()));
            }
            return calls;
        }
        let lines = if self.call_lines.is_empty() { std::slice::from_ref(&first) } else { &self.call_lines };
        lines.iter().map(|&line| (line, self.calls())).collect()
    }

    /// The kind of its calls.
    fn calls(&self) -> String {
        match (self.calls.as_str(), self.op.as_str()) {
            ("", "delete" | "clear") => self.op.clone(),
            ("", "reflect.SetMapIndex" | "reflect.Clear") => self.op.replace("reflect.", "reflect.Value."),
            ("", op) if op.starts_with("maps.") => op.to_owned(),
            ("", _) => "assign".to_owned(),
            (calls, _) => calls.to_owned(),
        }
    }

    /// Takes over what only go/types says, from the same site there.
    fn complete(&mut self, truth: &HashMap<Key, &Site>) {
        let Some(twin) = truth.get(&self.key()) else { return };
        (self.body, self.statement, self.generic) = (twin.body, twin.statement, twin.generic);
        if self.call_line == 0 {
            self.call_line = twin.call_line;
        }
        self.clear_line = twin.clear_line;
        if self.call_lines.is_empty() {
            self.call_lines.clone_from(&twin.call_lines);
        }
        if self.calls.is_empty() {
            self.calls.clone_from(&twin.calls);
        }
        if self.dead {
            self.why.clone_from(&twin.why);
        }
    }
}

/// The sites of a subject, tests left out, as go/types sees them.
pub(super) fn truth(toolchain: &Toolchain, subject: &Subject) -> Result<Vec<Site>> {
    let mut program = toolchain.command(sitetruth(toolchain)?);
    program.arg("sites").arg("--").args(&subject.patterns).current_dir(&subject.folder);
    // Before 1.23 the types of aliases are resolved unless this says otherwise.
    program.envs(super::ENVIRONMENT).env("GODEBUG", "gotypesalias=1");
    read(&success(&mut program)?)
}

/// The sites as mapguard lists them, completed from the truth; none if this mapguard has no such command.
pub(super) fn inventory(
    mapguard: &Path,
    toolchain: &Toolchain,
    subject: &Subject,
    truth: &[Site],
) -> Result<Option<Vec<Site>>> {
    let mut help = Command::new(mapguard);
    if !help.args(["sites", "--help"]).stderr(Stdio::null()).output().is_ok_and(|o| o.status.success()) {
        return Ok(None);
    }
    let mut program = toolchain.command(mapguard);
    program.arg("--go").arg(toolchain.go()).args(["sites", "--format", "json", "--"]);
    program.args(&subject.patterns).current_dir(&subject.folder).envs(super::ENVIRONMENT);
    let mut sites = read(&success(&mut program)?)?;
    let known: HashMap<Key, &Site> = truth.iter().map(|site| (site.key(), site)).collect();
    sites.retain(|site| !site.test);
    for site in &mut sites {
        site.file = subject.folder.join(&site.file).to_string_lossy().into_owned();
        site.complete(&known);
    }
    Ok(Some(sites))
}

fn read(output: &Output) -> Result<Vec<Site>> {
    let lines = output.stdout.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| {
            serde_json::from_slice(line)
                .with_context(|| format!("not a site: {}", String::from_utf8_lossy(line)))
        })
        .collect()
}

/// Builds the program with the release whose go/types is wanted.
fn sitetruth(toolchain: &Toolchain) -> Result<PathBuf> {
    let binary = places::results("sites")?.join(format!("sitetruth-go{}", toolchain.version));
    let mut go = toolchain.command(toolchain.go());
    go.args(["build", "-o"]).arg(&binary).arg(".").current_dir(places::root()?.join("xtask/go/sitetruth"));
    success(go.envs(super::ENVIRONMENT))?;
    Ok(binary)
}

fn success(command: &mut Command) -> Result<Output> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        let _ = std::io::stderr().write_all(&output.stderr);
    }
    ensure!(output.status.success(), "{name} failed; what it says is above");
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_defaults() {
        let expected = |text: &str| {
            let site: Site = serde_json::from_str(text).unwrap();
            let calls = site.expected(&Emitted::default());
            calls.iter().map(|(line, kind)| format!("{line} {kind}")).collect::<Vec<_>>()
        };
        assert_eq!(expected(r#"{"file":"a.go","line":3,"column":2,"op":"delete"}"#), ["3 delete"]);
        assert_eq!(expected(r#"{"line":3,"op":"assign","call_line":4}"#), ["4 assign"]);
        assert_eq!(expected(r#"{"line":3,"op":"literal","call_lines":[4,9]}"#), ["4 assign", "9 assign"]);
        assert_eq!(expected(r#"{"line":3,"op":"delete","calls":"clear"}"#), ["3 clear"]);
        assert_eq!(expected(r#"{"line":3,"op":"reflect.SetMapIndex"}"#), ["3 reflect.Value.SetMapIndex"]);
    }
}
