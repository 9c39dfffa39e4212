//! The lines of the fixture that are marked: `// want assign`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const MARK: &str = "// want ";

/// The files that have marks.
const FILES: [&str; 3] = ["main.go", "keep/keep.go", "keep/seq.go"];

/// File, line and operation of each mark below `folder`, sorted, as the Go release `version` compiles it.
pub(super) fn read(folder: &Path, version: &str) -> Result<Vec<String>> {
    let mut wants = Vec::new();
    for file in FILES.map(|name| folder.join(name)) {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if minor(version) < needed(&text) {
            continue;
        }
        let mark = |(number, operation)| format!("{}:{number} {operation}", file.display());
        wants.extend(marks(&text).into_iter().map(mark));
    }
    wants.sort();
    Ok(wants)
}

/// The 23 of `1.23.9`.
fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default()
}

/// The release that a file's build constraint asks for.
fn needed(text: &str) -> u32 {
    text.lines().find_map(|line| line.strip_prefix("//go:build go")).map(minor).unwrap_or_default()
}

fn marks(text: &str) -> Vec<(usize, &str)> {
    // A comment that begins its line only tells of marks.
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with("//"));
    lines.filter_map(|(number, line)| Some((number, line.split_once(MARK)?.1.trim()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{marks, minor, needed};

    #[test]
    fn a_constraint_asks_for_a_release() {
        assert_eq!(minor("1.23.9"), 23);
        assert_eq!(needed("//go:build go1.23\n\npackage keep\n"), 23);
        assert_eq!(needed("package keep\n"), 0);
    }

    #[test]
    fn marks_stand_at_ends_of_lines() {
        let text = "//\t// want assign\nm[1] = 1 // want assign\ndelete(m, 1)   // want delete\nx++\n";
        assert_eq!(marks(text), [(2, "assign"), (3, "delete")]);
    }
}
