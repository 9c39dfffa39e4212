//! The mapguard command.

mod cli;
mod commands;
mod config;
mod say;
mod source;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    // Go calls this program for each package: before anything else.
    let mut words = std::env::args_os();
    if words.nth(1).is_some_and(|word| word == guard_build::toolexec::WORD) {
        return guard_build::toolexec::run(&words.collect::<Vec<_>>());
    }
    let (own, tail) = cli::split(std::env::args_os().collect());
    let cli = Cli::parse_from(own);
    let done = match cli.command {
        Command::Test(_) | Command::Run(_) | Command::Build(_) => commands::go::run(cli, tail),
        Command::Check(options) => commands::check::run(&options, &cli.own),
        Command::Explain(options) => commands::explain::run(&options),
        Command::Anchors(options) => commands::anchors::run(&options, cli.own.layer.format),
        Command::Sites(options) => commands::sites::run(&options, cli.own.layer.format),
        Command::Join(options) => commands::join::run(&options, cli.own.layer.format),
        Command::Doctor => commands::doctor::run(&cli.own),
        Command::Clean => commands::clean::run(),
        Command::Completions { shell } => commands::completions::run(shell),
    };
    done.unwrap_or_else(|error| say::failure(&error))
}
