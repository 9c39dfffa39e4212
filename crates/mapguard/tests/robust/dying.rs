//! Several goroutines end a program at one moment: it ends, what was reported is whole, and the exit code is right.
//!
//! Never both a fatal error of Go's own and a panic or SIGQUIT: from Go 1.24 on those two may wait for each other for
//! ever, guarded or not (golang/go#57420).

use std::fs::File;
use std::io::{Read, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::{Programs, long};
use crate::common::Did;
use crate::common::module::place;

const RULE: &str = "==================\n";

/// A run ends within this, however busy the machine.
const LIMIT: Duration = Duration::from_secs(60);

/// So much of a pipe is full: all of its pages but one.
const FILLED: usize = 15 * 4096;

/// Ways to end, and the exit codes they may have besides what the policy makes of a finding.
const WAYS: &[(&str, &[i32])] = &[
    ("race panic", &[2]),
    ("race race panic panic", &[2]),
    ("race fatal", &[2]),
    ("race race fatal fatal", &[2]),
    ("race segv", &[2]),
    ("race quit", &[2]),
    ("race term", &[-1]),
    ("race exit", &[7]),
    ("race race exit panic", &[7, 2]),
    ("race race exit exit", &[7]),
    ("race exit0", &[0]),
    ("race race return", &[0]),
];

#[test]
fn many_die_at_once() {
    let programs = Programs::build(place("dying"), &["dying"]);
    for (policy, found) in [("panic", 2), ("report", 66)] {
        let alone: &[(&str, &[i32])] = if policy == "panic" { &[("race race race race", &[])] } else { &[] };
        for (ways, codes) in WAYS.iter().chain(alone) {
            let (mut findings, mut seen) = (0, Vec::new());
            for seed in 0..if long() { 500 } else { 12 } {
                let words = format!("dying {seed} {ways}");
                let run = programs.run_within("guarded", &words, &[("MAPGUARD_POLICY", policy)], "", LIMIT);
                let (did, number) = (&run.did, reports(&run.did.stderr));
                findings += number;
                // Success is only without a finding; the policy report turns only success into something else.
                let is_policys = number > 0 && did.code == found && (policy == "panic" || codes.contains(&0));
                let is_right = codes.contains(&did.code) && (did.code != 0 || number == 0);
                assert!(is_policys || is_right, "{policy}: {words}: {did:?}");
                seen.push(did.code);
            }
            seen.sort_unstable();
            seen.dedup();
            eprintln!("{policy}: {ways}: {findings} findings, exit codes {seen:?}");
        }
    }
}

#[test]
fn a_report_gets_whole_before_the_end() {
    let programs = Programs::build(place("dying-slow"), &["dying"]);
    for (ways, code) in [
        ("race panic", 2),
        ("race segv", 2),
        ("race fatal", 2),
        ("race quit", 2),
        ("race term", -1),
        ("race exit", 7),
        ("race exit0", 66),
        ("race return", 66),
    ] {
        let (did, text) = die_before_a_slow_reader(&programs, ways, Duration::from_millis(500));
        assert!(text.split(RULE).any(|part| part.len() > 4096), "{ways}: {} {did:?}", text.len());
        assert!(reports(&text) > 0, "{ways}: {did:?}");
        assert_eq!(did.code, code, "{ways}: {did:?}");
    }
}

#[test]
fn the_end_does_not_wait_for_ever_for_a_report() {
    let programs = Programs::build(place("dying-unread"), &["dying"]);
    for (ways, code) in [("race panic", 2), ("race exit", 7)] {
        let (did, text) = die_before_a_slow_reader(&programs, ways, LIMIT);
        assert_eq!((did.code, text.contains("WARNING: DATA RACE")), (code, true), "{ways}: {did:?}");
    }
}

/// Runs it with reports to a pipe that has room for one page, where a report has more: it is written in part, and then
/// waits for the reader. Before that one begins, which is after `pause` or when the program has ended, others end the
/// program. Returns also what was read.
fn die_before_a_slow_reader(programs: &Programs, ways: &str, pause: Duration) -> (Did, String) {
    let path = programs.place.path("slow");
    let _ = std::fs::remove_file(&path);
    assert_eq!(programs.place.run("mkfifo", path.to_str().unwrap()).code, 0);
    let mut both = File::options().read(true).write(true).open(&path).unwrap();
    both.write_all(&[b'.'; FILLED]).unwrap();
    let mut reader = File::open(&path).unwrap();
    let (ended, end) = channel::<()>();
    let reader = thread::spawn(move || {
        let _ = end.recv_timeout(pause);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text.split_off(FILLED)
    });
    let output = [("MAPGUARD_OUTPUT", path.to_str().unwrap())];
    let run = programs.run_within("guarded", &format!("dying 1 slow {ways}"), &output, "", LIMIT);
    drop((both, ended));
    (run.did, reader.join().unwrap())
}

/// How many reports there are; each of them is whole, and in one piece.
fn reports(text: &str) -> usize {
    let mut number = 0;
    for report in text.split(&format!("{RULE}WARNING: DATA RACE\n")).skip(1) {
        let (report, _) = report.split_once(RULE).unwrap_or_else(|| panic!("a report without end:\n{text}"));
        let is_whole = report.starts_with("Write at 0x")
            && report.contains("\n\nPrevious write at 0x")
            && report.contains("\nAdvice: ");
        let is_alone =
            ["fatal error: ", "panic: ", "SIGQUIT", "[running]"].iter().all(|s| !report.contains(s));
        assert!(is_whole && is_alone, "a torn report:\n{text}");
        number += 1;
    }
    number
}
