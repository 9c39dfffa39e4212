//! Reads a go command line as far as the guard has to.
//!
//! Everything goes to go as it is, but for the few flags that the guard needs too and that go
//! takes once only: `-tags`, `-overlay`, `-toolexec`. Of those the user's last one counts, here as
//! there, and is joined with the guard's own.

use std::ffi::{OsStr, OsString};

/// Flags of `go build`, `go test` and `go run` that take no value. All others take one, in the
/// same word after `=` or in the next.
const NO_VALUE: &[&str] = &[
    "a",
    "n",
    "x",
    "v",
    "i",
    "race",
    "msan",
    "asan",
    "cover",
    "work",
    "json",
    "trimpath",
    "modcacherw",
    "linkshared",
    "c",
    "benchmem",
    "failfast",
    "short",
    "fullpath",
    "artifacts",
    "h",
    "help",
    "test.v",
    "test.short",
    "test.failfast",
    "test.benchmem",
    "test.fullpath",
    "test.paniconexit0",
    "buildvcs",
];

/// A subcommand of go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subcommand {
    /// `go test`
    Test,
    /// `go run`
    Run,
    /// `go build`
    Build,
}

impl Subcommand {
    /// As go calls it.
    pub fn name(self) -> &'static str {
        match self {
            Subcommand::Test => "test",
            Subcommand::Run => "run",
            Subcommand::Build => "build",
        }
    }
}

/// What a command line says of the things that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-C`: the folder that go changes to first.
    pub change_dir: Option<OsString>,
    /// The last `-tags`.
    pub tags: Option<String>,
    /// The last `-overlay`.
    pub overlay: Option<OsString>,
    /// The last `-toolexec`.
    pub toolexec: Option<String>,
    /// A flag that excludes the guard: `-race`, `-msan` or `-asan`.
    pub excluded: Option<&'static str>,
    /// Whether `-count` is given.
    pub count: bool,
    /// The command line without the flags that are joined with the guard's.
    pub rest: Vec<OsString>,
}

/// Reads the words after `go test` (and the like).
pub fn parse(subcommand: Subcommand, words: &[OsString]) -> Flags {
    let mut flags = Flags::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some((name, value)) = split(word) else {
            flags.rest.push(word.clone());
            // What follows a package is the program's with `run`; `test` takes flags there too.
            if subcommand == Subcommand::Run && !is_go_file(word) || word == "--" {
                break;
            }
            continue;
        };
        if name == "args" && subcommand == Subcommand::Test {
            flags.rest.push(word.clone());
            break;
        }
        let takes_value = !NO_VALUE.contains(&name);
        let from = flags.rest.len();
        flags.rest.push(word.clone());
        let value = match value {
            None if takes_value => words.next().inspect(|next| flags.rest.push((*next).clone())).cloned(),
            value => value,
        };
        if flags.take(name, value) {
            flags.rest.truncate(from);
        }
    }
    flags.rest.extend(words.cloned());
    flags
}

impl Flags {
    /// Notes a flag. True if it is to be left out of the rest.
    fn take(&mut self, name: &str, value: Option<OsString>) -> bool {
        let on = value
            .as_ref()
            .is_none_or(|v| v != "false" && v != "0" && v != "f" && v != "F" && v != "False" && v != "FALSE");
        let text = || value.as_ref().map(|v| v.to_string_lossy().into_owned());
        match name {
            "C" => self.change_dir = value,
            "tags" => self.tags = text(),
            "overlay" => self.overlay = value,
            "toolexec" => self.toolexec = text(),
            "race" if on => self.excluded = Some("-race"),
            "msan" if on => self.excluded = Some("-msan"),
            "asan" if on => self.excluded = Some("-asan"),
            "count" | "test.count" => self.count = true,
            _ => {}
        }
        matches!(name, "tags" | "overlay" | "toolexec") || name == "C"
    }

    /// Reads GOFLAGS, whose flags come before those of the command line.
    pub fn of_goflags(goflags: &str) -> Flags {
        let words: Vec<OsString> = split_quoted(goflags).into_iter().map(OsString::from).collect();
        // Each of its words is a flag with its value: no word stands alone.
        let mut flags = Flags::default();
        for word in &words {
            if let Some((name, value)) = split(word) {
                flags.take(name, value);
            }
        }
        flags
    }
}

/// The name of a flag, and its value if that stands in the same word.
fn split(word: &OsStr) -> Option<(&str, Option<OsString>)> {
    let text = word.to_str()?;
    let flag = text.strip_prefix("--").or_else(|| text.strip_prefix('-'))?;
    if flag.is_empty() {
        return None;
    }
    Some(match flag.split_once('=') {
        Some((name, value)) => (name, Some(value.into())),
        None => (flag, None),
    })
}

fn is_go_file(word: &OsStr) -> bool {
    word.to_str().is_some_and(|text| text.ends_with(".go"))
}

/// Splits at spaces, as go does: a word that begins with a quote goes to the next of the kind.
pub fn split_quoted(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' | '"' => match rest[1..].split_once(first) {
                Some((word, after)) => (word, after),
                None => (rest, ""),
            },
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(subcommand: Subcommand, line: &str) -> Flags {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        parse(subcommand, &words)
    }

    fn rest(flags: &Flags) -> String {
        flags.rest.iter().map(|w| w.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn takes_out_what_it_joins() {
        let flags = parsed(Subcommand::Test, "-v -tags a,b -run X ./... -overlay=o.json -count 3");
        assert_eq!(flags.tags.as_deref(), Some("a,b"));
        assert_eq!(flags.overlay.as_deref(), Some(OsStr::new("o.json")));
        assert!(flags.count);
        assert_eq!(rest(&flags), "-v -run X ./... -count 3");
    }

    #[test]
    fn a_value_is_not_a_flag() {
        let flags = parsed(Subcommand::Build, "-o -race -ldflags -tags .");
        assert_eq!(flags.excluded, None);
        assert_eq!(flags.tags, None);
        assert_eq!(rest(&flags), "-o -race -ldflags -tags .");
    }

    #[test]
    fn leaves_the_program_its_arguments() {
        let flags = parsed(Subcommand::Run, "-tags x main.go other.go -race -tags y");
        assert_eq!(flags.tags.as_deref(), Some("y"), "after .go files flags are still go's to refuse");
        let flags = parsed(Subcommand::Run, "-tags x . -race -tags y");
        assert_eq!((flags.tags.as_deref(), flags.excluded), (Some("x"), None));
        let flags = parsed(Subcommand::Test, "./... -args -race -tags y");
        assert_eq!((flags.tags, flags.excluded), (None, None));
    }

    #[test]
    fn sees_what_excludes_it() {
        assert_eq!(parsed(Subcommand::Test, "-race ./...").excluded, Some("-race"));
        assert_eq!(parsed(Subcommand::Test, "--race=true ./...").excluded, Some("-race"));
        assert_eq!(parsed(Subcommand::Test, "-race=false ./...").excluded, None);
        assert_eq!(parsed(Subcommand::Build, "-msan .").excluded, Some("-msan"));
        assert_eq!(Flags::of_goflags("-mod=mod -race").excluded, Some("-race"));
    }

    #[test]
    fn splits_as_go_does() {
        assert_eq!(split_quoted(" -a  '-ldflags=-s -w' \"-x=y z\""), ["-a", "-ldflags=-s -w", "-x=y z"]);
        assert_eq!(Flags::of_goflags("'-tags=a b' -mod=mod").tags.as_deref(), Some("a b"));
    }
}
