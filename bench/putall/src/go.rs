//! The Go program: built here, run for each sample.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::columns::Column;
use crate::rows::{KEYS, Keys, Kind, MANY_KEYS, Row};
use crate::run::output;
use crate::stream::{Checksum, Draw, Mix, checksum_steps, order, steps};
use crate::work::Sample;

pub struct Go {
    program: PathBuf,
    /// As it says itself.
    pub version: String,
}

impl Go {
    /// With `PUTALL_GO`, or the newest that `cargo xtask go` has installed, or the one of the PATH.
    pub fn build(bench: &Path) -> Result<Self, String> {
        let go = std::env::var_os("PUTALL_GO").map(PathBuf::from).or_else(installed);
        let go = go.unwrap_or_else(|| PathBuf::from("go"));
        let fail =
            |error: std::io::Error| format!("cannot run {}: {error}; --no-go does without", go.display());
        let version = Command::new(&go).args(["env", "GOVERSION"]).output().map_err(fail)?;
        let version = String::from_utf8_lossy(&version.stdout).trim().trim_start_matches("go").to_owned();
        let program = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("putall-go");
        let status = Command::new(&go)
            .current_dir(bench.join("go"))
            .env("GOTOOLCHAIN", "local")
            .args(["build", "-o"])
            .arg(&program)
            .arg(".")
            .status()
            .map_err(fail)?;
        if status.success() { Ok(Go { program, version }) } else { Err("go build failed".to_owned()) }
    }

    pub fn sample(
        &self,
        row: &Row,
        column: Column,
        time: Duration,
        rate: Option<f64>,
    ) -> Result<Sample, String> {
        let mut command = Command::new(&self.program);
        let mut flag = |name: &str, value: String| {
            command.arg(format!("-{name}={value}"));
        };
        let (work, keys, size, threads) = match row.kind {
            Kind::Mix { draw, keys, mix, threads, .. } => {
                let Mix { gets, puts, removes, .. } = mix;
                flag("mix", format!("{gets},{puts},{removes}"));
                flag("draw", draw.name().to_owned());
                ("mix", keys, 0, threads)
            }
            Kind::Batch { size, threads } => ("batch", KEYS, size, threads),
            Kind::Readers { size } => ("readers", KEYS, size, 1),
            Kind::Growth { size } => ("growth", MANY_KEYS, size, 1),
            Kind::Iterate { size } => ("iterate", KEYS, size, 1),
            Kind::Snapshot { .. } | Kind::Memory { .. } => return Err(format!("{}: not in Go", row.key)),
        };
        flag("work", work.to_owned());
        flag("map", column.key().to_owned());
        flag("key", if row.keys == Keys::U64 { "u64" } else { "string" }.to_owned());
        flag("keys", keys.to_string());
        flag("size", size.to_string());
        flag("threads", threads.to_string());
        flag("sample", format!("{}ns", time.as_nanos()));
        flag("rate", rate.unwrap_or_default().to_string());
        output(&mut command)
    }

    /// Whether it does the same operations.
    pub fn check(&self) -> Result<(), String> {
        let output = Command::new(&self.program).arg("-checksum").output();
        let output = output.map_err(|error| error.to_string())?;
        let theirs = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let ours = checksum().to_string();
        if ours == theirs {
            Ok(())
        } else {
            Err(format!("Go does other operations: checksum {theirs}, not {ours}"))
        }
    }
}

/// Of both draws, with all kinds of operations, and of an order, for two threads.
fn checksum() -> u64 {
    let mix = Mix { gets: 40, puts: 30, removes: 20, batches: 10 };
    let mut sum = Checksum::new();
    for thread in 0..2 {
        for draw in [Draw::Uniform, Draw::Zipf] {
            checksum_steps(&mut sum, &steps(draw, KEYS, mix, thread));
        }
        sum.add(order(KEYS, thread).iter().copied());
    }
    sum.value()
}

/// The newest Go 1.27 in the user's cache.
fn installed() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let releases = std::fs::read_dir(cache.join("mapguard-dev/go")).ok()?.flatten();
    let patch = |path: &PathBuf| path.file_name()?.to_str()?.strip_prefix("1.27.")?.parse::<u32>().ok();
    let found = releases.map(|entry| entry.path()).filter(|path| patch(path).is_some());
    found.max_by_key(patch).map(|path| path.join("bin/go")).filter(|go| go.exists())
}
