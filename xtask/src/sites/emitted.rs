//! What the compiler emits for some packages: where it calls the runtime to write to a map, and which lines have code at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::listing::{self, Said};
use super::subject::Subject;
use crate::go::Toolchain;
use crate::places;
use crate::say::say;

/// By file.
#[derive(Serialize, Deserialize, Default, PartialEq, Debug)]
pub(super) struct Emitted {
    pub(super) files: BTreeMap<String, File>,
}

#[derive(Serialize, Deserialize, Default, PartialEq, Debug)]
pub(super) struct File {
    /// Kinds of calls, by line.
    pub(super) calls: BTreeMap<u32, BTreeSet<String>>,
    /// First and last of lines that follow each other and have instructions.
    code: Vec<(u32, u32)>,
}

impl Emitted {
    /// Whether a line has a call of this kind.
    pub(super) fn has_call(&self, file: &str, line: u32, kind: &str) -> bool {
        self.files.get(file).and_then(|file| file.calls.get(&line)).is_some_and(|kinds| kinds.contains(kind))
    }

    /// Whether any of the lines has an instruction.
    pub(super) fn has_code(&self, file: &str, lines: RangeInclusive<u32>) -> bool {
        let overlaps = |&(from, to): &(u32, u32)| from <= *lines.end() && *lines.start() <= to;
        self.files.get(file).is_some_and(|file| file.code.iter().any(overlaps))
    }
}

/// Change it when what is kept, or how it is made, changes.
const FORMAT: &str = "3";

/// What the release emits for the subject: from the cache, or compiled for it.
pub(super) fn emitted(toolchain: &Toolchain, subject: &Subject) -> Result<Emitted> {
    let name = format!("emitted-{FORMAT}-go{}-{}.json", toolchain.version, subject.key());
    let cached = places::results("sites")?.join(name);
    if let Ok(text) = fs::read(&cached) {
        return serde_json::from_slice(&text).with_context(|| format!("{}: remove it", cached.display()));
    }
    say!("Go {}: compiling {} with -S", toolchain.version, subject.name);
    let emitted = compile(toolchain, subject)?;
    // Renamed at the end, so that what is there is whole.
    let making = cached.with_extension("making");
    fs::write(&making, serde_json::to_vec(&emitted)?)
        .and_then(|()| fs::rename(&making, &cached))
        .with_context(|| format!("cannot write {}", cached.display()))?;
    Ok(emitted)
}

/// Compiles all of it and reads the listing as it comes: it is gigabytes.
fn compile(toolchain: &Toolchain, subject: &Subject) -> Result<Emitted> {
    // A cache of its own, for go keeps the listings with what it built.
    let cache = places::results("sites")?.join(format!("go-cache-{}", std::process::id()));
    let mut go = toolchain.command(toolchain.go());
    go.args(["build", "-pgo=off", "-gcflags=-S -m", "-o", "/dev/null", "--"]);
    go.args(&subject.patterns).current_dir(&subject.folder);
    go.env("GOCACHE", &cache).envs(super::ENVIRONMENT);
    let mut child = go
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run go")?;
    let listing = child.stderr.take().context("go has no standard error")?;
    let mut reader = Reader::new(&subject.folder);
    let read = reader.read_all(BufReader::with_capacity(1 << 20, listing));
    let status = child.wait().context("cannot wait for go")?;
    let _ = fs::remove_dir_all(&cache);
    read.context("cannot read what go prints")?;
    if !status.success() {
        bail!("{} does not build with Go {}:\n{}", subject.name, toolchain.version, reader.errors.join("\n"));
    }
    Ok(reader.finish())
}

/// What a listing says of one file.
struct Lines {
    name: String,
    calls: BTreeMap<u32, BTreeSet<String>>,
    /// Whether a line has an instruction, by its number.
    code: Vec<bool>,
}

/// Collects what a listing says.
struct Reader<'a> {
    folder: &'a Path,
    index: HashMap<String, usize>,
    files: Vec<Lines>,
    /// The file of the line before: mostly it is the same.
    last: usize,
    /// The first function that was inlined at a position.
    inlined: HashMap<String, String>,
    /// Lines that may say why a build failed.
    errors: Vec<String>,
}

