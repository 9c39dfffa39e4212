//! putall's durable map beside embedded stores: batches that are synced before they are acknowledged.
//!
//! A disk is not the same from one second to the next. So all are measured in turns of a short time each, and what is compared are the medians
//! of many turns.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::machine;
use crate::stats::{digits, median, spread};
use crate::stores::{self, Store};
use crate::stream::order;
use crate::work::closed_loop;

pub const HELP: &str = "\
putall's durable map beside fjall and redb: batches of 10 keys, synced before they are acknowledged.

  --folder PATH    where the stores are made, and removed after [target/durable]
  --turns N        how often each is measured [40]
  --sample TIME    how long each time, as 200ms or 1s [75ms]
  --write          write DURABLE.md";

pub struct Args {
    folder: PathBuf,
    turns: usize,
    sample: Duration,
    write: bool,
}

impl Args {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut args = Args {
            folder: bench.join("target/durable"),
            turns: 40,
            sample: Duration::from_millis(75),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--folder" => args.folder = value()?.into(),
                "--turns" => {
                    args.turns = value()?.parse().map_err(|_| "--turns needs a number".to_owned())?
                }
                "--sample" => args.sample = crate::args::time(&value()?)?,
                "--write" => args.write = true,
                "--help" | "-h" => return Err(HELP.to_owned()),
                _ => return Err(format!("{word} is no option\n\n{HELP}")),
            }
        }
        if args.turns == 0 || args.sample.is_zero() {
            return Err("nothing would be measured".to_owned());
        }
        Ok(args)
    }
}

const THREADS: [usize; 2] = [1, 8];
const KEYS: usize = 100_000;
const BATCH: usize = 10;

pub fn go(args: &Args) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", args.folder.display());
    if args.folder.exists() {
        return Err(format!("{} is there already: name a folder that is not", args.folder.display()));
    }
    std::fs::create_dir_all(&args.folder).map_err(failed)?;
    let measured = measure(args);
    std::fs::remove_dir_all(&args.folder).map_err(failed)?;
    let text = page(args, &measured?);
    print!("{text}");
    if args.write {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("DURABLE.md");
        std::fs::write(file, text).map_err(|error| format!("cannot write DURABLE.md: {error}"))?;
    }
    Ok(())
}

/// Of each store, in the order of `stores::all`, and each number of threads: batches a second, in each turn.
type Measured = Vec<(&'static str, [Vec<f64>; THREADS.len()])>;

fn measure(args: &Args) -> Result<Measured, String> {
    let stores = stores::all(&args.folder)?;
    let orders: Vec<_> = (0..8).map(|thread| order(KEYS, thread)).collect();
    for store in &stores {
        for numbers in order(KEYS, 99).chunks(1000) {
            store.put_all(&pairs(numbers));
        }
    }
    let mut measured: Measured = stores.iter().map(|store| (store.name(), Default::default())).collect();
    for turn in 0..args.turns {
        for (at, &threads) in THREADS.iter().enumerate() {
            for number in 0..stores.len() {
                let number = (number + turn) % stores.len();
                let rate = rate(&*stores[number], threads, args.sample, &orders, turn);
                measured[number].1[at].push(rate);
            }
        }
        eprintln!("turn {} of {}", turn + 1, args.turns);
    }
    Ok(measured)
}

fn pairs(numbers: &[u32]) -> Vec<(u64, u64)> {
    numbers.iter().map(|&number| (u64::from(number), u64::from(number) + 7)).collect()
}

/// Batches a second, of all threads.
fn rate(store: &dyn Store, threads: usize, time: Duration, orders: &[Arc<Vec<u32>>], turn: usize) -> f64 {
    let rates = closed_loop(threads, time, |thread| {
        // Another part of the keys in each turn.
        let start = turn * 1000 % KEYS;
        let mut batches = orders[thread][start..].chunks_exact(BATCH).cycle();
        move || {
            store.put_all(&pairs(batches.next().expect("there is one")));
            1
        }
    });
    rates.iter().sum()
}

fn page(args: &Args, measured: &Measured) -> String {
    let mut text = String::from("# putall's durable map beside embedded stores\n\n");
    text += "Batches of 10 keys out of 100,000 (`u64` to `u64`), each acknowledged after `fdatasync`. Batches a second, of all threads \
             together: more is better. ± is half the distance between the quartiles; at best is the best turn, which is the machine at its quietest. Made by `cargo run --release -- durable --write`.\n\n";
    text += &format!("| | {} |\n|---|", THREADS.map(|threads| format!("{threads} threads")).join(" | "));
    text = text.replace("| 1 threads |", "| 1 thread |");
    text += &"---:|".repeat(THREADS.len());
    text += "\n";
    for (name, rates) in measured {
        let cell = |rates: &Vec<f64>| {
            let rate = median(rates).unwrap_or_default();
            let (most, spread) =
                (rates.iter().copied().fold(0.0, f64::max), spread(rates).unwrap_or_default());
            format!("{} ± {:.0} %, at best {}", digits(rate), 100.0 * spread, digits(most))
        };
        text += &format!("| {name} | {} |\n", rates.iter().map(cell).collect::<Vec<_>>().join(" | "));
    }
    text += "\n## Floors\n\n";
    for (at, threads) in THREADS.iter().enumerate() {
        let of = |store: &str| {
            let rates = measured.iter().find(|(name, _)| *name == store).map(|(_, rates)| &rates[at]);
            rates.and_then(|rates| median(rates)).unwrap_or_default()
        };
        let ours = of(stores::OURS);
        let better = of(stores::FJALL).max(of(stores::REDB));
        let (met, ratio) = (if ours >= better { "met" } else { "missed" }, digits(ours / better));
        text += &format!(
            "* {met}: at least the better of fjall and redb, threads: {threads}: {ratio} × ({} × fjall, {} × redb)\n",
            digits(ours / of(stores::FJALL)),
            digits(ours / of(stores::REDB))
        );
    }
    text += "\n## Machine\n\n";
    for (name, value) in machine::facts() {
        text += &format!("* {name}: {value}\n");
    }
    text += &format!("* Turns: {} of {} ms each\n", args.turns, args.sample.as_millis());
    text
}
