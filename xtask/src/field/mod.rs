//! Tests of real modules, fetched as their authors published them.

mod check;
pub(crate) mod fetch;
pub(crate) mod modules;
pub(crate) mod page;

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::go::Toolchain;
use crate::mapguard;
use crate::say::say;
use crate::trial::{Subject, Suite};
use modules::{MODULES, Module};

/// Which modules.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only modules whose path has this in it
    #[arg(long, value_name = "PART")]
    module: Option<String>,
    /// With this Go release [default: the newest]
    #[arg(long = "go", value_name = "VERSION")]
    version: Option<String>,
    /// Put the table into docs/field-report.md, with --check into docs/check-report.md
    #[arg(long)]
    write: bool,
    /// Run nothing: what does `mapguard check` find in them and in the standard library?
    #[arg(long)]
    check: bool,
}

/// Runs them, prints the table, and fails if the guard is wrong about anything.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchain = Toolchain::one(options.version.as_ref())?;
    let part = options.module.as_deref().unwrap_or_default();
    if options.check {
        return check::run(&toolchain, part, options.write);
    }
    let mapguard = mapguard::build()?;
    let mut subjects = Vec::new();
    for module in MODULES.iter().filter(|module| module.path.contains(part)) {
        subjects.extend(fetched(&toolchain, module)?);
    }
    ensure!(!subjects.is_empty(), "no module has `{part}` in its path");
    let suite = Suite { name: "field", toolchain: &toolchain, mapguard: &mapguard, quick: false };
    let sheet = suite.run(&subjects)?;
    say!("\nGo {}:\n{}", toolchain.version, sheet.table().text());
    let sheets = [sheet];
    if options.write {
        page::replace("field", &sheets)?;
    }
    suite.conclude(&sheets)
}

/// The module's packages, after it has been fetched.
fn fetched(toolchain: &Toolchain, module: &Module) -> Result<Vec<Subject>> {
    let folder = fetch::fetch(toolchain, module)?;
    let subject = |package: &str| {
        let below = package.trim_start_matches("./").trim_start_matches('.');
        let name = if below.is_empty() { module.path.to_owned() } else { format!("{}/{below}", module.path) };
        let mut args = vec!["-test.short".to_owned()];
        if !module.skip.is_empty() {
            args.push(format!("-test.skip={}", module.skip));
        }
        Subject {
            name,
            folder: folder.clone(),
            package: package.to_owned(),
            run_in: folder.join(below),
            args,
            limit: Duration::from_secs(300),
        }
    };
    Ok(module.packages.iter().map(|package| subject(package)).collect())
}
