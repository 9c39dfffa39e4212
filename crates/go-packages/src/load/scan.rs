//! One folder: which of its files belong to the build, and what they import. As go/build has it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use go_syntax::Tree;
use go_syntax::ast::Spec;
use go_syntax::build::{Target, file_constraint};

use crate::disk::Disk;
use crate::{File, FileKind, PackageError, Place};

/// What is in a folder.
#[derive(Default)]
pub(crate) struct Scan {
    /// The package's name, without the `_test` of external tests.
    pub(crate) name: String,
    pub(crate) files: Vec<File>,
    /// What Go files, tests, and external tests import.
    pub(crate) imports: [Imports; 3],
    pub(crate) errors: Vec<PackageError>,
    /// Files that are not for this build.
    pub(crate) excluded: usize,
}

/// Import paths, each with the place where it is written first.
pub(crate) type Imports = BTreeMap<Arc<str>, Spot>;

/// A place in a file of the package: the index of the file, and an offset.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    file: usize,
    offset: u32,
}

/// The index of what files import in [`Scan::imports`].
pub(crate) fn group(kind: FileKind) -> usize {
    match kind {
        FileKind::Go | FileKind::Cgo => 0,
        FileKind::Test => 1,
        FileKind::ExternalTest => 2,
    }
}

/// How to scan.
pub(crate) struct Scanner<'a> {
    pub(crate) disk: &'a Disk<'a>,
    pub(crate) target: &'a Target,
}

/// Which files of a folder to take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// Those that are for this build; no tests if there are others.
    Package,
    /// Those that are for this build.
    Tests,
    /// All, whatever their names and constraints.
    Named,
}

impl Scanner<'_> {
    /// Scans the files `names` in a folder.
    pub(crate) fn scan(&self, dir: &Path, names: &[String], take: Take) -> Scan {
        let scan = self.scan_once(dir, names, take);
        // A package of nothing but tests is one too.
        let none = take == Take::Package && scan.files.is_empty() && scan.errors.is_empty();
        if none && names.iter().any(|name| is_test(name)) {
            return self.scan_once(dir, names, Take::Tests);
        }
        scan
    }

    fn scan_once(&self, dir: &Path, names: &[String], take: Take) -> Scan {
        let mut scan = Scan::default();
        let mut first: Option<Arc<Path>> = None;
        for name in names {
            if take == Take::Package && is_test(name) || name.starts_with(['_', '.']) {
                continue;
            }
            if take != Take::Named && !self.target.takes_name(name) {
                scan.excluded += 1;
                continue;
            }
            let path: Arc<Path> = dir.join(name).into();
            // Most of what is not wanted is seen by its first lines.
            let wanted = |head: &[u8]| take == Take::Named || !self.excludes(head);
            match self.disk.read_if(&path, wanted) {
                Ok(Some(source)) => {
                    if take != Take::Named {
                        match file_constraint(&source) {
                            Ok(Some(constraint)) if !constraint.eval(|tag| self.target.has_tag(tag)) => {
                                scan.excluded += 1;
                                continue;
                            }
                            Ok(_) => {}
                            Err(error) => {
                                let message = format!("build constraint: {error}");
                                let place = Place { path, line: 0, column: 0 };
                                scan.errors.push(PackageError::Syntax { place, message });
                                continue;
                            }
                        }
                    }
                    scan.add(path, name, source, self.target.cgo, &mut first);
                }
                Ok(None) => scan.excluded += 1,
                Err(error) => scan.errors.push(PackageError::Io { path, message: error.to_string() }),
            }
        }
        scan
    }

    fn excludes(&self, head: &[u8]) -> bool {
        let constraint = file_constraint(head).ok().flatten();
        constraint.is_some_and(|constraint| !constraint.eval(|tag| self.target.has_tag(tag)))
    }
}

impl Scan {
    fn add(
        &mut self,
        path: Arc<Path>,
        name: &str,
        source: Arc<[u8]>,
        cgo: bool,
        first: &mut Option<Arc<Path>>,
    ) {
        let tree = go_syntax::parse_header(source.clone());
        let at = |line_col: go_syntax::LineCol| Place {
            path: path.clone(),
            line: line_col.line,
            column: line_col.column,
        };
        for error in tree.errors() {
            let place = at(tree.line_col(error.pos));
            self.errors.push(PackageError::Syntax { place, message: error.message.to_string() });
        }
        let clause = tree.package_name();
        let mut package = clause.map_or("", |ident| tree.name(ident.sym));
        if package == "documentation" {
            self.excluded += 1;
            return;
        }
        let test = is_test(name);
        let mut external = false;
        if test
            && self.name != package
            && let Some(tested) = package.strip_suffix("_test")
        {
            external = true;
            package = tested;
        }
        match first {
            None => {
                self.name = package.to_owned();
                *first = Some(path.clone());
            }
            Some(first) if package != self.name => {
                if let Some(ident) = clause {
                    self.errors.push(PackageError::MixedNames {
                        place: at(tree.line_col(ident.pos)),
                        name: package.to_owned(),
                        first: first.clone(),
                        other: self.name.clone(),
                    });
                }
            }
            Some(_) => {}
        }
        let mut kind = match (test, external) {
            (false, _) => FileKind::Go,
            (true, false) => FileKind::Test,
            (true, true) => FileKind::ExternalTest,
        };
        let imports = imports(&tree);
        if let Some((_, offset)) = imports.iter().find(|(path, _)| &**path == "C") {
            if test {
                let place = at(tree.line_col(go_syntax::Pos::new(*offset)));
                let message = "tests cannot use cgo: put what needs it in a file that is no test".to_owned();
                self.errors.push(PackageError::Import { place, message });
            } else if cgo {
                kind = FileKind::Cgo;
            } else {
                self.excluded += 1;
                return;
            }
        }
        let file = self.files.len();
        for (path, offset) in imports {
            if &*path != "C" {
                self.imports[group(kind)].entry(path).or_insert(Spot { file, offset });
            }
        }
        self.files.push(File { path, kind, source });
    }

    /// Whether there are files for this package or its tests of a kind.
    pub(crate) fn has(&self, kind: FileKind) -> bool {
        self.files.iter().any(|file| file.kind == kind)
    }

    /// A place to show.
    pub(crate) fn place(&self, spot: Spot) -> Place {
        let file = &self.files[spot.file];
        let before = file.source.get(..spot.offset as usize).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() as u32 + 1;
        Place { path: file.path.clone(), line, column }
    }
}

/// What a file imports, and the offset of each path.
fn imports(tree: &Tree) -> Vec<(Arc<str>, u32)> {
    let specs = tree.imports().iter();
    let all = specs.filter_map(|id| {
        let path = tree.import_path(*id)?;
        let Spec::Import { path: literal, .. } = tree.spec(*id) else { return None };
        Some((Arc::from(&*path), tree.start(literal).offset()))
    });
    all.collect()
}

fn is_test(name: &str) -> bool {
    name.ends_with("_test.go")
}
