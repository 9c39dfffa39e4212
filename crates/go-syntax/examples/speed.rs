//! Measures parsing on one core: all Go files below a folder, read into memory before.
//!
//!     cargo run --release -p go-syntax --example speed -- GOROOT/src [rounds]

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, hint, io};

use go_syntax::{Bodies, Tree, parse, parse_header};

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().collect();
    let root = args.get(1).map_or(".", String::as_str);
    let rounds = args.get(2).and_then(|rounds| rounds.parse().ok()).unwrap_or(7);
    let mut files = Vec::new();
    collect(Path::new(root), &mut files)?;
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    let lines: usize = files.iter().map(|file| file.iter().filter(|byte| **byte == b'\n').count()).sum();
    println!("{} files, {bytes} bytes, {lines} lines; best and median of {rounds} rounds", files.len());
    let megabytes = bytes as f64 / 1e6;
    measure("full", megabytes, rounds, &files, |file| parse(file, Bodies::Parse));
    measure("skip bodies", megabytes, rounds, &files, |file| parse(file, Bodies::Skip));
    measure("header only", megabytes, rounds, &files, parse_header);
    let nodes: usize = files.iter().map(|file| parse(file.clone(), Bodies::Parse).expr_count()).sum();
    println!("{nodes} expressions");
    Ok(())
}

fn measure(
    name: &str,
    megabytes: f64,
    rounds: usize,
    files: &[Arc<[u8]>],
    parse: impl Fn(Arc<[u8]>) -> Tree,
) {
    let round = || {
        let start = Instant::now();
        for file in files {
            hint::black_box(parse(file.clone()));
        }
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..rounds.max(1)).map(|_| round()).collect();
    times.sort_unstable();
    let (best, median) = (times[0].as_secs_f64(), times[times.len() / 2].as_secs_f64());
    let rate = |seconds: f64| megabytes / seconds;
    println!(
        "{name:<12} {best:7.3} s {:7.1} MB/s   median {median:7.3} s {:7.1} MB/s",
        rate(best),
        rate(median)
    );
}

fn collect(folder: &Path, files: &mut Vec<Arc<[u8]>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "go") {
            files.push(fs::read(&path)?.into());
        }
    }
    Ok(())
}
