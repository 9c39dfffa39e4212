//! Small Go modules, and go and mapguard side by side in them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use super::{Did, Place};

/// A place whose mapguard shares its cache, and go's own cache, with all tests: what both keep is
/// the standard library, compiled.
pub(crate) fn place(name: &str) -> Place {
    static GOCACHE: OnceLock<String> = OnceLock::new();
    let gocache = GOCACHE.get_or_init(|| {
        let output =
            Command::new("go").args(["env", "GOCACHE"]).output().expect("these tests need a go on the PATH");
        let gocache = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        // Once, before tests that run side by side each compile the same.
        let mut first = bare("warm", &gocache);
        module(&mut first);
        for words in ["test -vet=off", "build -o app"] {
            let did = first.mapguard(words);
            assert_eq!(did.code, 0, "{did:?}");
        }
        gocache
    });
    bare(name, gocache)
}

fn bare(name: &str, gocache: &str) -> Place {
    let mut place = Place::new(name);
    place.set("GOCACHE", gocache);
    place.set("XDG_CACHE_HOME", shared_cache());
    std::fs::create_dir_all(place.path("tmp")).unwrap();
    let tmp = place.path("tmp");
    place.set("TMPDIR", tmp);
    place
}

pub(crate) fn shared_cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shared-cache")
}

/// A module with a program that tells how it was built, and tests of which one can be made to fail.
pub(crate) fn module(place: &mut Place) {
    place.file("go.mod", "module example.com/m\n\ngo 1.21\n");
    place.file(
        "main.go",
        r#"package main

import "os"

var version = "none"
var tags = "none"

func greeting() string { return "hello" }

func main() {
	m := map[string]int{"a": 1}
	m["b"]++
	println(greeting(), version, tags, len(m), len(os.Args))
	for _, arg := range os.Args[1:] {
		println(arg)
	}
}
"#,
    );
    place.file("special.go", "//go:build special\n\npackage main\n\nfunc init() { tags = \"special\" }\n");
    place.file(
        "main_test.go",
        r#"package main

import (
	"flag"
	"os"
	"testing"
)

var flags = [2]*string{flag.String("tags", "", ""), flag.String("policy", "", "")}

func TestGreeting(t *testing.T) {
	t.Log(greeting(), version, tags)
	t.Log("flags", *flags[0], *flags[1])
	if os.Getenv("FAIL") != "" {
		t.Fatal("told to fail")
	}
}

func TestOther(t *testing.T) {}

func FuzzGreeting(f *testing.F) {
	f.Add("x")
	f.Fuzz(func(t *testing.T, s string) { _ = s + greeting() })
}
"#,
    );
}

/// What both do with the same words is the same, but for times. Returns what it is.
pub(crate) fn same(place: &Place, words: &str) -> Did {
    let plain = without_times(place.run("go", words));
    let guarded = without_times(place.mapguard(words));
    assert_eq!(guarded, plain, "{words}");
    guarded
}

fn without_times(did: Did) -> Did {
    Did { code: did.code, stdout: timeless(&did.stdout), stderr: timeless(&did.stderr) }
}

/// Durations such as `0.003s`, and go's word for results that it kept, as `TIME`.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.split_inclusive([' ', '\t', '(', ')']).map(|word| {
            let bare = word.trim_end_matches([' ', '\t', '(', ')']);
            let number = bare.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok());
            if number { format!("TIME{}", &word[bare.len()..]) } else { word.to_owned() }
        });
        words.collect::<String>().replace("(cached)", "TIME") + "\n"
    });
    lines.collect()
}

/// The lines of `go test -json`, without times.
pub(crate) fn events(text: &str) -> Vec<serde_json::Value> {
    let lines = text.lines().map(|line| {
        let mut event: serde_json::Value = serde_json::from_str(line).expect(line);
        let fields = event.as_object_mut().expect(line);
        fields.remove("Time");
        fields.remove("Elapsed");
        if let Some(serde_json::Value::String(output)) = fields.get_mut("Output") {
            *output = timeless(output);
        }
        event
    });
    lines.collect()
}
