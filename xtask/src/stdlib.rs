//! The standard library's own tests.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::field::page;
use crate::go::Toolchain;
use crate::mapguard;
use crate::say::say;
use crate::trial::{Subject, Suite};

/// Which packages, and how much of their tests.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// These Go releases [default: the newest]
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// Only these packages, whether they are in the list or not
    #[arg(long = "package", value_delimiter = ',')]
    packages: Vec<String>,
    /// All tests; otherwise those of `go test -short`
    #[arg(long)]
    full: bool,
    /// Few packages; plain and with -race only where something is to be explained
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// Put the table into docs/field-report.md
    #[arg(long, conflicts_with = "quick")]
    write: bool,
}

/// Packages with goroutines, or with maps that many share. The first are the quick run's.
const QUICK: [&str; 14] = [
    "context",
    "database/sql",
    "encoding/json",
    "expvar",
    "internal/singleflight",
    "log/slog",
    "maps",
    "net/http",
    "net/http/httptest",
    "net/rpc",
    "os/exec",
    "sync",
    "sync/atomic",
    "text/template",
];

const MORE: [&str; 30] = [
    "archive/zip",
    "bufio",
    "bytes",
    "container/list",
    "crypto/tls",
    "encoding/gob",
    "encoding/xml",
    "go/build",
    "go/parser",
    "go/types",
    "html/template",
    "internal/poll",
    "io",
    "log",
    "mime/multipart",
    "net",
    "net/http/httputil",
    "net/textproto",
    "os",
    "os/signal",
    "reflect",
    "regexp",
    "runtime/pprof",
    "runtime/trace",
    "slices",
    "strings",
    "testing",
    "testing/synctest",
    "time",
    "unique",
];

/// Runs them, prints the tables, and fails if the guard is wrong about anything.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mapguard = mapguard::build()?;
    let toolchains = match options.versions[..] {
        [] => vec![Toolchain::one(None)?],
        _ => Toolchain::all(&options.versions)?,
    };
    let mut sheets = Vec::new();
    for toolchain in &toolchains {
        let suite = Suite { name: "stdlib", toolchain, mapguard: &mapguard, quick: options.quick };
        let subjects = subjects(options, toolchain);
        ensure!(!subjects.is_empty(), "Go {} has none of these packages", toolchain.version);
        let sheet = suite.run(&subjects)?;
        say!("\nGo {}:\n{}", toolchain.version, sheet.table().text());
        sheets.push(sheet);
    }
    if options.write {
        page::replace("stdlib", &sheets)?;
    }
    let Some(toolchain) = toolchains.first() else { return Ok(()) };
    Suite { name: "stdlib", toolchain, mapguard: &mapguard, quick: options.quick }.conclude(&sheets)
}

/// The packages that this release has.
fn subjects(options: &Options, toolchain: &Toolchain) -> Vec<Subject> {
    let mut packages: Vec<&str> = match options.packages[..] {
        [] if options.quick => QUICK.to_vec(),
        [] => QUICK.into_iter().chain(MORE).collect(),
        _ => options.packages.iter().map(String::as_str).collect(),
    };
    packages.sort_unstable();
    let src = toolchain.root.join("src");
    let there = packages.into_iter().filter(|package| src.join(package).is_dir());
    let subject = |package: &str| Subject {
        name: package.to_owned(),
        folder: src.clone(),
        package: package.to_owned(),
        run_in: src.join(package),
        args: if options.full { vec![] } else { vec!["-test.short".to_owned()] },
        limit: Duration::from_secs(if options.full { 1800 } else { 600 }),
    };
    there.map(subject).collect()
}
