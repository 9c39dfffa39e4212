//! Which files are reported of.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::check;

/// What mapguard.toml and the command line say of files.
pub(super) struct Filter {
    only: Option<PathBuf>,
    /// The folder that patterns are relative to.
    folder: PathBuf,
    paths: Vec<String>,
    exclude: Vec<String>,
}

impl Filter {
    pub(super) fn new(table: &check::Table, only: Option<&Path>) -> anyhow::Result<Filter> {
        let absolute = |path: &Path| {
            // Without a mapguard.toml there is no folder, and no pattern.
            let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
            let path = std::path::absolute(path).with_context(|| format!("{}", path.display()))?;
            anyhow::Ok(std::fs::canonicalize(&path).unwrap_or(path))
        };
        let patterns = |list: &[String]| list.iter().map(|pattern| trimmed(pattern).to_owned()).collect();
        Ok(Filter {
            only: only.map(absolute).transpose()?,
            folder: absolute(&table.folder)?,
            paths: patterns(&table.paths),
            exclude: patterns(&table.exclude),
        })
    }

    /// Whether a file is reported of.
    pub(super) fn takes(&self, path: &Path) -> bool {
        if let Some(only) = &self.only {
            let same = path == only || std::fs::canonicalize(path).is_ok_and(|path| path == *only);
            if !same {
                return false;
            }
        }
        if self.paths.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let inside = path.strip_prefix(&self.folder).unwrap_or(path);
        let inside = inside.to_string_lossy();
        let any = |list: &[String]| list.iter().any(|pattern| matches(pattern, &inside));
        (self.paths.is_empty() || any(&self.paths)) && !any(&self.exclude)
    }
}

fn trimmed(pattern: &str) -> &str {
    pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/')
}

/// Whether a pattern means a file, or a folder that it is in: `*` and `?` stand for anything but `/`, `**` for
/// anything.
fn matches(pattern: &str, path: &str) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    pattern == "." || ends.into_iter().any(|end| glob(pattern.as_bytes(), &path.as_bytes()[..end]))
}

fn glob(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            glob(rest, path)
                || path.iter().enumerate().any(|(at, byte)| *byte == b'/' && glob(rest, &path[at + 1..]))
        }
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|at| glob(rest, &path[at..])),
        [b'*', rest @ ..] => {
            let part = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=part).any(|at| glob(rest, &path[at..]))
        }
        [b'?', rest @ ..] => path.first().is_some_and(|byte| *byte != b'/') && glob(rest, &path[1..]),
        [first, rest @ ..] => path.first() == Some(first) && glob(rest, &path[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_mean_files_and_folders() {
        for (pattern, path) in [
            ("internal", "internal/a/b.go"),
            ("internal/a/b.go", "internal/a/b.go"),
            ("*.go", "b.go"),
            ("**/*.pb.go", "x/y/z.pb.go"),
            ("**/*.pb.go", "z.pb.go"),
            ("cmd/*/main.go", "cmd/x/main.go"),
            ("**/gen", "a/gen/b.go"),
            (".", "a/b.go"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("internal", "internals/b.go"),
            ("*.go", "a/b.go"),
            ("cmd/*/main.go", "cmd/x/y/main.go"),
            ("a?b.go", "a/b.go"),
            ("gen", "a/gen/b.go"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
