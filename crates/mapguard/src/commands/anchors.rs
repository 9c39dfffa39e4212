//! `mapguard anchors`: where a linked program writes maps.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use go_binary::{Anchor, Operation, Program};
use guard_build::options::Format;

use crate::{cli, say};

mod filter;
mod json;
mod text;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mapguard anchors server
  mapguard anchors --package github.com/acme/... --op delete,clear server
  mapguard anchors --function Cache server
  mapguard anchors --summary --std server
  mapguard anchors --format json server | jq -r .file | sort | uniq -c

It reads ELF, Mach-O and PE files of Go 1.21 to 1.27 for amd64 and arm64, also stripped ones: the
table of functions and lines that is needed for stacks stays in every Go program. The program is
not run, and its source is not needed.

A place is one instruction. What the compiler copied or inlined into several functions is there as
often; the functions around it follow, each after `in`. Assignments of a map literal are writes too.
With reflect.Value.SetMapIndex a zero Value deletes: it is listed as assign.

Exit codes: 0, also if no map is written; 2 if the file cannot be read.";

/// What to list, and how.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The Go program: an executable or a shared library
    #[arg(value_name = "BINARY", value_hint = ValueHint::FilePath)]
    binary: PathBuf,
    /// Only in this package, or one that it is inlined into; `...` stands for anything, as for go
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    package: Vec<String>,
    /// Only in functions with this in their name, or inlined into such
    #[arg(long, value_name = "PART")]
    function: Option<String>,
    /// Only these operations
    #[arg(long = "op", value_name = "OPERATION", value_delimiter = ',', value_parser = operations())]
    operations: Vec<Operation>,
    /// The standard library too, with the runtime; without this a place counts if any of its
    /// functions is not of the standard library
    #[arg(long)]
    std: bool,
    /// Numbers for each package instead of places
    #[arg(long)]
    summary: bool,
    /// How places are written: for people, or one object a line (docs/finding-schema.md)
    #[arg(long, value_name = "FORMAT", value_parser = cli::formats())]
    format: Option<Format>,
}

fn operations() -> impl TypedValueParser<Value = Operation> {
    let names = Operation::ALL.map(Operation::name);
    PossibleValuesParser::new(names).try_map(|word| {
        Operation::ALL.into_iter().find(|operation| operation.name() == word).ok_or("no operation")
    })
}

/// Prints the places; `format` is what stands before the subcommand.
pub(crate) fn run(options: &Options, format: Option<Format>) -> anyhow::Result<ExitCode> {
    let format = options.format.or(format).unwrap_or(Format::Text);
    if options.summary && format == Format::Json {
        bail!("--summary is for people: with --format json leave it out, and count the lines");
    }
    let name = options.binary.display();
    let file = fs::read(&options.binary).with_context(|| format!("cannot read {name}"))?;
    let program = Program::parse(&file).with_context(|| name.to_string())?;
    let found = go_binary::anchors(&program);
    let meeting = found.iter().filter(|anchor| options.is_met_by(anchor));
    let (chosen, hidden): (Vec<&Anchor>, Vec<&Anchor>) =
        meeting.partition(|anchor| options.std || !anchor.is_standard);
    let text = match format {
        Format::Json => json::lines(&chosen)?,
        Format::Text => {
            let listing = if options.summary { text::summary(&chosen) } else { text::listing(&chosen) };
            listing + &text::foot(&name.to_string(), &program, chosen.len(), hidden.len())
        }
    };
    say::out(&text)?;
    Ok(ExitCode::SUCCESS)
}
