//! github.com/kolkov/racedetector, a race detector in Go that rewrites a program's source.
//!
//! It builds programs, not tests, and refuses many: so each benchmark is made a program of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::go::Toolchain;

/// The only version that the Go module proxy hands out here, and its checksum as go.sum has it.
const MODULE: &str = "github.com/kolkov/racedetector@v0.1.0";
const SUM: &str = "h1:0KgZtrFL+iGaahLKTVYIaHg8TyswzAcjMvPJjbvmw+Q=";

/// The tool, installed.
pub(crate) struct Kolkov<'a> {
    toolchain: &'a Toolchain,
    /// The module's source. The tool takes the go.mod above the folder it runs in for its own.
    source: PathBuf,
    tool: PathBuf,
    /// Where rewritten benchmarks go.
    folder: PathBuf,
}

/// What `go mod download -json` says.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Download {
    dir: PathBuf,
    sum: String,
    error: String,
}

impl Kolkov<'_> {
    pub(crate) fn install<'a>(toolchain: &'a Toolchain, folder: &Path) -> Result<Kolkov<'a>> {
        let mut go = toolchain.command(toolchain.go());
        go.args(["mod", "download", "-json", MODULE]).current_dir(std::env::temp_dir());
        let said: Download = serde_json::from_slice(&go.output()?.stdout).unwrap_or_default();
        if !said.error.is_empty() {
            bail!("{}", said.error);
        }
        ensure!(said.sum == SUM, "its checksum is {}, expected {SUM}", said.sum);
        let tool = folder.join("racedetector");
        let mut go = toolchain.command(toolchain.go());
        go.args(["build", "-buildvcs=false", "-o"]).arg(&tool).arg("./cmd/racedetector");
        let output = go.current_dir(&said.dir).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(Kolkov { toolchain, source: said.dir, tool, folder: folder.join("kolkov") })
    }

    /// Builds a program out of its one file.
    pub(crate) fn program(&self, main: &Path, binary: &Path) -> Result<(), String> {
        let mut command: Command = self.toolchain.command(&self.tool);
        command.args(["build", "-o"]).arg(binary).arg(main).current_dir(&self.source);
        let output = command.output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let first = said.lines().find(|line| line.contains(".go:")).unwrap_or(said.trim());
        Err(first.to_owned())
    }

    /// Builds one benchmark of a folder.
    pub(crate) fn benchmark(&self, folder: &Path, name: &str, binary: &Path) -> Result<(), String> {
        let text = || -> Result<PathBuf> {
            let own = self.folder.join(name);
            fs::create_dir_all(&own)?;
            let main = own.join("main.go");
            fs::write(&main, program_of(&all_of(folder)?, name).context("no such benchmark")?)?;
            Ok(main)
        };
        self.program(&text().map_err(|error| format!("{error:#}"))?, binary)
    }
}

/// The texts of a folder's test files, one after the other.
fn all_of(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "go") {
            text.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(text)
}

/// A program that runs the benchmark `name` of `text` as its test binary would, and has nothing in it that
/// it does not need.
fn program_of(text: &str, name: &str) -> Option<String> {
    let mut body = function(text, name)?.to_owned();
    // What the benchmarks share is needed by those with maps, which fill them from it.
    let shared = ["ints()", "strings()", "words", "keys", "escape("];
    if shared.iter().any(|word| body.contains(word)) {
        let from = text.find("const keys")?;
        let to = from + text[from..].find("func Benchmark")?;
        body = format!("{}\n{}\n{body}", &text[from..to], function(text, "escape")?);
    } else {
        body = format!("var sink int\n\n{body}");
    }
    let uses = [("\"strconv\"", "strconv."), ("\"sync\"", "sync."), ("\"sync/atomic\"", "atomic.")];
    let used = uses.iter().filter(|(_, word)| body.contains(word));
    let imports: String = used.map(|(import, _)| format!("import {import}\n")).collect();
    Some(format!(
        "package main\n\nimport \"regexp\"\nimport \"testing\"\n{imports}\n{body}\n\
         func main() {{\n\ttesting.Main(regexp.MatchString, nil, []testing.InternalBenchmark{{{{\"{name}\", \
         {name}}}}}, nil)\n}}\n"
    ))
}

/// The text of a function, from `func` to the brace at the line's start.
fn function<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let from = text.find(&format!("func {name}("))?;
    let length = text[from..].find("\n}\n")? + 3;
    Some(&text[from..from + length])
}

#[cfg(test)]
mod tests {
    use super::program_of;

    #[test]
    fn makes_a_program_of_a_benchmark() {
        let text = "package x\n\nimport (\n\t\"sync\"\n)\n\nfunc BenchmarkA(b *testing.B) {\n\tmu sync.Mutex\n}\n\n\
                    func BenchmarkB(b *testing.B) {\n}\n";
        let program = program_of(text, "BenchmarkA").unwrap();
        assert!(program.contains("import \"sync\"\n") && program.contains("\tmu sync.Mutex\n}\n"));
        assert!(!program.contains("strconv") && !program.contains("BenchmarkB"));
        assert!(program_of(text, "BenchmarkC").is_none());
    }
}
