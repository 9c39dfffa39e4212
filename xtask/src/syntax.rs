//! The parser of Go beside Go's own: `go-syntax` and go/parser must make the same tree of every file, and
//! find the same errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;
use crate::{cargo, places, say::say};

/// Which files to compare.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The Go files of these releases [default: the newest]
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// And those below these folders
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// How many damaged copies of the newest release's files to compare as well
    #[arg(long, default_value_t = 6000)]
    damaged: usize,
    /// Measure the speed, and compare nothing
    #[arg(long)]
    bench: bool,
}

/// The two programs that print what a parser makes of files. They are called alike and print alike.
struct Dumpers {
    ours: PathBuf,
    gos: PathBuf,
}

/// What one of them prints of a file, by the file's path.
type Lines = BTreeMap<String, String>;

/// Differences that are printed; one is enough to find the next.
const SHOWN: usize = 5;

/// Compares, prints what differs, and fails if anything does.
pub(crate) fn run(options: &Options) -> Result<()> {
    let newest = Toolchain::one(None)?;
    if options.bench {
        return bench(&newest);
    }
    let results = places::results("syntax")?;
    let ours = cargo::build("go-syntax", "--example", "astdump")?;
    let dumpers = Dumpers { ours, gos: build_go(&newest, &results)? };
    let mut failed = 0;
    let mut passed = 0;
    let mut compare = |name: &str, folder: &Path| -> Result<()> {
        let (same, different) = dumpers.compare(folder)?;
        say!("{name}: {same} files are the same, {different} are not");
        passed += same;
        failed += different;
        Ok(())
    };
    let releases = match options.versions[..] {
        [] => vec![Toolchain::one(None)?],
        _ => Toolchain::all(&options.versions)?,
    };
    for release in releases {
        compare(&format!("Go {}", release.version), &release.root)?;
    }
    for folder in &options.folders {
        compare(&folder.display().to_string(), folder)?;
    }
    if options.damaged > 0 {
        let folder = dumpers.damage(&newest, options.damaged, &results)?;
        compare("damaged copies", &folder)?;
    }
    say!("syntax: {passed} passed, {failed} failed");
    ensure!(failed == 0, "the parsers differ");
    Ok(())
}

/// Builds the program that has go/parser, that of the newest release.
fn build_go(toolchain: &Toolchain, results: &Path) -> Result<PathBuf> {
    let program = results.join("astdump");
    let mut command = toolchain.command(toolchain.go());
    command.arg("build").arg("-o").arg(&program).arg("main.go");
    command.env("GO111MODULE", "off").current_dir(places::root()?.join("xtask/go/astdump"));
    output(&mut command)?;
    Ok(program)
}

/// Prints how fast `go-syntax` is.
fn bench(toolchain: &Toolchain) -> Result<()> {
    let program = cargo::build("go-syntax", "--example", "speed")?;
    let status = Command::new(program).arg(toolchain.root.join("src")).status().context("cannot measure")?;
    ensure!(status.success(), "the measurement ended with {status}");
    Ok(())
}

impl Dumpers {
    /// How many files below `folder` are the same to both, and how many are not.
    fn compare(&self, folder: &Path) -> Result<(usize, usize)> {
        let start = |program: &Path| {
            let child = Command::new(program).arg(folder).stdout(Stdio::piped()).spawn();
            child.with_context(|| format!("cannot run {}", program.display()))
        };
        let gos = lines(&start(&self.gos)?.wait_with_output()?)?;
        let ours = lines(&start(&self.ours)?.wait_with_output()?)?;
        ensure!(!ours.is_empty(), "{}: no Go files there", folder.display());
        let names = ours.keys().chain(gos.keys().filter(|name| !ours.contains_key(*name)));
        let different: Vec<&String> = names.filter(|name| ours.get(*name) != gos.get(*name)).collect();
        for name in different.iter().take(SHOWN) {
            self.explain(&folder.join(name), [&gos, &ours].map(|lines| lines.get(*name)))?;
        }
        Ok((ours.len() - different.len().min(ours.len()), different.len()))
    }

    /// Prints where the two differ first about a file.
    fn explain(&self, path: &Path, lines: [Option<&String>; 2]) -> Result<()> {
        say!("{}:", path.display());
        let text = |program: &Path| -> Result<String> {
            let output = output(Command::new(program).arg("-text").arg(path))?;
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let (gos, ours) = (text(&self.gos)?, text(&self.ours)?);
        match gos.lines().zip(ours.lines()).find(|(a, b)| a != b) {
            Some((gos, ours)) => say!("  go/parser: {gos}\n  go-syntax: {ours}"),
            None => {
                let [gos, ours] = lines.map(|line| line.map_or("nothing", String::as_str));
                say!("  go/parser: {gos}\n  go-syntax: {ours}");
            }
        }
        Ok(())
    }

    /// Writes damaged copies of a release's files, and says where they are.
    fn damage(&self, toolchain: &Toolchain, count: usize, results: &Path) -> Result<PathBuf> {
        let folder = results.join("damaged");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("cannot remove what an earlier run left")?;
        }
        fs::create_dir_all(&folder).context("cannot make a folder")?;
        let mut command = Command::new(&self.ours);
        command.arg("-damage").arg(toolchain.root.join("src")).arg(count.to_string()).arg(&folder);
        output(&mut command)?;
        Ok(folder)
    }
}

/// Runs a program, which must succeed.
fn output(command: &mut Command) -> Result<Output> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot run {}", command.get_program().display()))?;
    ensure!(output.status.success(), "{} ended with {}", command.get_program().display(), output.status);
    Ok(output)
}

/// What a program printed, by the files' paths.
fn lines(output: &Output) -> Result<Lines> {
    ensure!(output.status.success(), "a program that dumps trees ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(pairs.map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect())
}
