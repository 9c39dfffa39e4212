//! `mapguard sites`: every place in the source where a map is written.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Args, ValueHint};
use go_types::{Package, Program};
use guard_build::options::Format;
use map_rules::Site;

use crate::source::{self, OwnFile, Source};
use crate::{cli, say};

pub(crate) mod json;
mod text;

use json::Row;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mapguard sites ./...
  mapguard sites --test --op delete,clear ./internal/...
  mapguard sites --summary std
  mapguard sites --goos windows --tags integration ./...
  mapguard sites --format json ./... | jq -r '[.root, .op] | @tsv' | sort | uniq -c

Nothing is built or run. Patterns, build tags, GOOS and GOARCH, GOFLAGS, vendor folders, workspaces
and replace directives mean what they mean to go. What does not parse or resolve is told, and the
rest goes on.

A literal with elements counts as a write: its map begins with them. What the compiler drops (a
constant condition, code after a return) is listed with a note: --live leaves it out.

Exit codes: 0, also if no map is written; 2 if the packages cannot be read.";

/// What to list, and how.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    packages: source::Packages,
    /// Only these operations: assign, tuple-assign, op-assign, ++, --, range-assign, delete, clear,
    /// literal, or a function of the library such as maps.Copy
    #[arg(long = "op", value_name = "OPERATION", value_delimiter = ',', allow_hyphen_values = true)]
    operations: Vec<String>,
    /// Only code that the compiler does not drop
    #[arg(long)]
    live: bool,
    /// Numbers for each package instead of places
    #[arg(long)]
    summary: bool,
    /// How places are written: for people, or one object a line (docs/finding-schema.md)
    #[arg(long, value_name = "FORMAT", value_parser = cli::formats())]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// Prints the places; `format` is what stands before the subcommand.
pub(crate) fn run(options: &Options, format: Option<Format>) -> anyhow::Result<ExitCode> {
    let format = options.format.or(format).unwrap_or(Format::Text);
    let mut source = Source::load(&options.packages)?;
    let mut found = rows(&mut source)?;
    found.retain(|row| options.takes(row));
    let text = match format {
        Format::Json => json::lines(&found)?,
        Format::Text if options.summary => text::summary(&found),
        Format::Text => text::listing(&found, source.packages()),
    };
    match &options.output {
        Some(path) => source::write(path, &text)?,
        None => say::out(&text)?,
    }
    // What could not be read was told; nothing else is left.
    Ok(if source.packages() == 0 { ExitCode::from(say::FAILED) } else { ExitCode::SUCCESS })
}

/// The whole inventory, by file. What could not be read is told.
pub(crate) fn rows(source: &mut Source) -> anyhow::Result<Vec<Row>> {
    let answer = source.answer("sites", "", |source| {
        let found = Mutex::new(Vec::new());
        let (_, told) = source.resolve(|program, id, package| {
            let mut rows = Vec::new();
            for (number, file) in source.own_files(id) {
                let sites = map_rules::sites(program, package, number).into_iter();
                rows.extend(sites.map(|site| row(program, package, &file, site)));
            }
            found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(rows);
        });
        let mut found = found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        found.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Ok(source::Answer { lines: json::lines(&found)?, told })
    })?;
    source.tell(&answer.told);
    let rows = answer.lines.lines().map(serde_json::from_str);
    Ok(rows.collect::<Result<Vec<Row>, _>>()?)
}

impl Options {
    fn takes(&self, row: &Row) -> bool {
        (self.operations.is_empty() || self.operations.contains(&row.op)) && !(self.live && row.dead)
    }
}

fn row(program: &Program, package: &Package, file: &OwnFile, site: Site) -> Row {
    let tree = &package.files[site.file as usize].tree;
    let at = tree.line_col(site.pos);
    let path = |pkg| {
        if pkg == package.id {
            return package.path.to_string();
        }
        program.package(pkg).map(|package| package.path.to_string()).unwrap_or_default()
    };
    Row {
        schema: json::SCHEMA.to_owned(),
        package: package.path.to_string(),
        function: site.function,
        file: file.path.clone(),
        line: at.line,
        column: at.column,
        op: site.op.as_str().to_owned(),
        map: site.map,
        ty: program.types.display(site.ty, &path),
        root: site.root,
        test: file.test,
        generic: site.generic,
        dead: site.dead.is_some(),
        why: site.dead.map(|why| why.as_str().to_owned()),
        calls: site.clears.then(|| "clear".to_owned()),
        call_lines: site.calls.iter().map(|&call| tree.line(call)).collect(),
    }
}
