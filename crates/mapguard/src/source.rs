//! Go source as the subcommands that look at it take it: which packages, for which target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context;
use clap::{Args, ValueHint};
use go_packages::{File, FileKind, Graph, PackageId, PackageKind, Settings};
use go_types::{Package, PkgId, Program};
use map_rules::Resolved;

use crate::say;

mod answer;

pub(crate) use answer::Answer;

/// Which packages.
#[derive(Debug, Args)]
pub(crate) struct Packages {
    /// Packages, as go takes them: ./..., a path, a folder, or files [default: .]
    #[arg(value_name = "PACKAGES", value_hint = ValueHint::AnyPath)]
    patterns: Vec<String>,
    /// The packages' tests too
    #[arg(long, short)]
    test: bool,
    /// Build tags, as for go
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    tags: Option<Vec<String>>,
    /// The operating system to look at the source for [env: GOOS]
    #[arg(long, value_name = "OS")]
    goos: Option<String>,
    /// The processor to look at the source for [env: GOARCH]
    #[arg(long, value_name = "ARCH")]
    goarch: Option<String>,
    /// Start in this folder
    #[arg(short = 'C', value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Look at everything, also what has not changed since the last time
    #[arg(long)]
    no_cache: bool,
}

/// What is told of one package that does not parse or resolve, at most.
const MOST_TOLD: usize = 5;

/// Packages that were found, with all that they import.
pub(crate) struct Source {
    pub(crate) graph: Graph,
    dir: PathBuf,
    /// What was asked for, and where.
    asked: String,
    cached: bool,
}

/// A file that a package is the one to report of.
pub(crate) struct OwnFile {
    /// From the working folder, if it is below that.
    pub(crate) path: String,
    pub(crate) test: bool,
}

impl Packages {
    /// The folder to start in.
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        let here = here()?;
        Ok(self.folder.as_ref().map_or(here.clone(), |folder| here.join(folder)))
    }
}

fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("cannot tell the working folder")
}

impl Source {
    pub(crate) fn load(options: &Packages) -> anyhow::Result<Source> {
        Source::load_with(options, |_| Ok(()))
    }

    /// As `load`; `change` may change what is loaded.
    pub(crate) fn load_with(
        options: &Packages,
        change: impl FnOnce(&mut Settings) -> anyhow::Result<()>,
    ) -> anyhow::Result<Source> {
        let here = here()?;
        let dir = options.folder()?;
        let patterns = match &*options.patterns {
            [] => vec![".".to_owned()],
            some => some.to_vec(),
        };
        let mut settings = Settings {
            tests: options.test,
            tags: options.tags.clone(),
            goos: options.goos.clone(),
            goarch: options.goarch.clone(),
            ..Settings::new(&dir, patterns)
        };
        change(&mut settings)?;
        let asked = format!("{} {options:?}", here.display());
        Ok(Source { graph: go_packages::load(&settings)?, dir: here, asked, cached: !options.no_cache })
    }

    /// How many packages there are of those that the patterns name.
    pub(crate) fn packages(&self) -> usize {
        self.paths().len()
    }

    /// Their import paths, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        let roots = self.graph.roots.iter().map(|&root| self.graph.package(root));
        let read = roots.filter(|package| !package.files.is_empty());
        let paths: BTreeSet<&str> = read.map(|package| &*package.path).collect();
        paths.into_iter().map(str::to_owned).collect()
    }

    /// The working folder, which shown paths start from.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A file of a resolved package.
    pub(crate) fn file(&self, package: PkgId, file: u32) -> Option<&File> {
        let index = package.0.checked_sub(Program::FIRST.0)?;
        self.graph.packages.get(index as usize)?.files.get(file as usize)
    }

    /// Resolves all packages; `done` sees each that the patterns name. Gives them, and what does not parse or
    /// resolve, for people.
    pub(crate) fn resolve(
        &self,
        done: impl Fn(&Program, PackageId, &Package) + Sync,
    ) -> (Resolved, Vec<String>) {
        let skipped: Mutex<BTreeMap<String, Vec<String>>> = Mutex::default();
        let resolved = map_rules::resolve(&self.graph, |program, id, package| {
            let lines = self.skipped(id, package);
            if !lines.is_empty() {
                let mut skipped = skipped.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                skipped.entry(package.path.to_string()).or_default().extend(lines);
            }
            done(program, id, package);
        });
        let mut told = Vec::new();
        for (package, lines) in skipped.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            told.extend(lines.iter().take(MOST_TOLD).cloned());
            if let Some(more) = lines.len().checked_sub(MOST_TOLD).filter(|&more| more > 0) {
                told.push(format!("{package}: and {more} more that cannot be resolved; the rest is"));
            }
        }
        (resolved, told)
    }

    /// What of a package does not parse or resolve.
    fn skipped(&self, id: PackageId, package: &Package) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, file) in self.own_files(id) {
            let tree = &package.files[number as usize].tree;
            let errors = tree.errors().iter().map(|error| (error.pos, &*error.message));
            let notes = package.notes.iter().filter(|note| note.file == number);
            let notes = notes.map(|note| (note.pos, &*note.text));
            for (pos, text) in errors.chain(notes) {
                lines.push(format!("{}:{}: {text}", file.path, tree.line_col(pos)));
            }
        }
        lines
    }

    /// The files of a package that it is the one to report of, by their numbers: a package with its tests reports
    /// of the tests alone.
    pub(crate) fn own_files(&self, id: PackageId) -> Vec<(u32, OwnFile)> {
        let package = self.graph.package(id);
        let reported = |kind| match package.kind {
            PackageKind::Plain => true,
            PackageKind::WithTests => matches!(kind, FileKind::Test | FileKind::ExternalTest),
            PackageKind::ExternalTest => true,
            PackageKind::ForTest => false,
        };
        let files = package.files.iter().zip(0..).filter(|(file, _)| reported(file.kind));
        let own = files.map(|(file, number)| {
            let test = matches!(file.kind, FileKind::Test | FileKind::ExternalTest);
            (number, OwnFile { path: self.shown(&file.path), test })
        });
        own.collect()
    }

    /// A path as it is shown.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.dir).unwrap_or(path).display().to_string()
    }

    /// Tells on standard error what could not be read, and the rest that is to be told.
    pub(crate) fn tell(&self, rest: &[String]) {
        for note in &self.graph.notes {
            say::line(&note.to_string());
        }
        let roots = self.graph.roots.iter().map(|&root| self.graph.package(root));
        let mut said = BTreeSet::new();
        for package in roots {
            for error in &package.errors {
                let text = format!("{}: {error}", package.path);
                if said.insert(text.clone()) {
                    say::line(&text);
                }
            }
        }
        rest.iter().for_each(|line| say::line(line));
    }
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let plain = anstream::adapter::strip_str(text).to_string();
    fs::write(path, plain).with_context(|| format!("cannot write {}", path.display()))
}
