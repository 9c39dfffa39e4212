//! `mapguard anchors` against what Go's own tools say of the same programs: `testdata/anchors`, which has every kind
//! of map write, and a large program of each release.
//!
//! Four checks for each program and way to build it:
//!
//! * calls: addresses, lines and called functions are those that `go tool objdump` decodes;
//! * frames: functions, files and lines, inlined ones too, are those that DWARF has;
//! * stripped: of the program built without symbols and DWARF the same is said;
//! * lines: the lines marked `// want …` are those that are found, for the fixture.

mod build;
mod dwarf;
mod found;
mod objdump;
mod wants;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;
use crate::say::say;
use crate::table::Table;
use crate::{mapguard, places};
use build::{Program, Variant};
use found::Found;

/// What to build.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these Go releases
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// The fixture with all releases, a large program with the newest only and in one way
    #[arg(long)]
    short: bool,
}

/// What all checks need.
struct Bench {
    mapguard: PathBuf,
    /// Tells what DWARF says.
    truth: PathBuf,
    /// The folder of the fixture.
    fixture: PathBuf,
}

/// A check's name, and what is wrong.
type Check = (&'static str, Result<(), String>);

/// Builds, checks, prints a table, and fails if anything differs.
pub(crate) fn run(options: &Options) -> Result<()> {
    let fixture = places::root()?.join("testdata/anchors");
    let truth = dwarf::build(&Toolchain::one(None)?, &fixture, &places::results("anchors")?)?;
    let bench = Bench { mapguard: mapguard::build()?, truth, fixture };
    let mut table = Table::new(&["Go", "program", "built", "map writes", "ms", "right", "wrong"]);
    let (mut passed, mut failed) = (0, 0);
    for toolchain in Toolchain::all(&options.versions)? {
        for (program, variant) in plan(options.short, toolchain.is_newest()) {
            let (found, checks) = check(&bench, &toolchain, program, variant)?;
            let names = |good: bool| {
                let names = checks.iter().filter(|check| check.1.is_ok() == good).map(|check| check.0);
                names.collect::<Vec<_>>().join(" ")
            };
            let head = [toolchain.version.to_owned(), program.name().to_owned(), variant.name().to_owned()];
            for (check, result) in &checks {
                match result {
                    Ok(()) => passed += 1,
                    Err(why) => {
                        failed += 1;
                        say!("FAIL {}: {check}: {why}", head.join(" "));
                    }
                }
            }
            let numbers = [found.anchors.len().to_string(), found.took.as_millis().to_string()];
            table.row([&head[..], &numbers, &[names(true), names(false)]].concat());
        }
    }
    say!("{}", table.text());
    say!("anchors: {passed} passed, {failed} failed");
    ensure!(failed == 0, "mapguard anchors says otherwise than Go's tools");
    Ok(())
}

/// What is built with a release, and how.
fn plan(short: bool, is_newest: bool) -> Vec<(Program, Variant)> {
    let has_cc = build::has_c_compiler();
    let possible = |variant: &Variant| has_cc || !variant.needs_c_compiler();
    let ways = |program, variants: &[Variant]| {
        let variants = variants.iter().copied().filter(possible);
        variants.map(|variant| (program, variant)).collect::<Vec<_>>()
    };
    let mut all = ways(Program::Fixture, &Variant::LINUX);
    if !short || is_newest {
        all.extend(ways(Program::Fixture, &Variant::OTHERS));
    }
    all.extend(match (short, is_newest) {
        (true, true) => ways(Program::Large, &[Variant::Plain]),
        (true, false) => Vec::new(),
        _ => ways(Program::Large, &Variant::LINUX),
    });
    all
}

fn check(
    bench: &Bench,
    toolchain: &Toolchain,
    program: Program,
    variant: Variant,
) -> Result<(Found, Vec<Check>)> {
    let folder = places::results("anchors")?.join(toolchain.version);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let builder = build::Builder { toolchain, fixture: &bench.fixture, folder: &folder };
    let whole = builder.build(program, variant, false)?;
    let stripped = builder.build(program, variant, true)?;

    let found = Found::by(&bench.mapguard, &whole)?;
    let mut checks: Vec<Check> = vec![
        ("calls", same(&objdump::calls(toolchain, &whole)?, &found.calls())),
        ("frames", same(&dwarf::frames(&bench.truth, &whole, &found)?, &found.frames())),
        ("stripped", same(&found.lines, &Found::by(&bench.mapguard, &stripped)?.lines)),
    ];
    if program == Program::Fixture {
        checks.push((
            "lines",
            same(&wants::read(&bench.fixture, toolchain.version)?, &found.writes_in(&bench.fixture)),
        ));
    }
    remove(&[whole, stripped])?;
    Ok((found, checks))
}

/// Programs are large, and many.
fn remove(files: &[PathBuf]) -> Result<()> {
    let remove =
        |file: &PathBuf| fs::remove_file(file).with_context(|| format!("cannot remove {}", file.display()));
    files.iter().try_for_each(remove)
}

/// Compares two sorted lists; the error shows what one lacks of the other.
fn same(expected: &[String], seen: &[String]) -> Result<(), String> {
    let lacking = |all: &[String], other: &[String]| {
        let other: std::collections::BTreeSet<&String> = other.iter().collect();
        all.iter().filter(|line| !other.contains(line)).cloned().collect::<Vec<_>>()
    };
    let list = |title: &str, lines: Vec<String>| {
        let more = lines.len().saturating_sub(5);
        let shown: String = lines.iter().take(5).map(|line| format!("\n  {title}: {line}")).collect();
        if more == 0 { shown } else { format!("{shown}\n  {title}: {more} more") }
    };
    if expected.is_empty() {
        return Err("there is nothing to compare with".to_owned());
    }
    if expected == seen {
        return Ok(());
    }
    let differences = list("missing", lacking(expected, seen)) + &list("too many", lacking(seen, expected));
    Err(if differences.is_empty() { "the same, but in other numbers".to_owned() } else { differences })
}

/// The last part of a path.
fn base(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn both_sides_count() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(same(&list("a b"), &list("a b")), Ok(()));
        assert_eq!(same(&list("a b"), &list("b c")).unwrap_err(), "\n  missing: a\n  too many: c");
        assert!(same(&list("a a"), &list("a")).is_err());
        assert!(same(&[], &[]).is_err());
    }
}
