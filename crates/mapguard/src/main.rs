//! The mapguard command.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use guard_build::cache::Cache;
use guard_build::command::{Request, prepare};
use guard_build::flags;
use guard_build::options::{Format, Options, Policy};

/// Finds and guards every map write in Go programs.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// What happens at a finding: report, panic, log or off
    #[arg(long, env = "MAPGUARD_POLICY", default_value_t)]
    policy: Policy,
    /// How findings are written: text or json
    #[arg(long, env = "MAPGUARD_FORMAT")]
    format: Option<Format>,
    /// Append findings to this file
    #[arg(long, env = "MAPGUARD_OUTPUT")]
    output: Option<PathBuf>,
    /// The go command
    #[arg(long, env = "MAPGUARD_GO", default_value = "go")]
    go: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// go test, guarded
    #[command(disable_help_flag = true)]
    Test {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
    /// go run, guarded
    #[command(disable_help_flag = true)]
    Run {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
    /// go build, guarded
    #[command(disable_help_flag = true)]
    Build {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    if words.nth(1).is_some_and(|word| word == guard_build::toolexec::WORD) {
        return guard_build::toolexec::run(&words.collect::<Vec<_>>());
    }
    match go(Cli::parse()) {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("mapguard: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn go(cli: Cli) -> anyhow::Result<std::convert::Infallible> {
    let (subcommand, words) = match cli.command {
        Command::Test { words } => (flags::Subcommand::Test, words),
        Command::Run { words } => (flags::Subcommand::Run, words),
        Command::Build { words } => (flags::Subcommand::Build, words),
    };
    let output = cli.output.map(std::path::absolute).transpose()?;
    let request = Request {
        subcommand,
        words,
        options: Options { policy: cli.policy, format: cli.format, output },
        go: cli.go,
        mapguard: std::env::current_exe().context("where is mapguard?")?,
    };
    let error = prepare(&request, &Cache::of_user()?)?.exec();
    Err(error).context("cannot run go")
}
