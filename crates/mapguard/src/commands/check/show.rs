//! From what rules find to what reports show.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use go_syntax::Pos;
use go_types::{Package, PkgId, Program};
use map_rules::{Finding, Operation, Place};
use report::{Access, Confidence, Diagnostic, Edit, Files, Note, fingerprint};

use super::find::Found;
use super::select::severity;
use crate::config::check;
use crate::source::Loaded;

/// What is shown.
pub(super) struct Shown {
    pub(super) files: Files,
    /// Where the files are, by their numbers.
    pub(super) paths: Vec<Arc<Path>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) allowed: usize,
    pub(super) told: Vec<String>,
    pub(super) failed: bool,
}

/// Brings findings into the order of files and lines.
pub(super) fn show(source: &Loaded, found: Found, table: &check::Table) -> Shown {
    let mut files = Numbering { source, files: Files::default(), paths: Vec::new(), known: HashMap::new() };
    let mut operations = Operations { program: &found.resolved.program, known: HashMap::new() };
    let mut all = Vec::new();
    for finding in &found.findings {
        all.extend(diagnostic(&mut files, &mut operations, finding, table));
    }
    let Numbering { files, paths, .. } = files;
    let key = |it: &Diagnostic| {
        let range = &it.place.range;
        (files.path(it.place.file).to_owned(), range.start, range.end, it.rule.clone(), it.message.clone())
    };
    all.sort_by_cached_key(key);
    all.dedup_by(|a, b| a.place == b.place && a.rule == b.rule && a.message == b.message);
    Shown { files, paths, diagnostics: all, allowed: found.allowed, told: found.told, failed: found.failed }
}

fn diagnostic(
    files: &mut Numbering<'_>,
    operations: &mut Operations<'_>,
    finding: &Finding,
    table: &check::Table,
) -> Option<Diagnostic> {
    let confidence = match finding.confidence {
        map_rules::Confidence::Low => Confidence::Low,
        map_rules::Confidence::Medium => Confidence::Medium,
        map_rules::Confidence::High => Confidence::High,
    };
    let place = files.place(finding.place)?;
    let package = operations.path(finding.place.pkg);
    let access = operations.at(finding.place).map(|(operation, ty)| accessed(operation, ty));
    let mut notes = Vec::new();
    for (place, text) in &finding.notes {
        let operation = operations.at(*place);
        let package = operation.as_ref().map_or(String::new(), |_| operations.path(place.pkg));
        let function = operation.as_ref().map(|(operation, _)| format!("{package}.{}", operation.function));
        notes.extend(files.place(*place).map(|place| Note {
            place,
            function: function.unwrap_or_default(),
            text: text.clone(),
            access: operation.map(|(operation, ty)| accessed(operation, ty)),
        }));
    }
    let fix = finding.fix.as_ref().and_then(|fix| {
        let place = files.place(fix.place)?;
        Some(Edit { place, text: fix.text.clone() })
    });
    let path = files.files.path(place.file);
    Some(Diagnostic {
        fingerprint: fingerprint(finding.rule, &package, path, &finding.function, &finding.message),
        rule: finding.rule.to_owned(),
        severity: severity(table, finding.rule, confidence),
        confidence,
        place,
        package,
        function: finding.function.clone(),
        message: finding.message.clone(),
        access,
        notes,
        help: finding.help.clone(),
        fix,
    })
}

fn accessed(operation: Operation, ty: String) -> Access {
    Access { op: operation.op.to_owned(), map: operation.map, ty, root: operation.root }
}

/// Gives files their numbers.
struct Numbering<'a> {
    source: &'a Loaded,
    files: Files,
    paths: Vec<Arc<Path>>,
    /// By path: a package and its variant for tests share files.
    known: HashMap<Arc<Path>, usize>,
}

impl Numbering<'_> {
    fn place(&mut self, place: Place) -> Option<report::Place> {
        let file = self.source.file(place.pkg, place.file)?;
        let number = *self.known.entry(Arc::clone(&file.path)).or_insert_with(|| {
            self.paths.push(Arc::clone(&file.path));
            self.files.add(self.source.shown(&file.path), Arc::clone(&file.source))
        });
        let range = place.span.range();
        let end = range.end.min(file.source.len());
        Some(report::Place { file: number, range: range.start.min(end)..end })
    }
}

/// The map operations of files that findings are in.
struct Operations<'a> {
    program: &'a Program,
    known: HashMap<(PkgId, u32), BTreeMap<Pos, Operation>>,
}

impl Operations<'_> {
    fn package(&self, id: PkgId) -> Option<&Arc<Package>> {
        self.program.package(id)
    }

    fn path(&self, id: PkgId) -> String {
        self.package(id).map(|package| package.path.to_string()).unwrap_or_default()
    }

    /// The operation at a place, and its map's type.
    fn at(&mut self, place: Place) -> Option<(Operation, String)> {
        let package = Arc::clone(self.package(place.pkg)?);
        package.files.get(place.file as usize)?;
        let program = self.program;
        let known = self
            .known
            .entry((place.pkg, place.file))
            .or_insert_with(|| map_rules::operations(program, &package, place.file));
        let operation = known.get(&place.span.start)?.clone();
        let path = |id| program.package(id).map(|package| package.path.to_string()).unwrap_or_default();
        let ty = program.types.display(operation.ty, &path);
        Some((operation, ty))
    }
}
