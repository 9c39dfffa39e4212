//! `mapguard sites`: the places in the source where maps are written, whatever state the source is in.

mod common;

use common::{Place, module};
use serde_json::Value;

/// A module with a write of each kind.
fn shop(name: &str) -> Place {
    let place = module::place(name);
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "stock/stock.go",
        "package stock

import (
	\"maps\"
	\"reflect\"
)

type Stock struct {
	count map[string]int
	tags  []map[string]bool
}

var limits = map[string]int{\"pear\": 3}

const debug = false

func (s *Stock) Put(item string, n int) {
	s.count[item] += n
	s.count[item]++
	s.tags[0][item], limits[item] = true, n
	if debug {
		limits[item] = 0
	}
}

func (s *Stock) Reset() {
	for item := range s.count {
		delete(s.count, item)
	}
	clear(limits)
	maps.Copy(limits, s.count)
	reflect.ValueOf(limits).SetMapIndex(reflect.ValueOf(\"fig\"), reflect.ValueOf(1))
}

func Fill[M ~map[K]V, K comparable, V any](m M, keys []K, v V) {
	put := func(k K) { m[k] = v }
	for _, k := range keys {
		put(k)
	}
}
",
    );
    place.file("stock/stock_windows.go", "package stock\n\nfunc init() { limits[\"windows\"] = 1 }\n");
    place.file(
        "stock/stock_tagged.go",
        "//go:build big\n\npackage stock\n\nfunc init() { limits[\"big\"] = 1 }\n",
    );
    place.file(
        "stock/stock_test.go",
        "package stock

import \"testing\"

func TestPut(t *testing.T) {
	limits[\"test\"] = 1
}
",
    );
    place
}

#[test]
fn lists_every_kind_of_write() {
    let place = shop("sites-text");
    place.snapshot("sites-text", "sites ./...");
    place.snapshot("sites-json", "sites --format json --op op-assign,maps.Copy,literal ./...");
    place.snapshot("sites-summary", "sites --summary --test ./...");
    place.snapshot("sites-live", "sites --live --op assign ./...");
}

#[test]
fn target_tags_and_tests_choose_the_files() {
    let place = shop("sites-target");
    let lines = |words: &str| -> Vec<Value> {
        let did = place.mapguard(&format!("sites --format json {words}"));
        assert_eq!((did.code, did.stderr.as_str()), (0, ""), "{words}");
        did.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let files = |words: &str| {
        let lines = lines(words);
        let mut files: Vec<String> =
            lines.iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(files("./..."), ["stock/stock.go"]);
    assert_eq!(files("--goos windows ./..."), ["stock/stock.go", "stock/stock_windows.go"]);
    assert_eq!(files("--tags big ./stock"), ["stock/stock.go", "stock/stock_tagged.go"]);
    assert_eq!(files("--test example.com/shop/stock"), ["stock/stock.go", "stock/stock_test.go"]);
    assert_eq!(files("-C stock"), ["stock/stock.go"]);
    assert_eq!(lines("--test ./...").iter().filter(|line| line["test"] == true).count(), 1);
}

#[test]
fn what_is_broken_is_told_and_the_rest_goes_on() {
    let place = module::place("sites-broken");
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "a/a.go",
        "package a

import \"example.com/nowhere\"

var m map[string]int

func f() {
	m[nowhere.Key] = 1
	x := := 3
	m[unknown] = 2
}

func g() { m[\"last\"] = 3 }
",
    );
    place.file("b/b.go", "package b\n\nfunc f(m map[int]int) { m[1] = 1 }\n");
    place.snapshot("sites-broken", "sites ./...");
    place.snapshot("sites-nothing", "sites ./nowhere/...");
    place.snapshot("sites-no-package", "sites ./nowhere");
}

#[test]
fn go_is_not_needed() {
    let mut place = shop("sites-no-go");
    place.set("PATH", "/nowhere");
    let did = place.mapguard("sites --op delete ./...");
    assert_eq!(did.code, 0, "{did:?}");
    assert!(did.stdout.contains("1 map write in 1 package"), "{did:?}");
    assert!(did.stderr.contains("go"), "{did:?}");
}

#[test]
fn writes_to_a_file_whole_or_not_at_all() {
    let place = shop("sites-output");
    let did = place.mapguard("sites --output list.txt ./...");
    assert_eq!((did.code, did.stdout.as_str()), (0, ""), "{did:?}");
    assert!(std::fs::read_to_string(place.path("list.txt")).unwrap().contains("map writes"));
    place.snapshot("sites-output-nowhere", "sites --output nowhere/list.txt ./...");
}

#[test]
fn an_answer_is_kept_as_long_as_nothing_changes() {
    let mut place = shop("sites-cache");
    let cache = place.path("cache/mapguard");
    place.set("XDG_CACHE_HOME", place.path("cache"));
    let entries = || {
        let folders = std::fs::read_dir(&cache).into_iter().flatten().flatten();
        let files = folders.map(|folder| std::fs::read_to_string(folder.path().join("answer.json")).unwrap());
        files.collect::<Vec<String>>()
    };
    let cold = place.mapguard("sites --no-cache ./...");
    assert!(entries().is_empty());
    let first = place.mapguard("sites ./...");
    let [kept] = &*entries() else { panic!("no entry") };
    // A word in the kept answer shows where the second one comes from.
    let folder = std::fs::read_dir(&cache).unwrap().flatten().next().unwrap().path();
    std::fs::write(folder.join("answer.json"), kept.replace("s.count", "s.known")).unwrap();
    let second = place.mapguard("sites ./...");
    assert_eq!(first, cold);
    assert_eq!(second.stdout, first.stdout.replace("s.count", "s.known"));
    place.file("stock/more.go", "package stock\n\nfunc more(m map[int]int) { m[1] = 1 }\n");
    let changed = place.mapguard("sites ./...");
    assert!(changed.stdout.contains("s.count") && changed.stdout.contains("stock/more.go"), "{changed:?}");
    assert_eq!(entries().len(), 1);
}
