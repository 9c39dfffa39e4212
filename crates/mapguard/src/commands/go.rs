//! `mapguard test`, `mapguard run` and `mapguard build`

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use guard_build::cache::Cache;
use guard_build::command::{Request, prepare};
use guard_build::flags::{self, Flags, Subcommand};

use crate::cli::{self, Cli};
use crate::config;
use crate::say;

/// Becomes the go command. Only returns if that fails.
pub(crate) fn run(cli: Cli, words: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let subcommand = cli.command.of_go().context("not a subcommand of go")?;
    let flags = flags::parse(subcommand, &words);
    refuse_misplaced(subcommand, &flags)?;
    let folder = flags.change_dir.as_ref().map_or(Path::new("."), Path::new);
    let settings = config::settle(&cli.own, folder, Some(subcommand))?;
    let request = Request {
        subcommand,
        words,
        options: settings.options,
        go: settings.go,
        mapguard: env::current_exe().context("where is mapguard?")?,
    };
    let mut prepared = prepare(&request, &Cache::of_user()?)?;
    if prepared.is_first && io::stderr().is_terminal() {
        // What is no terminal gets go's own words and nothing else.
        say::line(&format!(
            "first use with {}: go compiles the standard library for the guard, once (up to a minute)",
            prepared.go.goversion
        ));
    }
    // The process becomes go: signals and the exit code need nobody to pass them on.
    let error = prepared.command.exec();
    Err(error).with_context(|| format!("cannot run {}", request.go.display()))
}

/// One of our options behind the subcommand. `build` and `run` would refuse it; `test` would hand it
/// to the test program, which may know it: there only the way that we write it is taken for ours.
fn refuse_misplaced(subcommand: Subcommand, flags: &Flags) -> anyhow::Result<()> {
    let is_test = subcommand == Subcommand::Test;
    for word in &flags.unknown {
        let Some(name) = cli::own_option(word) else { continue };
        if is_test && !word.as_encoded_bytes().starts_with(b"--") {
            continue;
        }
        // The value, in the same word or the next.
        let at = flags.rest.iter().position(|other| other == word);
        let next = at.and_then(|at| flags.rest.get(at + 1)).map(|next| next.display().to_string());
        let text = word.to_string_lossy();
        let value = text.split_once('=').map(|(_, value)| value.to_owned()).or(next);
        let value = value.unwrap_or_else(|| "…".to_owned());
        let go = subcommand.name();
        let else_ = "\n  if it is a flag of your tests, write it with one dash, or put it behind -args";
        bail!(
            "--{name} is mapguard's own: it goes before `{go}`\n  mapguard --{name} {value} {go} …{}",
            if is_test { else_ } else { "" }
        );
    }
    Ok(())
}
