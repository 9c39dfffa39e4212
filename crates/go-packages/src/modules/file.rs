//! Reads go.mod and go.work.

use std::path::Path;

use crate::{Error, Place};

/// What go.mod or go.work says.
#[derive(Clone, Default, Debug, PartialEq)]
pub(crate) struct ModFile {
    /// The path in the `module` line.
    pub(crate) module: Option<String>,
    /// The version in the `go` line.
    pub(crate) go: Option<String>,
    pub(crate) require: Vec<Requirement>,
    pub(crate) replace: Vec<Replace>,
    pub(crate) exclude: Vec<Requirement>,
    pub(crate) ignore: Vec<String>,
    pub(crate) tools: Vec<String>,
    /// The folders of a workspace.
    pub(crate) uses: Vec<String>,
}

/// A module in a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Requirement {
    pub(crate) path: String,
    pub(crate) version: String,
}

/// `path [version] => with [with_version]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replace {
    pub(crate) path: String,
    /// None stands for all versions.
    pub(crate) version: Option<String>,
    /// A folder if there is no version.
    pub(crate) with: String,
    pub(crate) with_version: Option<String>,
}

/// Whose file it is: how much of it has to be right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The go.mod that is worked with.
    Main,
    /// The go.mod of a dependency: what is not known is passed over, so that newer files can be read.
    Dependency,
    /// A go.work.
    Work,
}

impl ModFile {
    /// Reads a file; `path` is for messages.
    pub(crate) fn parse(path: &Path, text: &str, kind: Kind) -> Result<ModFile, Error> {
        let mut file = ModFile::default();
        // The verb of the block that we are in.
        let mut block: Option<String> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let error = |message: String| Error::Syntax {
                place: Place { path: path.into(), line: number, column: 0 },
                message,
            };
            let words = words(line).map_err(error)?;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match (&block, &words[..]) {
                (_, []) => {}
                (Some(_), [")"]) => block = None,
                (None, [")"]) => return Err(error("`)` without `(` before it".to_owned())),
                (None, [verb, "("]) => block = Some((*verb).to_owned()),
                (Some(verb), args) => file.add(verb, args, kind).map_err(error)?,
                (None, [verb, args @ ..]) => file.add(verb, args, kind).map_err(error)?,
            }
        }
        match block {
            Some(verb) => Err(Error::Syntax {
                place: Place { path: path.into(), line: 0, column: 0 },
                message: format!("the block `{verb} (` is not closed"),
            }),
            None => Ok(file),
        }
    }

    fn add(&mut self, verb: &str, args: &[&str], kind: Kind) -> Result<(), String> {
        let wrong = |usage: &str| Err(format!("expected `{usage}`, found `{verb} {}`", args.join(" ")));
        let requirement =
            |path: &str, version: &str| Requirement { path: path.into(), version: version.into() };
        match (verb, args) {
            ("go", [version]) => self.go = Some((*version).to_owned()),
            ("go", _) => return wrong("go VERSION"),
            ("toolchain" | "godebug", _) => {}
            ("replace", _) => match replace(args) {
                Some(replace) => self.replace.push(replace),
                None if kind == Kind::Dependency => {}
                None => return wrong("replace MODULE [VERSION] => PATH [VERSION]"),
            },
            ("use", [folder]) if kind == Kind::Work => self.uses.push((*folder).to_owned()),
            ("use", _) if kind == Kind::Work => return wrong("use FOLDER"),
            _ if kind == Kind::Work => return Err(format!("`{verb}` is not known in go.work")),
            ("module", [path]) => self.module = Some((*path).to_owned()),
            ("module", _) => return wrong("module PATH"),
            ("require", [path, version]) => self.require.push(requirement(path, version)),
            ("require", _) => return wrong("require MODULE VERSION"),
            _ if kind == Kind::Dependency => {}
            ("exclude", [path, version]) => self.exclude.push(requirement(path, version)),
            ("exclude", _) => return wrong("exclude MODULE VERSION"),
            ("ignore", [pattern]) => self.ignore.push((*pattern).to_owned()),
            ("ignore", _) => return wrong("ignore FOLDER"),
            ("tool", [path]) => self.tools.push((*path).to_owned()),
            ("tool", _) => return wrong("tool PACKAGE"),
            ("retract", _) => {}
            _ => return Err(format!("`{verb}` is not known in go.mod")),
        }
        Ok(())
    }
}

