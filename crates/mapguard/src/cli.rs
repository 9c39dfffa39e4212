//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use guard_build::flags;
use guard_build::options::{Format, Policy};

use crate::commands::{anchors, check, explain, join, sites};
use crate::config::Layer;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Finds data races on the maps of Go programs while they run
#[derive(Parser)]
#[command(
    version,
    styles = STYLES,
    arg_required_else_help = true,
    infer_subcommands = false,
    override_usage = "mapguard [OPTIONS] test|run|build [ANYTHING GO TAKES]\n       mapguard check|sites|join [OPTIONS] [PACKAGES]\n       mapguard explain [RULE]\n       mapguard anchors [OPTIONS] BINARY\n       mapguard doctor|clean|completions|help",
    after_help = EXAMPLES_SHORT,
    after_long_help = EXAMPLES,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) own: Own,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES_SHORT: &str = "\
Examples:
  mapguard test ./...
  mapguard --policy panic build -o server ./cmd/server";

const EXAMPLES: &str = "\
Examples:
  mapguard test ./...                           go test, guarded; a finding fails the test
  mapguard test -run Cache -count 10 ./cache    all that follows `test` is go's
  mapguard --policy panic run . --port 8080     the program's own arguments follow as ever
  mapguard --policy log --output races.json build -o server ./cmd/server
  mapguard --sites - test ./...                 which map operations ran, how often
  mapguard anchors server                       every place where a program writes a map
  MAPGUARD_POLICY=panic ./server                a guarded program listens to its environment

mapguard's own options stand before the subcommand. Each is also an environment variable,
MAPGUARD_POLICY and so on, and a key of mapguard.toml, which is looked for from the working folder
(or that of -C) up to the go.mod or go.work. The command line comes first, then the environment,
then the file.

Exit codes: those of go and of the program; 66 for a program that ended well but for findings
(policy report); 2 for errors of mapguard's own.";

/// The options of mapguard itself.
#[derive(Debug, Args)]
pub(crate) struct Own {
    #[command(flatten)]
    pub(crate) layer: Layer,
    /// Read this file, and look for no mapguard.toml [env: MAPGUARD_CONFIG]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// The words that go takes; `split` has cut them off before clap sees them.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// Anything go takes here, unchanged
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_hint = ValueHint::AnyPath)]
    words: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// go test, guarded: a test during which a race was found fails
    #[command(
        disable_help_flag = true,
        override_usage = "mapguard [OPTIONS] test [ANYTHING GO TEST TAKES]",
        after_help = "\
Examples:
  mapguard test ./...
  mapguard test -run Cache -count 10 -json ./cache
  mapguard --policy log --output /tmp/races.json test ./...

mapguard's own options stand before `test` (see mapguard --help); what follows is go's, and
`mapguard test -h` is answered by go. A passing package's output is not shown by go test ./...:
under the policy log give --output, or -v."
    )]
    Test(Words),
    /// go run, guarded: the program ends with 66 if a race was found
    #[command(
        disable_help_flag = true,
        override_usage = "mapguard [OPTIONS] run [ANYTHING GO RUN TAKES]",
        after_help = "\
Examples:
  mapguard run .
  mapguard --policy panic run -tags dev ./cmd/server --port 8080

mapguard's own options stand before `run` (see mapguard --help); what follows is go's, and
`mapguard run -h` is answered by go. Like with go itself, any failure of the program makes the
exit code 1, and the program's own is told as `exit status 66`."
    )]
    Run(Words),
    /// go build, guarded: the program needs neither mapguard nor Go to run
    #[command(
        disable_help_flag = true,
        override_usage = "mapguard [OPTIONS] build [ANYTHING GO BUILD TAKES]",
        after_help = "\
Examples:
  mapguard build -o server ./cmd/server
  mapguard --policy log --output races.json build ./...
  MAPGUARD_POLICY=off ./server

