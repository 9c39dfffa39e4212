//! What the guard adds: policies, formats and outputs, at build time and at run time. With the go on
//! the PATH.

mod common;

use std::fs;
use std::process::Stdio;

use common::module::place;
use common::{Did, Place};

/// Two goroutines write a map one after the other, with nothing that orders them: the order is made
/// by a plain variable, which orders nothing.
const RACE: &str = r#"package main

import "runtime"

var done int

//go:noinline
func spin(p *int) int { return *p }

func race() map[string]int {
	m := map[string]int{}
	done = 0
	go func() {
		m["a"] = 1
		done = 1
	}()
	for spin(&done) == 0 {
		runtime.Gosched()
	}
	m["b"] = 2
	return m
}

func main() { println("done", len(race())) }
"#;

fn racing(name: &str) -> Place {
    let place = place(name);
    place.file("go.mod", "module example.com/race\n\ngo 1.21\n");
    place.file("main.go", RACE);
    place.file(
        "main_test.go",
        "package main\n\nimport \"testing\"\n\nfunc TestRace(t *testing.T) { race() }\n\nfunc TestClean(t *testing.T) {}\n",
    );
    place
}

/// Runs a program with variables in its environment.
fn with(place: &Place, program: &str, variables: &[(&str, &str)]) -> Did {
    place.command(place.path(program), "").envs(variables.iter().copied()).output().unwrap().into()
}

#[test]
fn policies() {
    let place = racing("policies");
    let built = |policy: &str| {
        let did = place.mapguard(&format!("--policy {policy} build -o {policy} ."));
        assert_eq!(did, Did::default(), "{policy}");
        with(&place, policy, &[])
    };
    let is_text = |text: &str| text.contains("WARNING: DATA RACE") && text.contains("main.go:20");
    let is_json = |text: &str| text.starts_with("{\"schema\":\"mapguard.finding/1\"");

    let report = built("report");
    assert_eq!(report.code, 66, "{report:?}");
    assert!(is_text(&report.stderr) && report.stderr.contains("done 2"), "{report:?}");
    let log = built("log");
    assert_eq!(log.code, 0, "{log:?}");
    assert!(is_json(&log.stderr) && log.stderr.contains("done 2"), "{log:?}");
    let off = built("off");
    assert_eq!((off.code, off.stderr.as_str()), (0, "done 2\n"));

    // At run time the environment overrules what the program was built with.
    let code = |program: &str, policy: &str| with(&place, program, &[("MAPGUARD_POLICY", policy)]).code;
    assert_eq!(code("report", "log"), 0);
    assert_eq!(code("report", "off"), 0);
    assert_eq!(code("log", "report"), 66);
    assert_eq!(code("off", "report"), 66);
    assert_eq!(code("log", ""), 0);
    let json = with(&place, "report", &[("MAPGUARD_FORMAT", "json")]);
    assert!(json.code == 66 && is_json(&json.stderr), "{json:?}");
    // A policy that it does not know: it says which there are, and keeps its own.
    let unknown = with(&place, "log", &[("MAPGUARD_POLICY", "pnic")]);
    assert_eq!(unknown.code, 0);
    assert!(
        unknown.stderr.starts_with("mapguard: MAPGUARD_POLICY is one of report, panic, log, off"),
        "{unknown:?}"
    );
    assert!(unknown.stderr.contains("{\"schema\""), "{unknown:?}");
}

#[test]
fn the_policy_panic_is_a_fatal_error() {
    let place = racing("panic");
    assert_eq!(place.mapguard("--policy panic build -o app ."), Did::default());
    let did = with(&place, "app", &[]);
    assert!(did.stderr.contains("WARNING: DATA RACE"), "{did:?}");
    assert!(did.stderr.contains("fatal error: mapguard: "), "{did:?}");
    assert!(!did.stderr.contains("done 2"), "{did:?}");
    assert_eq!(did.code, 2, "{did:?}");
}

