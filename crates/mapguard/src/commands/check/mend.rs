//! `--fix` and `--diff`: changes of the source that are certain to be right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::process;

use anyhow::{Context, bail};
use go_syntax::{Bodies, parse};
use report::{Edit, apply};

use super::show::Shown;
use crate::say;
use crate::source::Source;

/// The findings that have a change, by file.
fn by_file(shown: &Shown) -> BTreeMap<usize, Vec<usize>> {
    let mut files: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, it) in shown.diagnostics.iter().enumerate() {
        if let Some(edit) = &it.fix {
            files.entry(edit.place.file).or_default().push(at);
        }
    }
    files
}

fn edits<'a>(shown: &'a Shown, numbers: &[usize]) -> Vec<&'a Edit> {
    numbers.iter().filter_map(|&at| shown.diagnostics[at].fix.as_ref()).collect()
}

/// What `--fix` would change.
pub(super) fn diff(shown: &Shown) -> String {
    let mut text = String::new();
    for (file, numbers) in by_file(shown) {
        let edits = edits(shown, &numbers);
        let (_, taken) = apply(shown.files.source(file), &edits);
        let taken: Vec<&Edit> = taken.into_iter().map(|at| edits[at]).collect();
        text.push_str(&report::diff(&shown.files, file, &taken));
    }
    text
}

/// Changes the files, and takes out the findings that are mended.
pub(super) fn fix(shown: &mut Shown, source: &Source) -> anyhow::Result<()> {
    let mut mended = BTreeSet::new();
    for (file, numbers) in by_file(shown) {
        let edits = edits(shown, &numbers);
        let (text, taken) = apply(shown.files.source(file), &edits);
        let before = shown.files.source(file);
        let name = shown.files.path(file);
        let errors = |text: &[u8]| parse(text, Bodies::Parse).errors().len();
        if errors(&text) > errors(before) {
            bail!(
                "{name}: the change would leave source that does not parse, which is a bug; nothing is changed"
            );
        }
        let path = source.dir().join(&shown.paths[file]);
        replace(&path, before, &text).with_context(|| format!("cannot change {name}"))?;
        let count = taken.len();
        mended.extend(taken.into_iter().map(|at| numbers[at]));
        let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        say::line(&format!("mended {findings} in {name}"));
    }
    let mut at = 0;
    shown.diagnostics.retain(|_| {
        at += 1;
        !mended.contains(&(at - 1))
    });
    Ok(())
}

/// Puts a new text in a file's place, whole or not at all. The file must be as it was read, and keeps its permissions;
/// a link stays one.
fn replace(path: &Path, before: &[u8], text: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    if fs::read(&path)? != before {
        return Err(io::Error::other("it has changed since it was read; run the check again"));
    }
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // No Go tool looks at a file whose name begins so.
    let making = path.with_file_name(format!(".{name}.{}", process::id()));
    let done = fs::write(&making, text)
        .and_then(|()| fs::set_permissions(&making, permissions))
        .and_then(|()| fs::rename(&making, &path));
    if done.is_err() {
        let _ = fs::remove_file(&making);
    }
    done
}
