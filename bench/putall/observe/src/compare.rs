//! The ways beside each other.

use std::path::Path;
use std::process::Command;

use crate::measure::SIZES;

/// How often each is measured. The median counts, of what it is beside the program without the features in the same round.
const ROUNDS: usize = 11;

/// Names for `measure`, and what they are. The first is of the program without the features.
const WAYS: [(&str, &str); 7] = [
    ("plain", "without the features"),
    ("nobody", "with both, nobody listens"),
    ("elsewhere", "a subscriber, which is off for `putall`"),
    ("spans", "a subscriber that makes lines of all"),
    ("everything", "the same, with keys and fingerprints"),
    ("no-meter", "metrics, with no provider"),
    ("meter", "metrics, with OpenTelemetry's SDK"),
];

type Row = [f64; SIZES.len()];

pub fn all(plain: &str) -> Result<(), String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut rounds: Vec<[Row; WAYS.len()]> = Vec::new();
    for round in 0..ROUNDS {
        let mut rows = [Row::default(); WAYS.len()];
        for number in 0..WAYS.len() {
            let way = (number + round) % WAYS.len();
            let program = if way == 0 { Path::new(plain) } else { &own };
            rows[way] = sample(program, WAYS[way].0)?;
        }
        rounds.push(rows);
    }
    println!("| | `insert` | `put_all` of 1 | of 10 | of 100 |");
    println!("|---|--:|--:|--:|--:|");
    for (way, (_, title)) in WAYS.iter().enumerate() {
        let cell = |size: usize| {
            let column = |part: fn(&[Row], usize, usize) -> f64| {
                let mut column: Vec<f64> = rounds.iter().map(|rows| part(rows, way, size)).collect();
                column.sort_by(f64::total_cmp);
                column
            };
            if way == 0 {
                return format!("{:.0} ns", column(|rows, _, size| rows[0][size])[ROUNDS / 2]);
            }
            let ratios = column(|rows, way, size| rows[way][size] / rows[0][size]);
            let spread = (ratios[ROUNDS - 1 - ROUNDS / 4] - ratios[ROUNDS / 4]) / 2.0;
            format!("{:.2} ± {spread:.2}", ratios[ROUNDS / 2])
        };
        let cells: Vec<_> = (0..SIZES.len()).map(cell).collect();
        println!("| {title} | {} |", cells.join(" | "));
    }
    Ok(())
}

fn sample(program: &Path, way: &str) -> Result<Row, String> {
    let output = Command::new(program)
        .args(["measure", way])
        .output()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.lines().filter_map(|line| line.parse().ok()).collect();
    numbers.try_into().map_err(|_| {
        format!("{} wrote: {text}{}", program.display(), String::from_utf8_lossy(&output.stderr))
    })
}
