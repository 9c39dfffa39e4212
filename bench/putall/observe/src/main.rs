//! What it costs that a map can be observed, and what it costs to observe it: see README.md.
//!
//! `measure WAY` measures in this process, as whether anybody listens is the whole process's. Without, it starts itself and the program that
//! was built without the features for each sample, and compares.

mod compare;
mod measure;
#[cfg(feature = "observed")]
mod ways;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["measure", way] => measure(way),
        [plain] => compare::all(plain),
        _ => Err("which program was built without the features? see README.md".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(feature = "observed")]
fn measure(way: &str) -> Result<(), String> {
    let way = ways::Way::from_key(way).ok_or_else(|| format!("there is no way {way}"))?;
    let _listener = way.listen();
    measure::all(&way.settings(putall::Map::builder()).build());
    Ok(())
}

#[cfg(not(feature = "observed"))]
fn measure(_: &str) -> Result<(), String> {
    measure::all(&putall::Map::new());
    Ok(())
}
