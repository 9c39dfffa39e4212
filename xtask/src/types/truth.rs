//! What go/types makes of packages: runs sitetruth, and reads what it says.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::ENVIRONMENT;
use super::subject::Subject;
use crate::go::Toolchain;
use crate::places;

/// What go/types makes of some packages.
pub(super) struct Truth {
    text: Vec<u8>,
    /// Each package's part of the text, by import path as `go list` shows it.
    packages: HashMap<String, std::ops::Range<usize>>,
}

/// A line about an expression.
pub(super) struct Line<'t> {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The node of go/ast.
    pub(super) node: &'t str,
    pub(super) mode: &'t str,
    /// The number of its type, if it has one.
    pub(super) ty: Option<u32>,
    pub(super) value: Option<&'t str>,
    pub(super) object: Option<&'t str>,
    pub(super) object_type: Option<u32>,
    pub(super) selection: Option<&'t str>,
    pub(super) instance: Option<&'t str>,
}

impl Line<'_> {
    /// Whether anything is known of the expression.
    pub(super) fn known(&self) -> bool {
        self.mode != "-" || self.object.is_some() || self.selection.is_some()
    }
}

/// What a package's part is made of.
pub(super) enum Item<'t> {
    File(&'t str),
    Type(&'t str),
    Line(Line<'t>),
}

/// Runs sitetruth for a subject, built by the release itself: it is that release's go/types that speaks.
///
/// What it says of a release's own sources is kept: it depends on nothing else.
pub(super) fn truth(toolchain: &Toolchain, subject: &Subject) -> Result<Truth> {
    let folder = places::results("types")?;
    let program = build(toolchain, &folder)?;
    let file = folder.join(format!("{}-{}.txt", subject.name.replace('/', "_"), toolchain.version));
    let newer = |than: &Path| -> Option<bool> {
        Some(fs::metadata(&file).ok()?.modified().ok()? > fs::metadata(than).ok()?.modified().ok()?)
    };
    if !subject.fixed || newer(&program) != Some(true) {
        let making = folder.join(format!("making-{}", std::process::id()));
        let out = fs::File::create(&making).with_context(|| format!("cannot write {}", making.display()))?;
        let mut command = toolchain.command(&program);
        command.args(["exprs", "-tests", "-dir"]).arg(&subject.folder).args(&subject.patterns);
        command.envs(ENVIRONMENT).stdout(out).stderr(Stdio::inherit());
        let status = command.status().context("cannot run sitetruth")?;
        ensure!(status.success(), "sitetruth failed; what it says is above");
        fs::rename(&making, &file).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Truth::new(text))
}

/// Builds sitetruth with a release. Go's own cache makes the second time quick.
fn build(toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
    let program = folder.join(format!("sitetruth-{}", toolchain.version));
    let made = folder.join(format!("sitetruth-{}.new", toolchain.version));
    let source = places::root()?.join("xtask/go/sitetruth");
    let mut go = toolchain.command(toolchain.go());
    go.args(["build", "-o"]).arg(&made).arg(".").current_dir(source).env("GOWORK", "off");
    ensure!(go.status().context("cannot run go")?.success(), "sitetruth does not build");
    let read = |path: &Path| fs::read(path).ok();
    if read(&program) != read(&made) {
        fs::rename(&made, &program).with_context(|| format!("cannot write {}", program.display()))?;
    }
    Ok(program)
}

impl Truth {
    fn new(text: Vec<u8>) -> Truth {
        let mut packages: HashMap<String, std::ops::Range<usize>> = HashMap::new();
        let mut at = 0;
        while at < text.len() {
            let end =
                text[at..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |len| at + len + 1);
            if text[at] == b'#' {
                let line = String::from_utf8_lossy(&text[at + 1..end]);
                let package = line.split('\t').next().unwrap_or_default();
                packages.entry(package.to_owned()).or_insert(at..at);
            }
            at = end;
        }
        let mut starts: Vec<usize> = packages.values().map(|range| range.start).collect();
        starts.sort_unstable();
        for range in packages.values_mut() {
            let next = starts.partition_point(|&start| start <= range.start);
            range.end = starts.get(next).copied().unwrap_or(text.len());
        }
        Truth { text, packages }
    }

    /// The packages, in no order that matters.
    pub(super) fn packages(&self) -> impl Iterator<Item = &str> {
        self.packages.keys().map(String::as_str)
    }

    /// What it says of a package.
    pub(super) fn package(&self, path: &str) -> Option<impl Iterator<Item = Item<'_>>> {
        let text = &self.text[self.packages.get(path)?.clone()];
        // It is UTF-8 by the way it is made; a line that is not is an error that shows.
        let lines = text.split(|&byte| byte == b'\n').map(|line| std::str::from_utf8(line).unwrap_or("?"));
        Some(lines.filter_map(item))
    }
}

fn item(line: &str) -> Option<Item<'_>> {
    if let Some(rest) = line.strip_prefix('#') {
        return rest.split_once('\t').map(|(_, file)| Item::File(file));
    }
    if let Some(ty) = line.strip_prefix('=') {
        return Some(Item::Type(ty));
    }
    let mut parts = line.split('\t');
    let (start, end) = parts.next()?.split_once('-')?;
    let mut read = Line {
        start: start.parse().ok()?,
        end: end.parse().ok()?,
        node: parts.next()?,
        mode: parts.next()?,
        ty: parts.next()?.parse().ok(),
        value: None,
        object: None,
        object_type: None,
        selection: None,
        instance: None,
    };
    for part in parts {
        let (first, rest) = part.split_at_checked(1)?;
        match first {
            "v" => read.value = Some(rest),
            "@" => read.object = Some(rest),
            "o" => read.object_type = rest.parse().ok(),
            "." => read.selection = Some(rest),
            _ => read.instance = Some(rest),
        }
    }
    Some(Item::Line(read))
}