#[test]
fn tests_fail_for_findings() {
    let place = racing("racing-tests");
    let did = place.mapguard("test -v");
    assert_eq!(did.code, 1, "{did:?}");
    for words in [
        "WARNING: DATA RACE",
        "race detected during execution of test",
        "--- FAIL: TestRace",
        "--- PASS: TestClean",
    ] {
        assert!(did.stdout.contains(words), "{words}: {did:?}");
    }
    let log = place.mapguard("--policy log test -v");
    assert_eq!(log.code, 0, "{log:?}");
    assert!(log.stdout.contains("{\"schema\":\"mapguard.finding/1\""), "{log:?}");
    assert!(log.stdout.contains("--- PASS: TestRace"), "{log:?}");
    let run = place.mapguard("run .");
    assert_eq!(run.code, 1);
    assert!(run.stderr.ends_with("Found 1 data race(s)\nexit status 66\n"), "{run:?}");
}

#[test]
fn sites_that_ran() {
    let place = racing("sites");
    for count in 1..=2 {
        let did = place.mapguard("--policy log --sites sites.json test");
        assert_eq!(did.code, 0, "{did:?}");
        let text = fs::read_to_string(place.path("sites.json")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect(line));
        let ours = lines.filter(|line| line["file"].as_str().is_some_and(|file| file.ends_with("/main.go")));
        assert_eq!(ours.count(), 2 * count, "{text}");
    }
    let did = place.mapguard("--policy log --sites - run .");
    assert!(did.stderr.contains("\nassign ") && did.stderr.contains("main.go:20"), "{did:?}");
}

/// A map that stays on its goroutine's stack is nobody else's, and so not watched; it is counted all the same.
#[test]
fn sites_of_maps_on_the_stack() {
    let place = place("stack-sites");
    place.file("go.mod", "module example.com/stack\n\ngo 1.21\n");
    place.file(
        "main.go",
        r#"package main

import "os"

func main() {
	m := map[int]int{}
	for i := range os.Args {
		m[i]++
		m[i]++
	}
	os.Exit(m[0] - 2)
}
"#,
    );
    let did = place.mapguard("--sites - run .");
    assert_eq!(did.code, 0, "{did:?}");
    let at = |line: &str| did.stderr.lines().filter(|row| row.ends_with(line)).count();
    assert_eq!((at("main.go:8"), at("main.go:9"), at("main.go:11")), (1, 1, 1), "{did:?}");
}

#[test]
fn findings_are_appended_to_a_file() {
    let mut place = racing("output");
    let lines = |place: &Place| {
        let text = fs::read_to_string(place.path("found.json")).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'));
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect(line));
        lines.filter(|line| line["schema"] == "mapguard.finding/1").count()
    };
    let words = "--policy log --format json --output found.json";
    for count in 1..=2 {
        // A result that go kept would write nothing.
        let did = place.mapguard(&format!("{words} test"));
        assert_eq!(did.code, 0, "{did:?}");
        assert!(!did.stdout.contains("schema"), "{did:?}");
        assert_eq!(lines(&place), count);
    }
    assert_eq!(place.mapguard(&format!("{words} build -o app .")), Did::default());
    let programs: Vec<_> = (0..8)
        .map(|_| place.command(place.path("app"), "").stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    for program in programs {
        assert_eq!(Did::from(program.wait_with_output().unwrap()).stderr, "done 2\n");
    }
    assert_eq!(lines(&place), 10);
    // The environment of the command is as good as its options, also where tests run elsewhere.
    place.file("sub/x_test.go", "package sub\n\nimport (\"testing\"; \"runtime\")\n\nvar done int\n\n//go:noinline\nfunc spin(p *int) int { return *p }\n\nfunc TestRace(t *testing.T) {\n\tm := map[int]int{}\n\tgo func() { m[1] = 1; done = 1 }()\n\tfor spin(&done) == 0 { runtime.Gosched() }\n\tm[2] = 2\n}\n");
    place.set("MAPGUARD_OUTPUT", "found.json").set("MAPGUARD_FORMAT", "json").set("MAPGUARD_POLICY", "log");
    assert_eq!(place.mapguard("test ./sub").code, 0);
    assert_eq!(lines(&place), 11);
    assert_ne!(place.mapguard("--policy report test ./sub").code, 0, "the command line comes first");
    assert_eq!(lines(&place), 12);
    assert!(!place.path("sub/found.json").exists());
}