mapguard's own options stand before `build` (see mapguard --help); what follows is go's, and
`mapguard build -h` is answered by go. They are what the program starts with; MAPGUARD_POLICY,
MAPGUARD_FORMAT, MAPGUARD_OUTPUT and MAPGUARD_SITES in its environment overrule them. A relative
--output or --sites is relative to where the program runs."
    )]
    Build(Words),
    /// Finds map writes in the source that are unsafe
    #[command(after_help = check::EXAMPLES)]
    Check(check::Options),
    /// Tells what a rule of check finds, and how to mend it; without a rule lists all
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Options),
    /// Lists every place where a Go program writes a map, by the executable alone
    #[command(after_help = anchors::EXAMPLES)]
    Anchors(anchors::Options),
    /// Lists every place in the source where a map is written
    #[command(after_help = sites::EXAMPLES)]
    Sites(sites::Options),
    /// Puts together what the source has and what ran: which map writes were tested, which never were
    #[command(after_help = join::EXAMPLES)]
    Join(join::Options),
    /// Tells what mapguard finds on this machine, and what to do about problems
    #[command(after_help = "Exit codes: 0 if all is well, 1 if there is a problem.")]
    Doctor,
    /// Empties mapguard's cache
    #[command(after_help = "\
The cache is $XDG_CACHE_HOME/mapguard, or ~/.cache/mapguard. What go compiled is in go's own cache:
`go clean -cache` empties that.")]
    Clean,
    /// Prints a completion script for a shell
    #[command(after_help = "\
Examples:
  mapguard completions bash > ~/.local/share/bash-completion/completions/mapguard
  mapguard completions zsh > ~/.zfunc/_mapguard      (with fpath+=~/.zfunc before compinit)
  mapguard completions fish > ~/.config/fish/completions/mapguard.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// The subcommand of go, if it is one.
    pub(crate) fn of_go(&self) -> Option<flags::Subcommand> {
        match self {
            Command::Test(_) => Some(flags::Subcommand::Test),
            Command::Run(_) => Some(flags::Subcommand::Run),
            Command::Build(_) => Some(flags::Subcommand::Build),
            _ => None,
        }
    }
}

/// A shell that completions are made for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    /// The GNU shell
    Bash,
    /// The Z shell
    Zsh,
    /// The friendly shell
    Fish,
}

/// A policy, by its word.
pub(crate) fn policies() -> impl TypedValueParser<Value = Policy> {
    PossibleValuesParser::new(Policy::WORDS).try_map(|word| word.parse::<Policy>())
}

/// A format, by its word.
pub(crate) fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::WORDS).try_map(|word| word.parse::<Format>())
}

/// Cuts the command line behind `test`, `run` or `build`: the first part is ours, the second go's,
/// every word of it, a `--` at its beginning included.
pub(crate) fn split(mut words: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let command = Cli::command();
    let takes_value = |word: &OsString| {
        let name = word.to_str().and_then(|word| word.strip_prefix("--"));
        name.is_some_and(|name| {
            command.get_arguments().any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values())
        })
    };
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if takes_value(word) {
            at += 2;
        } else if word.as_encoded_bytes().starts_with(b"-") {
            at += 1;
        } else {
            break;
        }
    }
    let go = words.get(at).is_some_and(|word| word == "test" || word == "run" || word == "build");
    let tail = if go { words.split_off(at + 1) } else { Vec::new() };
    (words, tail)
}

/// The option of mapguard that `word` would be, if it stood before the subcommand.
pub(crate) fn own_option(word: &std::ffi::OsStr) -> Option<String> {
    let word = word.to_str()?;
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    let name = name.split('=').next()?;
    let command = Cli::command();
    let known = command.get_arguments().filter_map(|arg| arg.get_long()).any(|long| long == name);
    (known && name != "help").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves(line: &str) -> (String, String) {
        let (own, tail) = split(line.split(' ').map(OsString::from).collect());
        let join = |words: Vec<OsString>| words.join(&OsString::from(" ")).into_string().unwrap();
        (join(own), join(tail))
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cuts_behind_the_subcommand() {
        for (own, tail) in [
            ("mapguard test", "-- --policy panic"),
            ("mapguard --policy panic run", "-tags x . -- test"),
            ("mapguard --policy=panic --output test build", "--help"),
            ("mapguard --output run test", "run test"),
        ] {
            assert_eq!(halves(&format!("{own} {tail}")), (own.into(), tail.into()));
        }
        for line in ["mapguard help test", "mapguard doctor", "mapguard --policy", "mapguard tets test"] {
            assert_eq!(halves(line), (line.into(), String::new()));
        }
    }
}
