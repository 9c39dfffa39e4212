//! The constraint of a file: which of its first lines count.

use crate::build::constraint::{Constraint, ConstraintError, go_build_text, plus_build_text};

/// The constraint that a file sets itself. A `//go:build` line before the package clause counts;
/// without one, all `// +build` lines that stand among line comments with an empty line after them.
pub fn file_constraint(source: &[u8]) -> Result<Option<Constraint>, ConstraintError> {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    let mut go_build = None;
    // Old lines count as soon as an empty line comes.
    let mut old = Vec::new();
    let mut counted = 0;
    let mut only_line_comments = true;
    let mut in_block = false;
    'lines: for line in source.split_inclusive(|byte| *byte == b'\n') {
        let mut line = line.trim_ascii();
        if line.is_empty() && only_line_comments {
            counted = old.len();
            continue;
        }
        let comment = line.starts_with(b"//");
        only_line_comments &= comment;
        if comment
            && !in_block
            && let Ok(text) = str::from_utf8(line)
        {
            if go_build_text(text).is_some() {
                if go_build.replace(text).is_some() {
                    return Err(ConstraintError::Multiple);
                }
            } else if only_line_comments && plus_build_text(text).is_some() {
                old.push(text);
            }
        }
        while !line.is_empty() {
            if in_block {
                let Some(end) = memchr::memmem::find(line, b"*/") else { continue 'lines };
                in_block = false;
                line = line[end + 2..].trim_ascii_start();
            } else if line.starts_with(b"//") {
                continue 'lines;
            } else if let Some(rest) = line.strip_prefix(b"/*") {
                in_block = true;
                line = rest;
            } else {
                break 'lines;
            }
        }
    }
    if let Some(line) = go_build {
        return Constraint::parse(line).map(Some);
    }
    // An old line with an error is none.
    let old = old[..counted].iter().filter_map(|line| Constraint::parse(line).ok());
    Ok(old.reduce(Constraint::and))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(source: &str) -> Vec<String> {
        let constraint = file_constraint(source.as_bytes()).unwrap();
        constraint.iter().flat_map(Constraint::tags).map(str::to_owned).collect()
    }

    #[test]
    fn only_what_is_before_the_package_clause() {
        assert_eq!(tags("// Words.\n\n//go:build a\n\npackage p\n//go:build b\n"), ["a"]);
        assert_eq!(tags("/* //go:build a\n//go:build b\n*/\npackage p\n"), Vec::<String>::new());
        assert_eq!(tags("/* words */\n//go:build a\npackage p\n"), ["a"]);
    }

    #[test]
    fn old_lines_need_an_empty_line() {
        assert_eq!(tags("// +build a\n// +build b\n\npackage p\n"), ["a", "b"]);
        assert_eq!(tags("// +build a\npackage p\n"), Vec::<String>::new());
        assert_eq!(tags("//go:build c\n// +build a\n\npackage p\n"), ["c"]);
    }

    #[test]
    fn one_new_line_at_most() {
        let source = b"//go:build a\n//go:build b\n\npackage p\n";
        assert_eq!(file_constraint(source), Err(ConstraintError::Multiple));
    }
}
