//! `mapguard sites`: every place in the source where a map is written.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Args, ValueHint};
use go_packages::Graph;
use guard_build::options::Format;
use map_rules::Site;

use crate::source::{self, Source};
use crate::{cli, say};

pub(crate) mod json;
mod text;

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

/// A place with all that is shown of it.
struct Shown {
    package: String,
    file: String,
    line: u32,
    column: u32,
    map_type: String,
    call_line: u32,
    end_line: Option<u32>,
    test: bool,
    site: Site,
}

/// Prints the places; `format` is what stands before the subcommand.
pub(crate) fn run(options: &Options, format: Option<Format>) -> anyhow::Result<ExitCode> {
    let format = options.format.or(format).unwrap_or(Format::Text);
    let source = Source::load(&options.packages)?;
    let found = find(&source, |site| options.takes(site));
    let text = match format {
        Format::Json => json::lines(&found)?,
        Format::Text if options.summary => text::summary(&found),
        Format::Text => text::listing(&found, &source.graph),
    };
    source.tell_notes();
    match &options.output {
        Some(path) => source::write(path, &text)?,
        None => say::out(&text)?,
    }
    // What could not be read was told; nothing else is left.
    Ok(if packages(&source.graph) == 0 { ExitCode::from(say::FAILED) } else { ExitCode::SUCCESS })
}

/// All places that are chosen, by file.
fn find(source: &Source, choose: impl Fn(&Site) -> bool + Sync) -> Vec<Shown> {
    let found = Mutex::new(Vec::new());
    source.resolve(|program, id, package| {
        let mut shown = Vec::new();
        for (number, file) in source.own_files(id) {
            let sites = map_rules::sites(program, package, number).into_iter();
            shown.extend(sites.filter(&choose).map(|site| show(program, package, &file, site)));
        }
        found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(shown);
    });
    let mut found = found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    found.sort_by(|a, b| (&a.file, a.site.pos).cmp(&(&b.file, b.site.pos)));
    found
}

/// The whole inventory, as it would be written as JSON.
pub(crate) fn rows(source: &Source) -> Vec<json::Row> {
    find(source, |_| true).iter().map(json::Row::from).collect()
}

impl Options {
    fn takes(&self, site: &Site) -> bool {
        (self.operations.is_empty() || self.operations.iter().any(|op| op == site.op.as_str()))
            && !(self.live && site.dead.is_some())
    }
}

fn show(
    program: &go_types::Program,
    package: &go_types::Package,
    file: &source::OwnFile,
    site: Site,
) -> Shown {
    let tree = &package.files[site.file as usize].tree;
    let at = tree.line_col(site.pos);
    let path = |pkg| {
        if pkg == package.id {
            return package.path.to_string();
        }
        program.package(pkg).map(|package| package.path.to_string()).unwrap_or_default()
    };
    Shown {
        package: package.path.to_string(),
        file: file.path.clone(),
        line: at.line,
        column: at.column,
        map_type: program.types.display(site.ty, &path),
        call_line: tree.line(site.call),
        end_line: site.end.map(|end| tree.line(end)),
        test: file.test,
        site,
    }
}

/// How many packages the patterns name.
fn packages(graph: &Graph) -> usize {
    let read =
        graph.roots.iter().map(|&root| graph.package(root)).filter(|package| !package.files.is_empty());
    read.map(|package| &package.path).collect::<BTreeSet<_>>().len()
}
