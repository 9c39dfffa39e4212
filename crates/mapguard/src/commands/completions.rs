//! `mapguard completions`

use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::{Cli, Shell};
use crate::say;

pub(crate) fn run(shell: Shell) -> anyhow::Result<ExitCode> {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    // Into memory: a closed pipe is met by what writes it out.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "mapguard", &mut script);
    say::out(&String::from_utf8(script).context("the completion script is not text")?)?;
    Ok(ExitCode::SUCCESS)
}
