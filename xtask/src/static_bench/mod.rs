//! What the static check costs, beside go vet, staticcheck and NilAway over the same packages.

mod page;
mod rivals;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bench::{machine, process, stats};
use crate::go::Toolchain;
use crate::say::say;
use crate::sites::subject::Subject;
use crate::{mapguard, places};
use rivals::Rivals;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The Go release [default: the newest]
    #[arg(long, value_name = "VERSION")]
    go: Option<String>,
    /// How often each is run; the median counts
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Write bench/STATIC.md
    #[arg(long)]
    write: bool,
}

/// A run that takes longer is stopped.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// One way to look at them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Cold,
    Warm,
    Sites,
    Vet,
    Staticcheck,
    NilAway,
}

impl Way {
    const ALL: [Way; 6] = [Way::Cold, Way::Warm, Way::Sites, Way::Vet, Way::Staticcheck, Way::NilAway];

    fn name(self) -> &'static str {
        match self {
            Way::Cold => "mapguard check",
            Way::Warm => "mapguard check, nothing changed",
            Way::Sites => "mapguard sites",
            Way::Vet => "go vet",
            Way::Staticcheck => "staticcheck",
            Way::NilAway => "NilAway",
        }
    }
}

/// What a way took over one subject: seconds and MiB, all runs. None if it did not end well.
#[derive(Default)]
struct Cost {
    seconds: Vec<f64>,
    mib: Vec<f64>,
    failed: Option<String>,
}

/// Measures everything and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchain = Toolchain::one(options.go.as_ref())?;
    if machine::load() > 1.0 {
        say!("The load average is {:.1}: what is measured now is noise as well.", machine::load());
    }
    let folder = places::results("static")?;
    let mapguard = mapguard::build()?;
    let rivals = Rivals::install(&toolchain)?;
    let mut subjects = vec![Subject::packages(&toolchain, "standard library", &["std"])];
    subjects.extend(Subject::modules(&toolchain, "google.golang.org/grpc")?);
    let mut costs = Vec::new();
    for subject in &subjects {
        prepare(&toolchain, subject)?;
        let mut all: Vec<Cost> = Way::ALL.iter().map(|_| Cost::default()).collect();
        for run in 0..options.runs {
            for (&way, cost) in Way::ALL.iter().zip(&mut all) {
                // The slow ones once is enough to see by how much.
                if cost.failed.is_some() || run > 0 && cost.seconds.first().is_some_and(|&first| first > 60.0)
                {
                    continue;
                }
                let number = run.to_string();
                let mut command = command(way, &toolchain, &mapguard, &rivals, subject, &folder, &number)?;
                let log = folder.join("output");
                let ended = process::run(&mut command, &log, LIMIT)?;
                let code = ended.status.code();
                // 1 to 3 are findings, with each of them.
                if ended.late || !matches!(code, Some(0..=3)) {
                    let said = fs::read_to_string(&log).unwrap_or_default();
                    let last = said.lines().last().unwrap_or_default().to_owned();
                    let how = match code {
                        _ if ended.late => "too slow".to_owned(),
                        Some(code) => format!("exit {code}: {last}"),
                        None => "killed".to_owned(),
                    };
                    say!("{} {}: {how}", subject.name, way.name());
                    cost.failed = Some(how);
                    continue;
                }
                cost.seconds.push(ended.took.as_secs_f64());
                cost.mib.push(ended.peak as f64 / 1024.0);
                say!("{} {}: {:.2} s", subject.name, way.name(), ended.took.as_secs_f64());
            }
        }
        costs.push(all);
    }
    let text = page::page(&subjects, &costs, &toolchain, options.runs);
    say!("{text}");
    if options.write {
        let path = places::root()?.join("bench/STATIC.md");
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Compiles what the rivals want to have compiled, so that it is nobody's cost.
fn prepare(toolchain: &Toolchain, subject: &Subject) -> Result<()> {
    let mut go = toolchain.command(toolchain.go());
    let built = go.args(["build", "--"]).args(&subject.patterns).current_dir(&subject.folder).output()?;
    ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Ok(())
}

fn command(
    way: Way,
    toolchain: &Toolchain,
    mapguard: &Path,
    rivals: &Rivals,
    subject: &Subject,
    folder: &Path,
    number: &str,
) -> Result<Command> {
    let mut command = match way {
        Way::Cold => with(toolchain.command(mapguard), &["check", "--no-cache"]),
        Way::Warm => with(toolchain.command(mapguard), &["check"]),
        Way::Sites => with(toolchain.command(mapguard), &["sites", "--no-cache"]),
        // A function that nobody calls: with another name each time go knows no answer.
        Way::Vet => with(toolchain.command(toolchain.go()), &["vet", &format!("-printf.funcs=none{number}")]),
        Way::Staticcheck => toolchain.command(&rivals.staticcheck),
        Way::NilAway => toolchain.command(&rivals.nilaway),
    };
    if way == Way::Staticcheck {
        // A cache of its own each time: empty.
        let cache = folder.join("staticcheck");
        if cache.exists() {
            fs::remove_dir_all(&cache).context("cannot empty staticcheck's cache")?;
        }
        command.env("STATICCHECK_CACHE", cache);
    }
    command.args(&subject.patterns).current_dir(&subject.folder);
    Ok(command)
}

fn with(mut command: Command, words: &[&str]) -> Command {
    command.args(words);
    command
}

fn median(values: &[f64]) -> Option<f64> {
    stats::median(values)
}
