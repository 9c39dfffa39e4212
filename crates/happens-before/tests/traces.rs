//! Small traces with what is to be found in them: `tests/traces/*.trace`.
//!
//! A line is an event, named like the detector's method, and who and what it is about; names are
//! free. A comment begins with `#`. The comment `# conflict NAME` after an access says that it
//! conflicts with an earlier one of the task `NAME`; `# conflict NAME read` tells which kind too.
//! Where there is no such comment there must be no conflict. `resting 0` at the start has slots
//! lent again at once.

mod common;

use std::collections::HashMap;
use std::path::Path;

use common::{Event, Outcome, WORDS, What, World};

/// Names of one kind, numbered as they come up.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }
}

/// An event, and the number and the comment of its line.
struct Line {
    number: usize,
    event: Event,
    comment: String,
}

/// Reads a trace; gives its tasks' names besides.
fn parse(trace: &str) -> Result<(Vec<Line>, Names), String> {
    let (mut tasks, mut others, mut lines) = (Names::default(), Names::default(), Vec::new());
    let what: HashMap<&str, What> = WORDS.iter().map(|&(what, word)| (word, what)).collect();
    for (number, line) in (1..).zip(trace.lines()) {
        let (event, comment) = line.split_once('#').unwrap_or((line, ""));
        let words: Vec<&str> = event.split_whitespace().collect();
        let wrong = || format!("line {number}: {line}: what is this?");
        let Some(first) = words.first().filter(|&&first| first != "resting") else { continue };
        let what = *what.get(first).ok_or_else(wrong)?;
        let (task, on) = match (what, &words[1..]) {
            (What::Begin | What::End | What::AcquireAll, [task]) => (tasks.number(task), 0),
            (What::ForgetSync | What::ForgetObject | What::Divide, [other]) => (0, others.number(other)),
            (_, [_]) | (What::Begin | What::End | What::AcquireAll, _) => return Err(wrong()),
            (What::Fork, [parent, child]) => (tasks.number(parent), tasks.number(child)),
            (_, [task, other]) => (tasks.number(task), others.number(other)),
            _ => return Err(wrong()),
        };
        let comment = comment.trim().to_owned();
        lines.push(Line { number, event: Event { what, task, on }, comment });
    }
    Ok((lines, tasks))
}

/// Runs a trace. The error tells the first line where something else was found than expected.
fn run<const RESTING: u32>(trace: &str) -> Result<(), String> {
    let (lines, tasks) = parse(trace)?;
    let mut world = World::<RESTING>::new(10_000, 1000);
    for Line { number, event, comment } in lines {
        let Some(Outcome { found, expected }) = world.happen(event) else { continue };
        let found = found.map(|conflict| {
            let earlier = world.events[conflict.site];
            let access = format!("{:?}", conflict.access).to_lowercase();
            (format!("conflict {}", tasks.0[earlier.task]), access)
        });
        let as_told = match &found {
            None => !comment.starts_with("conflict"),
            Some((conflict, access)) => comment == *conflict || comment == format!("{conflict} {access}"),
        };
        if !as_told {
            return Err(format!("line {number}: found {found:?}, not {comment:?}"));
        }
        if RESTING > 0 && found.is_some() == expected.conflicts.is_empty() {
            return Err(format!("line {number}: found {found:?}, but the oracle says {expected:?}"));
        }
    }
    world.finish();
    Ok(())
}

fn check(trace: &str) -> Result<(), String> {
    if trace.lines().any(|line| line == "resting 0") { run::<0>(trace) } else { run::<1024>(trace) }
}

#[test]
fn traces() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let mut count = 0;
    for entry in directory.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if let Err(error) = check(&std::fs::read_to_string(&path).unwrap()) {
            panic!("{}: {error}", path.display());
        }
        count += 1;
    }
    assert!(count >= 10);
}

#[test]
fn a_missing_conflict_is_told() {
    let trace = "begin a\nbegin b\nwrite a map\nrelease a lock\nacquire b lock\nread b map # conflict a\n";
    assert_eq!(check(trace), Err("line 6: found None, not \"conflict a\"".to_owned()));
}

#[test]
fn an_unexpected_conflict_is_told() {
    let error = check("begin a\nbegin b\nwrite a map\nread b map\n").unwrap_err();
    assert_eq!(error, "line 4: found Some((\"conflict a\", \"write\")), not \"\"");
}

#[test]
fn a_conflict_with_another_task_is_told() {
    assert!(check("begin a\nbegin b\nwrite a map\nread b map # conflict b\n").is_err());
    assert!(check("begin a\nbegin b\nwrite a map\nread b map # conflict a read\n").is_err());
}

#[test]
fn what_makes_no_sense_is_told() {
    assert_eq!(check("begin a\nwrote a map\n"), Err("line 2: wrote a map: what is this?".to_owned()));
    assert_eq!(check("acquire_all a b\n"), Err("line 1: acquire_all a b: what is this?".to_owned()));
}