impl Reader<'_> {
    fn new(folder: &Path) -> Reader<'_> {
        Reader {
            folder,
            index: HashMap::new(),
            files: Vec::new(),
            last: 0,
            inlined: HashMap::new(),
            errors: Vec::new(),
        }
    }

    fn read_all(&mut self, mut listing: impl BufRead) -> Result<()> {
        let mut line = Vec::new();
        while listing.read_until(b'\n', &mut line)? > 0 {
            // Bytes of the program stand beside dumps of them.
            self.line(&String::from_utf8_lossy(line.trim_ascii_end()));
            line.clear();
        }
        Ok(())
    }

    fn line(&mut self, line: &str) {
        match listing::read(line) {
            Some(Said::Instruction { file, line, calls }) => {
                let file = self.file(file);
                if let Some(kind) = calls.and_then(listing::kind) {
                    self.files[file].calls.entry(line).or_default().insert(kind.to_owned());
                }
                let code = &mut self.files[file].code;
                let at = line as usize;
                if code.len() <= at {
                    code.resize(at + 1, false);
                }
                code[at] = true;
            }
            Some(Said::Inlined { file, line, column, calls }) => {
                let name = calls.split('[').next().unwrap_or(calls);
                let at = format!("{file}:{line}:{column}");
                if self.inlined.entry(at).or_insert_with(|| name.to_owned()) != name {
                    return; // it stands in what was inlined here, not here
                }
                let Some(kind) = listing::kind(calls) else { return };
                let file = self.absolute(file);
                let file = self.file(&file);
                self.files[file].calls.entry(line).or_default().insert(kind.to_owned());
            }
            None if line.starts_with("go: ") || line.contains(": error: ") => {
                self.errors.push(line.to_owned())
            }
            None => {}
        }
    }

    /// go shows the files of packages below its folder, or near it, as seen from there.
    fn absolute(&self, file: &str) -> String {
        let mut path = PathBuf::new();
        for part in self.folder.join(file).components() {
            match part {
                std::path::Component::ParentDir => drop(path.pop()),
                std::path::Component::CurDir => {}
                other => path.push(other),
            }
        }
        path.to_string_lossy().into_owned()
    }

    fn file(&mut self, name: &str) -> usize {
        if self.files.get(self.last).is_none_or(|last| last.name != name) {
            self.last = *self.index.entry(name.to_owned()).or_insert_with(|| {
                self.files.push(Lines { name: name.to_owned(), calls: BTreeMap::new(), code: Vec::new() });
                self.files.len() - 1
            });
        }
        self.last
    }

    fn finish(self) -> Emitted {
        let file = |lines: Lines| {
            let mut code: Vec<(u32, u32)> = Vec::new();
            for line in (0u32..).zip(lines.code).filter_map(|(line, has)| has.then_some(line)) {
                match code.last_mut() {
                    Some((_, to)) if *to + 1 == line => *to = line,
                    _ => code.push((line, line)),
                }
            }
            (lines.name, File { calls: lines.calls, code })
        };
        Emitted { files: self.files.into_iter().map(file).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_calls_and_lines_with_code() {
        let mut reader = Reader::new(Path::new("/src/top"));
        let listing = "# a\n\
            \t0x0000 00000 (/src/a.go:3)\tTEXT\ta.F(SB), ABIInternal, $8-8\n\
            \t0x0004 00004 (/src/a.go:4)\tCALL\truntime.mapassign_fast64(SB)\n\
            \t0x0009 00009 (/src/a.go:6)\tRET\n\
            ../a.go:5:9: inlining call to maps.Copy[go.shape.int]\n\
            ../a.go:6:9: inlining call to merge\n\
            ../a.go:6:9: inlining call to maps.Copy[go.shape.int]\n";
        reader.read_all(listing.as_bytes()).unwrap();
        let emitted = reader.finish();
        assert!(emitted.has_call("/src/a.go", 4, "assign"));
        assert!(emitted.has_call("/src/a.go", 5, "maps.Copy"));
        assert!(!emitted.has_call("/src/a.go", 6, "maps.Copy"));
        assert!(!emitted.has_call("/src/a.go", 3, "assign"));
        assert!(emitted.has_code("/src/a.go", 1..=3));
        assert!(!emitted.has_code("/src/a.go", 5..=5));
        assert!(!emitted.has_code("/src/b.go", 1..=3));
    }
}
