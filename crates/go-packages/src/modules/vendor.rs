//! Reads vendor/modules.txt: which module each vendored package is from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What modules.txt says.
#[derive(Default, Debug)]
pub(crate) struct VendorList {
    pub(crate) modules: Vec<Vendored>,
    /// The module of each package, as an index.
    pub(crate) packages: BTreeMap<String, usize>,
    /// Whether it is of a workspace.
    pub(crate) workspace: bool,
}

/// A module that is vendored.
#[derive(Debug, PartialEq)]
pub(crate) struct Vendored {
    pub(crate) path: String,
    pub(crate) version: Option<String>,
    pub(crate) replaced: Option<(String, Option<String>)>,
    pub(crate) go: Option<String>,
}

impl VendorList {
    /// Reads the file; what is not understood is passed over, as go does.
    pub(crate) fn parse(text: &str) -> VendorList {
        let mut list = VendorList::default();
        let mut module = None;
        for line in text.lines() {
            if let Some(line) = line.strip_prefix("# ") {
                module = list.add_module(line);
            } else if let Some(line) = line.strip_prefix("## ") {
                for entry in line.split(';').map(str::trim) {
                    if entry == "workspace" {
                        list.workspace = true;
                    }
                    if let (Some(version), Some(module)) = (entry.strip_prefix("go "), module) {
                        list.modules[module].go = Some(version.trim().to_owned());
                    }
                }
            } else if let (Some(module), Some(path)) = (module, line.split_whitespace().next()) {
                list.packages.insert(path.to_owned(), module);
            }
        }
        list
    }

    /// `path version`, `path version => path version`, `path => folder`.
    fn add_module(&mut self, line: &str) -> Option<usize> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let own = |word: &&str| (*word).to_owned();
        let (left, right) = match words.iter().position(|word| *word == "=>") {
            Some(arrow) => (&words[..arrow], Some(&words[arrow + 1..])),
            None => (&words[..], None),
        };
        let replaced = right.and_then(|right| Some((own(right.first()?), right.get(1).map(own))));
        let path = own(left.first()?);
        self.modules.push(Vendored { path, version: left.get(1).map(own), replaced, go: None });
        Some(self.modules.len() - 1)
    }
}

/// A vendor folder and its list.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) dir: PathBuf,
    pub(crate) list: VendorList,
    /// Whether packages that are not in the list are not there: since Go 1.23.
    pub(crate) strict: bool,
}

impl Vendor {
    /// Where a package would be.
    pub(crate) fn folder(&self, path: &str) -> PathBuf {
        self.dir.join(Path::new(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_modules_and_packages() {
        let list = VendorList::parse(
            "## workspace\n# example.com/a v1.0.0\n## explicit; go 1.21\nexample.com/a\nexample.com/a/b\n\
             # example.com/c v1.0.0 => ../c\n## explicit\nexample.com/c\n",
        );
        assert!(list.workspace);
        assert_eq!(list.modules[0].go.as_deref(), Some("1.21"));
        assert_eq!(list.modules[1].replaced, Some(("../c".to_owned(), None)));
        assert_eq!(list.packages["example.com/a/b"], 0);
        assert_eq!(list.packages["example.com/c"], 1);
    }
}
