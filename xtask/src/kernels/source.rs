//! What the kernels' source says: which lines may be reported, and for which kernel.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::conflict::{Conflict, Frame};

/// Whether the kernel has a race, by its name.
pub(crate) fn is_racy(kernel: &str) -> bool {
    kernel.starts_with("TestRace")
}

/// The lines marked `// want race`.
pub(crate) struct Source {
    folder: PathBuf,
    /// File name and line; with the kernel it stands in, or none if it stands in a function that
    /// kernels share.
    marked: HashMap<(String, u32), Option<String>>,
}

impl Source {
    /// Reads the tests in `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Source> {
        let mut marked = HashMap::new();
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(".go") {
                let text =
                    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                for (line, kernel) in marks(&text) {
                    marked.insert((name.clone(), line), kernel);
                }
            }
        }
        Ok(Source { folder: folder.to_owned(), marked })
    }

    /// Whether both accesses are on lines that `kernel` may be reported for: the first frame of each
    /// that is in the folder itself.
    pub(crate) fn allows(&self, kernel: &str, conflict: &Conflict) -> bool {
        let here = |frame: &&Frame| Path::new(&frame.file).parent() == Some(&self.folder);
        let allowed = |frame: &Frame| {
            let file = frame.file.rsplit('/').next().unwrap_or_default();
            let owner = self.marked.get(&(file.to_owned(), frame.line));
            owner.is_some_and(|owner| owner.as_ref().is_none_or(|owner| owner == kernel))
        };
        conflict.stacks.len() == 2
            && conflict.stacks.iter().all(|stack| stack.iter().find(here).is_some_and(allowed))
    }
}

/// The marked lines of a file, each with the test function around it.
fn marks(text: &str) -> Vec<(u32, Option<String>)> {
    let mut kernel = None;
    let mut marks = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(rest) = line.strip_prefix("func ") {
            let name = rest.split('(').next().unwrap_or_default();
            kernel = name.starts_with("Test").then(|| name.to_owned());
        }
        if line.trim_end().ends_with("// want race") {
            marks.push((number, kernel.clone()));
        }
        if line.starts_with('}') {
            kernel = None;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_its_test() {
        let text = "func TestRaceA(t *testing.T) {\n\tm[1] = 1 // want race\n}\n\nfunc help() {\n\tm[2]++ // want race\n}\n";
        assert_eq!(marks(text), [(2, Some("TestRaceA".to_owned())), (6, None)]);
    }
}
