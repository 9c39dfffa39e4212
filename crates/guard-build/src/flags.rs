//! Reads a go command line as far as the guard has to, and as go itself reads it.
//!
//! Everything goes to go as it is, but for the few flags that the guard needs too and that go
//! takes once only: `-tags`, `-overlay`, `-toolexec`. Of those the user's last one counts, here as
//! there, and is joined with the guard's own.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

mod known;
#[cfg(test)]
mod tests;

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

/// What a command line, or GOFLAGS, says of the things that matter here.
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
    /// The last `-compiler`.
    pub compiler: Option<String>,
    /// The last of each of `-race`, `-msan` and `-asan`.
    sanitizers: [Option<bool>; 3],
    /// Whether `-count` is given.
    pub count: bool,
    /// Flags that go does not know, as they are written. `test` hands them to the test program;
    /// the others stop at the first.
    pub unknown: Vec<OsString>,
    /// The command line without `-C` and the flags that are joined with the guard's.
    pub rest: Vec<OsString>,
}

const SANITIZERS: [&str; 3] = ["race", "msan", "asan"];

/// How one word of a command line reads.
enum Word<'a> {
    /// `--`
    End,
    /// No flag.
    Plain,
    /// A flag that go knows, its value, and how many words it is.
    Known(&'a str, Option<&'a OsStr>, usize),
    /// A flag that go does not know, and whether it carries a value.
    Unknown(bool),
    /// What go will refuse or answer with its usage.
    Refused,
}

/// Reads the words after `go test` (and the like).
pub fn parse(subcommand: Subcommand, words: &[OsString]) -> Flags {
    let mut flags = Flags::default();
    let words = flags.take_change_dir(words);
    match subcommand {
        Subcommand::Test => flags.read_test(words),
        _ => flags.read_build(subcommand, words),
    }
    flags
}

impl Flags {
    /// Reads GOFLAGS, whose flags come before those of the command line.
    pub fn of_goflags(goflags: &str) -> Flags {
        let mut flags = Flags::default();
        // Each of its words is a flag with its value: no word stands alone.
        for word in split_quoted(goflags) {
            if let Some((name, value)) = split(OsStr::new(&word)) {
                flags.note(name, value);
            }
        }
        flags
    }

    /// A flag that excludes the guard, where `standing` is what GOFLAGS says; and whether it is
    /// from there.
    pub fn excluded(&self, standing: &Flags) -> Option<(&'static str, bool)> {
        for (at, flag) in ["-race", "-msan", "-asan"].into_iter().enumerate() {
            let (own, theirs) = (self.sanitizers[at], standing.sanitizers[at]);
            if own.or(theirs) == Some(true) {
                return Some((flag, own.is_none()));
            }
        }
        let gccgo = |flags: &Flags| flags.compiler.as_ref().map(|name| name == "gccgo");
        let (own, theirs) = (gccgo(self), gccgo(standing));
        (own.or(theirs) == Some(true)).then_some(("-compiler=gccgo", own.is_none()))
    }

