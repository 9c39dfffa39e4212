//! `mapguard anchors`: the places where a program writes maps, and files that are no such program.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use common::{MAPGUARD, Place, module};
use serde_json::Value;

/// A place with a program `server`, built by the go on the PATH.
fn server(name: &str) -> Place {
    let mut place = module::place(name);
    place.set("CGO_ENABLED", "0").set("GOFLAGS", "-buildvcs=false -trimpath");
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "main.go",
        "package main

import \"example.com/shop/cart\"

func main() {
	c := cart.New()
	c.Put(\"pear\", 1)
	for range make([]int, 3) {
		c.Drop(\"pear\")
	}
	println(c.Reset())
}
",
    );
    place.file(
        "cart/cart.go",
        "package cart

type Cart struct{ items map[string]int }

func New() *Cart { return &Cart{items: map[string]int{}} }

func (c *Cart) Put(item string, count int) { c.items[item] += count }

//go:noinline
func (c *Cart) Drop(item string) { delete(c.items, item) }

//go:noinline
func (c *Cart) Reset() int {
	count := len(c.items)
	clear(c.items)
	return count
}
",
    );
    let did = place.run("go", "build -o server .");
    assert_eq!(did.code, 0, "{did:?}");
    hide(&mut place);
    place
}

/// What differs between releases: addresses, the version, and how much the standard library has.
fn hide(place: &mut Place) {
    let all = json(place, "anchors --std --format json server");
    let addresses: BTreeSet<&str> = all.iter().filter_map(|anchor| anchor["address"].as_str()).collect();
    let mut hidden: Vec<_> = addresses.into_iter().map(|address| (address.to_owned(), "[ADDRESS]")).collect();
    let offsets = all.iter().filter_map(|anchor| anchor["offset"].as_u64());
    hidden.extend(offsets.map(|offset| (format!("\"offset\":{offset}"), "\"offset\":[OFFSET]")));
    let version = place.run("go", "env GOVERSION").stdout;
    hidden.push((version.trim().to_owned(), "[GO]"));
    let standard = all.iter().filter(|anchor| anchor["standard"] == true).count();
    hidden.push((format!("and {standard} in the"), "and [COUNT] in the"));
    place.hidden = hidden;
}

fn json(place: &Place, words: &str) -> Vec<Value> {
    let did = place.mapguard(words);
    assert_eq!((did.code, did.stderr.as_str()), (0, ""), "{words}");
    did.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn listings() {
    let place = server("anchors");
    place.snapshot("anchors", "anchors server");
    place.snapshot("anchors-package", "anchors --package example.com/... server");
    place.snapshot("anchors-function", "anchors --function Reset --op assign,clear server");
    place.snapshot("anchors-none", "anchors --op clone server");
    place.snapshot("anchors-summary", "anchors --summary server");
    place.snapshot("anchors-json", "anchors --format json server");
}

#[test]
fn the_standard_library_is_an_option() {
    let place = server("anchors-std");
    let (own, all) =
        (json(&place, "--format json anchors server"), json(&place, "anchors --std --format json server"));
    assert!(own.len() < all.len());
    assert!(own.iter().all(|anchor| all.contains(anchor) && anchor["standard"] == false));
    let runtime = |anchor: &&Value| anchor["function"].as_str().unwrap().starts_with("runtime.");
    assert!(all.iter().any(|anchor| runtime(&anchor)));
    // Nothing is coloured where there is no terminal, and a line is an object whatever is asked for.
    assert!(!place.mapguard("anchors server").stdout.contains('\x1b'));
}

#[test]
fn a_stripped_program_says_the_same() {
    let place = server("anchors-stripped");
    let whole = place.mapguard("anchors server");
    assert_eq!(place.run("go", "build -ldflags=-s -o server .").code, 0);
    assert_eq!(place.mapguard("anchors server"), whole);
}

#[test]
fn help_and_errors() {
    let place = server("anchors-errors");
    place.snapshot("help-anchors", "anchors --help");
    place.snapshot("anchors-no-binary", "anchors");
    place.snapshot("anchors-unknown-operation", "anchors --op read server");
    place.snapshot("anchors-summary-json", "anchors --summary --format json server");
    place.snapshot("anchors-missing", "anchors nowhere");
    place.snapshot("anchors-folder", "anchors cart");
    place.snapshot("anchors-text", "anchors main.go");
    std::os::unix::fs::symlink(MAPGUARD, place.path("rust")).unwrap();
    place.snapshot("anchors-not-go", "anchors rust");

    let file = fs::read(place.path("server")).unwrap();
    let change = |name: &str, at: usize, bytes: &[u8]| {
        let mut file = file.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        fs::write(place.path(name), file).unwrap();
    };
    fs::write(place.path("half"), &file[..0x8000]).unwrap();
    let did = place.mapguard("anchors half");
    assert_eq!(did.code, 2);
    assert!(
        did.stderr.starts_with("mapguard: half: the file is truncated: it should have "),
        "{}",
        did.stderr
    );
    assert!(did.stderr.ends_with(" bytes or more, and has 32768\n  copy it anew\n"), "{}", did.stderr);
    // UPX leaves its mark near the beginning.
    change("packed", 9, b"UPX!");
    place.snapshot("anchors-packed", "anchors packed");
    change("riscv", 0x12, &[0xf3]);
    place.snapshot("anchors-processor", "anchors riscv");
    let find = |bytes: &[u8]| file.windows(bytes.len()).position(|window| window == bytes).unwrap();
    change("new", find(b"\xff Go buildinf:") + 33, b"go1.99");
    let did = place.mapguard("anchors new");
    assert!(did.code == 2 && did.stderr.contains("was built with go1.99"), "{did:?}");
    change("old", find(&[0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]), &[0xf0]);
    place.snapshot("anchors-old", "anchors old");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = server("anchors-pipe");
    let mut child = place
        .command(MAPGUARD, "anchors --std server")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let did = child.wait_with_output().unwrap();
    assert_eq!((did.status.code(), String::from_utf8_lossy(&did.stderr).as_ref()), (Some(0), ""));
}
