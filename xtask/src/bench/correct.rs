//! Who reports a race in programs that have none: `bench/correct`.

use std::time::Duration;

use anyhow::Result;

use super::build::Builder;
use super::columns::Column;
use super::rows::{Ceiling, Kind, Measure, Program, Row};
use super::{process, sample};
use crate::go::Toolchain;

/// The ways to hand over a map.
pub(crate) const WAYS: [(&str, &str); 5] = [
    ("mutex", "`sync.Mutex`"),
    ("channel", "channel"),
    ("atomic", "`atomic.Pointer`"),
    ("function", "`atomic.StorePointer`"),
    ("syncmap", "`sync.Map`"),
];

/// A wrong report may need luck.
const RUNS: usize = 10;

/// What each column says of each: how many of the runs it accuses, or why it runs none.
pub(crate) fn run(
    toolchain: &Toolchain,
    builder: &mut Builder<'_>,
    columns: &[Column],
) -> Result<Vec<(String, String)>> {
    let mut facts = Vec::new();
    for &column in columns {
        let program = Program::Main("correct");
        let row = Row {
            group: "",
            name: "",
            program,
            measure: Measure::Launch,
            kind: Kind::Other,
            by_atomics: false,
            ceiling: Ceiling::None,
        };
        let built = builder.build(column, &row)?;
        for (word, _) in WAYS {
            let said = match &built {
                Err(_) => "does not build".to_owned(),
                Ok(binary) => {
                    let mut accused = 0;
                    for _ in 0..RUNS {
                        let mut command = toolchain.command(binary);
                        let output = builder.folder().join("correct.txt");
                        let ended = process::run(command.arg(word), &output, Duration::from_secs(10))?;
                        let text = std::fs::read(&output)?;
                        let text = String::from_utf8_lossy(&text);
                        accused += usize::from(sample::sound(&ended, &text).is_err());
                    }
                    if accused == 0 { "right".to_owned() } else { format!("wrong in {accused} of {RUNS}") }
                }
            };
            facts.push((format!("correct {word} {}", column.key()), said));
        }
    }
    Ok(facts)
}
