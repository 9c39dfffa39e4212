//! What the page says of the machine. No names.

use std::fs;

pub fn facts() -> Vec<(String, String)> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = value(&cpus, "model name").unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = read("/proc/meminfo");
    let memory = value(&memory, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let kernel = read("/proc/sys/kernel/osrelease");
    vec![
        ("Processor".to_owned(), format!("{model}, {cores} hardware threads")),
        ("Memory".to_owned(), format!("{} GiB", memory.unwrap_or_default().div_ceil(1024 * 1024))),
        ("System".to_owned(), format!("Linux {}", kernel.trim().split('-').next().unwrap_or_default())),
        ("Rivals".to_owned(), rivals()),
    ]
}

/// Their versions, as they were built.
fn rivals() -> String {
    let lock = include_str!("../Cargo.lock");
    let names =
        ["arc-swap", "concread", "dashmap", "fjall", "foldhash", "imbl", "papaya", "redb", "scc", "txmap"];
    let version = |name: &&str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", rest.split('"').next()?))
    };
    names.iter().filter_map(version).collect::<Vec<_>>().join(", ")
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = text.lines().find(|line| line.starts_with(name))?.split_once(':')?;
    Some(value.trim())
}

/// How many programs wanted to run in the last minute, on average.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
