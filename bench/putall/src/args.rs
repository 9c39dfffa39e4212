//! The command line.

use std::time::Duration;

pub const HELP: &str = "\
putall beside other maps. Without options: all rows, and BENCHMARKS.md, samples.tsv and the drawings are written.

  --rows A,B       only rows whose name contains A or B, to the terminal only
  --columns A,B    only these maps, to the terminal only
  --runs N         how often each is measured [5]
  --sample TIME    how long each time, as 200ms or 1s [200ms]
  --no-go          without the Go program
  --draw           BENCHMARKS.md and the drawings anew from samples.tsv
  --list           the names of the rows

durable            the durable map beside fjall and redb instead; durable --help tells more";

pub struct Args {
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub runs: usize,
    pub sample: Duration,
    pub go: bool,
    pub draw: bool,
    pub list: bool,
}

impl Args {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Args {
            rows: Vec::new(),
            columns: Vec::new(),
            runs: 5,
            sample: Duration::from_millis(200),
            go: true,
            draw: false,
            list: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            let list = |text: String| text.split(',').map(str::to_owned).collect();
            match word.as_str() {
                "--rows" => args.rows = list(value()?),
                "--columns" => args.columns = list(value()?),
                "--runs" => args.runs = value()?.parse().map_err(|_| "--runs needs a number".to_owned())?,
                "--sample" => args.sample = time(&value()?)?,
                "--no-go" => args.go = false,
                "--draw" => args.draw = true,
                "--list" => args.list = true,
                "--help" | "-h" => return Err(HELP.to_owned()),
                _ => return Err(format!("{word} is no option\n\n{HELP}")),
            }
        }
        if args.runs == 0 || args.sample.is_zero() {
            return Err("nothing would be measured".to_owned());
        }
        Ok(args)
    }

    /// Whether all that is measured goes into the page.
    pub fn is_whole(&self) -> bool {
        self.rows.is_empty() && self.columns.is_empty() && self.go
    }
}

/// A time as it is given to an option.
pub fn time(text: &str) -> Result<Duration, String> {
    let parse = |number: &str, unit: f64| number.parse::<f64>().ok().map(|number| number * unit);
    text.strip_suffix("ms")
        .and_then(|number| parse(number, 1e-3))
        .or_else(|| text.strip_suffix('s').and_then(|number| parse(number, 1.0)))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("{text} is no time: as 200ms or 1s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        assert_eq!(time("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(time("1.5s"), Ok(Duration::from_millis(1500)));
        assert!(time("5").is_err() && time("-1s").is_err());
    }
}