fn replace(args: &[&str]) -> Option<Replace> {
    let arrow = args.iter().position(|word| *word == "=>")?;
    let one = |words: &[&str]| match words {
        [path] => Some(((*path).to_owned(), None)),
        [path, version] => Some(((*path).to_owned(), Some((*version).to_owned()))),
        _ => None,
    };
    let (path, version) = one(&args[..arrow])?;
    let (with, with_version) = one(&args[arrow + 1..])?;
    Some(Replace { path, version, with, with_version })
}

/// The words of a line, without quotes and comment. Parentheses are words.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            break;
        }
        let after = match first {
            '"' => {
                let (word, after) = unquote(&rest[1..]).ok_or("the string is not closed")?;
                words.push(word);
                after
            }
            '`' => {
                let (word, after) = rest[1..].split_once('`').ok_or("the string is not closed")?;
                words.push(word.to_owned());
                after
            }
            '(' | ')' | ',' | '[' | ']' => {
                words.push(first.to_string());
                &rest[1..]
            }
            _ => {
                let stop =
                    |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '[' | ']' | '"' | '`');
                let end = rest.find(stop).unwrap_or(rest.len());
                let end = rest[..end].find("//").unwrap_or(end);
                words.push(rest[..end].to_owned());
                &rest[end..]
            }
        };
        rest = after.trim_start();
    }
    Ok(words)
}

/// The text of a string that the opening quote was taken from, and what follows.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((word, &text[at + 1..])),
            '\\' => word.push(chars.next()?.1),
            c => word.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, kind: Kind) -> Result<ModFile, String> {
        ModFile::parse(Path::new("go.mod"), text, kind).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_a_whole_file() {
        let text = "
// Comment.
module \"example.com/shop\" // Deprecated: no.

go 1.25.1
toolchain go1.26.0
godebug default=go1.21

require example.com/a v1.2.3
require (
	example.com/b v0.0.0-20240101000000-abcdefabcdef // indirect
	`example.com/c` v2.0.0+incompatible
)
exclude example.com/a v1.2.4
replace example.com/a => ../a
replace (
	example.com/b v1.0.0 => example.com/fork v1.1.0
)
retract [v1.0.0, v1.1.0] // Both.
retract (
	v1.2.0
)
tool example.com/a/cmd/x
ignore ./node_modules
";
        let file = parse(text, Kind::Main).unwrap();
        assert_eq!(file.module.as_deref(), Some("example.com/shop"));
        assert_eq!(file.go.as_deref(), Some("1.25.1"));
        let versions: Vec<_> = file.require.iter().map(|module| &*module.version).collect();
        assert_eq!(versions, ["v1.2.3", "v0.0.0-20240101000000-abcdefabcdef", "v2.0.0+incompatible"]);
        assert_eq!(file.replace[0].with, "../a");
        assert_eq!(file.replace[1].with_version.as_deref(), Some("v1.1.0"));
        assert_eq!((file.exclude.len(), file.tools.len(), &*file.ignore[0]), (1, 1, "./node_modules"));
    }

    #[test]
    fn errors_name_the_line() {
        let message = |text: &str| parse(text, Kind::Main).unwrap_err();
        assert_eq!(
            message("module m\n\nrequire example.com/a\n"),
            "go.mod:3: expected `require MODULE VERSION`, found `require example.com/a`"
        );
        assert_eq!(message("module m\nrequires x v1\n"), "go.mod:2: `requires` is not known in go.mod");
        assert_eq!(message("module \"m\nx\n"), "go.mod:1: the string is not closed");
        assert_eq!(message("module m\nrequire (\n"), "go.mod: the block `require (` is not closed");
        assert_eq!(message(")\n"), "go.mod:1: `)` without `(` before it");
    }

    #[test]
    fn what_is_new_in_a_dependency_is_passed_over() {
        assert!(parse("module m\nfuture (\n\tthing\n)\n", Kind::Dependency).is_ok());
        assert!(parse("go 1.24\nuse ./a\nuse (\n\t./b\n)\n", Kind::Work).is_ok());
        assert!(parse("module m\n", Kind::Work).is_err());
    }
}
