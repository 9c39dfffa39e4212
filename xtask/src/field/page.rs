//! The tables in `docs/field-report.md` and in other pages.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use crate::places;
use crate::trial::Sheet;

/// Puts the tables between the two marks of `suite` in the page.
pub(crate) fn replace(suite: &str, sheets: &[Sheet]) -> Result<()> {
    let mut tables = String::new();
    for sheet in sheets {
        let _ = write!(tables, "\nGo {}:\n\n{}", sheet.version, sheet.table().markdown());
    }
    put("docs/field-report.md", suite, &tables)
}

/// Puts a text between the two marks in a page.
pub(crate) fn put(page: &str, mark: &str, text: &str) -> Result<()> {
    let path = places::root()?.join(page);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let page = between(&page, mark, text).with_context(|| {
        format!("{}: it has no `<!-- begin {mark} -->` … `<!-- end {mark} -->`", path.display())
    })?;
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
}

fn between(page: &str, mark: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(&format!("<!-- begin {mark} -->\n"))?;
    let (_, after) = rest.split_once(&format!("<!-- end {mark} -->"))?;
    Some(format!("{before}<!-- begin {mark} -->\n{text}\n<!-- end {mark} -->{after}"))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn replaces_what_is_between_its_marks() {
        let page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";
        assert_eq!(between(page, "x", "new\n").unwrap(), "a\n<!-- begin x -->\nnew\n\n<!-- end x -->\nb\n");
        assert_eq!(between(page, "y", "new"), None);
    }
}