    /// Go takes `-C` only as the very first word; elsewhere it refuses it.
    fn take_change_dir<'a>(&mut self, words: &'a [OsString]) -> &'a [OsString] {
        match words {
            [first, dir, rest @ ..] if first == "-C" || first == "--C" => {
                self.change_dir = Some(dir.clone());
                rest
            }
            [first, rest @ ..] => match split(first) {
                Some(("C", Some(dir))) => {
                    self.change_dir = Some(dir.to_owned());
                    rest
                }
                _ => words,
            },
            [] => words,
        }
    }

    /// `build` and `run`: flags end at the first word that is none.
    fn read_build(&mut self, subcommand: Subcommand, mut words: &[OsString]) {
        while let Some(first) = words.first() {
            match look(subcommand, words) {
                Word::Known(name, value, length) => {
                    if !self.note(name, value) {
                        self.rest.extend_from_slice(&words[..length]);
                    }
                    words = &words[length..];
                }
                Word::Unknown(_) => {
                    self.unknown.push(first.clone());
                    break;
                }
                Word::End | Word::Plain | Word::Refused => break,
            }
        }
        self.rest.extend_from_slice(words);
    }

    /// `test`: flags stand before and after the packages, and between flags of the test program.
    /// Follows `testFlags` in cmd/go/internal/test/testflag.go.
    fn read_test(&mut self, mut words: &[OsString]) {
        let (mut packages_begun, mut in_packages, mut after_unknown) = (false, false, false);
        while let Some(first) = words.first() {
            let may_be_value = std::mem::take(&mut after_unknown);
            let mut length = 1;
            match look(Subcommand::Test, words) {
                Word::End | Word::Refused => break,
                Word::Plain if packages_begun && !in_packages && !may_be_value => break,
                Word::Plain => {
                    in_packages |= !packages_begun;
                    packages_begun = true;
                    self.rest.push(first.clone());
                }
                Word::Unknown(has_value) => {
                    (packages_begun, in_packages) = (true, false);
                    if first == "-args" || first == "--args" {
                        break;
                    }
                    after_unknown = !has_value;
                    self.unknown.push(first.clone());
                    self.rest.push(first.clone());
                }
                Word::Known(name, value, words_of_it) => {
                    in_packages = false;
                    length = words_of_it;
                    if !self.note(name, value) {
                        self.rest.extend_from_slice(&words[..length]);
                    }
                }
            }
            words = &words[length..];
        }
        self.rest.extend_from_slice(words);
    }

    /// Notes a flag. True if it is to be left out of the rest.
    fn note(&mut self, name: &str, value: Option<&OsStr>) -> bool {
        let text = || value.map(|v| v.to_string_lossy().into_owned());
        match name {
            "tags" => self.tags = text(),
            "overlay" => self.overlay = value.map(OsStr::to_owned),
            "toolexec" => self.toolexec = text(),
            "compiler" => self.compiler = text(),
            "count" | "test.count" => self.count = true,
            _ => {
                if let Some(at) = SANITIZERS.iter().position(|flag| *flag == name) {
                    self.sanitizers[at] = truth(value).or(self.sanitizers[at]);
                }
            }
        }
        matches!(name, "tags" | "overlay" | "toolexec")
    }
}

/// Reads the first of `words`.
fn look(subcommand: Subcommand, words: &[OsString]) -> Word<'_> {
    let Some(first) = words.first() else { return Word::End };
    if first == "--" {
        return Word::End;
    }
    let Some((name, value)) = split(first) else {
        let bytes = first.as_bytes();
        // `---x` and `-=x` are bad flags to `build` and `run`, and packages to `test`.
        let flag = bytes.len() > 1 && bytes[0] == b'-';
        return if flag && subcommand != Subcommand::Test { Word::Refused } else { Word::Plain };
    };
    if value.is_none() && matches!(name, "h" | "help" | "?") {
        return Word::Refused;
    }
    match (known::takes_value(subcommand, name), value, words.get(1)) {
        (None, value, _) => Word::Unknown(value.is_some()),
        (Some(false), value, _) | (Some(true), value @ Some(_), _) => Word::Known(name, value, 1),
        (Some(true), None, Some(next)) => Word::Known(name, Some(next), 2),
        (Some(true), None, None) => Word::Refused,
    }
}

/// A value of a switch, as Go's `strconv.ParseBool` reads it; alone it is on. What that does not
/// know, go refuses.
fn truth(value: Option<&OsStr>) -> Option<bool> {
    match value.map(OsStr::as_bytes) {
        None | Some(b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True") => Some(true),
        Some(b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False") => Some(false),
        Some(_) => None,
    }
}

/// The name of a flag, and its value if that stands in the same word.
fn split(word: &OsStr) -> Option<(&str, Option<&OsStr>)> {
    let bytes = word.as_bytes();
    let flag = bytes.strip_prefix(b"--").or_else(|| bytes.strip_prefix(b"-"))?;
    let (name, value) = match flag.iter().position(|&byte| byte == b'=') {
        Some(at) => (&flag[..at], Some(OsStr::from_bytes(&flag[at + 1..]))),
        None => (flag, None),
    };
    let name = std::str::from_utf8(name).ok()?;
    (!name.is_empty() && !name.starts_with('-')).then_some((name, value))
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
